from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors import reference_queries as reference
from textmine.vectors import analogy, search
from textmine.vectors.analogy import Analogies, Method
from textmine.vectors.model import WordVectors

METHODS = get_args(Method)


def some_vectors(seed: int, words: int, dim: int) -> WordVectors:
    rng = np.random.default_rng(seed)
    matrix = rng.normal(0.2, 1, (words, dim)) * rng.gamma(1, 2, (words, 1))
    matrix[2] = 0
    return WordVectors([f"w{i}" for i in range(words)], matrix.astype(np.float32))


@given(
    seed=st.integers(0, 2**32 - 1),
    words=st.integers(4, 50),
    dim=st.integers(1, 6),
    method=st.sampled_from(METHODS),
    top=st.integers(1, 60),
    data=st.data(),
)
@settings(max_examples=80)
def test_answers_as_the_reference(
    seed: int, words: int, dim: int, method: Method, top: int, data: st.DataObject
) -> None:
    vectors = some_vectors(seed, words, dim)
    number = st.integers(0, words - 1)
    questions = data.draw(st.lists(st.tuples(number, number, number), min_size=1, max_size=5))
    vocabulary = data.draw(st.none() | st.integers(1, words + 5))
    analogies = Analogies(vectors, method, vocabulary=vocabulary)
    solved = analogies.solve(np.array(questions), top)
    best = np.concatenate(list(analogies.best(np.array(questions))))
    for question, (rows, scores), first in zip(questions, solved, best.tolist(), strict=True):
        matrix = vectors.matrix.astype(np.float64)
        wanted = reference.answers(matrix, question, method, len(matrix), vocabulary)
        assert scores == pytest.approx([score for _, score in wanted[:top]], rel=1e-6, abs=1e-6)
        exact = dict(wanted)
        assert [exact[row] for row in rows.tolist()] == pytest.approx(scores, rel=1e-6, abs=1e-6)
        assert len(set(rows.tolist())) == len(rows)
        # float32 decides here: of answers that are all but equal, either will do
        assert (first == -1) == (not wanted)
        if wanted:
            assert exact[first] == pytest.approx(wanted[0][1], rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_small_blocks_and_batches_change_nothing(method: Method, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = some_vectors(4, 400, 9)
    questions = np.random.default_rng(5).integers(0, 400, (150, 3))
    analogies = Analogies(vectors, method)
    solved = list(analogies.solve(questions, 3))
    best = np.concatenate(list(analogies.best(questions)))
    assert best.tolist() == [rows[0] for rows, _ in solved]
    monkeypatch.setattr(search, "_BLOCK", 9 * 70)
    monkeypatch.setattr(analogy, "_BATCH", 64)
    monkeypatch.setattr(analogy, "_AT_ONCE", 10)
    batches = list(analogies.best(questions))
    assert [len(batch) for batch in batches] == [64, 64, 22]
    assert np.concatenate(batches).tolist() == best.tolist()
    for question, (rows, scores) in zip(questions, solved, strict=True):
        ((again, same),) = analogies.solve(question[None], 3)
        assert again.tolist() == rows.tolist() and same.tolist() == scores.tolist()


def test_the_methods_by_hand() -> None:
    matrix = np.array([[1, 0], [0, 1], [1, 0.1], [0.1, 1], [0, 9], [-5, 0]], dtype=np.float32)
    vectors = WordVectors(list("abcdef"), matrix)

    def scores(method: Method) -> dict[int, float]:
        rows, values = next(Analogies(vectors, method).solve(np.array([[0, 1, 2]])))
        return dict(zip(rows.tolist(), values.tolist(), strict=True))

    assert scores("pmi") == pytest.approx({4: 9.9, 3: 1.1, 5: 0})
    assert list(scores("pmi")) == [4, 3, 5]
    assert list(scores("3cosadd")) == [4, 3, 5]
    assert list(scores("euclidean")) == [3, 5, 4]
    assert scores("euclidean")[3] == pytest.approx(-np.hypot(0.1, 0.1))
    x, c = np.array([0.1, 1]) / np.sqrt(1.01), np.array([1, 0.1]) / np.sqrt(1.01)
    product = (1 + x[1]) / 2 * (1 + x @ c) / 2 / ((1 + x[0]) / 2 + 0.001)
    assert scores("3cosmul")[3] == pytest.approx(product)


@pytest.mark.parametrize(
    ("method", "theirs"), [("3cosadd", "most_similar"), ("3cosmul", "most_similar_cosmul")]
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_gensim_agrees(method: Method, theirs: str) -> None:
    keyedvectors = pytest.importorskip("gensim.models.keyedvectors")
    vectors = some_vectors(9, 300, 8)
    vectors.matrix[2] = 1
    other = keyedvectors.KeyedVectors(8)
    other.add_vectors(list(vectors.words), vectors.matrix)
    questions = np.random.default_rng(2).integers(0, 300, (20, 3))
    for (a, b, c), (rows, _) in zip(
        questions.tolist(), Analogies(vectors, method).solve(questions, 3), strict=True
    ):
        if len({a, b, c}) == 3:
            a, b, c = (vectors.words[i] for i in (a, b, c))
            wanted = getattr(other, theirs)(positive=[b, c], negative=[a], topn=3)
            assert [vectors.words[row] for row in rows] == [word for word, _ in wanted]
