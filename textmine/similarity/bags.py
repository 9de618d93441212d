"""Texts as bags of words: which rows of a table of vectors, and how much of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.lookup import UNKNOWN, Rows, look_up

Number = TypeVar("Number", np.float64, np.int64)

UNIT = 1 << 60
"""The mass of a whole text. Whole numbers keep flows exact, and rounding a float64 to them loses nothing."""


@dataclass(frozen=True)
class Bags:
    """The distinct known words of T texts.

    Text t has the entries starts[t] to starts[t + 1] - 1 (`starts`: int64, T + 1) of `rows` (int32, ascending
    in a text) and `counts` (float64, how often the word is there). `tokens` (int64, T) are all words of each
    text, known or not.
    """

    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    counts: NDArray[np.float64]
    tokens: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def known(self) -> NDArray[np.float64]:
        """How many words of each text are known, repeated ones as often as they are there."""
        return _sums(self.counts, self.starts)

    @property
    def coverage(self) -> NDArray[np.float64]:
        """The share of each text's words that are known; 0 for a text without words."""
        return self.known / np.maximum(self.tokens, 1)


@dataclass(frozen=True)
class Masses:
    """Texts as masses on rows of a table: like `Bags`, with `units` (int64, above 0) that add up to UNIT in
    each text; a text of no mass has no entries."""

    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    units: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def joined(cls, parts: Sequence[Masses]) -> Masses:
        """The texts of one after the other."""
        before = np.cumsum([0, *(part.starts[-1] for part in parts)])
        starts = [part.starts[1:] + first for part, first in zip(parts, before[:-1], strict=True)]
        rows, units = ([getattr(part, name) for part in parts] for name in ("rows", "units"))
        return cls(np.concatenate([[0], *starts]), np.concatenate(rows), np.concatenate(units))


def bags_of(texts: Sequence[Sequence[str]], rows: Mapping[str, int]) -> Bags:
    """The bags of `texts`, each its words in order; `rows` has the row of each known word."""
    return count_rows(look_up(texts, rows))


def count_rows(texts: Rows) -> Bags:
    """The bags of texts whose words have been looked up."""
    tokens = texts.tokens
    known = texts.rows != UNKNOWN
    text = np.repeat(np.arange(len(tokens)), tokens)[known]
    keys = np.sort(text << 32 | texts.rows[known])
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    counts = np.diff(first, append=len(keys)).astype(np.float64)
    keys = keys[first]
    starts = np.searchsorted(keys >> 32, np.arange(len(tokens) + 1))
    return Bags(starts, (keys & 0xFFFFFFFF).astype(np.int32), counts, tokens)


def masses_of(bags: Bags, weights: NDArray[np.float64]) -> Masses:
    """Each word's part of its text: count * weights[row] over their sum.

    `weights`: float64, one a row of the table, not negative; words of weight 0 are left out.
    """
    values = bags.counts * weights[bags.rows]
    kept = values > 0
    starts = np.concatenate([[0], np.cumsum(kept)])[bags.starts]
    values = values[kept]
    sums = np.repeat(_sums(values, starts), np.diff(starts))
    units = np.maximum((values / sums * UNIT).astype(np.int64), 1)
    # What rounding has left, some 1e-15 of the whole, goes to the heaviest word of each text.
    full = np.flatnonzero(np.diff(starts))
    heaviest = np.flatnonzero(values == np.repeat(_largest(values, starts), np.diff(starts)))
    first = heaviest[np.searchsorted(heaviest, starts[full])]
    units[first] += UNIT - _sums(units, starts)[full]
    return Masses(starts, bags.rows[kept], units)


def _sums(values: NDArray[Number], starts: NDArray[np.int64]) -> NDArray[Number]:
    """The sums of values[starts[t]:starts[t + 1]], each by itself."""
    sums = np.zeros(len(starts) - 1, values.dtype)
    full = np.diff(starts) > 0
    if full.any():
        sums[full] = np.add.reduceat(values, starts[:-1][full])
    return sums


def _largest(values: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The largest of values[starts[t]:starts[t + 1]], 0 where there is none."""
    largest = np.zeros(len(starts) - 1)
    full = np.diff(starts) > 0
    if full.any():
        largest[full] = np.maximum.reduceat(values, starts[:-1][full])
    return largest
