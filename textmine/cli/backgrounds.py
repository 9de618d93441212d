"""Other text to hold a text against, as the option --background names it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from textmine.cli.completion import name_or_file
from textmine.cli.remarks import counted, tell_losses
from textmine.errors import InputError

if TYPE_CHECKING:
    from textmine.cli.progress import Reporter
    from textmine.terms.background import Background, TextBackground

COUNTED = re.compile(rb"\S(?:.*\S)?[ \t]+[0-9]+(?:[ \t]+[a-z]{1,5})?")

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


def read_backgrounds(
    sources: list[str],
    report: Reporter,
    *,
    corpus_options: dict[str, Any],
    **counting: Any,
) -> list[Background]:
    """What the option's values name: lists of words, by name or as files with a word and its count a line,
    files of `textmine background`, and all else together as text, read with `corpus_options` and counted with
    `counting`.

    Raises InputError for a file whose text was normalised in another way, and what reading raises.
    """
    from textmine.corpus import Corpus
    from textmine.corpus.sources import expand
    from textmine.memory import return_free_memory
    from textmine.terms.background import (
        ListBackground,
        TextBackground,
        count_background,
        is_named,
        named_background,
    )
    from textmine.words.lexicon import Lexicon

    found: list[Background] = []
    texts = []
    files: list[str] = []
    for source in sources:
        if is_named(source):
            found.append(named_background(source))
        else:
            files += [source] if source == "-" else map(str, expand(source))
    for source in files:
        if _is_archive(Path(source)):
            loaded = TextBackground.load(source)
            _check_spelling(source, loaded.header["normalise"], corpus_options["normalise"])
            _tell(source, loaded, report)
            found.append(loaded)
        elif _is_list(Path(source)):
            words = ListBackground(source, Lexicon.load(source))
            report.note(f"background: {source}, a list of {counted(len(words), 'word')}")
            found.append(words)
        else:
            texts.append(source)
    if texts:
        heard = {"on_progress": report.part("background")}
        with Corpus(texts, **corpus_options | heard) as corpus:
            background = count_background(corpus, normalise=corpus_options["normalise"], **counting | heard)
        tell_losses(corpus, report)
        _tell(" ".join(texts), background, report)
        found.append(background)
    return_free_memory()
    return found


def _check_spelling(source: str, theirs: list[str], ours: list[str]) -> None:
    if set(theirs) != set(ours):
        how = " ".join(f"--normalise {name}" for name in theirs) or "no --normalise"
        raise InputError(f"{source} was written with {how}", "use the same for both")


def _tell(name: str, background: TextBackground, report: Reporter) -> None:
    header = background.header
    longest = background.offsets.size - 1
    report.note(
        f"background: {name}, {counted(header['units'], header['kind'])}; what it has fewer than "
        f"{header['min_count']} times, or is longer than {counted(longest, header['kind'])}, is not in it"
    )


def _is_archive(path: Path) -> bool:
    """Whether a file begins as those of `textmine background` do, though it may be cut off."""
    return _beginning(path, 4) == b"PK\x03\x04"


def _is_list(path: Path) -> bool:
    """Whether a file is a lexicon or another list with a word and its count on every line."""
    lines = _beginning(path, 1 << 16).split(b"\n")
    lines = [line for line in lines[: max(len(lines) - 1, 1)] if line.strip()]
    return len(lines) > 1 and all(COUNTED.fullmatch(line.strip()) for line in lines)


def _beginning(path: Path, size: int) -> bytes:
    try:
        if not path.is_file():  # a pipe can be read but once
            return b""
        with path.open("rb") as file:
            return file.read(size)
    except OSError:  # what is wrong with it will be said when it is read
        return b""
