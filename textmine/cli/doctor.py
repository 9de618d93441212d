"""`textmine doctor`: is everything there that textmine needs, and is it in order?"""

from __future__ import annotations

from typing import Annotated

import typer

from textmine.cli.options import FormatOption, OutputOption, QuietOption
from textmine.cli.output import write_rows
from textmine.cli.progress import Reporter
from textmine.cli.remarks import counted

STAGES = {"compiling": 1.0}


def doctor(
    *,
    warm: Annotated[
        bool,
        typer.Option(
            "--warm", help="First compile all kernels, which takes a minute or two, so that no run has to."
        ),
    ] = False,
    format: FormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Say whether everything is in order: versions, machine, compiled kernels, optional packages.

    A row is what was looked at, its state, what was found, and what to do about it. The state is ok, note
    (it works, but there is something to know) or broken: then the exit code is 1.

    Kernels are the inner loops, which are compiled for the machine when they are first called, and kept on
    its disk. --warm runs the commands on a tiny text so that all are.

    Examples:

        textmine doctor

        textmine doctor -o report.tsv
    """
    from textmine.cli.checks import Check, checks

    with Reporter(quiet=quiet, stages=STAGES) as report:
        if warm:
            from textmine import kernels
            from textmine.cli.warm import warm as compile_all

            before = kernels.compiled()
            compile_all(report)
            after = kernels.compiled()
            new = f"{after - before} of them now" if after > before else "all of them before"
            report.note(f"{counted(after, 'kernel')} compiled, {new}")
        found = list(checks())
        broken = sum(check.state == "broken" for check in found)
        write_rows(Check._fields, found, format=format, output=output)
        if broken:
            report.note(f"{counted(broken, 'check')} broken; the rows say what to do")
            raise typer.Exit(1)
