"""How well does text segment by words that were learned from nothing but itself?

    python benchmarks/learn_lexicon.py GOLD... [--score GOLD]... [--effort fast|full|both] [--part N]
        [--no-stages]

GOLD are files of text segmented by hand, spaces between words (.xz is read, too). Their text without the
spaces is what learn-lexicon gets; all of them are scored, or those that `--score` names. `--part 100` takes
only each hundredth line, to learn from and to score. Scores are those of the SIGHAN bakeoff: a word is right
where both its ends are.

The first table: the learned lexicon through `textmine segment`, and what `--segmented` writes; then every
character a word, jieba's dictionary with and without its HMM, and the lexicon of discover-terms, all on the
same text. Seconds and memory are those of learn-lexicon or discover-terms, else of segment.

The second, of one more run within this process: the code length of the text after some of the sweeps, and
the scores of the segmentation at that moment. Sweep 0 is the start; the last row is what is kept, after
averaging.
"""

from __future__ import annotations

import argparse
import lzma
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Literal

from common import Run, measure, print_table, textmine

STAGES = (1, 5, 6, 10, 15, 20, 30, 40)
EFFORTS: dict[str, tuple[Literal["fast", "full"], ...]] = {
    "fast": ("fast",),
    "full": ("full",),
    "both": ("fast", "full"),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path, nargs="+", metavar="GOLD")
    parser.add_argument("--score", type=Path, action="append", metavar="GOLD", help="else all of them")
    parser.add_argument("--effort", choices=EFFORTS, default="both")
    parser.add_argument("--part", type=int, default=1, metavar="N", help="each N-th line only")
    parser.add_argument("--no-stages", dest="stages", action="store_false", help="without the second table")
    arguments = parser.parse_args()
    wanted = arguments.score or arguments.gold
    if unknown := [str(path) for path in wanted if path not in arguments.gold]:
        parser.error(f"not among the texts: {' '.join(unknown)}")
    with tempfile.TemporaryDirectory() as work:
        text = Path(work, "text.txt")
        with text.open("w", encoding="utf-8", newline="\n") as out:
            for path in arguments.gold:
                out.writelines("".join(line.split()) + "\n" for line in lines_of(path, arguments.part))
        scorer = Scorer(arguments.gold, wanted, arguments.part)
        compare(text, scorer, EFFORTS[arguments.effort])
        if arguments.stages:
            print()
            follow(text, scorer, EFFORTS[arguments.effort][-1])


def lines_of(path: Path, part: int) -> Iterator[str]:
    """Each `part`-th line of a file, from the first."""
    with (lzma.open if path.suffix == ".xz" else open)(path, "rt", encoding="utf-8") as lines:
        yield from islice(lines, 0, None, part)


class Scorer:
    """Scores a segmentation of all texts, line by line: children are measured, so nothing is held."""

    def __init__(self, gold: Sequence[Path], wanted: Sequence[Path], part: int) -> None:
        self._gold, self._wanted, self._part = gold, wanted, part

    @property
    def head(self) -> list[str]:
        return [f"{path.name.split('.')[0]} {name}" for path in self._wanted for name in ("F1", "P", "R")]

    def score(self, segmented: Iterable[str]) -> list[float]:
        """F1, precision and recall of each file that is wanted, in their order."""
        found = {}
        lines = iter(segmented)
        for path in self._gold:
            right = words = cut = 0
            for gold in lines_of(path, self._part):
                line = next(lines, "")
                if "".join(gold.split()) != "".join(line.split()):
                    sys.exit(f"the segmentation is of another text than {path}: {line[:60]}")
                theirs, ours = spans(gold), spans(line)
                right += len(theirs & ours)
                words, cut = words + len(theirs), cut + len(ours)
            precision, recall = right / max(cut, 1), right / max(words, 1)
            found[path] = [2 * right / max(words + cut, 1), precision, recall]
        return [figure for path in self._wanted for figure in found[path]]

    def score_file(self, path: Path) -> list[float]:
        with path.open(encoding="utf-8", newline="\n") as lines:
            return self.score(lines)


def spans(line: str) -> set[tuple[int, int]]:
    """Where the words of a line begin and end, white space not counted."""
    found, at = set(), 0
    for word in line.split():
        found.add((at, at + len(word)))
        at += len(word)
    return found


def compare(text: Path, scorer: Scorer, efforts: Sequence[str]) -> None:
    """Print what the lexicons are worth."""
    work = text.parent
    out, lexicon, segmented, log = work / "out.txt", work / "lexicon.txt", work / "seg.txt", work / "log"
    rows: list[Sequence[object]] = []

    def add(name: str, path: Path, run: Run) -> None:
        rows.append((name, *scorer.score_file(path), f"{run.seconds:.1f}", f"{run.peak_mb:.0f}"))

    def segment(*options: str | Path) -> Run:
        return measure([textmine(), "segment", text, *options], out, log)

    warm = work / "warm.txt"
    warm.write_text("一二三四五，上山打老虎。\n" * 30, encoding="utf-8")
    words = [textmine(), "discover-terms", "--lexicon", lexicon, "-o", work / "terms.tsv"]
    for program in (words, [textmine(), "learn-lexicon", "--effort", "fast"]):
        measure([*program, warm], out, log)  # compiles the kernels, if they are not in the cache yet
    for effort in efforts:
        learn = [textmine(), "learn-lexicon", "--effort", effort, "-o", lexicon, "--segmented", segmented]
        run = measure([*learn, text], None, log)
        segment("--lexicon", lexicon)
        add(f"learn-lexicon --effort {effort}, segment", out, run)
        add(f"learn-lexicon --effort {effort}, --segmented", segmented, run)
    run = measure([*words, text], None, log)
    segment("--lexicon", lexicon)
    add("discover-terms, segment", out, run)
    with text.open(encoding="utf-8") as lines:
        characters = scorer.score(" ".join(line) for line in lines)
    rows.append(("every character a word", *characters, "", ""))
    run = segment("--lexicon", "jieba")
    add("jieba, dictionary and HMM", out, run)
    run = segment("--lexicon", "jieba", "--no-hmm")
    add("jieba, dictionary", out, run)
    print_table(("words", *scorer.head, "seconds", "MB"), rows)


def follow(text: Path, scorer: Scorer, effort: Literal["fast", "full"]) -> None:
    """Print code lengths and scores in the course of learning."""
    import numpy as np
    from numpy.typing import NDArray

    from textmine.terms.learn_lexicon import PRICE, START_LENGTH, LearnedWords, Settings, train
    from textmine.terms.learning.model import SegmentationModel
    from textmine.terms.learning.units import split_units

    raw = text.read_text(encoding="utf-8")
    units = split_units(raw)
    settings = Settings(effort)
    model = SegmentationModel(units, settings.max_length, START_LENGTH, settings.seed, None)
    rows: list[Sequence[object]] = []

    def add(name: object, code_length: float, begins: NDArray[np.bool_]) -> None:
        cut = b"".join(LearnedWords(raw, units, begins, []).segmented()).decode()
        rows.append((name, f"{code_length:.4f}", *scorer.score(cut.splitlines(keepends=False))))

    add(0, model.code_length(), model.begins)
    for stage in train(model, effort):
        if stage.sweep in STAGES:
            add(stage.sweep, stage.code_length, model.begins)
    model.begins[:] = model.best_cuts(PRICE)
    add("kept", model.code_length(), model.begins)
    print_table(("sweep", "nats a character", *scorer.head), rows)


if __name__ == "__main__":
    main()
