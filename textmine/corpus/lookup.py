"""Texts as the rows of their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -1


@dataclass(frozen=True)
class Rows:
    """The words of T texts: those of text t are rows[starts[t]:starts[t + 1]] (`rows`: int64, rows of a
    table, UNKNOWN for a word that is not there; `starts`: int64, T + 1)."""

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def tokens(self) -> NDArray[np.int64]:
        """int64: how many words each text has."""
        return np.diff(self.starts)

    def known(self) -> Rows:
        """The same without the unknown words."""
        known = self.rows != UNKNOWN
        if known.all():
            return self
        return Rows(self.rows[known], np.concatenate([[0], np.cumsum(known)])[self.starts])


def look_up(texts: Sequence[Sequence[str]], rows: Mapping[str, int]) -> Rows:
    """`texts`, each its words in order, as the rows that `rows` has for words."""
    starts = starts_of(texts)
    found = map(rows.get, chain.from_iterable(texts), repeat(UNKNOWN))
    return Rows(np.fromiter(found, np.int64, starts[-1]), starts)


def starts_of(texts: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    """int64: where the words of each text begin among those of all, and where the last ends."""
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=starts[1:])
    return starts
