"""Cells as text: what is in them, and the places that takes on a terminal.

A place is a terminal's column. East Asian wide characters take two, combining marks and what joins characters
none, as wcwidth has it. Characters whose width is ambiguous (the ellipsis is one) are taken for narrow.
"""

from __future__ import annotations

import re
from typing import Any

ELLIPSIS = "…"
ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}
# What a terminal would obey, and a corpus must not say: control characters; what breaks a line or turns its
# direction, and would carry other cells along.
STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def plain(cell: object) -> Any:
    """numpy's scalars as Python's, told by their method so that numpy need not be imported."""
    return cell.item() if hasattr(cell, "item") else cell


def text_of(cell: object) -> str:
    """The cell as text; nothing for None, up to 6 significant digits of a float, lists with " | " between."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return number_text(cell)
    cell = plain(cell)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, (list, tuple)):
        return " | ".join(map(text_of, cell))
    return str(cell)


def number_text(value: float) -> str:
    """Up to 6 significant digits; from 10^6 to 10^15 all digits before the point instead of an exponent."""
    if 1e6 <= abs(value) < 1e15:
        return f"{value:.0f}"
    return f"{value + 0.0:.6g}"  # + 0.0 turns -0.0 into 0.0


def visible(text: str) -> str:
    """The text with escapes in the place of what a terminal would obey."""
    return STEERING.sub(lambda match: ESCAPES.get(match[0]) or _escaped(ord(match[0])), text)


def width(text: str) -> int:
    """The places that visible text takes."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    return max(wcswidth(text), 0)


def cut(text: str, places: int) -> str:
    """The text if it fits, else as much of it as fits with an ellipsis; no character is taken apart from its
    marks. `places` is at least 1."""
    if width(text) <= places:
        return text
    from wcwidth import iter_graphemes

    kept, room = "", places - 1
    for grapheme in iter_graphemes(text):
        room -= width(grapheme)
        if room < 0:
            break
        kept += grapheme
    return kept + ELLIPSIS


def _escaped(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
