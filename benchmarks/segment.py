"""How fast does `textmine segment` cut text into words, against jieba and rjieba in the same run?

    python benchmarks/segment.py TEXT [--words 50000] [--jieba-mb 4] [--runs 3]

TEXT is a UTF-8 file of Chinese text. The lexicon is made here: the most frequent words of jieba's
dictionary. Each row is a process of its own that reads TEXT, cuts it line by line and writes the words
split by spaces: wall time with start-up, the best of the runs. jieba is 30 times slower and gets the first
megabytes of TEXT only. Then the trie by itself: longest-match walks from every position, one thread.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from common import measure, print_table, textmine

PEER = """
import sys, {name}
with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        sys.stdout.write(" ".join({name}.{function}(line)))
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path, metavar="TEXT")
    parser.add_argument("--words", type=int, default=50_000, help="size of the lexicon")
    parser.add_argument("--jieba-mb", type=float, default=4, help="how much of TEXT jieba gets, in MB")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        lexicon, part, out = Path(work, "lexicon.txt"), Path(work, "part.txt"), Path(work, "out.txt")
        lexicon.write_text(
            "".join(f"{word} {count}\n" for word, count in frequent(arguments.words)), encoding="utf-8"
        )
        with arguments.text.open("rb") as source:
            whole_lines = source.read(int(arguments.jieba_mb * 1e6)).rpartition(b"\n")[0]
        part.write_bytes(whole_lines + b"\n")
        segment = [textmine(), "segment", "--lexicon"]
        rjieba = [sys.executable, "-c", PEER.format(name="rjieba", function="cut")]
        jieba = [sys.executable, "-c", PEER.format(name="jieba", function="cut")]
        commands: list[tuple[str, list[str | Path], Path, int]] = [
            (
                f"textmine segment, {arguments.words:,} words",
                [*segment, lexicon],
                arguments.text,
                arguments.runs,
            ),
            ("textmine segment --lexicon jieba", [*segment, "jieba"], arguments.text, arguments.runs),
            ("rjieba", [*rjieba], arguments.text, arguments.runs),
            ("jieba", [*jieba], part, 1),
        ]
        measure([*segment, lexicon, part], out)  # compiles the kernels, if they are not in the cache yet
        rows = []
        for name, command, text, runs in commands:
            seconds = min(measure([*command, text], out, Path(work, "log")).seconds for _ in range(runs))
            size = text.stat().st_size / 1e6
            rows.append((name, f"{size:.1f}", f"{seconds:.2f}", f"{size / seconds:.1f}"))
        print_table(("program", "MB", "seconds", "MB/s"), rows)
    walk(arguments.text, arguments.words)


def frequent(size: int) -> list[tuple[str, int]]:
    """The `size` most frequent words of jieba's dictionary with their counts."""
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        sys.exit("jieba is not installed here")
    lines = Path(spec.origin).with_name("dict.txt").read_text(encoding="utf-8").splitlines()
    entries = (line.split(" ") for line in lines)
    counted = sorted(((word, int(count)) for word, count, _ in entries), key=lambda entry: -entry[1])
    return list(islice(((word, count) for word, count in counted if count > 0), size))


def walk(path: Path, size: int) -> None:
    """Print how fast a trie of the lexicon is built and walked."""
    import numpy as np

    from textmine.kernels.trie import build_trie, longest_matches

    words = [word for word, _ in frequent(size)]
    units = np.frombuffer("".join(words).encode("utf-32-le"), np.int32)
    offsets = np.cumsum([0, *map(len, words)], dtype=np.int64)
    codes = np.frombuffer(path.read_text(encoding="utf-8").encode("utf-32-le"), np.uint32)
    found = np.empty(codes.size, np.int32)
    build, walked = [], []
    for _ in range(5):
        start = time.perf_counter()
        trie = build_trie(units, offsets)
        middle = time.perf_counter()
        longest_matches(codes, *trie, found)
        build.append(middle - start)
        walked.append(time.perf_counter() - middle)
    print(
        f"\ntrie of {len(words):,} words: built in {min(build) * 1e3:.1f} ms, "
        f"walked at {codes.size / min(walked) / 1e6:.0f} M positions/s"
    )


if __name__ == "__main__":
    main()
