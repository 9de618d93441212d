"""Measures by name, where there is little to learn from."""

from __future__ import annotations

import numpy as np
import pytest

from textmine.errors import InputError
from textmine.similarity.build import LEAST_SENTENCES, build_measure
from textmine.similarity.measures import Metric
from textmine.vectors.model import WordVectors

METRICS: list[Metric] = ["wmd", "wrd", "sinkhorn", "cosine", "sif", "usif"]
WORDS = [f"w{i}" for i in range(70)]


def vectors(dim: int) -> WordVectors:
    matrix = np.random.default_rng(1).normal(size=(len(WORDS), dim)).astype(np.float32)
    return WordVectors(WORDS, matrix, np.arange(len(WORDS), 0, -1))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("dim", [1, 2, 3, 40])
@pytest.mark.parametrize(
    "sample",
    [
        [["x", "y"]] * 60,
        [["w1", "w2"]] * 60,
        [["w1", "x"], []],
        [[word, WORDS[i - 1]] for i, word in enumerate(WORDS)],
    ],
    ids=["unknown", "all alike", "few", "many"],
)
def test_any_sample_and_any_vectors_do(metric: Metric, dim: int, sample: list[list[str]]) -> None:
    measure = build_measure(vectors(dim), metric, sample, frequencies="counts")
    a, b = measure.read([["w1", "w2"], ["x"], []]), measure.read([["w1", "w2"], ["w1"], ["w1"]])
    values = measure.distances(a, b)
    assert np.isnan(values[1:]).all()
    assert np.isnan(values[0]) or values[0] == pytest.approx(0, abs=1e-6)
    assert a.coverage.tolist() == [1, 0, 0]
    learned = len(sample) >= LEAST_SENTENCES and sample[0] != sample[1] and dim > 1
    assert (measure.too_few is not None) == (metric != "cosine" and not learned)


@pytest.mark.parametrize(
    ("metric", "convert", "similarity"),
    [("wmd", "unit", 0), ("wmd", "none", 1 / (1 + np.hypot(3, 4))), ("wrd", "none", 0)],
)
def test_similarity_of_words_at_right_angles(metric: Metric, convert: str, similarity: float) -> None:
    made = WordVectors(["x", "y"], np.array([[3, 0], [0, 4]], np.float32))
    measure = build_measure(made, metric, [["x", "y"]], convert=convert)
    a, b = measure.read([["x"], ["x"]]), measure.read([["y"], ["x"]])
    assert measure.similarity(measure.distances(a, b)) == pytest.approx([similarity, 1], abs=1e-6)


def test_conversions_are_for_transport() -> None:
    with pytest.raises(InputError, match="for transport"):
        build_measure(vectors(3), "sif", [["w1"]], convert="common")
    with pytest.raises(InputError, match="no conversion 'nonsense'"):
        build_measure(vectors(3), "wmd", [["w1"]], convert="sif,nonsense")


def test_frequencies_weigh_sentence_vectors() -> None:
    sample = [[word, WORDS[i - 1]] for i, word in enumerate(WORDS)]
    plain = build_measure(vectors(40), "sif", sample, frequencies="counts")
    other = build_measure(vectors(40), "sif", sample, frequencies="rank")
    a, b = [["w1", "w50"]], [["w2", "w50"]]
    first, second = (measure.distances(measure.read(a), measure.read(b)) for measure in (plain, other))
    assert first != pytest.approx(second, rel=1e-6)
