"""Word Mover's and Word Rotator's Distance of two texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from textmine.similarity.bags import count_rows, masses_of
from textmine.similarity.ground import Ground, ground
from textmine.similarity.pairs import transport_distances
from textmine.similarity.parts import KnownParts
from textmine.vectors.model import WordVectors


def word_movers_distance(
    a: Sequence[str], b: Sequence[str], vectors: WordVectors, on: Ground | None = None
) -> float:
    """The least distance, on average over the words, that those of `a` have to be moved in the space of
    `vectors` to become those of `b` (M. Kusner, Y. Sun, N. Kolkin, K. Weinberger, From Word Embeddings To
    Document Distances, 2015): mass 1 / n for each of n known words, cost |x - y|, 0 or more.

    Without `on` the vectors are taken as they are, and all words weigh the same; a `ground` made once for
    many texts has conversions and weights, which measure meaning better. Unknown words are taken in small
    letters, or in known parts, as `KnownParts` has it. NaN where a text has no word that counts.
    """
    return _distance(a, b, vectors, "wmd", on)


def word_rotators_distance(
    a: Sequence[str], b: Sequence[str], vectors: WordVectors, on: Ground | None = None
) -> float:
    """The same with the lengths of the vectors as masses and 1 - cosine as cost (S. Yokoi, R. Takahashi, R.
    Akama, J. Suzuki, K. Inui, Word Rotator's Distance, 2020): from 0 to 2."""
    return _distance(a, b, vectors, "wrd", on)


def _distance(
    a: Sequence[str],
    b: Sequence[str],
    vectors: WordVectors,
    metric: Literal["wmd", "wrd"],
    on: Ground | None,
) -> float:
    if isinstance(a, str) or isinstance(b, str):
        raise TypeError("a text is a sequence of words; split it first")
    on = ground(vectors, metric, convert=()) if on is None else on
    words = KnownParts(vectors.rows)
    x, y = (masses_of(count_rows(words.look_up([text])), on.weights) for text in (a, b))
    used = np.union1d(x.rows, y.rows)  # of the table only these are looked at
    x, y = (replace(side, rows=np.searchsorted(used, side.rows).astype(np.int32)) for side in (x, y))
    values, _ = transport_distances(on.table[used], on.kind, x, y, threads=1)
    return float(values[0])
