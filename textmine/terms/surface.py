"""N-grams and places of the text as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.store import UnitStore
from textmine.counts.trie import NgramTrie

CONTEXT = 15  # units on either side of an example


class Surfaces:
    """Spells nodes and places; a space stands between two runs of letters or digits."""

    def __init__(self, store: UnitStore, trie: NgramTrie) -> None:
        self._store = store
        self._trie = trie
        self._spaced = cache(store.spaced)

    def terms(self, nodes: NDArray[np.int64]) -> list[str]:
        """The n-grams of nodes, their units in their most frequent spelling."""
        return [self._spell(units) for units in self._trie.units_of(nodes)]

    def context(self, place: int, length: int) -> str:
        """The text around `length` units at `place`, within its line, with 【 and 】 around the units."""
        before = self._store.read(place - CONTEXT, place).tolist()
        middle = self._store.read(place, place + length).tolist()
        after = self._store.read(place + length, place + length + CONTEXT).tolist()
        if 0 in before:
            before = before[len(before) - before[::-1].index(0) :]
        if 0 in after:
            after = after[: after.index(0)]
        return f"{self._spell(before)}【{self._spell(middle)}】{self._spell(after)}".strip()

    def _spell(self, units: Iterable[int]) -> str:
        spellings = self._store.spellings
        out: list[str] = []
        after_run = False
        for unit in units:
            spelling = spellings[unit]
            is_run = self._spaced(unit)
            if is_run and after_run:
                out.append(" ")
            out.append(spelling)
            after_run = is_run
        return "".join(out)
