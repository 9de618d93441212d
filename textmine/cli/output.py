"""The one writer: rows as a table, TSV, CSV or JSON Lines, to standard output or a file, whole or absent."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal, TextIO, TypeAlias, TypeVar

import typer

from textmine.cli import streams
from textmine.cli.progress import make_way
from textmine.files import compressed, plain_ending, written

Item = TypeVar("Item")
RowFormat: TypeAlias = Literal["table", "tsv", "csv", "jsonl"]

ENDINGS: dict[str, RowFormat] = {".tsv": "tsv", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}
TSV_SPECIAL = re.compile(r"[\\\t\n\r]")
TERMINAL_SPECIAL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # a corpus must not be able to steer the terminal


def write_rows(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    format: RowFormat | None = None,
    output: Path | None = None,
) -> None:
    """Write `rows`, whose cells stand in the order of `columns`, under one heading.

    Without `format` the ending of `output` decides, then: a table on a terminal, TSV elsewhere. A cell is a
    string, a number (of numpy too), a bool or None (empty); floats have up to 6 significant digits in every
    format. A list or tuple of strings is joined by " | ", and stays a list in JSON Lines. TSV escapes tab,
    line feed, carriage return and backslash with a backslash. JSON has no number that is not finite: there it
    is null. All formats but the table stream.

    Raises InputError when `output` cannot be written.
    """
    with open_output(output) as stream:
        if format is None:
            fallback: RowFormat = "table" if stream.isatty() else "tsv"
            format = fallback if output is None else ENDINGS.get(plain_ending(output), "tsv")
        rows = _arriving(rows, stream, format == "table")
        if format == "table":
            _write_table(stream, columns, rows)
        elif format == "csv":
            csv.writer(_LineFeeds(stream)).writerows(map(_text, row) for row in chain((columns,), rows))
        elif format == "jsonl":
            for row in rows:
                record = {name: _json(cell) for name, cell in zip(columns, row, strict=True)}
                stream.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
        else:
            for row in chain((columns,), rows):
                stream.write(_tsv_line(row))


def write_pieces(pieces: Iterable[bytes], *, output: Path | None = None) -> None:
    """Write text, UTF-8 in pieces of any size, to standard output or whole to `output`.

    Raises InputError when `output` cannot be written.
    """
    with open_output(output) as stream:
        for piece in _arriving(pieces, stream):
            stream.buffer.write(piece)


def _arriving(rows: Iterable[Item], stream: TextIO, all_at_once: bool = False) -> Iterator[Item]:
    """The rows, which the line of progress makes way for where somebody may see them; the first of them, or
    all, are made before anything is written."""
    made = list(rows) if all_at_once else list(islice(rows := iter(rows), 1))
    if not streams.is_file(stream):
        make_way()
    return iter(made) if all_at_once else chain(made, rows)


class _LineFeeds:
    """The csv module's rows ended by a line feed; told to do so, it would not quote a carriage return."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, line: str) -> None:
        self.stream.write(line.removesuffix("\r\n") + "\n")


@contextmanager
def open_output(output: Path | None) -> Iterator[TextIO]:
    """Standard output as UTF-8 whatever the locale says, or `output` through `atomic_writer`."""
    if output is not None:
        with atomic_writer(output) as stream:
            yield stream
        return
    stdout: TextIOWrapper = sys.stdout  # type: ignore[assignment]
    stdout.reconfigure(encoding="utf-8", newline="\n")
    yield stdout


@contextmanager
def atomic_writer(path: str | Path) -> Iterator[TextIO]:
    """Open `path` for UTF-8 text with "\\n" line ends so that it is whole or untouched.

    The text goes to a file beside it, which takes the name (and the permissions) of `path` when the block
    ends well and is removed otherwise. A link keeps pointing where it did; a device or a pipe is written
    directly. A name such as x.gz has the text compressed.

    Raises InputError when the file cannot be created there.
    """
    with written(path) as binary, compressed(binary, path) as pressed:
        stream = TextIOWrapper(pressed, encoding="utf-8", newline="\n")
        yield stream
        stream.flush()
        stream.detach()


def output_path(path: Path | None) -> Path | None:
    """The check of all options that name a file to write (see endings, which are their callbacks): a wrong
    place is told before the work, not after it."""
    if path is None:
        return path
    if str(path) == "-":
        raise typer.BadParameter("this does not go to standard output (-); name a file")
    try:
        folder, place = path.is_dir(), path.absolute().parent.is_dir()
    except OSError as error:
        raise typer.BadParameter(f"{str(path)[:40]}...: {error.strerror}") from None
    if folder:
        raise typer.BadParameter(f"{path} is a folder; name a file in it")
    if not place:
        raise typer.BadParameter(f"there is no folder {path.parent}; make it first or choose another")
    return path


def _plain(cell: object) -> Any:
    """numpy's scalars as Python's, told by their method so that numpy need not be imported."""
    return cell.item() if hasattr(cell, "item") else cell


def _tsv_line(row: Sequence[object]) -> str:
    """The cells with a tab between them; rows of plain numbers, of which there are most, at once."""
    plain = _plain_row(tuple(map(type, row)))
    if plain is not None:
        line = plain % tuple(row)
        if "-" not in line and "e+" not in line:  # for these _number has a rule
            return line
    return "\t".join(map(_tsv_text, row)) + "\n"


@cache
def _plain_row(kinds: tuple[type, ...]) -> str | None:
    """What formats a row of cells of these types, None where it takes more than that."""
    formats = {int: "%d", float: "%.6g"}
    return "\t".join(formats[kind] for kind in kinds) + "\n" if formats.keys() >= set(kinds) else None


def _tsv_text(cell: object) -> str:
    text = _text(cell)
    return TSV_SPECIAL.sub(lambda match: ESCAPES[match[0]], text) if TSV_SPECIAL.search(text) else text


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return _number(cell)
    cell = _plain(cell)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, (list, tuple)):
        return " | ".join(map(_text, cell))
    return str(cell)


def _number(value: float) -> str:
    """Up to 6 significant digits; from 10^6 to 10^15 all digits before the point instead of an exponent."""
    if 1e6 <= abs(value) < 1e15:
        return f"{value:.0f}"
    return f"{value + 0.0:.6g}"  # + 0.0 turns -0.0 into 0.0


def _json(cell: object) -> object:
    cell = _plain(cell)
    if isinstance(cell, float):
        rounded = float(_number(cell))
        return rounded if abs(rounded) != float("inf") and rounded == rounded else None
    return [_json(part) for part in cell] if isinstance(cell, (list, tuple)) else cell


def _write_table(stream: TextIO, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """One line a row, numbers to the right; a row wider than the window is left to the terminal to wrap."""
    from rich.cells import cell_len  # East Asian characters take two places

    cells = [[_plain(cell) for cell in row] for row in rows]
    lines = [list(columns), *([visible(_text(cell)) for cell in row] for row in cells)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    numbers = [
        all(isinstance(cell, (int, float, type(None))) for cell in column)
        for column in zip(*cells, strict=True)
    ]
    for line in lines:
        padded = ""
        for text, width, number in zip(line, widths, numbers or [False] * len(columns), strict=True):
            space = " " * (width - cell_len(text))
            padded += (space + text if number else text + space) + "  "
        stream.write(padded.rstrip(" ") + "\n")


def visible(text: str) -> str:
    """The text with escapes in the place of what a terminal would obey."""
    return TERMINAL_SPECIAL.sub(lambda match: ESCAPES.get(match[0]) or f"\\x{ord(match[0]):02x}", text)
