"""Every command at every combination of ends: are the rows those of a run without a terminal? And is the
table on a wide terminal, cell by cell?

python -m tests.terminal.matrix                       all of it, some twenty minutes
python -m tests.terminal.matrix discover-terms score  some commands
python -m tests.terminal.matrix --sizes short --out file --err terminal

Prints a line a fault and a line of sums; exits with 1 where there is a fault.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.terminal.cases import SIZES, Case, Material, Size
from tests.terminal.ends import STDERR, STDOUT, End, Ran, run
from tests.terminal.tables import cells, unescaped
from textmine.cli.cells import visible
from textmine.cli.wrap import INDENT

# Two programs run side by side, and each would have as many threads of BLAS wait for each other as there are
# processors.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "COLUMNS": ""}
WIDE = 400  # columns, in which every table has room
LOGGED = b"progress: "  # how the plain lines of progress begin


@dataclass
class Trial:
    """One command, and what it does with pipes at both ends."""

    case: Case
    folder: Path

    @property
    def made(self) -> Path:
        return self.folder / f"made{self.case.ending}"

    @cached_property
    def plain(self) -> Ran:
        """The run that all others are held against."""
        return self.start("pipe", "pipe")

    @cached_property
    def file(self) -> bytes:
        """What it writes to a file."""
        self.start("pipe", "pipe", to_file=True)
        return self.made.read_bytes()

    def start(self, out: End, err: End, *, to_file: bool = False) -> Ran:
        """A run, with the rows as TSV; `to_file`: by --output."""
        case = self.case
        more: list[str | Path] = ["--format", "tsv"] if case.rows and not case.plain else []
        if to_file or not case.rows:
            self.made.unlink(missing_ok=True)
            more += ["--output", self.made]
        line = case.line(*more)
        return run(line, out=out, err=err, stdin=case.stdin, environment=ENVIRONMENT)

    def table_faults(self) -> Iterator[str]:
        """What is wrong with the table on a terminal that is wide enough for it, its columns turned round."""
        names, *rows = (line.split("\t") for line in self.plain.out.decode().splitlines())
        asked = ",".join(reversed(names))
        line = self.case.line("--show", asked)
        ran = run(line, out="terminal", stdin=self.case.stdin, environment=ENVIRONMENT, size=(24, WIDE))
        shown = cells(line.decode() for line in ran.shown)
        wanted = [[visible(unescaped(cell)).strip(" ") for cell in reversed(row)] for row in (names, *rows)]
        if ran.code or shown != wanted:
            yield f"exit {ran.code}, {len(shown)} lines of a table, not {len(wanted)}"
            yield from (f"{a}, not {b}" for a, b in zip(shown, wanted, strict=False) if a != b)

    def faults(self, out: End, err: End) -> Iterator[str]:
        """What is wrong at these ends, a line each."""
        if out == "closed" and self.case.rows:
            yield from self._refused(err)
        to_file = out == "closed" or not self.case.rows
        ran = self.start(out, err, to_file=to_file)
        if ran.code != self.plain.code:
            yield f"exit {ran.code}, not {self.plain.code}"
        if to_file and (not self.made.exists() or self.made.read_bytes() != self.file):
            yield "the file is not what it should be"
        rows = b"" if to_file else self.plain.out
        if out in ("file", "pipe") and ran.out != rows:
            yield f"{len(ran.out)} bytes of rows, not {len(rows)}"
        shown = ran.shown
        if out == "terminal":
            shown, lost = without(shown, rows.splitlines())
            if lost:
                yield f"{lost} of {len(rows.splitlines())} rows are not on the terminal"
        remarks = told(self.plain.err.splitlines())
        if err in ("file", "pipe") and told(ran.err.splitlines()) != remarks:
            yield f"remarks: {ran.err[-300:]!r}"
        if err == "terminal" and unwrapped(shown) != remarks:
            yield f"remarks on the terminal: {shown[-3:]!r}"
        if err != "terminal" and shown:
            yield f"on the terminal besides: {shown[-3:]!r}"
        if ran.is_left_over or b"\x1b" in b"".join(ran.shown):
            yield "something of the progress is left on the terminal"

    def _refused(self, err: End) -> Iterator[str]:
        """Rows that have nowhere to go: an error before the work, and no rows elsewhere."""
        ran = self.start("closed", err)
        said = ran.err + b"".join(ran.shown)
        if ran.code != 1 or b"Traceback" in said or (self.plain.out and self.plain.out in said):
            yield f"closed: exit {ran.code}, {said[-200:]!r}"
        if err not in ("full", "closed") and b"standard output is closed" not in b" ".join(said.split()):
            yield f"closed: told only {said[-200:]!r}"


def told(lines: Sequence[bytes]) -> list[bytes]:
    """The remarks, without progress."""
    return [line for line in lines if not line.startswith(LOGGED)]


def unwrapped(shown: Sequence[bytes]) -> list[bytes]:
    """The remarks on a terminal, each a line again."""
    whole: list[bytes] = []
    for line in shown:
        if whole and line.startswith(INDENT.encode()):
            whole[-1] += b" " + line.removeprefix(INDENT.encode())
        else:
            whole.append(line)
    return whole


def without(shown: Sequence[bytes], rows: Sequence[bytes]) -> tuple[list[bytes], int]:
    """The lines of the terminal that are no rows, and how many rows are not there, in their order."""
    left: list[bytes] = []
    place = 0
    for line in shown:
        if place < len(rows) and line == rows[place]:
            place += 1
        else:
            left.append(line)
    return left, len(rows) - place


def main(arguments: list[str]) -> int:
    """Run what is asked for; 1 where there was a fault."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("commands", nargs="*")
    parser.add_argument("--sizes", nargs="*", choices=SIZES, default=SIZES)
    parser.add_argument("--out", nargs="*", choices=STDOUT, default=STDOUT)
    parser.add_argument("--err", nargs="*", choices=STDERR, default=STDERR)
    parser.add_argument("--times", type=int, default=1, help="how often each is tried")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        material = Material(Path(folder))
        trials: list[tuple[Size, Case]] = [
            (size, case)
            for size in given.sizes
            for case in material.cases(size)
            if not given.commands or case.name in given.commands
        ]
        begun = time.monotonic()

        def tried(at: int) -> tuple[int, int]:
            size, case = trials[at]
            place = Path(folder) / str(at)
            place.mkdir()
            trial = Trial(case, place)
            before, done, bad = time.monotonic(), 0, 0
            for out in given.out:
                for err in given.err:
                    for _ in range(given.times):
                        done += 1
                        faults = list(trial.faults(out, err))
                        bad += bool(faults)
                        for fault in faults:
                            print(f"{case.name} ({size}), out {out}, err {err}: {fault}", flush=True)
            if case.rows and not case.plain:
                done += 1
                faults = list(trial.table_faults())
                bad += bool(faults)
                for fault in faults:
                    print(f"{case.name} ({size}), as a table: {fault}", flush=True)
            seconds = time.monotonic() - before
            print(f"{case.name} ({size}): {done} runs, {bad} with faults, {seconds:.0f} s", flush=True)
            return done, bad

        with ThreadPoolExecutor(2) as pool:
            sums = list(pool.map(tried, range(len(trials))))
    done, bad = (sum(column) for column in zip(*sums, strict=True))
    minutes = (time.monotonic() - begun) / 60
    combinations = len(given.out) * len(given.err)
    print(f"{len(trials)} command lines x {combinations} combinations x {given.times}, and tables: ", end="")
    print(f"{done} trials, {bad} with faults, {minutes:.1f} minutes")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
