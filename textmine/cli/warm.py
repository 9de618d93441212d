"""`textmine doctor --warm`: every kernel compiled before it is needed, by runs of the program on small texts.

A kernel compiles for the kinds of its arrays when it is called first: calling it as the commands do is the
one way to have what they need. `benchmarks/warm.py` says whether these runs meet all of it.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Event

from textmine.errors import ResourceError
from textmine.progress import Progress

AT_ONCE = 2  # runs: compiling takes one processor, and some 300 MB
CHINESE = (
    "曹操",
    "刘备",
    "孙权",
    "玄德",
    "孔明",
    "大怒",
    "引兵",
    "而去",
    "曰",
    "乃",
    "遂",
    "与",
    "之",
    "军",
    "三十",
)
ENGLISH = (
    "the",
    "bug",
    "hacker",
    "code",
    "core",
    "dump",
    "fixed",
    "it",
    "a",
    "of",
    "in",
    "and",
    "crash",
    "lisp",
)

# Runs that need what another has made stand behind it in one row; the rows are run side by side.
RUNS: tuple[tuple[str, ...], ...] = (
    (
        "discover-terms zh.txt --background zh2.txt --examples 1 -o terms.tsv",
        "discover-terms zh.txt --method cohesion --unit char",
        "discover-terms zh.txt --method redundancy",
        "discover-terms zh.txt --method entropy",
        "discover-terms zh.txt --method learned",
        "discover-terms en.txt --examples 1 --memory 400M",
        "background zh.txt -o zh.stats",
        "discover-terms zh.txt --background zh.stats",
        "expand-terms terms.tsv --seeds seeds.txt --corpus zh.txt",
    ),
    (
        "train-glove words.txt --dim 8 --epochs 2 -o glove.npz",
        "train-glove words.txt --dim 8 --epochs 2 --objective glove --left --sample 0.001 -o left.npz",
        "train-word2vec words.txt --dim 8 --epochs 1 --sample 0.01 -o skipgram.npz",
        "train-word2vec words.txt --dim 8 --epochs 1 --architecture cbow -o cbow.npz",
        "train-word2vec words.txt --dim 8 --epochs 1 --loss hierarchical -o tree.npz",
        "train-word2vec words.txt --dim 8 --epochs 1 --loss random-softmax --optimizer adagrad -o drawn.npz",
        "train-svd words.txt --dim 8 -o svd.npz",
        "similarity words.txt words.txt --vectors glove.npz --explain",
        "similarity words.txt --mode search --metric wrd --vectors glove.npz --top 2",
        "similarity words.txt --mode search --metric wmd --vectors glove.npz --top 2",
        "similarity words.txt --mode matrix --metric wrd --vectors glove.npz",
    ),
    (
        "learn-lexicon zh.txt --effort fast -o zh.lex",
        "segment zh.txt --lexicon zh.lex",
        "train-svd zh.txt --tokenizer zh.lex --dim 8 -o lexicon.npz",
        "train-glove many.txt --min-count 1 --dim 2 --epochs 1 --memory 32M -o many.npz",
        "train-lm many.txt --unit word -o many.lm",
    ),
    (
        "train-lm zh.txt -o zh.lm",
        "train-lm en.txt -o en.lm",
        "train-lm en.txt -o en.arpa",
        "score en.arpa en.txt",
        "score zh.lm zh.txt --per-token",
        "perplexity en.lm en.txt",
        "sample zh.lm --length 8 --method ancestral --steps 20",
        "sample zh.lm --length 8 --method rejection --steps 20",
        "sample zh.lm --length 8 --method gibbs --steps 50",
        "sample zh.lm --length 8 --method metropolis --steps 50",
        "sample zh.lm --length 8 --method annealing --steps 50",
        "sample zh.lm --keywords 曹操,刘备 --any-order --steps 50",
        "sample zh.lm --near 曹操大怒 --steps 50",
        "sample en.lm --keywords bug --steps 50",
    ),
)


def warm(on_progress: Progress) -> None:
    """Run all of `RUNS`. Raises ResourceError where one fails."""
    total, done, over = sum(map(len, RUNS)), count(1), Event()
    running: set[subprocess.Popen[bytes]] = set()
    on_progress("compiling", 0, total)
    with tempfile.TemporaryDirectory(prefix="textmine-") as directory:
        folder = Path(directory)
        _write_texts(folder)

        def follow(lines: tuple[str, ...]) -> None:
            try:
                for line in lines:
                    if over.is_set():
                        return
                    _run(line, folder, running)
                    on_progress("compiling", next(done), total)
            except ResourceError:
                over.set()
                raise

        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                list(pool.map(follow, RUNS))
            except BaseException:  # an error, or a signal
                over.set()
                for process in list(running):
                    process.terminate()
                raise


def _run(line: str, folder: Path, running: set[subprocess.Popen[bytes]]) -> None:
    """A line of `RUNS`, by the interpreter that runs this; it is among `running` meanwhile."""
    with subprocess.Popen(
        [sys.executable, "-m", "textmine", *line.split(), "-q"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=folder,
    ) as process:
        running.add(process)
        errors = process.communicate()[1]
        running.discard(process)
    if process.returncode:
        said = errors.decode(errors="replace").strip().splitlines()
        raise ResourceError(
            f"textmine {line} has ended with {process.returncode}", said[-1] if said else "run it by hand"
        )


def _write_texts(folder: Path) -> None:
    """Texts whose words come in no order; what many different words take has a larger one."""
    chance = random.Random(1)

    def sentences(words: Sequence[str], between: str, end: str, number: int = 300) -> str:
        lines = (between.join(chance.choices(words, k=chance.randint(3, 12))) for _ in range(number))
        return "".join(f"{line}{end}\n" for line in lines)

    for name, text in (
        ("zh.txt", sentences(CHINESE, "", "。")),
        ("zh2.txt", sentences(CHINESE, "", "。")),
        ("en.txt", sentences(ENGLISH, " ", ".")),
        ("words.txt", sentences(ENGLISH, " ", "")),
        ("many.txt", sentences([f"w{n}" for n in range(80_000)], " ", "", 20_000)),
        ("seeds.txt", "曹操\n刘备\n"),
    ):
        (folder / name).write_text(text, "utf-8")
