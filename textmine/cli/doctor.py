"""`textmine doctor`: is everything there that textmine needs, and is it in order?"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from textmine.cli.bundles import Writing
from textmine.cli.help import Entry, Page
from textmine.cli.options import QuietOption, show_option
from textmine.cli.progress import Reporter, make_way
from textmine.cli.remarks import counted

if TYPE_CHECKING:
    from textmine.cli.checks import Check

COLUMNS = ("check", "state", "value", "advice")
STAGES = {"compiling": 1.0}


def doctor(
    *,
    warm: Annotated[
        bool,
        typer.Option(
            "--warm", help="First compile all kernels, which takes a minute or two, so that no run has to."
        ),
    ] = False,
    writing: Annotated[Writing, show_option(COLUMNS)],
    quiet: QuietOption = False,
) -> None:
    """Say whether everything is in order: versions, machine, compiled kernels, optional packages.

    A row is what was looked at, its state, what was found, and what to do about it. The state is ok, note
    (it works, but there is something to know) or broken: then the exit code is 1. On a terminal rows come in
    groups by state, unless --format, --show or --output ask for rows.

    Kernels are the inner loops, which are compiled for the machine when they are first called, and kept on
    its disk. --warm runs the commands on a tiny text so that all are.

    Examples:

        textmine doctor

        textmine doctor -o report.tsv
    """
    from textmine.cli.checks import checks

    with Reporter(quiet=quiet, stages=STAGES) as report:
        if warm:
            _compile_all(report)
        found = list(checks())
        broken = sum(check.state == "broken" for check in found)
        if writing.output is None and writing.show is None and writing.format is None and sys.stdout.isatty():
            make_way()
            print(_told(found), end="")
        else:
            writing.rows(COLUMNS, found)
        if broken:
            report.note(f"{counted(broken, 'check')} broken; the rows say what to do")
            raise typer.Exit(1)


def _compile_all(report: Reporter) -> None:
    """As `warm` does, once: how many kernels that left is kept beside them, and fewer are there when any of
    their sources has changed."""
    from textmine import kernels
    from textmine.cli.warm import warm

    before = kernels.compiled()
    kept = kernels.folder() / "compiled-by-doctor"
    with suppress(OSError):
        if before and kept.read_text() == str(before):
            report.note(f"{counted(before, 'kernel')} compiled, all of them before")
            return
    warm(report)
    after = kernels.compiled()
    with suppress(OSError):
        kept.write_text(str(after))
    report.note(f"{counted(after, 'kernel')} compiled, {after - before} of them now")


def _told(found: Iterable[Check]) -> str:
    """The rows for a person, whole in a window of any width: what is broken last, where the eye is."""
    groups: dict[str, list[Entry]] = {"In order": [], "Good to know": [], "Broken": []}
    titles = dict(zip(("ok", "note", "broken"), groups, strict=True))
    for check in found:
        told = [check.value.split(), check.advice.split()]
        groups[titles[check.state]].append((check.check, [words for words in told if words]))
    page = Page()
    page.panels(groups)
    return page.text()
