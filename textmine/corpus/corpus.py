"""A body of text of any size, read from anywhere, again and again."""

from __future__ import annotations

import itertools
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from textmine.corpus.blocks import Block, Document, DocumentKind, newline_offsets, record_blocks, text_blocks
from textmine.corpus.encoding import Errors, Tally, check_encoding, decode, looks_binary
from textmine.corpus.formats import Format, csv_records, format_of, jsonl_records, parquet_records
from textmine.corpus.normalise import Normalisation, normalised, normaliser
from textmine.corpus.sources import STDIN, Source, find_sources, read
from textmine.errors import InputError
from textmine.progress import Progress, silent

_DEFAULT_NAME = "text"


class Corpus:
    """The text behind `inputs`: paths, folders, patterns, "-" for standard input (also when there are none).

    `document` says what one document is: a line, a paragraph (blank lines between) or a file; in a format of
    records, a record, a paragraph of a record, or a file. `field` (JSON Lines) and `column` (CSV, TSV,
    Parquet) name where the text is; both are "text" unless given, and a name of use to no source is an error
    unless `names_needed` is False. `normalise` is any of "nfkc", "width" (full
    width to half width) and "lower". Blocks hold at most `block_size` (>= 2) code points. A pipe is copied to
    a temporary file in `tmp_dir` at once, so that it can be read again; the file goes with `close()`, with
    the corpus and with the process.

    `sources` are the streams in reading order and `size` their bytes on disk. After a pass that came to its
    end, `replaced` counts the bytes (or escapes) that became U+FFFD and `skipped` says what held no text:
    name -> reason.

    Raises InputError, here for what cannot be found and from a pass for what cannot be read, decoded or
    parsed, or when there is nothing but white space in it. Counts never depend on `block_size`.

    >>> with tm.Corpus("data/three-kingdoms.txt") as corpus:
    ...     first = next(corpus.documents())
    >>> first.line, first.text[:10]
    (1, '第一回 宴桃园豪杰三')
    """

    def __init__(
        self,
        inputs: str | Path | Sequence[str | Path],
        *,
        document: DocumentKind = "line",
        encoding: str | None = None,
        errors: Errors = "strict",
        format: Format = "auto",
        field: str | None = None,
        column: str | None = None,
        names_needed: bool = True,
        normalise: Sequence[Normalisation] = (),
        block_size: int = 1 << 22,
        on_progress: Progress | None = None,
        tmp_dir: str | Path | None = None,
    ) -> None:
        if block_size < 2:
            raise ValueError("block_size must be at least 2")
        if isinstance(inputs, (str, Path)):
            inputs = [inputs]
        if encoding is not None:
            check_encoding(encoding)
        self._document = document
        self._encoding = encoding
        self._errors = errors
        self._format = format
        self._field = field or _DEFAULT_NAME
        self._column = column or _DEFAULT_NAME
        self.normalise = tuple(normalise)
        self._normalise = normaliser(normalise)
        self._block_size = block_size
        self._on_progress = on_progress or silent
        self._reading: dict[str, Any] = {
            "document": document,
            "encoding": encoding,
            "errors": errors,
            "format": format,
            "field": field,
            "column": column,
            "names_needed": names_needed,
            "normalise": normalise,
            "block_size": block_size,
            "tmp_dir": tmp_dir,
        }
        self.sources, self._passed_over = find_sources(inputs, tmp_dir, self._on_progress)
        self._close = weakref.finalize(self, _close_spools, self.sources)
        try:
            if names_needed:
                check_names([self], field, column)
        except InputError:
            self.close()
            raise
        self.size: int = sum(source.size for source in self.sources)
        self.replaced: int = 0
        self.skipped: dict[str, str] = dict(self._passed_over)

    def alike(self, inputs: Sequence[str | Path], on_progress: Progress | None = None) -> Corpus:
        """Another corpus, which is read in the same way."""
        return Corpus(inputs, on_progress=on_progress or self._on_progress, **self._reading)

    def blocks(self, on_progress: Progress | None = None) -> Iterator[Block]:
        """One pass over the text in blocks. Memory stays within a few blocks, however long a line is.

        `on_progress("reading", done, total)` hears bytes on disk; it takes the place of the corpus's own for
        this pass.
        """
        return (block for block, _ in self._read(on_progress or self._on_progress))

    def documents(self, on_progress: Progress | None = None) -> Iterator[Document]:
        """One pass over the text, a whole document at a time. Memory: a block, its
        documents, and the longest document."""
        pieces: list[str] = []
        source, line = "", 1
        lines: Sequence[int] | None
        for block, lines in self._read(on_progress or self._on_progress):
            starts = block.starts.tolist()
            pieces.append(block.text[: starts[0] if starts else None])
            if not starts:
                continue
            if pieces != [""]:
                yield self._finish("".join(pieces), source, line)
            source = block.source
            first, last = starts[0], starts[-1]
            if self._document == "line" and lines is None:
                # What _finish does, for many at once, since this is how most texts come.
                line = block.line + block.text.count("\n", 0, first)
                texts = block.text[first:last].replace("\r\n", "\n").split("\n")
                lines = range(line, line + len(texts))
                yield from map(Document, texts[:-1], itertools.repeat(source), lines)
            else:
                if lines is None:
                    lines = (block.line + np.searchsorted(newline_offsets(block.text), starts)).tolist()
                for start, end, line in zip(starts, starts[1:], lines, strict=False):
                    yield self._finish(block.text[start:end], source, line)
            pieces, line = [block.text[last:]], lines[-1]
        if pieces:
            yield self._finish("".join(pieces), source, line)

    def close(self) -> None:
        """Delete the temporary files; sources that came through a pipe cannot be read any more."""
        self._close()

    def __enter__(self) -> Corpus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _finish(self, text: str, source: str, line: int) -> Document:
        if self._document == "paragraph":
            stripped = text.lstrip()
            return Document(stripped.rstrip(), source, line + text.count("\n", 0, len(text) - len(stripped)))
        return Document(text.removesuffix("\n").removesuffix("\r"), source, line)

    def _read(self, on_progress: Progress) -> Iterator[tuple[Block, list[int] | None]]:
        tally = Tally()
        skipped = dict(self._passed_over)
        any_text = False
        done = 0
        for source in self.sources:
            skipped[source.name] = "empty"
            report = partial(self._report, on_progress, done)
            reject = partial(skipped.__setitem__, source.name)
            for block, lines in self._source_blocks(source, tally, report, reject):
                skipped.pop(source.name, None)
                any_text = any_text or not block.text.isspace()
                yield block, lines
            done += source.size
            on_progress("reading", done, self.size)
        self.replaced, self.skipped = tally.replaced, skipped
        if not any_text:
            raise self._no_text()

    def _source_blocks(
        self, source: Source, tally: Tally, report: Callable[[int], None], reject: Callable[[str], None]
    ) -> Iterator[tuple[Block, list[int] | None]]:
        kind = format_of(source.name, self._format)
        if kind == "parquet":
            records = parquet_records(source, self._column, self._errors, tally, report)
        else:
            chunks = read(source, report)
            head = next(chunks, b"")
            if source.found and looks_binary(head, self._encoding):
                reject("not text")
                return
            texts = decode(itertools.chain([head], chunks), source.name, self._encoding, self._errors, tally)
            if kind == "text":
                if self._normalise is not None:
                    texts = normalised(texts, self._normalise)
                for block in text_blocks(texts, source.name, self._document, self._block_size):
                    yield block, None
                return
            if kind == "jsonl":
                records = jsonl_records(texts, source.name, self._field, self._errors, tally)
            else:
                records = csv_records(texts, source.name, self._column, "csv" if kind == "csv" else "tsv")
        if self._normalise is not None:
            normalise = self._normalise
            records = ((line, normalise(text)) for line, text in records)
        yield from record_blocks(records, source.name, self._document, self._block_size)

    def _report(self, on_progress: Progress, before: int, position: int) -> None:
        on_progress("reading", min(before + position, self.size), self.size)

    @property
    def formats(self) -> set[Format]:
        """Of the sources."""
        return {format_of(source.name, self._format) for source in self.sources}

    def _no_text(self) -> InputError:
        names = [source.name for source in self.sources]
        if names == [STDIN]:
            return InputError("standard input holds no text", "pipe text in, or name files or folders")
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        reasons = ", ".join(f"{count} {reason}" for reason, count in Counter(self.skipped.values()).items())
        return InputError(
            f"there is no text in {shown}" + (f" ({reasons})" if reasons else ""),
            "give files with text in them",
        )


def check_names(corpora: Iterable[Corpus], field: str | None, column: str | None) -> None:
    """Raise InputError for a name that no source has a use for: the text would be read as something else."""
    kinds = set[Format]().union(*(corpus.formats for corpus in corpora))
    if field is not None and "jsonl" not in kinds:
        raise InputError(
            f"no input is JSON Lines, so there is no field {field!r}", "say that `format` is jsonl"
        )
    if column is not None and not kinds & {"csv", "tsv", "parquet"}:
        raise InputError(
            f"no input is a table, so there is no column {column!r}", "say that `format` is csv or tsv"
        )


def _close_spools(sources: Sequence[Source]) -> None:
    for source in sources:
        if source.spool is not None:
            source.spool.close()
