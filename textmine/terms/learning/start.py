"""A first segmentation, by autonomy and word probability (see `textmine.terms.autonomy`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import cuts
from textmine.terms.autonomy import ROUNDING, ROUNDS, SMOOTHING
from textmine.terms.learning.substrings import Substrings
from textmine.terms.learning.units import Units


def autonomies(units: Units, substrings: Substrings) -> NDArray[np.float64]:
    """float64[numbers]: the autonomy a(w) of each n-gram that comes more than once; 0 for boundaries."""
    ids, lengths, example = substrings.ids, substrings.lengths, substrings.example
    out = np.zeros(lengths.size)
    share = np.bincount(units.ids[~units.fixed]) / max(int((~units.fixed).sum()), 1)
    outset = -(share[share > 0] * np.log(share[share > 0])).sum()
    for side in (1, -1):
        entropy = _branching_entropies(units, substrings, side)
        for length in range(1, ids.shape[1] + 1):
            words = np.flatnonzero((lengths == length) & ~units.fixed[example])
            if words.size == 0:
                continue
            start = example[words] + (side < 0)
            before = outset if length == 1 else entropy[ids[start, length - 2]]
            variation = entropy[words] - before
            spread = variation.std()
            if spread > ROUNDING:
                out[words] += (variation - variation.mean()) / spread
    return out


def _branching_entropies(units: Units, substrings: Substrings, side: int) -> NDArray[np.float64]:
    """H(unit after w) for each n-gram w, in nats; with `side` -1 of the unit before. Boundaries count as
    units."""
    base = int(units.ids.max()) + 1
    out = np.zeros(substrings.lengths.size)
    inside = slice(1, units.ids.size - 1)
    for length in range(1, substrings.ids.shape[1] + 1):
        places = np.flatnonzero(substrings.ids[inside, length - 1] >= 0) + 1
        neighbours = units.ids[places + (length if side > 0 else -1)]
        words = substrings.ids[places, length - 1]
        keys, times = np.unique(words * np.int64(base) + neighbours, return_counts=True)
        word = keys // base
        total = np.bincount(word, times, minlength=out.size)
        logs = np.bincount(word, times * np.log(times), minlength=out.size)
        met = total > 0
        out[met] += np.log(total[met]) - logs[met] / total[met]
    return out


def first_cuts(units: Units, substrings: Substrings, autonomy: NDArray[np.float64]) -> NDArray[np.bool_]:
    """bool[units]: where words begin when sum |w| a(w), then sum |w| a(w) + log p(w) twice, is greatest."""
    begins = units.fixed.copy()
    clauses = units.clauses()
    begins[clauses[:, 0]] = True
    weight = autonomy * substrings.lengths
    scores = weight
    for _ in range(ROUNDS + 1):
        cuts.cut_by_words(clauses, substrings.ids, scores, begins)
        pieces = count_pieces(begins, substrings)
        scores = weight + np.log((pieces + SMOOTHING) / max(int(pieces.sum()), 1))
    return begins


def count_pieces(begins: NDArray[np.bool_], substrings: Substrings) -> NDArray[np.int64]:
    """int64[numbers]: how often each n-gram that comes more than once is a word."""
    starts = np.flatnonzero(begins)
    sizes = np.append(starts[1:], begins.size) - starts
    words = substrings.ids[starts, sizes - 1]
    return np.bincount(words[words >= 0], minlength=substrings.lengths.size)
