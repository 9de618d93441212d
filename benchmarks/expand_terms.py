"""What widening by meaning is worth: seeds drawn from a list of a domain's terms, the others to be found.

    python benchmarks/expand_terms.py DATA_DIR [--only law] [--draws 10] [--seeds 20] [--discover "OPTION .."]
        [--train "COMMAND .."]

DATA_DIR holds law.txt.xz, zh.tok.xz, thuocl/ and acter/. Texts: law; mixed, which is zh.tok without its
spaces (laws, news, technical books); ACTER's wind and equi, small ones. Of each the terms are those of
`textmine discover-terms`, by which the text is cut and trained on once, and the gold lists THUOCL's or
ACTER's. Then `--seeds` words are drawn from the terms that are in the gold list, `--draws` times, the draw's
number being its random seed; they are taken off the ranked list and off the gold list.

AP is the average precision of all terms, in the order of discover-terms and of `expand-terms --all`. "Of
possible" is its share of what it would be with all right terms first: gold lists have terms that the text has
not. "Reached" is what the walk with its default options reaches, "right" the part of it that is in the gold
list. All figures are means over the draws.

`--discover`: options of discover-terms, such as "--background jieba". `--train`: vectors by another command,
such as "train-word2vec --window 8", to compare with those that expand-terms trains; terms of several words
have none then.
"""

from __future__ import annotations

import argparse
import csv
import lzma
import random
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from common import Run, discover, measure, print_table, terms, textmine
from quality import acter_gold, unpack

HEAD = (
    "text",
    "gold",
    "in both",
    "order",
    "AP",
    "of possible",
    "P@100",
    "P@500",
    "P@1,000",
    "reached",
    "right",
)
THUOCL = ("law", "medical", "IT", "caijing")
CUTS = (100, 500, 1000)


def thuocl(path: Path) -> set[str]:
    return {line.split("\t")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()} - {""}


def texts(data: Path, work: Path) -> Iterator[tuple[str, Path, dict[str, set[str]]]]:
    """Name, file and gold lists of each text."""
    lists = {name: thuocl(data / "thuocl" / f"{name}.txt") for name in THUOCL}
    yield "law", unpack(data / "law.txt", work / "law.txt"), lists
    mixed = work / "mixed.txt"
    with (
        lzma.open(data / "zh.tok.xz", "rt", encoding="utf-8") as source,
        mixed.open("w", encoding="utf-8") as joined,
    ):
        joined.writelines(line.replace(" ", "") for line in source)
    yield "mixed", mixed, lists
    for domain in ("wind", "equi"):
        gold = acter_gold(data / "acter" / f"{domain}.terms.tsv")
        yield domain, data / "acter" / f"{domain}.txt", {domain: gold}


def figures(ranked: list[str], gold: set[str]) -> list[float]:
    """AP, AP of what is possible, precision at each cut."""
    right, average = 0, 0.0
    for place, term in enumerate(ranked, 1):
        if term in gold:
            right += 1
            average += right / place
    at = [sum(term in gold for term in ranked[:cut]) / cut for cut in CUTS]
    return [average / len(gold), average / max(right, 1), *at]


def unique(words: list[str]) -> list[str]:
    """Lower case, each once."""
    return list(dict.fromkeys(word.lower() for word in words))


def draw(
    rows: Path, vectors: Path, gold: set[str], seeds: list[str], work: Path
) -> tuple[list[float], list[float], list[float]]:
    """Figures of the order of TERMS and of the walk's; how many the walk reached, and their precision."""
    listed, widened = work / "seeds.txt", work / "widened.tsv"
    listed.write_text("".join(seed + "\n" for seed in seeds), encoding="utf-8")
    command = [
        textmine(),
        "expand-terms",
        rows,
        "--seeds",
        listed,
        "--vectors",
        vectors,
        "--all",
        "--no-seeds",
    ]
    measure(command, widened, work / "log")
    taken = {seed.lower() for seed in seeds}
    left = {term.lower() for term in gold} - taken
    with widened.open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    order = [
        [term for term in unique(listing) if term not in taken]
        for listing in (terms(rows), [row["term"] for row in table])
    ]
    reached = [row["term"].lower() in left for row in table if row["steps"]]
    return (
        figures(order[0], left),
        figures(order[1], left),
        [float(len(reached)), sum(reached) / max(len(reached), 1)],
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--only", action="append", help="this text only (may be given again)")
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--discover", default="", metavar="OPTIONS", help="for discover-terms")
    parser.add_argument("--train", metavar="COMMAND", help="vectors by this command of textmine")
    arguments = parser.parse_args()
    table: list[tuple[object, ...]] = []
    costs: list[tuple[str, Run, Run]] = []
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        for name, text, lists in texts(arguments.data, work):
            if arguments.only and name not in arguments.only:
                continue
            rows, vectors, lexicon = (work / f"{name}.{kind}" for kind in ("tsv", "npz", "lexicon"))
            found = discover(text, rows, "--lexicon", str(lexicon), *arguments.discover.split())
            first = terms(rows)
            start = work / "start.txt"
            start.write_text(first[0] + "\n", encoding="utf-8")
            command = [textmine(), "expand-terms", rows, "--seeds", start, "--corpus", text]
            command += ["--save-vectors", vectors]
            if arguments.train:
                options = ["--tokenizer", lexicon, "--min-count", "2", "-o", vectors]
                command = [textmine(), *arguments.train.split(), text, *options]
            trained = measure(command, work / "out", work / "log")
            costs.append((name, found, trained))
            for gold_name, gold in lists.items():
                pool = sorted(term for term in first if term.lower() in gold or term in gold)
                draws = [
                    draw(rows, vectors, gold, random.Random(n).sample(pool, arguments.seeds), work)
                    for n in range(arguments.draws)
                ]
                before, after, reached = (
                    [statistics.fmean(values) for values in zip(*part, strict=True)]
                    for part in zip(*draws, strict=True)
                )
                table.append((name, gold_name, len(pool), "discover-terms", *map(short, before), "", ""))
                size = f"{reached[0]:.0f}"
                table.append(("", "", "", "expand-terms", *map(short, after), size, short(reached[1])))
    print(f"{arguments.seeds} seeds, means of {arguments.draws} draws\n")
    print_table(HEAD, table)
    print()
    head = ("text", "discover-terms, s", "training and a walk, s", "its peak, MB")
    print_table(head, [(n, f"{d.seconds:.1f}", f"{e.seconds:.1f}", f"{e.peak_mb:.0f}") for n, d, e in costs])


def short(value: float) -> str:
    """AP against lists that are mostly of other texts is small: four decimals."""
    return f"{value:.4f}".removeprefix("0")


if __name__ == "__main__":
    main()
