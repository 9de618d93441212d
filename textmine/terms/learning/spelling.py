"""How words are spelled: a bigram model over units, learned from the words as types."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DISCOUNT = 0.8


@dataclass
class Spelling:
    """g(w) = opening[x_1] p(x_2 | x_1) .. closing[x_n]; p(x_k | x_k-1) is following[place of x_k].

    `opening` and `closing` (float64[units]) are the probabilities that a word begins with a unit, and that it
    ends after one. `following` (float64[places]) is the probability of the unit at a place after the one
    before it.
    """

    opening: NDArray[np.float64]
    following: NDArray[np.float64]
    closing: NDArray[np.float64]


class Speller:
    """Learns spelling models for one text: which pairs of units it has is looked up once.

    p(b | a) = (c(ab) - D)+ / c(a) + D k(a) / c(a) p(b), where c(ab) is how many different units come before
    ab in words, c(a) the sum of c(ab) over b, k(a) how many different b there are, and p(b) the same a step
    lower, interpolated with the uniform distribution: the lower orders of Kneser and Ney's trigrams. With
    plain counts of pairs spelling is too sure of itself, and words grow together.
    """

    def __init__(self, units: NDArray[np.int32]) -> None:
        self._units = units
        self._edge = int(units.max()) + 1  # the end of a word, and its beginning
        keys = np.roll(units, 1) * np.int64(self._edge + 1) + units
        self._pairs, self._pair_at = np.unique(keys, return_inverse=True)

    def learn(self, starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> Spelling:
        """The model of the words of `lengths` units at the places `starts`, each counted once."""
        edge, size = self._edge, self._edge + 1
        keys = []
        last = np.full(starts.size, edge, np.int64)
        before = last * size + last
        for k in range(int(lengths.max(initial=0)) + 1):
            live = lengths >= k
            starts, lengths, before = starts[live], lengths[live], before[live]
            unit = np.where(lengths > k, self._units[np.minimum(starts + k, self._units.size - 1)], edge)
            keys.append(before * size + unit)
            before = before % size * size + unit
        kinds = np.unique(np.concatenate(keys))
        pairs, counts = np.unique(kinds % (size * size), return_counts=True)
        first, second = pairs // size, pairs % size
        kinds_before = np.bincount(second, minlength=size)
        alone = np.full(size, 1 / size)
        if pairs.size:
            spread = DISCOUNT * np.count_nonzero(kinds_before) / size
            alone = (np.maximum(kinds_before - DISCOUNT, 0) + spread) / pairs.size
        total = np.maximum(np.bincount(first, counts, minlength=size), 1e-300)
        kinds_after = np.bincount(first, minlength=size)
        spare = np.where(kinds_after > 0, DISCOUNT * kinds_after / total, 1.0)

        def probability(wanted: NDArray[np.int64]) -> NDArray[np.float64]:
            a, b = wanted // size, wanted % size
            at = np.minimum(np.searchsorted(pairs, wanted), max(pairs.size - 1, 0))
            seen = np.where(pairs[at] == wanted, counts[at] - DISCOUNT, 0.0) if pairs.size else 0.0
            return np.asarray(seen / total[a] + spare[a] * alone[b], np.float64)

        every = np.arange(edge, dtype=np.int64)
        return Spelling(
            opening=probability(edge * size + every),
            following=probability(self._pairs)[self._pair_at],
            closing=probability(every * size + edge),
        )
