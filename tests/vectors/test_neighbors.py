from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors import reference_queries as reference
from textmine.vectors import search
from textmine.vectors.model import WordVectors
from textmine.vectors.neighbors import By, Similarity

MEASURES = get_args(By)


def some_vectors(seed: int, words: int, dim: int, *, zeros: bool = True) -> WordVectors:
    """Random vectors of very different lengths; the second is a copy of the first, the third of zeros."""
    rng = np.random.default_rng(seed)
    matrix = (rng.normal(0.3, 1, (words, dim)) * rng.gamma(1, 2, (words, 1))).astype(np.float32)
    matrix[1] = matrix[0]
    if zeros:
        matrix[2] = 0
    return WordVectors([f"w{i}" for i in range(words)], matrix)


@given(
    seed=st.integers(0, 2**32 - 1),
    words=st.integers(4, 60),
    dim=st.integers(1, 6),
    by=st.sampled_from(MEASURES),
    top=st.integers(1, 70),
)
@settings(max_examples=60)
def test_nearest_as_the_reference(seed: int, words: int, dim: int, by: By, top: int) -> None:
    vectors = some_vectors(seed, words, dim)
    frequent = max(dim + 2, words // 2)
    similarity = Similarity(vectors, by, frequent=frequent)
    asked = np.array([0, 2, words - 1])
    for word, (rows, scores) in zip(asked.tolist(), similarity.nearest(asked, top), strict=True):
        wanted = reference.nearest(vectors.matrix.astype(np.float64), word, by, frequent, top)
        assert scores == pytest.approx([score for _, score in wanted], rel=1e-6, abs=1e-6)
        assert len(set(rows.tolist()) | {word}) == len(rows) + 1
        pairs = similarity.between(np.full(len(rows), word), rows)
        assert pairs == pytest.approx(scores, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("by", MEASURES)
def test_small_blocks_and_one_word_at_a_time_change_nothing(by: By, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = some_vectors(1, 500, 7)
    asked = np.arange(0, 500, 7)
    once = list(Similarity(vectors, by).nearest(asked, 5))
    monkeypatch.setattr(search, "_BLOCK", 7 * 33)
    similarity = Similarity(vectors, by)
    for word, (rows, scores) in zip(asked, once, strict=True):
        ((again, same),) = similarity.nearest(np.array([word]), 5)
        assert rows.tolist() == again.tolist()
        assert scores == pytest.approx(same, rel=1e-12)


def test_equal_vectors_stand_in_the_order_of_the_file() -> None:
    matrix = np.array([[1, 2], [2, 4], [-1, 0], [1, 2], [3, 6]], dtype=np.float32)
    vectors = WordVectors(list("abcde"), matrix)
    ((rows, scores),) = Similarity(vectors).nearest(np.array([3]), 4)
    assert rows.tolist() == [0, 1, 4, 2] and scores[:3] == pytest.approx([1, 1, 1])


def test_distribution_is_the_cosine_under_a_cholesky_factor() -> None:
    vectors = some_vectors(5, 50, 4, zeros=False)
    matrix = vectors.matrix.astype(np.float64)
    centred = matrix[:20] - matrix[:20].mean(axis=0)
    mapped = matrix @ np.linalg.cholesky(centred.T @ centred)
    first, second = np.arange(49), np.arange(1, 50)
    wanted = [reference.cosine(mapped[i], mapped[j]) for i, j in zip(first, second, strict=True)]
    assert Similarity(vectors, "distribution", frequent=20).between(first, second) == pytest.approx(wanted)


def test_a_direction_that_no_frequent_word_has_counts_for_nothing() -> None:
    matrix = np.array([[1, 0], [2, 0], [4, 0], [0, 3], [1, 1]], dtype=np.float32)
    vectors = WordVectors(list("abcde"), matrix)
    similarity = Similarity(vectors, "distribution", frequent=3)
    assert similarity.between(np.array([3, 4]), np.array([0, 0])) == pytest.approx([0, 1])


def test_a_mapped_file_is_asked_as_it_is(tmp_path: Path) -> None:
    vectors = some_vectors(3, 200, 5)
    vectors.save(tmp_path / "v.npz")
    loaded = WordVectors.load(tmp_path / "v.npz")
    for by in MEASURES:
        for (rows, scores), (wanted, values) in zip(
            Similarity(loaded, by).nearest(np.arange(9), 3),
            Similarity(vectors, by).nearest(np.arange(9), 3),
            strict=True,
        ):
            assert rows.tolist() == wanted.tolist() and scores.tolist() == values.tolist()


def test_gensim_agrees() -> None:
    keyedvectors = pytest.importorskip("gensim.models.keyedvectors")
    vectors = some_vectors(9, 300, 8, zeros=False)
    theirs = keyedvectors.KeyedVectors(8)
    theirs.add_vectors(list(vectors.words), vectors.matrix)
    asked = np.arange(3, 30)
    for row, (rows, scores) in zip(asked.tolist(), Similarity(vectors).nearest(asked, 5), strict=True):
        wanted = theirs.most_similar(vectors.words[row], topn=5)
        assert scores == pytest.approx([score for _, score in wanted], abs=1e-5)
        assert [vectors.words[i] for i in rows] == [word for word, _ in wanted]


@pytest.mark.parametrize("by", MEASURES)
def test_all_neighbours_come_a_few_questions_at_a_time(by: By, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = some_vectors(1, 90, 7)
    asked = np.array([0, 2, 5, 89])
    once = list(Similarity(vectors, by).nearest(asked, None))
    monkeypatch.setattr(search, "_ANSWERS", 180)
    monkeypatch.setattr(search, "_BLOCK", 7 * 33)
    for word, (rows, scores), (again, same) in zip(
        asked.tolist(), once, Similarity(vectors, by).nearest(asked, None), strict=True
    ):
        assert sorted(rows.tolist()) == [row for row in range(90) if row != word]
        assert rows.tolist() == again.tolist() and scores == pytest.approx(same, rel=1e-12)
    assert [list(range(4))[part] for part in search.parts(4, 90)] == [[0, 1], [2, 3]]
