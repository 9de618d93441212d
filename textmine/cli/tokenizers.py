"""The option --tokenizer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from textmine.cli.completion import name_or_file
from textmine.cli.options import INPUT
from textmine.cli.remarks import tell_compiling
from textmine.words.tokenizers import NAMES

if TYPE_CHECKING:
    from textmine.cli.progress import Reporter
    from textmine.vectors.model import WordVectors

METAVAR = "|".join((*NAMES, "FILE"))
complete_tokenizer = name_or_file(*NAMES)

AsTrainedOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--tokenizer",
        metavar=METAVAR,
        autocompletion=complete_tokenizer,
        help="How text is cut into words; a file is a lexicon. Else as the .npz tells, or whitespace.",
        show_default=False,
        rich_help_panel=INPUT,
    ),
]


def as_trained(tokenizer: str | None, vectors: WordVectors, report: Reporter) -> str:
    """The option's value, else what the header of the vectors says; a file named there may be another now."""
    if tokenizer is None:
        tokenizer = str(vectors.header.get("tokenizer", "whitespace"))
        if tokenizer not in NAMES:
            report.note(
                f"the text of the vectors was cut by the lexicon {tokenizer}: cut this one with it, too "
                "(--tokenizer FILE); now words are what stands between white space"
            )
            tokenizer = "whitespace"
    if tokenizer not in NAMES:
        tell_compiling(report)
    return tokenizer
