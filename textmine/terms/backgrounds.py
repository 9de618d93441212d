"""Backgrounds as a person names them: lists of words, files of `textmine background`, and texts."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from textmine.corpus.corpus import Corpus
from textmine.corpus.scripts import Unit
from textmine.corpus.sources import expand
from textmine.errors import InputError
from textmine.memory import return_free_memory
from textmine.progress import Progress, part, silent
from textmine.terms.background import (
    BLOCK,
    Background,
    ListBackground,
    TextBackground,
    count_background,
    is_named,
    named_background,
)
from textmine.words.lexicon import Lexicon

BackgroundSource: TypeAlias = Background | str | os.PathLike[str]
"""A background, or what names one: "jieba", "wordfreq:CODE", a file of `textmine background` or of words with
their counts, or else a text (`Corpus`)."""
OnBackground: TypeAlias = Callable[[str, Background, "Corpus | None"], None]

COUNTED = re.compile(rb"\S(?:.*\S)?[ \t]+[0-9]+(?:[ \t]+[a-z]{1,5})?")


def read_backgrounds(
    sources: Sequence[BackgroundSource],
    like: Corpus | None = None,
    *,
    unit: Unit = "auto",
    max_length: int | None = None,
    memory: int | None = None,
    tmp_dir: str | Path | None = None,
    threads: int | None = None,
    on_progress: Progress = silent,
    on_background: OnBackground | None = None,
) -> list[Background]:
    """What the sources stand for. All texts among them are one background, read as `like` is and counted by
    `count_background` with the options here.

    `on_background(name, background, corpus)` hears each that comes from files, for texts with their corpus.
    Raises InputError for a file whose text was normalised in another way, and what reading raises.
    """
    found: list[Background] = []
    files: list[str] = []
    texts: list[str] = []
    normalise = () if like is None else like.normalise
    for source in sources:
        if not isinstance(source, (str, os.PathLike)):
            found.append(source)
        elif is_named(str(source)):
            found.append(named_background(str(source)))
        else:
            files += [str(source)] if str(source) == "-" else map(str, expand(Path(source)))
    tell = on_background or (lambda name, background, corpus: None)
    for file in files:
        if _is_archive(Path(file)):
            loaded = TextBackground.load(file)
            _check_spelling(file, loaded.header["normalise"], normalise)
            tell(file, loaded, None)
            found.append(loaded)
        elif _is_list(Path(file)):
            words = ListBackground(file, Lexicon.load(file))
            tell(file, words, None)
            found.append(words)
        else:
            texts.append(file)
    if texts:
        listen = part(on_progress, "background")
        if like is None:
            opened = Corpus(texts, block_size=BLOCK, tmp_dir=tmp_dir, on_progress=listen)
        else:
            opened = like.alike(texts, listen)
        with opened as corpus:
            counted = count_background(
                corpus,
                unit=unit,
                max_length=max_length,
                normalise=normalise,
                memory=memory,
                tmp_dir=tmp_dir,
                threads=threads,
                on_progress=listen,
            )
        tell(" ".join(texts), counted, corpus)
        found.append(counted)
    return_free_memory()
    return found


def _check_spelling(source: str, theirs: Sequence[str], ours: Sequence[str]) -> None:
    if set(theirs) != set(ours):
        how = " ".join(f"`normalise` {name}" for name in theirs) or "no `normalise`"
        raise InputError(f"{source} was written with {how}", "use the same for both")


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
