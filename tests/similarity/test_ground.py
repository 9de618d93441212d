"""Conversions of word vectors against plain formulas."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmine.errors import InputError, ModelError
from textmine.similarity import ground as module
from textmine.similarity.bags import Bags, bags_of
from textmine.similarity.ground import CONVERSIONS, ground
from textmine.vectors.model import WordVectors

Metric = Literal["wmd", "wrd"]
METRICS: tuple[Metric, ...] = ("wmd", "wrd")
WORDS, DIM = 300, 24
SUBSETS = st.sets(st.sampled_from(CONVERSIONS["wmd"]))


@pytest.fixture(scope="module")
def vectors() -> WordVectors:
    random = np.random.default_rng(5)
    matrix = random.normal(size=(WORDS, DIM)) * random.gamma(2, 1, size=(WORDS, 1)) + random.normal(size=DIM)
    return WordVectors([f"w{row}" for row in range(WORDS)], matrix.astype(np.float32))


@pytest.fixture(scope="module")
def probabilities() -> np.ndarray:
    values: np.ndarray = 1 / np.arange(1.0, WORDS + 1)
    values[250:] = 0
    values *= 0.9 / values.sum()
    return values


@pytest.fixture(scope="module")
def texts() -> list[list[str]]:
    random = np.random.default_rng(6)
    return [[f"w{row}" for row in random.integers(0, WORDS + 50, random.integers(0, 12))] for _ in range(80)]


@pytest.fixture(scope="module")
def sentences(vectors: WordVectors, texts: list[list[str]]) -> Bags:
    return bags_of(texts, vectors.rows)


def plain(
    vectors: WordVectors, metric: Metric, probabilities: np.ndarray, convert: set[str], texts: list[list[str]]
) -> tuple[np.ndarray, np.ndarray]:
    """The table and the weights, word by word and text by text."""
    x = vectors.matrix.astype(np.float64)
    if "common" in convert:
        p = probabilities / probabilities.sum()
        x = x - sum(p[row] * x[row] for row in range(WORDS))
        covariance = sum(p[row] * np.outer(x[row], x[row]) for row in range(WORDS))
        _, directions = np.linalg.eigh(covariance)
        for direction in directions.T[-(DIM // 10) :]:
            x = x - np.outer(x @ direction, direction)
    weights = np.ones(WORDS)
    if "sif" in convert:
        weights = np.array([1e-4 / (1e-4 + p) for p in probabilities])
    if "component" in convert:
        means = []
        for words in texts:
            rows = [vectors.index(word) for word in words if word in vectors]
            if rows:
                means.append(sum(weights[row] * x[row] for row in rows) / len(rows))
        direction = np.linalg.svd(np.array(means), full_matrices=False)[2][0]
        x = x - np.outer(x @ direction, direction)
    lengths = np.linalg.norm(x, axis=1)
    if "unit" in convert or metric == "wrd":
        x = x / lengths[:, None]
    if metric == "wrd" and "unit" not in convert:
        weights = weights * lengths
    return x, weights


@settings(max_examples=40, deadline=None)
@given(metric=st.sampled_from(METRICS), convert=SUBSETS)
def test_conversions_are_their_formulas(
    metric: Metric,
    convert: set[str],
    vectors: WordVectors,
    probabilities: np.ndarray,
    texts: list[list[str]],
    sentences: Bags,
) -> None:
    made = ground(vectors, metric, probabilities=probabilities, convert=convert, sentences=sentences)
    table, weights = plain(vectors, metric, probabilities, convert, texts)
    assert made.table.dtype == np.float32 and made.weights.dtype == np.float64
    assert made.kind == ("cosine" if metric == "wrd" else "euclidean")
    assert np.allclose(made.table, table, atol=2e-5)
    assert np.allclose(made.weights, weights, rtol=1e-5)


@pytest.mark.parametrize("metric", METRICS)
def test_punctuation_weighs_nothing_beside_frequencies(metric: Metric) -> None:
    words = ["a", "。", "……", "?!", "(b)", "$", "50%", "😀", "_"]
    vectors = WordVectors(words, np.eye(len(words), dtype=np.float32))
    found = ground(vectors, metric, probabilities=np.zeros(len(words)), convert={"sif"})
    assert found.weights.tolist() == [1, 0, 0, 0, 1, 1, 1, 1, 1]
    assert ground(vectors, metric, convert=()).weights.all()


@pytest.mark.parametrize("metric", METRICS)
def test_order_of_conversions_and_size_of_blocks_do_not_matter(
    metric: Metric,
    vectors: WordVectors,
    probabilities: np.ndarray,
    sentences: Bags,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options: dict[str, Any] = {"probabilities": probabilities, "sentences": sentences}
    made = ground(vectors, metric, **options)
    turned = ground(vectors, metric, convert=CONVERSIONS[metric][::-1], **options)
    assert np.array_equal(made.table, turned.table) and np.array_equal(made.weights, turned.weights)
    monkeypatch.setattr(module, "BLOCK", DIM * 7)
    small = ground(vectors, metric, **options)
    assert np.allclose(made.table, small.table, atol=1e-6) and np.allclose(made.weights, small.weights)


def test_without_conversions_the_vectors_stay_as_they_are(vectors: WordVectors) -> None:
    made = ground(vectors, "wmd", convert=())
    assert made.table is vectors.matrix and np.all(made.weights == 1)
    rotated = ground(vectors, "wrd", convert=())
    assert np.allclose(rotated.table * rotated.weights[:, None], vectors.matrix, atol=1e-5)


@pytest.mark.parametrize("metric", METRICS)
def test_what_is_taken_away_is_gone(
    metric: Metric, vectors: WordVectors, probabilities: np.ndarray, sentences: Bags
) -> None:
    made = ground(
        vectors,
        metric,
        probabilities=probabilities,
        convert=("common", "component"),
        common=3,
        components=2,
        sentences=sentences,
    )
    x = made.table * made.weights[:, None] if metric == "wrd" else made.table
    assert np.linalg.matrix_rank(x, tol=1e-3) == DIM - 5
    if metric == "wmd":
        assert np.linalg.norm(probabilities @ x) < 1e-4


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("convert", [(), ("unit",), ("sif",), ("sif", "unit")])
def test_words_without_a_direction_and_stop_words_have_no_mass(
    metric: Metric, convert: tuple[str, ...]
) -> None:
    matrix = np.array([[0, 0], [3, 4], [1e-9, 0], [1, 0]], np.float32)
    vectors = WordVectors(["zero", "a", "tiny", "the"], matrix)
    made = ground(
        vectors,
        metric,
        probabilities=np.full(4, 0.25),
        convert=convert,
        stop_words={"the", "unknown"},
    )
    directed = metric == "wrd" or "unit" in convert
    assert made.weights[3] == 0 and made.weights[1] > 0
    assert (made.weights[0] == 0) == directed
    assert np.isfinite(made.table).all() and np.isfinite(made.weights).all()
    if directed:
        assert np.allclose(np.linalg.norm(made.table, axis=1), [0, 1, 1, 1])


def test_only_rounding_left_is_nothing_left() -> None:
    """A word that lies on the component taken away has no direction, not that of rounding."""
    along = np.array([0.3, 0.7, 0.2])
    matrix = np.array([along, 2 * along, [1, 0, 0]]).astype(np.float32)
    vectors = WordVectors(["a", "b", "c"], matrix)
    sentences = bags_of([["a"], ["b"], ["a", "b"]], vectors.rows)
    made = ground(vectors, "wmd", convert=("component", "unit"), sentences=sentences)
    assert list(made.weights) == [0, 0, 1] and not made.table[:2].any()
    assert list(ground(vectors, "wrd", convert=("component",), sentences=sentences).weights[:2]) == [0, 0]


def test_few_numbers_lose_few_components(probabilities: np.ndarray) -> None:
    """The common components are at most one in ten of the numbers: of three none, then only the mean goes."""
    matrix = np.random.default_rng(1).normal(size=(WORDS, 3)).astype(np.float32)
    vectors = WordVectors([str(row) for row in range(WORDS)], matrix)
    made = ground(vectors, "wmd", probabilities=probabilities, convert=("common",))
    assert np.allclose(made.table, matrix - probabilities @ matrix / probabilities.sum(), atol=1e-5)


def test_bad_input_is_refused(vectors: WordVectors, probabilities: np.ndarray, sentences: Bags) -> None:
    def fails(words: str, **options: Any) -> None:
        given: dict[str, Any] = {"probabilities": probabilities, "sentences": sentences}
        with pytest.raises(InputError, match=words):
            ground(vectors, "wrd", **(given | options))

    fails("no conversion 'comon'", convert=("sif", "comon"))
    fails("needs the frequencies", probabilities=None)
    fails("needs sentences", sentences=None)
    fails("a = 0", a=0)
    fails("a = nan", a=float("nan"))
    fails("nothing is left", components=DIM - 2)
    fails("nothing is left", common=-1)
    one = bags_of([["w1"], ["unknown"], []], vectors.rows)
    fails("what 1 sentences with known words", sentences=one)
    with pytest.raises(ValueError, match="300 words do not go with 3"):
        ground(vectors, "wrd", probabilities=np.ones(3), sentences=sentences)


@pytest.mark.parametrize("convert", [("common",), ("unit",), ("component",), ()])
def test_vectors_that_are_not_finite_are_refused(convert: tuple[str, ...]) -> None:
    matrix = np.ones((4, 10), np.float32)
    matrix[1, 1] = np.nan
    vectors = WordVectors(list("abcd"), matrix)
    sentences = bags_of([["a", "b"], ["c"]], vectors.rows)
    with pytest.raises(ModelError, match="finite"):
        ground(vectors, "wrd", probabilities=np.full(4, 0.25), convert=convert, sentences=sentences)


@pytest.mark.parametrize("metric", ["wmd", "wrd"])
def test_vectors_beyond_float32_squares_are_refused(metric: Literal["wmd", "wrd"]) -> None:
    vectors = WordVectors(["a", "b"], np.array([[1, 0], [0, 1e20]], np.float32))
    with pytest.raises(ModelError, match="longer than"):
        ground(vectors, metric, convert=())
