"""Records with text in them: JSON Lines, CSV, TSV and Parquet."""

from __future__ import annotations

import csv
import importlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, TypeAlias

from textmine.corpus.encoding import Errors, Tally, clean
from textmine.corpus.sources import Source
from textmine.errors import InputError

Format: TypeAlias = Literal["auto", "text", "jsonl", "csv", "tsv", "parquet"]

_COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zstd")
_BY_ENDING: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}
_PARQUET_ROWS = 1024


def format_of(name: str, format: Format) -> Format:
    """`format`, or for "auto" the one that the ending of `name` says (before that of a compression), else
    text."""
    if format != "auto":
        return format
    name = name.lower()
    for ending in _COMPRESSED:
        name = name.removesuffix(ending)
    return next((kind for ending, kind in _BY_ENDING.items() if name.endswith(ending)), "text")


def jsonl_records(
    chunks: Iterable[str], name: str, field: str, errors: Errors, tally: Tally
) -> Iterator[tuple[int, str]]:
    """`(line, text)` of each object's `field`; empty lines are passed over, null is an empty text.

    Raises InputError with file and line for broken JSON, for what is not an object and for a field that is
    missing or not a text.
    """
    for number, line in enumerate(_lines(chunks), 1):
        if line.isspace():
            continue
        where = f"{name}, line {number}"
        try:
            record = json.loads(line.rstrip("\r\n"))
        except json.JSONDecodeError as error:
            raise InputError(
                f"{where}: broken JSON ({error.msg}, column {error.colno})", "mend that line"
            ) from error
        except (ValueError, RecursionError) as error:
            raise InputError(f"{where}: JSON that cannot be read ({error})", "mend that line") from error
        if not isinstance(record, dict):
            raise InputError(f"{where}: not a JSON object", 'give one object a line, like {"text": "..."}')
        if field not in record:
            raise _missing(f"{where} has no field", field, list(record), "field")
        text = _text(record[field], f"{where}: field {field!r}")
        yield number, clean(text, where, errors, tally) if "\\u" in line else text


def csv_records(
    chunks: Iterable[str], name: str, column: str, kind: Literal["csv", "tsv"]
) -> Iterator[tuple[int, str]]:
    """`(line, text)` of each row's `column`; the first row names the columns and blank lines are passed over.

    CSV is quoted as in RFC 4180; TSV has no quotes (a quotation mark is an ordinary character). Raises
    InputError with file and line for broken quotes and for rows that are longer or shorter than the first.
    """
    csv.field_size_limit(2**31 - 1)  # a text may well be longer than the 128 KB that csv allows otherwise
    rows = (
        csv.reader(_lines(chunks), strict=True)
        if kind == "csv"
        else csv.reader(_lines(chunks), delimiter="\t", quoting=csv.QUOTE_NONE)
    )
    header: list[str] = []
    index = 0
    line = 1
    try:
        for row in rows:
            if not row:
                pass
            elif not header:
                header = row
                if column not in header:
                    raise _missing(f"{name} has no column", column, header, "column")
                index = header.index(column)
            elif len(row) != len(header):
                raise InputError(
                    f"{name}, line {line}: {len(row)} columns, where the first row has {len(header)}",
                    "mend that row (quote a text with commas or newlines in it)"
                    if kind == "csv"
                    else "mend that row",
                )
            else:
                yield line, row[index]
            line = rows.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{name}, line {line}: broken {kind.upper()} ({error})", "mend the quotes there"
        ) from error


def parquet_records(
    source: Source, column: str, errors: Errors, tally: Tally, on_position: Callable[[int], None]
) -> Iterator[tuple[int, str]]:
    """`(row, text)` of each row's `column`, rows counted from 1; null is an empty text."""
    try:
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise InputError(
            f"{source.name} is Parquet, which needs pyarrow",
            "install it (pip install pyarrow) or give JSON Lines or CSV",
        ) from error
    arrow: Any = importlib.import_module("pyarrow")
    row = 0
    with source.open() as stream:
        try:
            file = parquet.ParquetFile(stream)
            if column not in file.schema_arrow.names:
                raise _missing(f"{source.name} has no column", column, file.schema_arrow.names, "column")
            for batch in file.iter_batches(batch_size=_PARQUET_ROWS, columns=[column]):
                on_position(stream.tell())
                for value in batch.column(0).to_pylist():
                    row += 1
                    where = f"{source.name}, row {row}"
                    yield row, clean(_text(value, f"{where}: column {column!r}"), where, errors, tally)
        except (arrow.ArrowException, OSError) as error:
            raise InputError(
                f"{source.name} is not Parquet that can be read ({error})", "write it again"
            ) from error


def _lines(chunks: Iterable[str]) -> Iterator[str]:
    pending: list[str] = []
    for chunk in chunks:
        first, newline, rest = chunk.partition("\n")
        pending.append(first + newline)
        if newline:
            yield "".join(pending)
            *lines, last = rest.split("\n")
            for line in lines:
                yield line + "\n"
            pending = [last]
    if line := "".join(pending):
        yield line


def _text(value: object, where: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    raise InputError(f"{where} holds {type(value).__name__}, not text", "name one that holds text")


def _missing(what: str, wanted: str, names: list[str], kind: str) -> InputError:
    shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    return InputError(
        f"{what} {wanted!r}", f"choose a {kind} that it has: {shown}" if names else "it has none"
    )
