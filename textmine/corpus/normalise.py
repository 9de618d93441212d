"""Making different spellings of the same character equal: only when asked for, since it changes counts."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

import numpy as np

from textmine.corpus.blocks import cut
from textmine.errors import InputError, refuse_strings

Normalisation: TypeAlias = Literal["nfkc", "width", "lower"]


_LIMIT = 1 << 22  # characters that wait for one that nothing joins: no writing comes near it


def half_width(text: str) -> str:
    """Full-width forms of ASCII (U+FF01 to U+FF5E) and the ideographic space (U+3000) as ASCII."""
    if text.isascii():
        return text
    codes = np.frombuffer(bytearray(text.encode("utf-32-le", "surrogatepass")), dtype="<u4")
    codes[codes == 0x3000] = 0x20
    wide = (codes >= 0xFF01) & (codes <= 0xFF5E)
    codes[wide] -= 0xFF01 - 0x21
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def nfkc(text: str) -> str:
    """Unicode's compatibility composition (NFKC)."""
    return unicodedata.normalize("NFKC", text)


_FUNCTIONS: dict[Normalisation, Callable[[str], str]] = {
    "nfkc": nfkc,
    "width": half_width,
    "lower": str.lower,
}


def normaliser(steps: Sequence[Normalisation]) -> Callable[[str], str] | None:
    """The function that does `steps`, always in the order nfkc, width, lower; None when there are none."""
    refuse_strings(normalise=steps)
    if unknown := [name for name in steps if name not in _FUNCTIONS]:
        raise InputError(
            f"there is no normalisation {unknown[0]!r}", f"choose some of {', '.join(_FUNCTIONS)}"
        )
    functions = [function for name, function in _FUNCTIONS.items() if name in steps]
    if not functions:
        return None

    def normalise(text: str) -> str:
        for function in functions:
            text = function(text)
        return text

    return normalise


def normalised(chunks: Iterable[str], normalise: Callable[[str], str]) -> Iterator[str]:
    """`normalise` over text that comes in chunks, with the result it would have on the whole.

    The end of a chunk waits for the next one, from the last place on at which nothing joins.
    """
    rest = ""
    for chunk in chunks:
        text = rest + chunk
        end = 0
        if text.endswith("\n"):
            end = len(text)
        elif len(text) > 2:
            end = cut(text, 0, len(text) - 1)
            if end == 0 and len(text) > _LIMIT:
                end = len(text)
        yield normalise(text[:end])
        rest = text[end:]
    yield normalise(rest)
