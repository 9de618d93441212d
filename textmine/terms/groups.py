"""Terms in groups of like use, the group that matters most first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from textmine.errors import InputError
from textmine.progress import Progress, silent
from textmine.terms.term_vectors import term_rows
from textmine.vectors.cluster import find_clusters
from textmine.vectors.model import WordVectors


@dataclass(frozen=True)
class Grouped:
    """A term in `group` number 1 and on, its `cosine` with the centre, and the group's `weight`."""

    group: int
    weight: float
    term: str
    cosine: float


def group_terms(
    vectors: WordVectors,
    terms: Sequence[str],
    weights: Sequence[float],
    *,
    groups: int | None = None,
    seed: int = 1,
    on_progress: Progress = silent,
) -> list[Grouped]:
    """The terms that have a vector, in groups by `find_clusters` (k-means on the directions less their mean).

    A group weighs the sum of the `weights` of its terms (NaN: 0); the heaviest comes first, in each the terms
    by falling cosine with its centre. There are sqrt(n / 2) groups of n terms unless told. Raises InputError
    where no term has a vector, or the terms point in fewer directions than there are groups.
    """
    rows = term_rows(vectors, terms)
    known = np.flatnonzero(rows >= 0)
    if not known.size:
        raise InputError("none of the terms has a vector", "give the text or the vectors that they are of")
    matrix = vectors.matrix[rows[known]]
    count = groups or max(1, round(math.sqrt(known.size / 2)))
    found = find_clusters(matrix, count, seed=seed, on_progress=on_progress)
    cosines = found.cosines(matrix).round(9)
    group, best = cosines.argmax(axis=1), cosines.max(axis=1)
    weight = np.bincount(group, np.nan_to_num(np.asarray(weights, np.float64)[known]), count)
    place = np.empty(count, np.int64)
    place[np.argsort(-weight, kind="stable")] = np.arange(count)
    return [
        Grouped(int(place[group[n]]) + 1, float(weight[group[n]]), terms[int(known[n])], float(best[n]))
        for n in np.lexsort((known, -best, place[group])).tolist()
    ]
