"""The option that leaves out what cannot be a term."""

from __future__ import annotations

from typing import Annotated

import typer

from textmine.cli.completion import name_or_file

RejectOption = Annotated[
    list[str] | None,
    typer.Option(
        "--reject",
        metavar="FILE|default|none",
        autocompletion=name_or_file("default", "none"),
        help="Leave out what patterns of a file match, or of the language (default with --background).",
    ),
]
