"""How good are the terms that `textmine discover-terms` finds with its default options, or by a method?

    python benchmarks/quality.py DATA_DIR SCORE_DIR [--method learned] [--only law] [--keep FOLDER]

DATA_DIR holds law.txt.xz, thuocl/, novel.gold.txt, people-daily-199801.gold.txt.xz, three-kingdoms.txt.xz,
three-kingdoms.entities.txt and acter/; SCORE_DIR holds lexicon.py, which scores the ranked Chinese lists. A
raw text is a gold file with its spaces removed. Nothing is set per corpus. Ranks in Chinese count the words
of two and more Chinese characters. Figures:

- law: share of known words (jieba's dictionary or a THUOCL list) in the top k; recall of the THUOCL law
  terms that the text has at least 10 times.
- novel: the gold words (2 to 6 characters, seen at least 5 times) outside jieba's dictionary, F1 at the
  best cut of the list and for the whole list (own cut). People's Daily: all gold words, likewise.
- Three Kingdoms: recall of its listed people and places in the top k.
- ACTER: annotated terms of every label, no named entities, lower-cased; F1 of the top k, k = size of the
  list.

Best peer: the best of the tools measured on the same data, whatever tool and setting it took for each
figure.
"""

from __future__ import annotations

import argparse
import lzma
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from common import discover, print_table, terms

Row = tuple[str, str, float, object, object]  # data, figure, textmine, target, best peer
HAN_WORD = re.compile(r"[\u4e00-\u9fff]{2,}\Z")
LAW_MIN_COUNT = 10
OPTIONS: list[str] = []  # of discover-terms


def unpack(source: Path, target: Path) -> Path:
    """The plain text of `source` or of `source`.xz, in a file that the scorer can read."""
    if source.exists():
        return source
    with lzma.open(source.with_name(source.name + ".xz")) as packed, target.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    return target


def ranked(text: Path, work: Path) -> tuple[list[str], Path]:
    """Multi-character Chinese words in discover-terms' order, and the file that lists them one a line."""
    rows = work / f"{text.stem}.tsv"
    discover(text, rows, *OPTIONS)
    words = list(dict.fromkeys(word for word in terms(rows) if HAN_WORD.match(word)))
    listed = work / f"{text.stem}.ranked"
    listed.write_text("".join(word + "\n" for word in words), encoding="utf-8")
    return words, listed


def recall(words: list[str], gold: set[str]) -> float:
    return len(gold.intersection(words)) / len(gold)


class Scorer:
    """lexicon.py as a child: its `name=value` figures as numbers."""

    def __init__(self, script: Path) -> None:
        self.script = script

    def __call__(self, *arguments: str | Path) -> dict[str, float]:
        command = [sys.executable, str(self.script), *map(str, arguments)]
        line = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return {name: float(value) for name, value in re.findall(r"([\w@]+)=([\d.]+)", line)}


def law(data: Path, score: Scorer, work: Path) -> Iterator[Row]:
    text = unpack(data / "law.txt", work / "law.txt")
    words, listed = ranked(text, work)
    known = score("known", listed, *sorted((data / "thuocl").glob("*.txt")))
    targets = {100: ("", ".990"), 500: ("", ".982"), 1000: (">= .98", ".978"), 5000: (">= .89", ".886")}
    for k, (target, peer) in targets.items():
        yield "law", f"known-word P@{k:,}", known.get(f"P@{k}", 0.0), target, peer
    content = text.read_text(encoding="utf-8")
    entries = (data / "thuocl" / "law.txt").read_text(encoding="utf-8").splitlines()
    listed_words = {entry.split()[0] for entry in entries if entry.strip()}
    gold = {word for word in listed_words if len(word) > 1 and content.count(word) >= LAW_MIN_COUNT}
    yield "law", f"recall, all {len(words):,}", recall(words, gold), "", ".512"
    yield "law", "recall, top 20,000", recall(words[:20000], gold), ">= .45", ".321"
    yield "law", "recall, top 5,000", recall(words[:5000], gold), "", ".145"


def gold_text(name: str, gold: Path, options: list[str], work: Path, score: Scorer) -> dict[str, float]:
    raw = work / f"{name}.txt"
    raw.write_text(gold.read_text(encoding="utf-8").replace(" ", ""), encoding="utf-8")
    _, listed = ranked(raw, work)
    return score("gold", listed, gold, *options)


def novel(data: Path, score: Scorer, work: Path) -> Iterator[Row]:
    figures = gold_text("novel", data / "novel.gold.txt", ["--new"], work, score)
    yield "novel, new words", "F1, best cut", figures["bestF1"], ">= .60", ".535"
    yield "novel, new words", "F1, own cut", figures["F1"], ">= .50", ".370"
    yield "novel, new words", "P@100", figures.get("P@100", 0.0), "", ".58"


def news(data: Path, score: Scorer, work: Path) -> Iterator[Row]:
    gold = unpack(data / "people-daily-199801.gold.txt", work / "people-daily.gold.txt")
    figures = gold_text("people-daily", gold, [], work, score)
    yield "People's Daily", "F1, best cut", figures["bestF1"], ">= .66", ".623"
    yield "People's Daily", "F1, own cut", figures["F1"], ">= .62", ".568"


def names(data: Path, score: Scorer, work: Path) -> Iterator[Row]:
    words, _ = ranked(unpack(data / "three-kingdoms.txt", work / "three-kingdoms.txt"), work)
    gold = set((data / "three-kingdoms.entities.txt").read_text(encoding="utf-8").split())
    for k, target, peer in ((200, "", ".196"), (500, ">= .45", ".399"), (1000, "", ".517")):
        yield "Three Kingdoms", f"recall, top {k:,}", recall(words[:k], gold), target, peer


def acter(data: Path, score: Scorer, work: Path) -> Iterator[Row]:
    for domain, target, peer in (
        ("equi", ">= .33", ".302 (with surface forms .346)"),
        ("wind", "> .269", ".269 (.301)"),
    ):
        rows = work / f"{domain}.tsv"
        discover(data / "acter" / f"{domain}.txt", rows, *OPTIONS)
        gold = acter_gold(data / "acter" / f"{domain}.terms.tsv")
        yield f"ACTER {domain}", f"F1 at {len(gold):,}", f1_at_gold_size(terms(rows), gold), target, peer


def acter_gold(path: Path) -> set[str]:
    """The lower-cased terms of an annotation list, whatever their label."""
    with path.open(encoding="utf-8") as lines:
        return {line.split("\t")[0].strip().lower() for line in lines if line.strip()}


def f1_at_gold_size(words: list[str], gold: set[str]) -> float:
    top = list(dict.fromkeys(word.lower() for word in words))[: len(gold)]
    return 2 * len(gold.intersection(top)) / (len(top) + len(gold))


PARTS: dict[str, Callable[[Path, Scorer, Path], Iterator[Row]]] = {
    "law": law,
    "novel": novel,
    "news": news,
    "names": names,
    "acter": acter,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("score", type=Path, metavar="SCORE_DIR")
    parser.add_argument("--method", help="of discover-terms")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part (may be given again)")
    parser.add_argument("--keep", type=Path, help="a folder to leave the ranked lists in")
    arguments = parser.parse_args()
    OPTIONS[:] = ["--method", arguments.method] if arguments.method else []
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.keep or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        for name in arguments.only or PARTS:
            rows += PARTS[name](arguments.data, Scorer(arguments.score / "lexicon.py"), work)
    print_table(("data", "figure", "textmine", "target", "best peer"), rows)


if __name__ == "__main__":
    main()
