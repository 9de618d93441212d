"""Groups of words whose vectors point the same way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.errors import InputError
from textmine.progress import Progress, silent
from textmine.vectors.search import row_blocks

Method: TypeAlias = Literal["kmeans", "soft"]

_STILL = 1e-4  # 1 - cosine: a centre that moved by less changes nothing that matters any more
_SAME = 1e-9  # a squared distance that is rounding
_NOTHING = 1e-7  # what is left of a float32 row beside the mean taken from it: rounding, no direction


@dataclass(frozen=True)
class Clusters:
    """`centres`, float64 unit vectors of shape (clusters, dim), the largest cluster first, and their `sizes`
    (words; sums of probabilities in the soft form). `mean` (dim,) is what was taken from every vector first.

    `sharpness` is None for k-means. `converged` says whether the centres had come to rest.
    """

    centres: NDArray[np.float64]
    sizes: NDArray[np.float64]
    mean: NDArray[np.float64]
    sharpness: float | None
    rounds: int
    converged: bool

    def cosines(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Cosine of each row of `matrix` (words, dim) with each centre: (words, clusters)."""
        return unit_rows(matrix, self.mean) @ self.centres.T

    def probabilities(self, cosines: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far each word is in each cluster, from its cosines; k-means: 1 for the nearest, else 0."""
        return _shares(cosines, self.sharpness)


def find_clusters(
    matrix: NDArray[np.float32],
    clusters: int,
    method: Method = "kmeans",
    *,
    centred: bool = True,
    sharpness: float = 50.0,
    rounds: int = 100,
    seed: int = 1,
    on_progress: Progress = silent,
) -> Clusters:
    """Group the rows v_i of `matrix` (words, dim), scaled to length 1, around `clusters` unit vectors c_j.

    `centred`: the mean of the rows is taken from each first. Word vectors have a large part in common (Mu and
    Viswanath, All-but-the-top, 2018), and with it all cosines are much the same.

    Each round computes the shares p_ij of words in clusters and then c_j = s_j / |s_j| with s_j = sum_i p_ij
    v_i. "kmeans": p_ij is 1 for the j of largest <v_i, c_j> (spherical k-means; Dhillon and Modha, Concept
    decompositions for large sparse text data, 2001). "soft": p_i = softmax_j(sharpness <v_i, c_j>), as
    capsules are routed (Sabour, Frosst and Hinton, Dynamic routing between capsules, 2017; read as clustering
    by J. Su, spaces.ac.cn/archives/5112); large `sharpness` comes near to k-means, small ends in one group.

    The first centres are drawn as by k-means++ (Arthur and Vassilvitskii, 2007). Ends when the centres rest,
    or after `rounds`. A row of zeros, or equal to the mean that is taken away, has no direction: it goes with
    some cluster. Raises InputError when the rows point in fewer directions than there are clusters.
    """
    mean = matrix.mean(axis=0, dtype=np.float64) if centred else np.zeros(matrix.shape[1])
    centres = _start(matrix, mean, clusters, np.random.default_rng(seed), on_progress)
    steepness = sharpness if method == "soft" else None
    converged = False
    done = 0
    while not converged and done < rounds:
        sums, sizes = np.zeros(centres.shape), np.zeros(clusters)
        for _, unit in _unit_blocks(matrix, mean, clusters):
            shares = _shares(unit @ centres.T, steepness)
            sums += shares.T @ unit
            sizes += shares.sum(axis=0)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        # A cluster without words stays where it is: one may come to it yet.
        moved = np.where(lengths > 0, sums / np.where(lengths > 0, lengths, 1), centres)
        converged = float(np.square(moved - centres).sum(axis=1).max()) / 2 < _STILL
        centres = moved
        done += 1
        on_progress("clustering", done, rounds)
    order = np.argsort(-sizes, kind="stable")
    return Clusters(centres[order], sizes[order], mean, steepness, done, converged)


def unit_rows(matrix: NDArray[np.float32], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64: the rows of `matrix` (words, dim) less `mean` (dim,), scaled to length 1; a row that has no
    direction is zeros."""
    rows = matrix - mean
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.where(lengths > _NOTHING * np.linalg.norm(mean), lengths, np.inf)
    return rows


def _unit_blocks(
    matrix: NDArray[np.float32], mean: NDArray[np.float64], clusters: int
) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Blocks of the rows, scaled. In float64, since the last digits of a product depend on the number of
    threads, and in float32 they would decide where a word goes."""
    for rows in row_blocks(len(matrix), max(matrix.shape[1], clusters)):
        yield rows, unit_rows(matrix[rows], mean)


def _shares(cosines: NDArray[np.float64], sharpness: float | None) -> NDArray[np.float64]:
    if sharpness is None:
        shares = np.zeros_like(cosines)
        shares[np.arange(len(cosines)), cosines.argmax(axis=1)] = 1
    else:
        shares = np.exp(sharpness * (cosines - cosines.max(axis=1, keepdims=True)))
        shares /= shares.sum(axis=1, keepdims=True)
    return shares


def _start(
    matrix: NDArray[np.float32],
    mean: NDArray[np.float64],
    clusters: int,
    random: np.random.Generator,
    on_progress: Progress = silent,
) -> NDArray[np.float64]:
    """Rows drawn one by one, each with a probability in proportion to its squared distance to the nearest
    row drawn before; rows without a direction never."""
    distances = np.empty(len(matrix))
    for rows, unit in _unit_blocks(matrix, mean, 1):
        distances[rows] = 4.0 * unit.any(axis=1)  # as far as can be
    centres = np.empty((clusters, matrix.shape[1]))
    for number in range(clusters):
        total = np.cumsum(distances)
        if not total[-1] > 0:
            raise InputError(
                f"only {number} words point in different directions, too few for {clusters} clusters",
                "ask for fewer clusters",
            )
        row = int(np.searchsorted(total, random.random() * total[-1], side="right"))
        centres[number] = unit_rows(matrix[row : row + 1], mean)
        for rows, unit in _unit_blocks(matrix, mean, 1):
            away = 2 - 2 * (unit @ centres[number])
            away[away < _SAME] = 0
            distances[rows] = np.minimum(distances[rows], away)
        on_progress("choosing centres", number + 1, clusters)
    return centres
