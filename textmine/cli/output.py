"""The one writer: rows in any format, to standard output or a file, whole or absent."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal, TextIO, TypeAlias, TypeVar

import typer

from textmine.cli import streams
from textmine.cli.cells import ESCAPES, number_text, plain, text_of
from textmine.cli.progress import make_way
from textmine.files import compressed, may_be_written, plain_ending, written

Item = TypeVar("Item")
RowFormat: TypeAlias = Literal["table", "record", "tsv", "csv", "jsonl"]

ENDINGS: dict[str, RowFormat] = {".tsv": "tsv", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
MANY = 20  # columns that an error names
TSV_SPECIAL = re.compile(r"[\\\t\n\r]")


def write_rows(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    show: Sequence[str] | None = None,
    format: RowFormat | None = None,
    bom: bool = False,
    output: Path | None = None,
    spare: Sequence[str] = (),
) -> None:
    """Write `rows`, whose cells stand in the order of `columns`, under one heading.

    `show` names the columns that are written, in its order; else all are. Without `format` the ending of
    `output` decides, then: a table on a terminal, TSV elsewhere. `bom` puts a byte order mark first. `spare`
    are columns that a table does without first where a terminal is too narrow for all.

    A cell is a string, a number (of numpy too), a bool or None (empty); floats have up to 6 significant
    digits in every format. A list or tuple of strings is joined by " | ", but stays a list in JSON Lines, and
    has a line a string in records. TSV escapes tab, line feed, carriage return and backslash with a
    backslash. JSON has no number that is not finite: there it is null. All formats but the table stream.

    Raises InputError when `output` cannot be written, BadParameter when `show` names no column of these.
    """
    if show is not None:
        check_show(show, columns)
        places = [columns.index(name) for name in show]
        columns, rows, spare = show, ([row[place] for place in places] for row in rows), ()
    with open_output(output) as stream:
        format = format or format_of(output, stream)
        rows = _arriving(rows, stream, format == "table")
        if bom:
            stream.write("\ufeff")
        if format in ("table", "record"):
            from textmine.cli.table import write_records, write_table

            if format == "table":
                write_table(stream, columns, rows, spare)
            else:
                write_records(stream, columns, rows)
        elif format == "csv":
            csv.writer(_LineFeeds(stream)).writerows(map(text_of, row) for row in chain((columns,), rows))
        elif format == "jsonl":
            for row in rows:
                record = {name: _json(cell) for name, cell in zip(columns, row, strict=True)}
                stream.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
        else:
            for row in chain((columns,), rows):
                stream.write(_tsv_line(row))


def format_of(output: Path | None, stream: TextIO) -> RowFormat:
    """The format where none is asked for: by the ending of `output`, of standard output by what it is."""
    if output is not None:
        return ENDINGS.get(plain_ending(output), "tsv")
    return "table" if stream.isatty() else "tsv"


def check_show(show: Sequence[str], columns: Sequence[str], needs: Mapping[str, str] | None = None) -> None:
    """Refuse columns that these rows do not have, with the option that one `needs` to be there."""
    for name in show:
        if name in columns:
            continue
        if needs is not None and name in needs:
            raise typer.BadParameter(f"--show {name} needs {needs[name]}")
        listed = ", ".join(columns if len(columns) <= MANY else (*columns[:MANY], "...", columns[-1]))
        raise typer.BadParameter(f"there is no column {name!r}, but {listed}{_meant(name, columns)}")


def refuse_bom(options: Mapping[str, Any]) -> None:
    """A byte order mark says something to programs that open CSV and TSV, and spoils other formats."""
    if options.get("bom"):
        output = options["output"]
        format = options["format"] or format_of(output, sys.stdout)
        array = output is not None and output.suffix.lower() == ".npy"
        if array or format not in ("csv", "tsv"):
            what = "an array" if array else "JSON Lines" if format == "jsonl" else f"a {format}"
            raise typer.BadParameter(f"--bom goes with csv and tsv, and these are {what}; say --format csv")


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
    if not may_be_written(path):
        raise typer.BadParameter(f"you may not write {path}; choose another place, or check its permissions")
    return path


def _tsv_line(row: Sequence[object]) -> str:
    """The cells with a tab between them; rows of plain numbers, of which there are most, at once."""
    plain = _plain_row(tuple(map(type, row)))
    if plain is not None:
        line = plain % tuple(row)
        if "-" not in line and "e+" not in line:  # for these number_text has a rule
            return line
    return "\t".join(map(_tsv_text, row)) + "\n"


@cache
def _plain_row(kinds: tuple[type, ...]) -> str | None:
    """What formats a row of cells of these types, None where it takes more than that."""
    formats = {int: "%d", float: "%.6g"}
    return "\t".join(formats[kind] for kind in kinds) + "\n" if formats.keys() >= set(kinds) else None


def _tsv_text(cell: object) -> str:
    text = text_of(cell)
    return TSV_SPECIAL.sub(lambda match: ESCAPES[match[0]], text) if TSV_SPECIAL.search(text) else text


def _meant(name: str, columns: Sequence[str]) -> str:
    """The column whose name is nearest, as a question."""
    from difflib import get_close_matches

    near = get_close_matches(name.lower().replace("-", "_"), columns, 1)
    return f"; did you mean {near[0]}?" if near else ""


def _json(cell: object) -> object:
    cell = plain(cell)
    if isinstance(cell, float):
        rounded = float(number_text(cell))
        return rounded if abs(rounded) != float("inf") and rounded == rounded else None
    return [_json(part) for part in cell] if isinstance(cell, (list, tuple)) else cell
