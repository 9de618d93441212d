"""Reading tables back: what stands in which cell, by the extents of the rule."""

from __future__ import annotations

import re
from collections.abc import Iterable

from wcwidth import iter_graphemes, wcswidth

STYLE = re.compile(r"\x1b\[\d*m")
PLAIN = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\\\": "\\"}


def cells(lines: Iterable[str]) -> list[list[str]]:
    """The names and the cells of each row, without the blanks around them."""
    names, rule, *rows = (STYLE.sub("", line) for line in lines)
    spans = [match.span() for match in re.finditer("─+", rule)]
    return [["".join(places(line)[start:end]).strip(" ") for start, end in spans] for line in (names, *rows)]


def places(line: str) -> list[str]:
    """What stands at each place of a line; nothing at the second of a wide character."""
    found = [""]  # for marks without a character to stand on
    for grapheme in iter_graphemes(line):
        taken = wcswidth(grapheme)
        if taken:
            found += [grapheme, *[""] * (taken - 1)]
        else:
            found[-1] += grapheme
    return [found[0] + found[1], *found[2:]] if len(found) > 1 else found


def unescaped(cell: str) -> str:
    """The text of a cell of TSV."""
    return re.sub(r"\\.", lambda match: PLAIN[match[0]], cell)
