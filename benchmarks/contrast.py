"""Domain terms by contrast: law and books on computing against news and lists of words, two English domains
against each other.

    python benchmarks/contrast.py DATA_DIR

DATA_DIR has law.txt, people-daily-199801.gold.txt, zh.tok (all three may be .xz), thuocl/{law,IT}.txt and
acter/{wind,equi}.txt with their .terms.tsv. The books are the last 110,000 paragraphs of zh.tok, without the
spaces between Chinese characters. Every row is one run of discover-terms, measured by evaluate-terms.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import subprocess
import tempfile
from pathlib import Path

from common import measure, print_table, textmine

BOOKS = 110_000
INNER_SPACE = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
CHINESE = (
    ("order of counts", ["--sort", "count"]),
    ("score", []),
    ("score, --reject default", ["--reject", "default"]),
    ("against NEWS", ["--background", "NEWS"]),
    ("against NEWS and jieba", ["--background", "NEWS", "--background", "jieba"]),
    ("against jieba", ["--background", "jieba"]),
    ("against wordfreq:zh", ["--background", "wordfreq:zh"]),
    ("against NEWS, --rank keyness", ["--background", "NEWS", "--rank", "keyness"]),
    ("against NEWS, --sort g2", ["--background", "NEWS", "--sort", "g2"]),
    ("against NEWS, --sort ratio", ["--background", "NEWS", "--sort", "ratio"]),
    ("against NEWS, --rank termhood", ["--background", "NEWS", "--rank", "termhood"]),
)
ENGLISH = (
    ("order of counts", ["--sort", "count"]),
    ("score", []),
    ("score, --reject default", ["--reject", "default"]),
    ("against the other", ["--background", "OTHER"]),
    ("against the other, --rank keyness", ["--background", "OTHER", "--rank", "keyness"]),
    ("against the other, --rank termhood", ["--background", "OTHER", "--rank", "termhood"]),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    data = parser.parse_args().data
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        law, books, news = work / "law.txt", work / "books.txt", work / "news.txt"
        law.write_bytes(read(data / "law.txt"))
        paragraphs = read(data / "zh.tok").decode().splitlines(keepends=True)[-BOOKS:]
        books.write_text(INNER_SPACE.sub("", "".join(paragraphs)), encoding="utf-8")
        news.write_bytes(read(data / "people-daily-199801.gold.txt").replace(b" ", b""))
        for text, listed in ((law, "law"), (books, "IT")):
            rows = []
            for name, options in CHINESE:
                options = [str(news) if option == "NEWS" else option for option in options]
                gold = data / "thuocl" / f"{listed}.txt"
                found, seconds = evaluated(text, options, gold, work, ["--at", "500,1000", "--lower"])
                first, second = found["precision", 500], found["precision", 1000]
                rows.append((name, first, second, f"{found['average precision']:.5f}", seconds))
            print_table((listed, "P@500", "P@1,000", "average precision", "seconds"), rows)
        for domain, other in (("wind", "equi"), ("equi", "wind")):
            acter = data / "acter"
            rows = []
            for name, options in ENGLISH:
                options = [str(acter / f"{other}.txt") if option == "OTHER" else option for option in options]
                gold = acter / f"{domain}.terms.tsv"
                found, _ = evaluated(acter / f"{domain}.txt", options, gold, work, ["--lower"])
                rows.append((name, f"{found['f1 at gold size']:.3f}", f"{found['average precision']:.3f}"))
            print_table((domain, "F1 at gold size", "average precision"), rows)


def read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else lzma.decompress(Path(f"{path}.xz").read_bytes())


def evaluated(
    text: Path, options: list[str], gold: Path, work: Path, how: list[str]
) -> tuple[dict[object, float], str]:
    """What evaluate-terms says, by measure (precision by measure and number of terms), and seconds."""
    ranked = work / "terms.tsv"
    run = measure([textmine(), "discover-terms", text, "--quiet", "--output", ranked, *options])
    command = [textmine(), "evaluate-terms", ranked, "--gold", gold, "--format", "jsonl", *how]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[object, float] = {}
    for row in map(json.loads, answer.splitlines()):
        found[row["measure"]] = found[row["measure"], row["terms"]] = row["value"]
    return found, f"{run.seconds:.1f}"


if __name__ == "__main__":
    main()
