from __future__ import annotations

import numpy as np
import pytest

from textmine.errors import InputError
from textmine.terms.clusters import cluster_terms
from textmine.vectors.model import WordVectors

WORDS = [f"{kind}{number}" for number in range(6) for kind in "abc"]
DIRECTIONS = {"a": (1, 0, 0), "b": (0, 1, 0), "c": (0, 0, 1)}


def vectors() -> WordVectors:
    """Words of three kinds, the higher the number the less so."""
    rows = [np.array(DIRECTIONS[word[0]]) + int(word[1]) / 20 * np.array([1, 2, 3]) for word in WORDS]
    return WordVectors(WORDS, np.array(rows, np.float32))


def test_the_heaviest_cluster_first() -> None:
    weights = [{"a": 1.0, "b": 5.0, "c": float("nan")}[word[0]] for word in WORDS]
    found = cluster_terms(vectors(), [*WORDS, "gone"], [*weights, 100.0], clusters=3)
    assert sorted(row.term for row in found) == sorted(WORDS)
    assert [(row.cluster, row.term[0]) for row in found] == [(1, "b")] * 6 + [(2, "a")] * 6 + [(3, "c")] * 6
    assert [row.weight for row in found[::6]] == [30, 6, 0]
    for start in (0, 6, 12):
        cosines = [row.cosine for row in found[start : start + 6]]
        assert cosines == sorted(cosines, reverse=True)
    assert len({row.cluster for row in cluster_terms(vectors(), WORDS, weights)}) == 3  # sqrt(18 / 2)


def test_no_vector() -> None:
    with pytest.raises(InputError, match="none of the 1 terms has a vector; give the text"):
        cluster_terms(vectors(), ["gone"], [1.0])


@pytest.mark.parametrize("terms", [["a0"], ["a0", "gone"], ["a0", "A0"]])
def test_one_direction(terms: list[str]) -> None:
    with pytest.raises(InputError, match="clustering needs two terms or more with vectors; give more terms"):
        cluster_terms(vectors(), terms, [1.0] * len(terms))
