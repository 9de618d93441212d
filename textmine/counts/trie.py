"""The frequent n-grams of a corpus as a trie in arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import ngrams as kernels


@dataclass
class Links:
    """Which node follows which: `roots` (int32[units of the store]) for single units, a hash table for longer
    n-grams."""

    roots: NDArray[np.int32]
    table: NDArray[np.uint64]
    kids: NDArray[np.int32]


@dataclass
class NgramTrie:
    """The n-grams of `min_count` and more, up to `max_length` units: a trie whose nodes are numbered by
    length.

    Nodes of length n are `offsets[n - 1]` to `offsets[n] - 1` (`offsets` int64[max_length + 1]), in the order
    of their units. For each node: `unit` (uint32) its last unit, `parent` (int32) the n-gram without it,
    `suffix` (int32) the n-gram without the first unit (-1 for single units), `count` (int64), `right_entropy`
    and `left_entropy` (float64, nats) of the units after and before it in the text, H = -sum p log p, where
    boundaries and the ends of documents are neighbours like others; `right_boundary` and `left_boundary`
    (int64) how often the neighbour is one of those. `windows[n]` is the number of n-grams in the text, so
    that count / windows[n] is a probability.
    """

    offsets: NDArray[np.int64]
    unit: NDArray[np.uint32]
    parent: NDArray[np.int32]
    suffix: NDArray[np.int32]
    count: NDArray[np.int64]
    right_entropy: NDArray[np.float64]
    left_entropy: NDArray[np.float64]
    right_boundary: NDArray[np.int64]
    left_boundary: NDArray[np.int64]
    windows: NDArray[np.int64]
    _cohesion: NDArray[np.float64] | None = field(default=None, repr=False)

    @property
    def max_length(self) -> int:
        return self.offsets.size - 1

    def lengths(self) -> NDArray[np.int64]:
        """int64[nodes]: the number of units of each node."""
        return np.repeat(np.arange(1, self.offsets.size), np.diff(self.offsets))

    def log_probability(self) -> NDArray[np.float64]:
        """float64[nodes]: log(count / windows of that length), natural logarithm."""
        return np.log(self.count) - np.log(np.maximum(self.windows, 1))[self.lengths()]

    def cohesion(self) -> NDArray[np.float64]:
        """float64[nodes]: the least pointwise mutual information over all splits in two.

        min over k of log( p(w) / (p(w[:k]) p(w[k:])) ), natural logarithm, each length with its own total;
        infinity for single units. (Sornlertlamvanich, Potipiti, Charoenporn: Automatic corpus-based Thai word
        extraction, 2000.)
        """
        if self._cohesion is None:
            self._cohesion = np.empty(self.count.size)
            kernels.least_information(
                self.offsets,
                self.parent,
                self.suffix,
                self.log_probability(),
                self._cohesion,
                np.empty(self.max_length, np.int32),
            )
        return self._cohesion

    def links(self, units: int) -> Links:
        """A table of the children of each node, for look-ups; `units` is the number of different units of the
        store.

        It takes 50 to 100 bytes a node and is made anew at each call: keep it no longer than needed.
        """
        return make_links(self.offsets, self.parent, self.unit, units)

    def units_of(self, nodes: NDArray[np.integer[Any]]) -> list[list[int]]:
        """The units of each node, in reading order."""
        grams: list[list[int]] = [[] for _ in range(nodes.size)]
        rows = np.arange(nodes.size)
        while rows.size:  # the last units first
            for row, unit in zip(rows.tolist(), self.unit[nodes].tolist(), strict=True):
                grams[row].append(unit)
            rows, nodes = rows[self.parent[nodes] >= 0], self.parent[nodes]
            nodes = nodes[nodes >= 0]
        for gram in grams:
            gram.reverse()
        return grams


def make_links(
    offsets: NDArray[np.int64], parent: NDArray[np.int32], unit: NDArray[np.uint32], units: int
) -> Links:
    begin = int(offsets[1])
    roots = np.full(units, -1, np.int32)
    roots[unit[:begin]] = np.arange(begin)
    table, kids = empty_table(parent.size - begin)
    kernels.fill_children(parent, unit, begin, table, kids)
    return Links(roots, table, kids)


def empty_table(size: int) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """An open-addressing table, at most a quarter full with `size` keys: collisions would cost more than the
    memory."""
    slots = 1 << max(2, (4 * size - 1).bit_length())
    return np.full(slots, kernels.FREE, np.uint64), np.zeros(slots, np.int32)
