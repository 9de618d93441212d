"""Does the cost of `textmine discover-terms` grow linearly, and does its memory stay flat?

    python benchmarks/scaling.py LAW_TXT [--copies 1 4 16] [--memory 400M] [--share .2] [--work FOLDER]

Runs on 1, 4 and 16 copies of the text, each at the same --memory, then on one file that is a single 50 MB
line.

Plain copies would bring no new n-gram and lift every rare one over the minimum count. So each copy after
the first writes a share of the Chinese characters differently: of every class of characters of like
frequency (the same power of two), a random share drawn for that copy is rotated, each member written as the
next. Frequencies of characters and the text's structure stay, while n-grams that touch a changed character
are new. With a share of .2, 4 and 16 copies of a sixteenth of the law text have 2.6 and 8.7 times as many
distinct 4-grams and 4.4 and 20 times as many that are seen five times or more; the law text itself, 2.8 and
7.9, 4.0 and 15.

The files are written in pieces by a child process, so that numpy's memory is not in the figures. They need
21 times the text's size under --work (default: the system's temporary folder).
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from common import discover, print_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PIECE = 1 << 20  # characters
LINE_BYTES = 50_000_000


def write_copies(text: Path, targets: dict[Path, int], share: float, seed: int = 0) -> None:
    """Into each target its number of copies; a longer one starts with the shorter one's bytes."""
    import numpy as np

    codes = np.frombuffer(text.read_text(encoding="utf-8").encode("utf-32-le"), dtype=np.uint32)
    counts = np.bincount(codes)
    generator = np.random.default_rng(seed)
    tables = [np.arange(len(counts), dtype=np.uint32)]
    tables += [variation(counts, share, generator) for _ in range(max(targets.values()) - 1)]
    for target, copies in targets.items():
        with target.open("wb") as out:
            for table in tables[:copies]:
                for start in range(0, len(codes), PIECE):
                    out.write(table[codes[start : start + PIECE]].tobytes().decode("utf-32-le").encode())


def variation(counts: NDArray[np.int64], share: float, generator: np.random.Generator) -> NDArray[np.uint32]:
    """A table from code point to code point that rotates a random `share` of each frequency class."""
    import numpy as np

    table = np.arange(len(counts), dtype=np.uint32)
    chinese = np.flatnonzero(counts[: 0x9FFF + 1])
    chinese = chinese[chinese >= 0x4E00]
    classes = np.log2(counts[chinese]).astype(int)
    for frequency_class in np.unique(classes):
        members = chinese[classes == frequency_class]
        changed = members[generator.random(len(members)) < share]
        table[changed] = np.roll(changed, 1)
    return table


def write_line(text: Path, target: Path) -> None:
    """The first 50 MB of `text` in one line, a space for each line break."""
    with text.open("rb") as source:
        head = source.read(LINE_BYTES).decode(errors="ignore")
    target.write_text(" ".join(head.split()) + "\n", encoding="utf-8")


def in_child(function: Callable[..., None], *arguments: object) -> None:
    child = multiprocessing.get_context("spawn").Process(target=function, args=arguments)
    child.start()
    child.join()
    if child.exitcode:
        raise SystemExit(child.exitcode)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path, metavar="LAW_TXT")
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--memory", default="400M", help="the same bound for every size")
    parser.add_argument(
        "--share", type=float, default=0.2, help="of the characters that a copy writes differently"
    )
    parser.add_argument("--work", type=Path, help="where the temporary folder for the copies goes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.work) as work:
        rows, line = Path(work, "rows.tsv"), Path(work, "line.txt")
        inputs = {Path(work, f"{copies}.txt"): copies for copies in arguments.copies}
        in_child(write_copies, arguments.text, inputs, arguments.share)
        in_child(write_line, arguments.text, line)
        discover(next(iter(inputs)), rows)  # compiles the kernels
        table: list[tuple[object, ...]] = []
        first = 0.0
        for name, path in [(f"{copies} x", path) for path, copies in inputs.items()] + [("one line", line)]:
            run = discover(path, rows, "--memory", arguments.memory)
            megabytes = path.stat().st_size / 1e6
            pace = run.seconds / megabytes
            first = first or pace
            with rows.open("rb") as found:
                count = sum(1 for _ in found) - 1
            peak = round(run.peak_mb)
            table.append(
                (name, f"{megabytes:.0f}", run.seconds, f"{pace:.4f}", pace / first, peak, f"{count:,}")
            )
            path.unlink()
    print_table(("text", "MB", "seconds", "s/MB", "times the first", "peak MB", "terms"), table)
    print(f"targets: s/MB within 1.5 times the first; peak flat, under {arguments.memory}")


if __name__ == "__main__":
    main()
