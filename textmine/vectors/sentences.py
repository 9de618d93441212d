"""Vectors of sentences out of those of their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, islice
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from textmine.corpus.lookup import UNKNOWN, Rows, look_up
from textmine.errors import InputError
from textmine.vectors.model import WordVectors

Method: TypeAlias = Literal["sum", "mean", "sif", "usif"]

COMPONENTS: dict[Method, int] = {"sum": 0, "mean": 0, "sif": 1, "usif": 5}
"""How many common components each method takes away unless told otherwise."""

BATCH = 1024  # sentences worked on at a time; fixed, so that sums are the same however the text is read


class SentenceEncoder:
    """Sentence vectors by one of four methods; x_i are the vectors of a sentence's n known words.

    "sum": sum x_i; where <x, y> is mutual information, as in simpler GloVe, this is the vector whose products
    with the words are theirs with the sentence (J. Su, A simpler GloVe, 2017). "mean": that over n.

    "sif": 1/n sum a / (a + p(w_i)) x_i, less its projection on the first principal component (not centred) of
    all sentences (Arora, Liang and Ma, A simple but tough-to-beat baseline for sentence embeddings, 2017).

    "usif": 1/n sum a / (a/2 + p(w_i)) y_i, where y is x with each dimension scaled to length 1 over the
    sentence. a = (1 - alpha) / (alpha V / 2), alpha being the part of the V words with p(w) > 1 - (1 - 1/V)^L
    for sentences of L words on average. Of its projection on the i-th of the first 5 components the part
    s_i^2 / (s_1^2 + ... + s_5^2) is taken away, s being singular values (Ethayarajh, Unsupervised random walk
    sentence embeddings, 2018, and its program, which has the scaling).

    p(w) is the word's count over all counts: those of the vectors, or of the sentences where the vectors have
    none. `a` (> 0) is for "sif" alone; `components` (>= 0) overrides how many are taken away. Raises
    InputError unless that is less than dim: of the vectors only rounding would be left.
    """

    def __init__(
        self,
        vectors: WordVectors,
        method: Method = "sif",
        *,
        a: float = 1e-3,
        components: int | None = None,
    ) -> None:
        self.vectors = vectors
        self.method = method
        self.a = a
        self.components = COMPONENTS[method] if components is None else components
        if self.components >= max(vectors.dim, 1):
            raise InputError(
                f"{self.components} components less, vectors of {vectors.dim} numbers have nothing left",
                f"take away fewer than {vectors.dim}",
            )
        self.sentences = 0
        self.words = 0
        self.empty = 0
        self.unknown: Counter[str] = Counter()
        self._weights: NDArray[np.float64] | None = None
        self._common = np.zeros((0, vectors.dim))
        self._parts = np.zeros(0)

    def fit(self, sentences: Iterable[Sequence[str]]) -> SentenceEncoder:
        """Learn weights and common components from `sentences`, which are gone through up to two times.

        Needs memory for some of them at a time; where there is nothing to learn, looks for a known word
        only. Raises InputError when no word is known and when there are no more sentences than
        components.
        """
        return self.fit_rows(_Batches(sentences, self.vectors.rows))

    def fit_rows(self, sentences: Iterable[Rows]) -> SentenceEncoder:
        """The same from batches of sentences whose words have been looked up."""
        if self.method in ("sif", "usif"):
            self._weights = self._weigh(sentences)
        if self.components:
            products = np.zeros((self.vectors.dim, self.vectors.dim))
            number = 0
            for batch in sentences:
                rows = self._plain(batch.known())
                products += rows.T @ rows
                number += int(rows.any(axis=1).sum())
            if not number:
                raise _none_known()
            if number <= self.components:
                raise InputError(
                    f"what sentences have in common cannot be told from {number} of them "
                    f"(components to take away: {self.components})",
                    "give more sentences, or take `method` mean or `components` 0",
                )
            squares, directions = np.linalg.eigh(products)  # ascending
            self._common = directions[:, : -self.components - 1 : -1].T
            squares = np.maximum(squares[: -self.components - 1 : -1], 0)
            self._parts = squares / squares.sum() if self.method == "usif" else np.ones(self.components)
        elif not any((batch.rows != UNKNOWN).any() for batch in sentences):
            raise _none_known()
        return self

    def encode(
        self, sentences: Iterable[Sequence[str]]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        """Batches of how many words of each sentence are known (sentences,) and the vectors (sentences, dim).

        A sentence without a known word is all 0. Afterwards `sentences`, `words`, `empty` (sentences without
        a known word) and `unknown` (words without a vector, with their counts) say what went in. Raises
        InputError, at the end, when no word is known.
        """
        self.sentences = self.words = self.empty = 0
        self.unknown = Counter()
        for batch in _batches(sentences):
            found = look_up(batch, self.vectors.rows)
            known, rows = self.encode_rows(found)
            self.unknown.update(compress(chain.from_iterable(batch), found.rows == UNKNOWN))
            self.sentences += len(batch)
            self.words += len(found.rows)
            self.empty += int((known == 0).sum())
            yield known, rows
        if self.empty == self.sentences:
            raise _none_known()

    def encode_rows(self, sentences: Rows) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """How many words of each sentence are known (sentences,), and the vectors (sentences, dim)."""
        known = sentences.known()
        rows = self._plain(known)
        return known.tokens, rows - (rows @ self._common.T * self._parts) @ self._common

    def _plain(self, known: Rows) -> NDArray[np.float64]:
        """The weighted sums or means, nothing taken away."""
        ids, starts = known.rows, known.starts
        words, columns = np.unique(ids, return_inverse=True)
        matrix = self.vectors.matrix[words].astype(np.float64)
        shape = (len(starts) - 1, len(words))
        weights = np.ones(len(ids)) if self._weights is None else self._weights[ids]
        rows: NDArray[np.float64] = csr_array((weights, columns, starts), shape) @ matrix
        if self.method == "usif":
            squares = csr_array((np.ones(len(ids)), columns, starts), shape) @ matrix**2
            rows /= np.sqrt(np.where(squares, squares, 1))
        if self.method != "sum":
            rows /= np.maximum(np.diff(starts), 1)[:, None]
        return rows

    def _weigh(self, sentences: Iterable[Rows]) -> NDArray[np.float64]:
        counts = self.vectors.counts
        length = 1.0
        if counts is None or self.method == "usif":
            seen, length = self._survey(sentences)
            counts = seen if counts is None else counts
        probabilities = counts / max(counts.sum(), 1)
        if self.method == "sif":
            return np.asarray(self.a / (self.a + probabilities))
        size = int(np.count_nonzero(counts))
        frequent = int((probabilities > 1 - (1 - 1 / max(size, 2)) ** length).sum())
        if not 0 < frequent < size:  # a is infinite, or there is one word only
            return np.full(len(counts), 2.0)
        a = (size - frequent) / (frequent * size / 2)
        return np.asarray(a / (a / 2 + probabilities))

    def _survey(self, sentences: Iterable[Rows]) -> tuple[NDArray[np.int64], float]:
        """How often each word is there, and words a sentence with words."""
        counts = np.zeros(len(self.vectors), np.int64)
        number = total = 0
        for batch in sentences:
            counts += np.bincount(batch.known().rows, minlength=len(counts))
            number += int(np.count_nonzero(batch.tokens))
            total += len(batch.rows)
        return counts, total / max(number, 1)


class _Batches:
    """Sentences looked up, some at a time, as often as they are wanted."""

    def __init__(self, sentences: Iterable[Sequence[str]], rows: Mapping[str, int]) -> None:
        self.sentences, self.rows = sentences, rows

    def __iter__(self) -> Iterator[Rows]:
        return (look_up(batch, self.rows) for batch in _batches(self.sentences))


def _batches(sentences: Iterable[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    iterator = iter(sentences)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _none_known() -> InputError:
    return InputError(
        "no word of the sentences has a vector",
        "cut them into words as in the training, those without spaces by `tokenizer` jieba",
    )
