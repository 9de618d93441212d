"""Analogies: a is to b as c is to which word?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.vectors.model import WordVectors
from textmine.vectors.search import best_rows, by_blocks, parts, ranked, row_blocks, squared_norms

Method: TypeAlias = Literal["3cosadd", "3cosmul", "pmi", "euclidean"]

_EPSILON = 1e-3  # keeps 3CosMul from dividing by zero; the value of its article
_BATCH = 4096  # questions that share the products of their words with the vectors
_AT_ONCE = 64  # of these, scored together against _ROWS rows at most: 1 MB, which stays in cache
_ROWS = 4096


class Analogies:
    """Answers questions a : b = c : x by the vectors of words, in one of four ways.

    "3cosadd": the x of largest cos(x, b^ - a^ + c^), ^ for vectors of length 1 (T. Mikolov, W. Yih and
    G. Zweig, "Linguistic Regularities in Continuous Space Word Representations", 2013). The score is that
    cosine.
    "3cosmul": the x of largest s(x, b) s(x, c) / (s(x, a) + 0.001), s = (1 + cos) / 2 (O. Levy and
    Y. Goldberg, "Linguistic Regularities in Sparse and Explicit Word Representations", 2014).
    "pmi": the x of largest <x, b - a + c>; by vectors of simpler GloVe that is PMI(x, b) - PMI(x, a) +
    PMI(x, c). Nothing is normalised, so that rare words, whose vectors are long, come first.
    "euclidean": the x nearest to b - a + c, nothing normalised; the score is minus the distance.

    Answers come from the first `vocabulary` words of the file (all of them by default), less the three words
    of the question. Raises ModelError when a vector is not finite.
    """

    def __init__(
        self, vectors: WordVectors, method: Method = "3cosadd", *, vocabulary: int | None = None
    ) -> None:
        self.vectors = vectors
        self.method = method
        self.size = len(vectors) if vocabulary is None else min(vocabulary, len(vectors))
        self._squares = squared_norms(vectors.matrix)
        lengths = np.sqrt(self._squares) if method.startswith("3cos") else np.ones(len(self._squares))
        self._scale = np.divide(1, lengths, out=np.zeros(len(lengths)), where=lengths > 0)

    def solve(
        self, questions: NDArray[np.int64], top: int | None = 10
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        """For each row a, b, c of `questions` (questions, 3) the numbers and scores of its `top` best
        answers (None: of all), best first.

        One pass over the matrix serves all questions, or as many as answers of that length are held of: ask
        up to some hundred at a time.
        """
        top = self.size if top is None else top
        for part in parts(len(questions), top):
            yield from self._solve(questions[part], top)

    def _solve(
        self, questions: NDArray[np.int64], top: int
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        candidates = best_rows(
            ((rows, scores) for rows, _, scores in self._blocks(questions, len(questions))),
            len(questions),
            top,
            self._tolerance(questions),
        )
        for question, rows in zip(questions, candidates, strict=True):
            exact = partial(self._exact, question)
            yield ranked(rows, by_blocks(rows, self.vectors.dim, exact), top)

    def best(self, questions: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        """The number of the best answer to each row of `questions`, batch by batch; -1 for none."""
        for start in range(0, len(questions), _BATCH):
            batch = questions[start : start + _BATCH]
            answers = np.full(len(batch), -1)
            best = np.full(len(batch), -np.inf, dtype=np.float32)
            for rows, part, scores in self._blocks(batch, _AT_ONCE):
                columns = scores.argmax(axis=1)
                score = scores[np.arange(len(scores)), columns]
                better = np.flatnonzero(score > best[part])
                answers[part][better] = columns[better] + rows.start
                best[part][better] = score[better]
            yield answers

    def _blocks(
        self, questions: NDArray[np.int64], at_once: int
    ) -> Iterator[tuple[slice, slice, NDArray[np.float32]]]:
        """Rows, questions and what ranks these rows as answers to these questions.

        All methods rank by f(x, b) - g(x, a) + f(x, c) with f and g of the product of two words: each is made
        once, however many questions a word is in.
        """
        words, places = np.unique(questions, return_inverse=True)
        a, b, c = places.reshape(questions.shape).T
        queries = self._vectors(words).astype(np.float32)
        for rows in row_blocks(self.size, self.vectors.dim, len(words), most=_ROWS):
            products = queries @ self.vectors.matrix[rows].T
            products *= self._scale[rows].astype(np.float32)
            plus = minus = products
            if self.method == "3cosmul":
                shifted = np.maximum((1 + products) / 2, np.float32(1e-12))
                plus, minus = np.log(shifted), np.log(shifted + np.float32(_EPSILON))
            elif self.method == "euclidean":  # -|x - q|^2 / 2 = <x, q> - |x|^2 / 2 - a term without x
                products -= (self._squares[rows] / 2).astype(np.float32)
            for start in range(0, len(questions), at_once):
                part = slice(start, start + at_once)
                scores = plus[b[part]]
                scores -= minus[a[part]]
                scores += plus[c[part]]
                place = questions[part] - rows.start
                asked, which = np.nonzero((place >= 0) & (place < rows.stop - rows.start))
                scores[asked, place[asked, which]] = -np.inf
                yield rows, part, scores

    def _exact(self, question: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """The scores of `rows` as answers to one question, in float64."""
        words = self._vectors(question)
        target = words[1] - words[0] + words[2]
        answers = self._vectors(rows)
        if self.method == "euclidean":
            scores = -np.sqrt(np.einsum("ij,ij->i", answers - target, answers - target))
        elif self.method == "3cosmul":
            a, b, c = (1 + np.einsum("ij,kj->ki", answers, words)) / 2
            scores = b * c / (a + _EPSILON)
        else:
            scores = np.einsum("ij,j->i", answers, target)
            if self.method == "3cosadd":
                scores /= np.sqrt(np.einsum("i,i", target, target)) or 1.0
        return np.asarray(scores, dtype=np.float64)

    def _tolerance(self, questions: NDArray[np.int64]) -> NDArray[np.float64]:
        """How far the scores of `_blocks` may be from exact ones: rounding errors of three products."""
        lengths = np.sqrt(self._squares) * self._scale
        longest = lengths.max(initial=0)
        error = (self.vectors.dim + 8) * 2.0**-23 * longest
        if self.method == "3cosmul":  # the logarithm magnifies the errors of small numbers
            error /= 2 * _EPSILON
        return np.asarray(error * (lengths[questions].sum(axis=1) + longest), dtype=np.float64)

    def _vectors(self, words: NDArray[np.int64]) -> NDArray[np.float64]:
        """The vectors of the words numbered so, of length 1 where the method asks for that."""
        return self.vectors.matrix[words].astype(np.float64) * self._scale[words][:, None]
