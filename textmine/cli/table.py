"""Rows for people: a table that fits its terminal, or each row as lines.

Only on a terminal is anything cut, left out or coloured; in a file or a pipe all of it stands as it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from textmine.cli import streams
from textmine.cli.cells import cut, plain, text_of, visible, width
from textmine.cli.wrap import wrapped

GAP = "  "
RULE = "─"
ENOUGH, LEAST = 40, 20  # places of a text that a spare column makes room for, and that any column does
NAMED = 8  # columns left out that are named
BOLD, DIM = 1, 2  # as ANSI has them


@dataclass(eq=False)
class Column:
    """The cells under one name as text; `number`: all that are not empty are numbers."""

    name: str
    texts: list[str]
    number: bool
    width: int

    def least(self, room: int, text: int = LEAST) -> int:
        """Places it cannot do without, `text` of them for a longer text; numbers and names are never cut,
        unless for a window of no use."""
        return self.width if self.number else min(self.width, max(width(self.name), text), room)

    def padded(self, text: str) -> str:
        """The text in the column's width, cut to it if it is longer; numbers to the right."""
        text = cut(text, self.width)
        space = " " * (self.width - width(text))
        return space + text if self.number else text + space


def write_table(
    stream: TextIO, columns: Sequence[str], rows: Iterable[Sequence[object]], spare: Sequence[str] = ()
) -> None:
    """A line of names, a rule, and a line a row, with the decimal points of a column under each other.

    A table that is wider than its terminal has its longer texts cut. If they would be cut too short, columns
    are left out, and named below: those of `spare` in this order, then from the last on.
    """
    cells = [[plain(cell) for cell in row] for row in rows]
    made = [_column(name, [row[place] for row in cells]) for place, name in enumerate(columns)]
    room = streams.columns(stream) or 80 if stream.isatty() else None
    kept = made if room is None else _fitting(made, room, spare)
    paint = _painter(stream)
    stream.write(paint(BOLD, _line(column.padded(column.name) for column in kept)) + "\n")
    stream.write(paint(DIM, _line(RULE * column.width for column in kept)) + "\n")
    for place in range(len(cells)):
        stream.write(_line(column.padded(column.texts[place]) for column in kept) + "\n")
    left = [column.name for column in made if column not in kept]
    if left and room is not None:
        for line in wrapped(_foot(left), room):
            stream.write(paint(DIM, line) + "\n")


def write_records(stream: TextIO, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Each row under a rule with its number, a line a cell behind the name of its column; of a list, a line a
    part. Nothing is cut."""
    paint = _painter(stream)
    indent = max(map(width, columns)) + len(GAP)
    for number, row in enumerate(rows, 1):
        stream.write(paint(DIM, f"{4 * RULE} {number} {4 * RULE}") + "\n")
        for name, cell in zip(columns, row, strict=True):
            parts = cell if isinstance(cell, (list, tuple)) and cell else [cell]
            label = paint(DIM, name) + " " * (indent - width(name))
            for part in parts:
                stream.write(f"{label}{visible(text_of(part))}".rstrip(" ") + "\n")
                label = " " * indent


def _column(name: str, cells: list[object]) -> Column:
    texts = [visible(text_of(cell)) for cell in cells]
    kinds = {type(cell) for cell in cells} - {type(None)}
    number = bool(kinds) and kinds <= {int, float}
    if number:
        texts = _pointed(texts)
    return Column(name, texts, number, max(map(width, (name, *texts))))


def _pointed(texts: list[str]) -> list[str]:
    """Numbers with blanks behind them, so that ends that are aligned align the points; where one has an
    exponent, the ends alone."""
    tails = [len(text) - text.find(".") if "." in text else 0 for text in texts]
    longest = max(tails)
    if any("e" in text for text in texts):
        return texts
    return [text and text + " " * (longest - tail) for text, tail in zip(texts, tails, strict=True)]


def _fitting(made: list[Column], room: int, spare: Sequence[str]) -> list[Column]:
    """The columns that `room` is enough for, with the widths that they get there."""
    kept = {column.name: column for column in made}
    for names, text in ((spare, ENOUGH), (list(reversed(kept)), LEAST)):
        for name in names:
            if len(kept) == 1 or _total(column.least(room, text) for column in kept.values()) <= room:
                break
            kept.pop(name, None)
    fitting = list(kept.values())

    def widths(level: int) -> list[int]:
        """The wider texts are cut to the level, as far as they may be."""
        return [max(min(column.width, level), column.least(room)) for column in fitting]

    level = next((level for level in range(room, 0, -1) if _total(widths(level)) <= room), 1)
    for column, places in zip(fitting, widths(level), strict=True):
        column.width = places
    return fitting


def _total(widths: Iterable[int]) -> int:
    each = list(widths)
    return sum(each) + len(GAP) * (len(each) - 1)


def _line(texts: Iterable[str]) -> str:
    return GAP.join(texts).rstrip(" ")


def _foot(left: list[str]) -> str:
    more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
    return (
        f"left out for want of room: {', '.join(left[:NAMED])}{more} "
        "(--show chooses columns; --format record or a pipe has all)"
    )


def _painter(stream: TextIO) -> Callable[[int, str], str]:
    """What puts text in a style, if the stream goes to a terminal that knows styles and nobody minds them."""
    if os.environ.get("NO_COLOR") or streams.is_plain(stream):
        return lambda style, text: text
    return lambda style, text: f"\x1b[{style}m{text}\x1b[0m"
