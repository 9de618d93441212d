"""The option that leaves out what cannot be a term."""

from __future__ import annotations

from typing import Annotated

import typer

RejectOption = Annotated[
    list[str] | None,
    typer.Option(
        "--reject",
        metavar="FILE|default|none",
        help="Leave out what the patterns of a file match, or those of the text's language; again for more.",
    ),
]
