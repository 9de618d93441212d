"""How the length of a word's vector goes with how rare the word is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textmine.errors import ModelError
from textmine.vectors.model import WordVectors
from textmine.vectors.search import squared_norms


@dataclass(frozen=True)
class Importance:
    """|v_w|^2 and -log P(w) in nats (float64, a number a word), the line |v|^2 = slope * -log P + intercept
    fitted by least squares, and Pearson's correlation of the two."""

    squared_norms: NDArray[np.float64]
    minus_log_p: NDArray[np.float64]
    slope: float
    intercept: float
    correlation: float


def importance(vectors: WordVectors) -> Importance:
    """The squared norms of the vectors against -log P(w), P(w) = count of w / sum of all counts of the file.

    Simpler GloVe makes exp <v_w, v_w> = P(w, w) / P(w)^2, and a word's chance to come again in its own window
    is taken to be in proportion to P(w): so |v_w|^2 follows -log P(w), and tells how much a word says (J. Su,
    "A more elegant word vector model" (5), 2017, spaces.ac.cn/archives/4677).

    Raises ModelError without counts, for counts below 1, when all words are equally frequent or all vectors
    equally long (there is no line then) and when a vector is not finite.
    """
    counts = vectors.counts
    if counts is None:
        raise ModelError(
            "these vectors come without the counts of their words",
            "give an .npz file that textmine wrote: the other formats do not hold counts",
        )
    if len(counts) == 0 or counts.min() < 1:
        raise ModelError("the counts of the words are not all above 0", "train the vectors again")
    squares = squared_norms(vectors.matrix)
    minus_log_p = np.log(counts.sum()) - np.log(counts)
    if np.ptp(counts) == 0 or np.ptp(squares) == 0:
        raise ModelError(
            "no line can be fitted: all words are equally frequent or all vectors equally long",
            "give vectors that were not normalised",
        )
    slope, intercept = np.polyfit(minus_log_p, squares, 1)
    correlation = np.corrcoef(minus_log_p, squares)[0, 1]
    return Importance(squares, minus_log_p, float(slope), float(intercept), float(correlation))
