"""How alike two words are by their vectors, and the words most like a word."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.vectors.search import best_rows, by_blocks, parts, ranked, row_blocks, squared_norms

if TYPE_CHECKING:
    from textmine.vectors.model import WordVectors

By: TypeAlias = Literal["cosine", "pmi", "distribution"]

_OUTSIDE = 1e-10  # of the largest variance: what is left of a vector there is rounding


class Similarity:
    """A measure of likeness between the words of `vectors`, in one of three ways.

    "cosine": <x, y> / (|x| |y|), from -1 to 1.
    "pmi": <x, y>, which vectors of simpler GloVe are trained to make the pointwise mutual information (nats).
    "distribution": the Pearson correlation, from -1 to 1, of the mutual information <x, e> and <y, e> of the
    two words with each e of the `frequent` first words of the file. With E the vectors of these less their
    mean and L L' = E'E (Cholesky), that is the cosine of x L and y L, or of x and y in the metric E'E, which
    is what is computed: there need be no factor. With 10,000 words it finds words of like meaning, with 500
    words of like grammar (J. Su, "A more elegant word vector model" (5), 2017, spaces.ac.cn/archives/4677).

    A vector of zeros is like nothing: 0. Raises ModelError when a vector is not finite.
    """

    def __init__(self, vectors: WordVectors, by: By = "cosine", *, frequent: int = 10_000) -> None:
        self.vectors = vectors
        matrix = vectors.matrix
        self._metric = _covariance(matrix[:frequent]) if by == "distribution" else None
        lengths = np.sqrt(squared_norms(matrix))
        if by == "pmi":
            self._scale = np.ones(len(matrix))
        elif self._metric is None:
            self._scale = _inverse(lengths, np.zeros(len(matrix)))
        else:
            least = np.sqrt(_OUTSIDE * np.linalg.norm(self._metric, 2)) * lengths
            self._scale = _inverse(np.sqrt(squared_norms(matrix, self._metric)), least)
        self._longest = float((lengths * self._scale).max(initial=0))

    def between(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
        """The likeness of the words numbered `first` (pairs,) to those numbered `second` (pairs,)."""
        scores = np.empty(len(first))
        for pairs in row_blocks(len(first), self.vectors.dim):
            left, right = first[pairs], second[pairs]
            products = np.einsum("ij,ij->i", self._mapped(left), self._rows(right))
            scores[pairs] = products * self._scale[left] * self._scale[right]
        return scores

    def nearest(
        self, words: NDArray[np.int64], top: int | None = 10
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        """For each of `words` (their numbers) the numbers and scores of its `top` nearest others (None: of
        all), best first.

        One pass over the matrix serves all words, or as many as answers of that length are held of: ask for
        some hundred at a time.
        """
        top = len(self.vectors) if top is None else top
        for part in parts(len(words), top):
            yield from self._nearest(words[part], top)

    def _nearest(
        self, words: NDArray[np.int64], top: int
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        queries = self._mapped(words)
        # |float32 product - exact| <= this much of |query| |row|: a bound on the sum of dim rounding errors
        error = (self.vectors.dim + 8) * 2.0**-23 * self._longest
        tolerance = error * np.linalg.norm(queries, axis=1)
        candidates = best_rows(self._scores(queries, words), len(words), top, tolerance)
        for word, query, rows in zip(words, queries, candidates, strict=True):
            products = by_blocks(rows, self.vectors.dim, partial(self._products, query))
            scores = products * self._scale[rows] * self._scale[word]
            yield ranked(rows, scores, top)

    def _scores(
        self, queries: NDArray[np.float64], words: NDArray[np.int64]
    ) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """Blocks of what ranks the rows: the scores but for the scale of the query."""
        matrix = self.vectors.matrix
        queries32, scale = queries.astype(np.float32), self._scale.astype(np.float32)
        for rows in row_blocks(len(matrix), self.vectors.dim, len(words)):
            scores = queries32 @ matrix[rows].T
            scores *= scale[rows]
            own = np.flatnonzero((words >= rows.start) & (words < rows.stop))
            scores[own, words[own] - rows.start] = -np.inf
            yield rows, scores

    def _products(self, query: NDArray[np.float64], words: NDArray[np.int64]) -> NDArray[np.float64]:
        products: NDArray[np.float64] = np.einsum("ij,j->i", self._rows(words), query)
        return products

    def _rows(self, words: NDArray[np.int64]) -> NDArray[np.float64]:
        return self.vectors.matrix[words].astype(np.float64)

    def _mapped(self, words: NDArray[np.int64]) -> NDArray[np.float64]:
        return self._rows(words) if self._metric is None else self._rows(words) @ self._metric


def _covariance(matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    """The mean of e'e over the rows e (rows, dim) less their mean."""
    dim = matrix.shape[1]
    mean = np.zeros(dim)
    products = np.zeros((dim, dim))
    for rows in row_blocks(len(matrix), dim):
        mean += matrix[rows].sum(axis=0, dtype=np.float64)
    mean /= max(len(matrix), 1)
    for rows in row_blocks(len(matrix), dim):
        centred = matrix[rows] - mean
        products += centred.T @ centred
    return products / max(len(matrix), 1)


def _inverse(norms: NDArray[np.float64], least: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / norm, and 0 where the norm is no more than the least that counts."""
    return np.divide(1, norms, out=np.zeros(len(norms)), where=norms > least)
