"""Word vectors by a truncated singular value decomposition of the positive mutual information."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from textmine.corpus.token_store import Vocabulary
from textmine.counts.cooccurrence import Cooccurrences
from textmine.errors import InputError
from textmine.parallel import ordered_map, thread_count
from textmine.progress import Progress, silent
from textmine.vectors.model import WordVectors

Array: TypeAlias = NDArray[np.float32]

BANDS = 16  # of rows and of columns: what one block of the matrix reads and writes stays in cache
COLUMNS = 16  # that the iteration adds at once; fewer need more rounds, more need more columns in all
TOLERANCE = 1e-3  # |A u - l u| / l of the pairs that are taken as found
ROUNDING = 1e-5  # of the largest eigenvalue of A: smaller ones, and parts of A u, are rounding
NOTHING = 1e-5  # a column this much shorter than before its projection is rounding


def train_svd(
    cooccurrences: Cooccurrences,
    *,
    dim: int = 100,
    sample: float = 1e-4,
    smoothing: float = 0.75,
    eigenvalue_weight: float = 0.5,
    shift: float = 0.0,
    add_contexts: bool = False,
    seed: int = 1,
    threads: int | None = None,
    on_progress: Progress = silent,
) -> WordVectors:
    """Word vectors W = U S^p of the best approximation U S V' of rank `dim` to the matrix

        M[i, j] = max(0, log(P(i, j) / (P(i) P_a(j))) - shift),  P_a(j) = c_j^a / sum_k c_k^a,

    where P(i, j) is X[i, j] s_i s_j, P(i) its row sums and c its column sums, each over its sum; s_i = min(1,
    sqrt(t / f) + t / f) is the probability that a word of relative frequency f stays in a text thinned out by
    t = `sample` (0: all stay): instead of leaving words out at random, counts take their expected values.
    a = `smoothing` (1: none) keeps rare contexts from having the largest values, p = `eigenvalue_weight` is 0
    to weigh all components alike, 1 for the inner products of the rows of M. `shift` is log k for a matrix
    like that of skip-gram with k drawn words, or below 0, so that pairs a little rarer than by chance differ
    from pairs never seen. `add_contexts` gives (U + V) S^p: each word as a word and as a context. Components
    come by falling singular value; in each the entry of U of largest magnitude is positive. (O. Levy, Y.
    Goldberg and I. Dagan, "Improving Distributional Similarity with Lessons Learned from Word Embeddings",
    2015.)

    The result has `dim` columns, and in its header the `singular_values`. It is the same for any number of
    threads, and but for rounding for any seed, which only says where the iteration starts. Needs at its peak
    some 35 bytes for each nonzero entry of X, and later 16 bytes of these beside 20 `dim` for each word.

    on_progress("finding components", found, dim). Raises InputError where M has fewer than `dim` components.
    """
    words = cooccurrences.vocabulary.words
    matrix = _Banded(positive_pmi(cooccurrences, sample, smoothing, shift), threads)
    left, values = _left_singular(matrix, dim, seed, on_progress)
    if values.size < dim:
        raise InputError(
            f"the words' contexts have {values.size} components, not {dim}",
            "ask for fewer, or give more text",
        )
    scale = values.astype(np.float32)
    if add_contexts:
        left += matrix.transposed_times(left) / scale
    vectors = left * (scale**eigenvalue_weight)
    header = {
        "program": "train-svd",
        "dim": dim,
        "window": cooccurrences.window,
        "sample": sample,
        "smoothing": smoothing,
        "eigenvalue_weight": eigenvalue_weight,
        "shift": shift,
        "add_contexts": add_contexts,
        "seed": seed,
        "singular_values": values.tolist(),
    }
    return WordVectors(words, vectors, cooccurrences.vocabulary.counts, header)


def positive_pmi(cooccurrences: Cooccurrences, sample: float, smoothing: float, shift: float) -> csr_array:
    """The matrix M of `train_svd`, float32 (words, words): its positive entries only."""
    rows, columns = cooccurrences.rows, cooccurrences.columns
    words = len(cooccurrences.vocabulary.words)
    stays = _staying(cooccurrences.vocabulary, sample)
    weights = cooccurrences.weights * stays[rows] * stays[columns]
    halves: list[tuple[NDArray[np.int32], NDArray[np.int32], slice | NDArray[np.bool_]]]
    halves = [(rows, columns, slice(None))]
    if cooccurrences.symmetric:
        halves.append((columns, rows, rows != columns))
    of_word, of_context = np.zeros((2, words))
    for i, j, kept in halves:
        of_word += np.bincount(i[kept], weights[kept], words)
        of_context += np.bincount(j[kept], weights[kept], words)
    with np.errstate(divide="ignore"):  # a word without neighbours has no entries either
        log_word, log_context = np.log(of_word), smoothing * np.log(of_context)
    log_context -= np.log(np.sum(of_context**smoothing))
    log_weights = np.log(weights, out=weights)
    parts = []
    for i, j, kept in halves:
        i, j = i[kept], j[kept]
        pmi = (log_weights[kept] - log_word[i] - log_context[j] - shift).astype(np.float32)
        positive = np.flatnonzero(pmi > 0)
        parts.append((pmi[positive], i[positive], j[positive]))
    values, i, j = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return coo_array((values, (i, j)), shape=(words, words)).tocsr()


def _staying(vocabulary: Vocabulary, sample: float) -> NDArray[np.float64]:
    """The probability of each word to stay in a text that is thinned out, (words,)."""
    if sample <= 0:
        return np.ones(len(vocabulary.words))
    ratio = sample * vocabulary.counts.sum() / vocabulary.counts
    stays: NDArray[np.float64] = np.minimum(np.sqrt(ratio) + ratio, 1)
    return stays


class _Banded:
    """A square sparse matrix in blocks, for products with dense columns.

    Bands have like numbers of entries. Within a band the blocks follow in order, so the sums are the same
    whatever the number of threads.
    """

    def __init__(self, matrix: csr_array, threads: int | None) -> None:
        self.size = matrix.shape[0]
        self._threads = thread_count(threads)
        ends = np.searchsorted(matrix.indptr, np.linspace(0, matrix.nnz, BANDS + 1)[1:-1])
        edges = [0, *ends.tolist(), self.size]
        self._bands = [slice(start, stop) for start, stop in pairwise(edges)]
        self._blocks = [self._cut(matrix[band].tocsc()) for band in self._bands]

    def _cut(self, rows: csr_array) -> list[csr_array]:
        return [rows[:, band].tocsr() for band in self._bands]

    def times(self, right: Array) -> Array:
        """M R, float32 (words, columns)."""
        return self._product(right, lambda band, other: self._blocks[band][other])

    def transposed_times(self, right: Array) -> Array:
        """M' R, float32 (words, columns)."""
        return self._product(right, lambda band, other: self._blocks[other][band].T)

    def _product(self, right: Array, block: Callable[[int, int], csr_array]) -> Array:
        pieces = [np.ascontiguousarray(right[band]) for band in self._bands]

        def of_band(band: int) -> Array:
            size = self._bands[band].stop - self._bands[band].start
            total = np.zeros((size, right.shape[1]), np.float32)
            for other, piece in enumerate(pieces):
                total += block(band, other) @ piece
            return total

        return np.concatenate(list(ordered_map(of_band, range(BANDS), self._threads)))


def _left_singular(
    matrix: _Banded, dim: int, seed: int, on_progress: Progress
) -> tuple[Array, NDArray[np.float64]]:
    """The left singular vectors U (words, up to dim) of M, and the singular values, falling.

    Block Lanczos iteration on A = M M' with full orthogonalisation: Q spans blocks of columns, each the part
    of A times the block before that is orthogonal to all so far, T = Q' A Q. An eigenvector v of T with value
    l gives u = Q v; A u - l u is what the last block's product has outside of Q, times v's last entries.
    (G. Golub and C. Van Loan, Matrix Computations, 10.3; D. Parlett, The Symmetric Eigenvalue Problem, 13.)
    """
    random = np.random.default_rng(seed)
    basis = np.empty((matrix.size, 0), np.float32)
    projected = np.empty((0, 0))
    values, vectors = np.empty(0), projected
    block, look = basis, 2 * dim
    while True:
        if not block.size:  # at the start, and where all that the first columns lead to is found
            start = random.standard_normal((matrix.size, COLUMNS), np.float32)
            _, _, block = _outside(basis, matrix.times(start))
            if not block.size:
                break
        basis = np.concatenate([basis, block], axis=1)
        kept = len(projected)
        projected = np.pad(projected, (0, block.shape[1]))
        product = matrix.times(matrix.transposed_times(block))
        projected[:, kept:], rest, block = _outside(basis, product)
        if not block.size or len(projected) >= look:
            look = len(projected) + dim // 8
            values, vectors = np.linalg.eigh(projected, UPLO="U")
            values, vectors = values[::-1][:dim], vectors[:, ::-1][:, :dim]
            near = np.maximum(TOLERANCE * values, ROUNDING * values[0])
            found = int(np.count_nonzero(np.linalg.norm(rest @ vectors[kept:], axis=0) <= near))
            on_progress("finding components", found, dim)
            if block.size and found == dim:
                break
    real = values > ROUNDING * values.max(initial=0)
    left = basis @ vectors[:, real].astype(np.float32)
    largest = np.take_along_axis(left, np.abs(left).argmax(axis=0)[None], axis=0)
    return left * np.sign(largest), np.sqrt(values[real])


def _outside(basis: Array, columns: Array) -> tuple[Array, Array, Array]:
    """Of `columns`: the coefficients of their part in the span of the basis, what is left of them, and an
    orthonormal basis of that without directions that are rounding."""
    wide = columns.astype(np.float64)
    least = NOTHING**2 * float(np.trace(wide.T @ wide))
    coefficients = basis.T @ columns
    rest = columns - basis @ coefficients
    rest -= basis @ (basis.T @ rest)  # once more: rounding left a part in the basis
    wide = rest.astype(np.float64)
    values, vectors = np.linalg.eigh(wide.T @ wide)
    long = values > max(least, values[-1] * 1e-10)
    return coefficients, rest, (wide @ (vectors[:, long] / np.sqrt(values[long]))).astype(np.float32)
