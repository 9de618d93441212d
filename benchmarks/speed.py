"""Time and peak memory of `textmine discover-terms` on one large text, beside a peer in the same run.

    python benchmarks/speed.py LAW_TXT [--runs 3] [--memory 400M] [--python PEER_PYTHON]

Default options, all columns. One run before the measured ones compiles the kernels and warms the file
cache; then the programs take turns, so that a busier minute meets all of them. The bounded run must write
the same bytes as the free one. PEER_PYTHON is the interpreter of an environment with `pip install nlp-zero`,
the fastest of the peers; without it only textmine runs.
"""

from __future__ import annotations

import argparse
import filecmp
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from common import Run, discover, measure, median, print_table

DRIVER = Path(__file__).parent / "peers" / "run_nlp_zero.py"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path, metavar="LAW_TXT")
    parser.add_argument("--runs", type=int, default=3, help="measured runs, of which the median counts")
    parser.add_argument("--memory", default="400M", help="the bound of the second measurement")
    parser.add_argument("--python", metavar="PEER_PYTHON", help="the interpreter that has nlp-zero")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        free_rows, bound_rows = Path(work, "free.tsv"), Path(work, "bound.tsv")
        runs: dict[str, Callable[[], Run]] = {
            "textmine": lambda: discover(arguments.text, free_rows),
            f"textmine --memory {arguments.memory}": lambda: discover(
                arguments.text, bound_rows, "--memory", arguments.memory
            ),
        }
        if arguments.python:
            command = [arguments.python, DRIVER, arguments.text]
            runs["nlp-zero Word_Finder"] = lambda: measure(command, Path(work, "peer.tsv"))
        discover(arguments.text, free_rows)
        rounds = [{name: run() for name, run in runs.items()} for _ in range(arguments.runs)]
        measured = [(name, median([one[name] for one in rounds])) for name in runs]
        same = filecmp.cmp(free_rows, bound_rows, shallow=False)
    free = measured[0][1]
    megabytes = arguments.text.stat().st_size / 1e6
    print_table(
        ("run", "seconds", "MB/s", "peak MB", "times textmine's"),
        [
            (name, run.seconds, megabytes / run.seconds, round(run.peak_mb), run.seconds / free.seconds)
            for name, run in measured
        ],
    )
    print(f"targets: 4 s, 600 MB; a peak under {arguments.memory}; nlp-zero at least 3 times textmine's time")
    print("rows with and without --memory:", "the same bytes" if same else "DIFFERENT BYTES")
    sys.exit(not same)


if __name__ == "__main__":
    main()
