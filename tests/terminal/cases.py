"""Every command with work to do, once short and once for longer than a second."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from tests.cli.program import textmine
from textmine.vectors.model import WordVectors

DATA = Path(__file__).parents[2] / "data"
Size = Literal["short", "long"]
SIZES: tuple[Size, ...] = ("short", "long")
PARAGRAPHS = {"short": 60, "long": 1589}  # of the novel, which has 1589


@dataclass(frozen=True)
class Case:
    """A command line. `rows`: it writes rows, to standard output unless told otherwise; otherwise what it
    makes is a file alone. `plain`: its rows are lines of text, and it has no --format."""

    name: str
    arguments: tuple[str | Path, ...]
    stdin: Path | None = None
    rows: bool = True
    plain: bool = False
    ending: str = ".tsv"  # of the file that it makes

    def line(self, *more: str | Path) -> tuple[str | Path, ...]:
        """The arguments of the program."""
        return (self.name, *self.arguments, *more)


@dataclass
class Material:
    """What the commands work on, made in `folder` by the program itself and by numpy."""

    folder: Path
    _made: dict[Size, list[Case]] = field(default_factory=dict)

    def cases(self, size: Size) -> list[Case]:
        """Every command once."""
        if size not in self._made:
            self._made[size] = self._make(size)
        return self._made[size]

    def _make(self, size: Size) -> list[Case]:
        folder = self.folder / size
        folder.mkdir(parents=True, exist_ok=True)
        long = size == "long"
        novel = (DATA / "three-kingdoms.txt").read_text("utf-8").splitlines(keepends=True)
        text = folder / "text.txt"
        text.write_text("".join(novel[: PARAGRAPHS[size]]) * (2 if long else 1), "utf-8")
        english = DATA / "jargon-file.txt"
        vectors = self._vectors(folder, 60_000 if long else 500)
        words = folder / "words.txt"
        words.write_text("\n".join(f"w{n}" for n in range(2000 if long else 3)) + "\n")
        analogies = folder / "analogies.txt"
        analogies.write_text("\n".join(f"w{n} w{n + 1} w{n + 2}" for n in range(2000 if long else 3)) + "\n")
        pairs = folder / "pairs.txt"
        pairs.write_text("".join(f"w{n}\tw{n + 7}\t{n % 10}\n" for n in range(100)))
        questions = folder / "questions.txt"
        asked = "".join(f"w{n} w{n + 1} w{n + 2} w{n + 3}\n" for n in range(3000 if long else 30))
        questions.write_text(f": of no meaning\n{asked}")
        sentences = folder / "sentences.txt"
        each = [f"w{n % 400} w{(3 * n) % 400} w{(7 * n) % 400}" for n in range(60_000 if long else 50)]
        sentences.write_text("\n".join(each) + "\n")
        queries = folder / "queries.txt"
        queries.write_text("\n".join(each[: 900 if long else 5]) + "\n")
        terms = folder / "terms.tsv"
        self._run("discover-terms", text, "--min-count", "3", "-o", terms)
        if long:
            ranked = folder / "ranked.txt"
            ranked.write_text("\n".join(f"玄德{n}" for n in range(600_000)) + "\n玄德\n", "utf-8")
        seeds = folder / "seeds.txt"
        seeds.write_text("曹操\n玄德\n孔明\n", "utf-8")
        model = folder / "m.lm"
        self._run("train-lm", text, "-o", model)
        steps = ("--steps", "1500000" if long else "2000", "--thin", "1000" if long else "100", "--top", "0")
        effort = ("--effort", "fast")
        space = ("--tokenizer", "whitespace")
        small = ("--tokenizer", "char", "--dim", "24" if long else "8")
        part = folder / "part.txt"
        part.write_text("".join(novel[: 120 if long else 20]), "utf-8")
        return [
            Case("discover-terms", (text, "--min-count", "3")),
            Case("background", (text,), rows=False, ending=".stats"),
            Case("expand-terms", (terms, "--seeds", seeds, "--corpus", text)),
            Case(
                "evaluate-terms", (ranked if long else terms, "--gold", DATA / "three-kingdoms.entities.txt")
            ),
            Case("learn-lexicon", (part, *effort), plain=True, ending=".txt"),
            Case("segment", (text,), plain=True, ending=".txt"),
            Case("train-glove", (text, *small), rows=False, ending=".npz"),
            Case("train-word2vec", (text, *small), rows=False, ending=".npz"),
            Case("train-svd", (text, *small), rows=False, ending=".npz"),
            Case("neighbors", (vectors,), words),
            Case("analogy", (vectors,), analogies),
            Case("keywords", (vectors, sentences, *space)),
            Case("sentence-vectors", (vectors, sentences, *space)),
            Case("importance", (self._counted(folder, 200_000 if long else 500),)),
            Case("cluster", (vectors, "--clusters", "20", "--rounds", "10")),
            Case("compare-vectors", (vectors, vectors)),
            Case("evaluate-vectors", (vectors, "--pairs", pairs, "--analogies", questions)),
            Case("similarity", (queries, sentences, "--mode", "search", "--vectors", vectors, *space)),
            Case("train-lm", (text if long else english,), rows=False, ending=".lm"),
            Case("perplexity", (model, text)),
            Case("score", (model, text)),
            Case("sample", (model, "--keywords", "曹操", "--length", "12", *steps)),
        ]

    def _vectors(self, folder: Path, number: int) -> Path:
        """Vectors of w0, w1 ..., in Word2Vec's text, which takes a while to read."""
        path = folder / "v.vec"
        matrix = np.random.default_rng(1).normal(size=(number, 20)).round(3)
        lines = [f"{number} 20"]
        lines += [f"w{n} " + " ".join(map(str, row)) for n, row in enumerate(matrix.tolist())]
        path.write_text("\n".join(lines) + "\n")
        return path

    def _counted(self, folder: Path, number: int) -> Path:
        """Vectors with counts, in textmine's own format."""
        matrix = np.random.default_rng(1).normal(size=(number, 20)).astype(np.float32)
        counts = np.arange(2 * number, number, -1)
        WordVectors([f"w{n}" for n in range(number)], matrix, counts, {}).save(folder / "counted.npz")
        return folder / "counted.npz"

    def _run(self, *arguments: str | Path) -> None:
        textmine(*arguments, "-q").check_returncode()
