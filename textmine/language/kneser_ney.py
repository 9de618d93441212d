"""Interpolated modified Kneser-Ney smoothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import levels as kernels
from textmine.kernels.levels import BOS
from textmine.language.counts import Level
from textmine.progress import Progress, silent

FALLBACK = (0.5, 1.0, 1.5)
"""Discounts where the text is too small to estimate them."""


@dataclass
class Smoothed:
    """The n-grams of one length, in the order of their units: `units` (uint32) the last unit, `parents` and
    `suffixes` (int32) the numbers in the length before of the n-gram without its last and its first unit,
    `log_probabilities` and `log_backoffs` (float32, natural)."""

    units: NDArray[np.uint32]
    parents: NDArray[np.int32]
    suffixes: NDArray[np.int32]
    log_probabilities: NDArray[np.float32]
    log_backoffs: NDArray[np.float32]


@dataclass(frozen=True)
class Discounts:
    """What is taken off counts of 1, 2 and more; `estimated`: from the text, not FALLBACK."""

    values: tuple[float, ...]
    estimated: bool

    @classmethod
    def estimate(cls, counts: NDArray[np.int64]) -> Discounts:
        """D_k = k - (k + 1) Y n_(k+1) / n_k, Y = n_1 / (n_1 + 2 n_2), where n_k of `counts` are k."""
        n = np.bincount(np.minimum(counts, 5), minlength=6).astype(np.float64)
        if n[1:4].all():
            y = n[1] / (n[1] + 2 * n[2])
            values = tuple(float(k - (k + 1) * y * n[k + 1] / n[k]) for k in (1, 2, 3))
            if all(0 < value <= k for k, value in enumerate(values, 1)):  # 0 could leave nothing for g
                return cls(values, True)
        return cls(FALLBACK, False)

    def of(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        """The discount of each count."""
        return np.array([0.0, *self.values])[np.minimum(counts, 3)]


def smooth(
    counts: NDArray[np.int64],
    levels: list[Level],
    prune: Sequence[int] = (0,),
    on_progress: Progress = silent,
) -> tuple[list[Smoothed], list[Discounts]]:
    """The probabilities of all n-grams, and the discounts, of each length.

    p(w | h) = max(c(hw) - D(c), 0) / c(h) + g(h) p(w | h'), h' = h without its first unit; D is D1, D2 or D3+
    for c = 1, 2 and more, and g(h) what the discounts leave. c is the count for the longest n-grams and for
    those that begin with BOS, else how many different units come before. Single units are interpolated with 1
    / V, V all units but BOS; the unknown unit has that part only. (S. Chen, J. Goodman, An empirical study of
    smoothing techniques for language modeling, 1999; K. Heafield, I. Pouzyrevsky, J. Clark, P. Koehn,
    Scalable modified Kneser-Ney language model estimation, 2013.)

    counts: of single units, 0 for the unknown unit and BOS. levels: of 2 units and more; they are used up, to
    save memory. prune: the counts up to which n-grams of 2, 3 .. units are left out, the last for all longer
    ones, too; it must not fall. What they had goes to g.
    """
    size = len(counts)
    numbers = np.arange(size, dtype=np.uint32)
    single = Level(numbers, np.zeros(size, np.int32), counts, np.zeros(size, np.int32))
    link_suffixes(levels, size)
    made: list[Smoothed] = []
    discounts: list[Discounts] = []
    lower = np.full(1, 1 / (size - 1))  # the probabilities of the length before
    kept_before = np.ones(1, bool)
    renumbered = np.zeros(1, np.int32)  # the n-grams of the length before among those that are kept
    bos = slice(BOS, BOS + 1)  # those that begin with BOS
    levels.insert(0, single)
    while levels:
        level = levels.pop(0)
        length = len(made) + 1
        adjusted = level.counts
        if levels:
            above = levels[0]
            adjusted = np.bincount(above.suffixes, minlength=len(level))
            adjusted[bos] = level.counts[bos]
            bos = slice(*np.searchsorted(above.parents, [bos.start, bos.stop]).tolist())
        discount = Discounts.estimate(adjusted)
        taken = discount.of(adjusted)
        kept = np.ones(size, bool)
        if length > 1:
            kept = level.counts > prune[min(length - 2, len(prune) - 1)]
        totals = np.maximum(np.bincount(level.parents, adjusted, len(lower)), 1)
        given = taken if kept.all() else np.where(kept, taken, adjusted)
        left = np.bincount(level.parents, given, len(lower)) / totals
        probabilities = np.subtract(adjusted, taken, out=taken)
        probabilities /= totals[level.parents]
        probabilities += left[level.parents] * lower[level.suffixes]
        if made:
            contexts = np.bincount(level.parents, minlength=len(lower)) > 0
            backoffs = np.log(left, out=np.zeros(len(left)), where=contexts)
            made[-1].log_backoffs = backoffs[kept_before].astype(np.float32)
        with np.errstate(divide="ignore"):
            logs = np.log(probabilities[kept]).astype(np.float32)
        made.append(
            Smoothed(
                level.units[kept],
                renumbered[level.parents[kept]],
                renumbered[level.suffixes[kept]],
                logs,
                np.empty(0, np.float32),
            )
        )
        discounts.append(discount)
        on_progress("smoothing", len(made), len(made) + len(levels))
        lower, kept_before = probabilities, kept
        renumbered = np.cumsum(kept, dtype=np.int32) - 1
    made[0].log_probabilities[BOS] = 0  # it is never drawn
    return made, discounts


def link_suffixes(levels: Sequence[Level], size: int) -> None:
    """Fill in `suffixes`; `size`: the number of single units."""
    for level in levels[:1]:
        level.suffixes = level.units.astype(np.int32)
    for below, level in pairwise(levels):
        level.suffixes = np.empty(len(level), np.int32)
        first = below.first(size)
        kernels.link_suffixes(level.parents, level.units, below.suffixes, first, below.units, level.suffixes)
        size = len(below)
