"""What the benchmark scripts share: running textmine as a child, timing children, printing tables."""

from __future__ import annotations

import csv
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """Wall seconds and peak resident memory (MB of 10^6 bytes) of one child process."""

    seconds: float
    peak_mb: float


def textmine() -> str:
    """The `textmine` command installed beside this interpreter, else the one on PATH."""
    beside = Path(sys.executable).with_name("textmine")
    command = str(beside) if beside.exists() else shutil.which("textmine")
    if command is None:
        sys.exit("there is no textmine command here; install the package into this environment first")
    return command


def measure(
    command: Sequence[str | Path],
    output: Path | None = None,
    errors: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Run:
    """Run `command` to its end, stdout into `output`, stderr into `errors`; stop the script if it fails.

    The kernel counts what the parent held when it forked into the child's peak, so scripts
    that measure memory must not load a corpus themselves.
    """
    devnull = Path(os.devnull)
    with (output or devnull).open("wb") as out, (errors or devnull).open("wb") as err:
        start = time.perf_counter()
        child = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err if errors else None,
            env={**os.environ, **env} if env else None,
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"exit code {child.returncode} from: {' '.join(map(str, command))}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_maxrss * unit / 1e6)


def median(runs: Sequence[Run]) -> Run:
    """The median time of the runs beside their highest peak."""
    return Run(statistics.median(run.seconds for run in runs), max(run.peak_mb for run in runs))


def discover(text: Path, output: Path, *options: str) -> Run:
    """`textmine discover-terms TEXT OPTIONS`, its rows as TSV into `output`."""
    return measure([textmine(), "discover-terms", text, *options], output)


def terms(rows: Path) -> list[str]:
    """The `term` column of a TSV file that discover-terms wrote, in its order."""
    with rows.open(encoding="utf-8", newline="") as lines:
        return [row["term"] for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


def cell(value: object) -> str:
    """A figure below 1 with three decimals and no leading zero, others with two."""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.3f}".removeprefix("0") if value < 1 else f"{value:.2f}"


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A Markdown table with aligned columns."""
    body = [[cell(value) for value in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(head), *body]) for i in range(len(head))]
    for row in [list(head), ["-" * width for width in widths], *body]:
        print("| " + " | ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)) + " |")
    sys.stdout.flush()
