"""Terms in clusters of like use, the cluster that matters most first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from textmine.errors import InputError
from textmine.progress import Progress, silent
from textmine.terms.term_vectors import no_vector, term_rows
from textmine.vectors.cluster import find_clusters
from textmine.vectors.model import WordVectors


@dataclass(frozen=True)
class Clustered:
    """A term in `cluster` number 1 and on, its `cosine` with the centre, and the cluster's `weight`."""

    cluster: int
    weight: float
    term: str
    cosine: float


def cluster_terms(
    vectors: WordVectors,
    terms: Sequence[str],
    weights: Sequence[float],
    *,
    clusters: int | None = None,
    seed: int = 1,
    on_progress: Progress = silent,
) -> list[Clustered]:
    """The terms that have a vector (`term_rows`), in clusters by `find_clusters` (k-means on the directions
    less their mean).

    A cluster weighs the sum of the `weights` of its terms (NaN: 0); the heaviest comes first, in each the
    terms by falling cosine with its centre. There are sqrt(n / 2) clusters of n terms unless told.

    Raises InputError where no term has a vector or one only, where all of them point in one direction, and
    where they point in fewer directions than there are to be clusters.
    """
    rows = term_rows(vectors, terms)
    known = np.flatnonzero(rows >= 0)
    if not known.size:
        raise no_vector(len(terms))
    matrix = vectors.matrix[rows[known]]
    if (matrix == matrix[0]).all():
        raise InputError(
            f"{known.size} of {len(terms)} terms with a vector, in one direction: clustering needs two terms "
            "or more with vectors",
            "give more terms or text",
        )
    count = clusters or max(1, round(math.sqrt(known.size / 2)))
    found = find_clusters(matrix, count, seed=seed, on_progress=on_progress)
    cosines = found.cosines(matrix).round(9)
    cluster, best = cosines.argmax(axis=1), cosines.max(axis=1)
    weight = np.bincount(cluster, np.nan_to_num(np.asarray(weights, np.float64)[known]), count)
    place = np.empty(count, np.int64)
    place[np.argsort(-weight, kind="stable")] = np.arange(count)
    return [
        Clustered(int(place[cluster[n]]) + 1, float(weight[cluster[n]]), terms[int(known[n])], float(best[n]))
        for n in np.lexsort((known, -best, place[cluster])).tolist()
    ]
