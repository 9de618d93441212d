"""What stands for a text in Python: a path, several, texts in memory, or a corpus."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TypeAlias, cast

from textmine.corpus.corpus import Corpus
from textmine.errors import InputError
from textmine.progress import Progress, silent

TextSource: TypeAlias = Corpus | str | os.PathLike[str] | Iterable[str] | Iterable[os.PathLike[str]]
"""A string or a path alone names a file, a folder or a glob (`Corpus`), "-" standard input; paths in an
iterable name several. Strings in an iterable are texts, a document each. A corpus says besides how files are
read."""

BLOCK = 1 << 20  # code points of text at once
NAME = "<texts>"  # of texts that are given, in errors


@contextmanager
def corpus_of(
    source: TextSource, *, tmp_dir: str | Path | None = None, on_progress: Progress = silent
) -> Iterator[Corpus]:
    """The corpus that `source` is, or one that is closed behind the block.

    Texts are copied to a temporary file in `tmp_dir`, so that they can be read again and again. Raises
    InputError as `Corpus` does, where there are no texts, and where each of them is the name of a file.
    """
    if isinstance(source, Corpus):
        yield source
        return
    if isinstance(source, (str, os.PathLike)):
        source = [Path(source)]
    items = iter(source)
    first = next(items, None)
    if first is None:
        raise InputError("there are no texts", "give some, or the path of a file")
    items = chain([first], items)
    if not isinstance(first, str):
        named = list(items)
        if any(isinstance(item, str) for item in named):
            raise _mixed()
        paths = [Path(cast("os.PathLike[str]", item)) for item in named]
        with Corpus(paths, block_size=BLOCK, tmp_dir=tmp_dir, on_progress=on_progress) as corpus:
            yield corpus
        return
    with tempfile.TemporaryDirectory(prefix="textmine-", dir=tmp_dir) as directory:
        file = Path(directory) / "texts"
        _write(cast("Iterator[str]", items), file, on_progress)
        with Corpus([file], format="jsonl", block_size=BLOCK, on_progress=on_progress) as corpus:
            corpus.sources = [replace(one, name=NAME) for one in corpus.sources]
            yield corpus


def _write(texts: Iterator[str], path: Path, on_progress: Progress) -> None:
    """The texts as JSON Lines, in which a text may have lines of its own."""
    named = True
    with path.open("wb") as file:
        for number, text in enumerate(texts, 1):
            if not isinstance(text, str):
                raise _mixed()
            line = json.dumps({"text": text}, ensure_ascii=False) + "\n"
            try:
                file.write(line.encode())
            except UnicodeEncodeError:
                raise InputError(
                    f"text {number} has half a character in it (a surrogate)", "mend it"
                ) from None
            named = named and _is_file(text)
            on_progress("spooling", file.tell(), None)
    if named:
        raise InputError(f"{text!r} is the name of a file, not a text", "give files as pathlib.Path")


def _mixed() -> InputError:
    return InputError("texts and paths stand side by side", "give texts alone, or paths alone")


def _is_file(text: str) -> bool:
    try:
        return len(text) < 4096 and os.path.isfile(text)  # noqa: PTH113
    except ValueError:  # a null character
        return False
