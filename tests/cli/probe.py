"""A program of `textmine`'s making whose commands go wrong on purpose: `python probe.py COMMAND`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Annotated

from textmine.cli import app as program
from textmine.cli.app import app, guard
from textmine.cli.options import (
    BomOption,
    FormatOption,
    Inputs,
    MemoryOption,
    NormaliseOption,
    OutputOption,
    QuietOption,
    Shown,
    ThreadsOption,
    TmpDirOption,
    TopOption,
    show_option,
)
from textmine.cli.output import atomic_writer, write_rows
from textmine.cli.progress import Reporter
from textmine.cli.usage import Command
from textmine.errors import InputError


def options(
    inputs: Inputs,
    *,
    normalise: NormaliseOption,
    memory: MemoryOption = None,
    tmp_dir: TmpDirOption = None,
    threads: ThreadsOption = None,
    top: TopOption = None,
    output: OutputOption = None,
) -> None:
    """Show what was understood."""
    print([inputs, normalise, memory, tmp_dir and str(tmp_dir), threads, top, output and str(output)])


def rows(
    *,
    show: Annotated[Shown | None, show_option(("term", "count"))] = None,
    format: FormatOption = None,
    bom: BomOption = False,
    output: OutputOption = None,
    long: bool = False,
) -> None:
    """A few rows, or a long one."""
    made = (("x" * 1000, 12),) if long else (("三国", 12), ("[bold]tab\there", 3))
    write_rows(("term", "count"), made, show=show, format=format, bom=bom, output=output)


def endless(*, format: FormatOption = None, output: OutputOption = None) -> None:
    """Rows without end."""

    def numbers() -> Iterator[tuple[int, str]]:
        number = 0
        while True:
            number += 1
            yield number, "x" * 1000

    write_rows(("number", "text"), numbers(), format=format, output=output)


def many(*, format: FormatOption = None) -> None:
    """A megabyte of rows."""
    write_rows(("number", "text"), ((number, "x" * 1000) for number in range(1000)), format=format)


def slow() -> None:
    """A row that waits to be written, and a minute."""
    print("a row")
    print("ready", file=sys.stderr, flush=True)
    time.sleep(60)


def wait(path: Path) -> None:
    """Hang in the middle of a file."""
    with atomic_writer(path) as stream:
        stream.write("half of it")
        stream.flush()
        print("ready", flush=True)
        time.sleep(60)


def work(*, quiet: QuietOption = False) -> None:
    """Take a second, in two stages."""
    with Reporter(quiet=quiet, stages={"reading": 1, "counting": 1}) as report:
        for stage in ("reading", "counting"):
            for step in range(60):
                report(stage, step * 10**6, 60 * 10**6)
                time.sleep(0.01)
            report.note(f"done {stage} [bold]")
    write_rows(("stages",), ((2,),))


def broken(*, crash: bool = False) -> None:
    """An error, or a bug, in the middle of the progress."""
    with Reporter() as report:
        for step in range(80):
            report("reading", step, 100)
            time.sleep(0.01)
        if crash:
            raise ZeroDivisionError("the bug")
        raise InputError("the file ends in the middle", "fetch it again")


def stream(*, output: OutputOption = None) -> None:
    """Rows without end, made while there is progress."""
    with Reporter() as report:

        def numbers() -> Iterator[tuple[int, str]]:
            for number in count(1):
                report("reading", number, None)
                if number < 80:
                    time.sleep(0.01)
                else:
                    yield number, "x" * 1000

        write_rows(("number", "text"), numbers(), output=output)


def wrong() -> None:
    """What the user can put right."""
    raise InputError("there is no file x.txt", "check the name")


def memory(*, memory: MemoryOption = None) -> None:
    """No memory left."""
    raise MemoryError


def unbounded() -> None:
    """No memory left, and no option to bound it."""
    raise MemoryError


def bug() -> None:
    """What nobody thought of."""
    raise ZeroDivisionError("the bug")


COMMANDS = (
    options,
    rows,
    endless,
    many,
    slow,
    wait,
    work,
    broken,
    stream,
    wrong,
    memory,
    unbounded,
    bug,
)


def main() -> None:
    """The program with these commands as well."""
    before = [*app.registered_commands]
    for command in COMMANDS:
        app.command(command.__name__, cls=Command)(guard(command))
    try:
        program.main()
    finally:
        app.registered_commands[:] = before


if __name__ == "__main__":
    main()
