"""Other text to hold a text against, as the option --background names it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from textmine.cli.remarks import counted, tell_losses

if TYPE_CHECKING:
    from textmine.cli.progress import Reporter
    from textmine.terms.background import Background

BackgroundOption: TypeAlias = Annotated[
    list[str],
    typer.Option(
        "--background",
        default_factory=list,
        metavar="FILE|GLOB|NAME",
        help="Hold terms against other text: text, a file of textmine background, jieba or wordfreq:CODE.",
        show_default=False,
    ),
]


def read_backgrounds(
    sources: list[str],
    report: Reporter,
    *,
    corpus_options: dict[str, Any],
    **counting: Any,
) -> list[Background]:
    """What the option's values name: lists of words, files of `textmine background`, and all else together as
    text, read with `corpus_options` and counted with `counting`.

    Raises InputError for a file whose text was normalised in another way, and what reading raises.
    """
    from textmine.corpus import Corpus
    from textmine.errors import InputError
    from textmine.memory import return_free_memory
    from textmine.terms.background import TextBackground, count_background, is_named, named_background

    found: list[Background] = []
    texts = []
    normalise = list(corpus_options["normalise"])
    for source in sources:
        if is_named(source):
            found.append(named_background(source))
        elif _is_archive(Path(source)):
            loaded = TextBackground.load(source)
            if set(loaded.header["normalise"]) != set(normalise):
                how = (
                    " ".join(f"--normalise {name}" for name in loaded.header["normalise"]) or "no --normalise"
                )
                raise InputError(f"{source} was written with {how}", "use the same for both")
            found.append(loaded)
        else:
            texts.append(source)
    if texts:
        with Corpus(texts, **corpus_options) as corpus:
            background = count_background(corpus, normalise=normalise, **counting)
        tell_losses(corpus, report)
        size = counted(background.header["units"], background.header["kind"])
        report.note(f"background: {' '.join(texts)}, {size}")
        found.append(background)
    return_free_memory()
    return found


def _is_archive(path: Path) -> bool:
    """Whether a file begins as those of `textmine background` do, though it may be cut off."""
    try:
        if not path.is_file():  # a pipe can be read but once
            return False
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:  # what is wrong with it will be said when it is read
        return False
