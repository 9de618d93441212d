"""The words that say most about the text they stand in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from textmine.vectors.model import WordVectors
from textmine.vectors.search import ranked, row_blocks


@dataclass(frozen=True)
class Keywords:
    """The keywords of a text with their scores, best first, and how many of its `tokens` have a vector."""

    words: list[tuple[str, float]]
    known: int
    tokens: int


def keywords(vectors: WordVectors, text: Iterable[str], top: int | None = 10) -> Keywords:
    """The `top` words (None: all) of `text` (its words in any order, repeated as they are there) by <v_w, s>,
    where s is the sum of the vectors of all words of the text; of equal ones the first of the file. Listed
    are words with a letter or an ideograph, not punctuation and figures, which count in s all the same.

    By vectors of simpler GloVe <v_w, s> is the mutual information of the word with the whole text (nats),
    taking words for independent: information adds up (J. Su, "A more elegant word vector model" (5), 2017,
    spaces.ac.cn/archives/4677). It grows with the length of the text. Vectors whose frequent words are the
    longest, such as GloVe's, do not serve.
    """
    counts = Counter(text)
    places = {vectors.index(word): count for word, count in counts.items() if word in vectors}
    rows = np.array(sorted(places), dtype=np.int64)
    times = np.array([places[row] for row in rows.tolist()], dtype=np.float64)
    total = np.zeros(vectors.dim)
    for part in row_blocks(len(rows), vectors.dim):
        total += np.einsum("i,ij->j", times[part], vectors.matrix[rows[part]], dtype=np.float64)
    scores = np.zeros(len(rows))
    for part in row_blocks(len(rows), vectors.dim):
        scores[part] = np.einsum("ij,j->i", vectors.matrix[rows[part]], total, dtype=np.float64)
    lettered = [any(map(str.isalpha, vectors.words[row])) for row in rows.tolist()]
    best, values = ranked(rows[lettered], scores[lettered], top)
    words = [(vectors.words[row], value) for row, value in zip(best.tolist(), values.tolist(), strict=True)]
    return Keywords(words, int(times.sum()), counts.total())
