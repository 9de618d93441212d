"""How alike two sets of word vectors are, whatever their dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textmine.errors import InputError
from textmine.progress import Progress, silent
from textmine.vectors.model import WordVectors
from textmine.vectors.neighbors import Similarity
from textmine.vectors.search import row_blocks

_BATCH = 256  # words whose neighbours are looked for in one pass


@dataclass(frozen=True)
class Comparison:
    """`shared` words; how many only one side has; `cka` (0 to 1) and `hsic` (>= 0); `overlap` (0 to 1)."""

    shared: int
    only_first: int
    only_second: int
    cka: float
    hsic: float
    overlap: float


def compare_vectors(
    first: WordVectors,
    second: WordVectors,
    *,
    neighbors: int = 10,
    queries: int = 1000,
    seed: int = 1,
    on_progress: Progress = silent,
) -> Comparison:
    """Compare the vectors X (n, d) and Y (n, e) that two models give to the n words they share.

    With centred columns, HSIC = |Y'X|^2 / (n - 1)^2 (Hilbert-Schmidt independence criterion with linear
    kernels; Gretton and others, 2005; the norms are Frobenius') and CKA = |Y'X|^2 / (|X'X| |Y'Y|) (centred
    kernel alignment; Kornblith and others, Similarity of neural network representations revisited, 2019). CKA
    does not change when either side is rotated or scaled; it is near 1 by itself when n is not much larger
    than d and e.

    The overlap is the mean share of the `neighbors` nearest shared words by cosine that both sides have in
    common, over `queries` words drawn by the seed (all when there are no more). By chance it is about
    `neighbors` / n.

    Raises InputError when fewer than `neighbors` + 2 words are shared.
    """
    places = [second.find(word) for word in first.words]
    mine = np.array([row for row, place in enumerate(places) if place is not None], np.int64)
    theirs = np.array([place for place in places if place is not None], np.int64)
    if len(mine) < neighbors + 2:
        raise InputError(
            f"the two share {len(mine)} words, which is too few for {neighbors} neighbours",
            "compare vectors of the same language and spelling, or ask for fewer neighbours",
        )
    x, y = first.matrix[mine], second.matrix[theirs]
    across = _product(x, y)
    cka = across / np.sqrt(_product(x, x) * _product(y, y)) if across else 0.0
    overlap = _overlap(x, y, neighbors, queries, seed, on_progress)
    return Comparison(
        shared=len(mine),
        only_first=len(first) - len(mine),
        only_second=len(second) - len(mine),
        cka=float(cka),
        hsic=across / (len(mine) - 1) ** 2,
        overlap=overlap,
    )


def _product(x: NDArray[np.float32], y: NDArray[np.float32]) -> float:
    """The squared Frobenius norm of Y'X, both with centred columns."""
    means = x.mean(axis=0, dtype=np.float64), y.mean(axis=0, dtype=np.float64)
    product = np.zeros((y.shape[1], x.shape[1]))
    for rows in row_blocks(len(x), max(x.shape[1], y.shape[1])):
        product += (y[rows] - means[1]).T @ (x[rows] - means[0])
    return float(np.square(product).sum())


def _overlap(
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    neighbors: int,
    queries: int,
    seed: int,
    on_progress: Progress,
) -> float:
    words = [str(row) for row in range(len(x))]
    sides = [Similarity(WordVectors(words, matrix)) for matrix in (x, y)]
    asked = np.arange(len(x))
    if queries < len(x):
        asked = np.sort(np.random.default_rng(seed).choice(len(x), queries, replace=False))
    common = 0
    for start in range(0, len(asked), _BATCH):
        some = asked[start : start + _BATCH]
        both = zip(*(side.nearest(some, neighbors) for side in sides), strict=True)
        common += sum(len(np.intersect1d(one[0], other[0], assume_unique=True)) for one, other in both)
        on_progress("looking for neighbours", start + len(some), len(asked))
    return common / (neighbors * len(asked))
