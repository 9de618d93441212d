"""Other text to hold a text against, as the option --background names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from textmine.cli.completion import name_or_file
from textmine.cli.remarks import counted, tell_losses

if TYPE_CHECKING:
    from textmine.cli.progress import Reporter
    from textmine.corpus import Corpus
    from textmine.terms.background import Background
    from textmine.terms.backgrounds import OnBackground

BackgroundOption: TypeAlias = Annotated[
    list[str],
    typer.Option(
        "--background",
        default_factory=list,
        metavar="FILE|GLOB|NAME",
        autocompletion=name_or_file("jieba"),
        help="Hold terms against text, a file of textmine background, a list, jieba or wordfreq:CODE.",
        show_default=False,
    ),
]


def teller(report: Reporter) -> OnBackground:
    """What says on standard error which backgrounds there are."""

    def tell(name: str, background: Background, corpus: Corpus | None) -> None:
        from textmine.terms.background import ListBackground, TextBackground

        if corpus is not None:
            tell_losses(corpus, report)
        if isinstance(background, ListBackground):
            report.note(f"background: {name}, a list of {counted(len(background), 'word')}")
        elif isinstance(background, TextBackground):
            header = background.header
            units, longest = (
                counted(number, header["kind"]) for number in (header["units"], background.offsets.size - 1)
            )
            report.note(
                f"background: {name}, {units}; what it has fewer than {header['min_count']} times, or is "
                f"longer than {longest}, is not in it"
            )

    return tell
