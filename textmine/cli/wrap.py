"""Lines broken at spaces, for a terminal; textwrap takes every character for as wide as any other."""

from __future__ import annotations

from textmine.cli.cells import width

INDENT = "  "  # of what goes on from the line before, which is how the next remark is told from it


def wrapped(line: str, columns: int | None) -> list[str]:
    """The line in pieces that are narrower than `columns`, broken at single spaces alone: joined by a space,
    less the indent, they are the line again. What has no spaces and is wider than a line, as Chinese may be,
    is left to the terminal; so is everything where `columns` is None or hardly holds a word.
    """
    if columns is None or columns < 20 or width(line) < columns:
        return [line]
    pieces = [""]
    used = 0
    for place, word in enumerate(line.split(" ")):
        wide = width(word)
        if place and used + 1 + wide >= columns and len(INDENT) + wide < columns:
            pieces.append(INDENT + word)
            used = len(INDENT) + wide
        else:
            pieces[-1] += " " * (place > 0) + word
            used += (place > 0) + wide
    return pieces
