"""Texts compared by a measure, in any number."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from textmine.similarity import reader
from textmine.similarity.build import build_measure
from textmine.similarity.ground import Ground
from textmine.similarity.measures import Metric, TransportMeasure
from textmine.similarity.reader import Distances, batches
from textmine.similarity.sides import Sides
from textmine.similarity.similarity import Similarity, WordMove
from textmine.vectors.model import WordVectors

TEXTS = ["a b", "", "c", "d d d d d", "a", "x y", "b c d"]
METRICS: list[Metric] = ["wmd", "wrd", "sinkhorn", "cosine"]


def similarity(metric: Metric = "wmd") -> Similarity:
    matrix = np.random.default_rng(1).normal(size=(4, 3)).astype(np.float32)
    convert = None if metric == "cosine" else "none"
    return Similarity(build_measure(WordVectors(list("abcd"), matrix), metric, [], convert=convert))


def at_right_angles() -> Similarity:
    """Words that are all sqrt(2) from each other."""
    ground = Ground(np.eye(4, dtype=np.float32), np.ones(4), "euclidean")
    return Similarity(TransportMeasure(ground, WordVectors(list("abcd"), ground.table)))


def equal(one: Distances, other: Distances) -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name), equal_nan=True)
        for field in fields(one)
    )


@pytest.mark.parametrize("most", [("BATCH", 2), ("CHARACTERS", 4)])
def test_batches_do_not_matter(most: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    texts = at_right_angles()
    couples = list(zip(TEXTS, TEXTS[::-1], strict=True))
    whole = texts.measure.read([text.split() for text in TEXTS])
    ((_, together),) = texts.lines(couples)
    monkeypatch.setattr(reader, *most)
    parts = list(batches(TEXTS, len))
    assert [text for part in parts for text in part] == TEXTS
    assert len(parts) > 3 and all(len(part) <= 2 or sum(map(len, part[:-1])) < 4 for part in parts)
    read = texts.read(TEXTS)
    assert read.coverage.tolist() == whole.coverage.tolist()
    for name in ("starts", "rows", "units"):
        assert getattr(read.content, name).tolist() == getattr(whole.content, name).tolist()
    lines = list(texts.lines(couples))
    assert [couple for part, _ in lines for couple in part] == couples and len(lines) > 3
    columns = [np.concatenate([getattr(part, f.name) for _, part in lines]) for f in fields(together)]
    assert equal(Distances(*columns), together)
    assert together.a.tolist() == together.b.tolist() == list(range(7))


def test_a_distance_and_its_moves() -> None:
    texts = at_right_angles()
    assert texts.distance("a b", "a c") == pytest.approx(2**0.5 / 2)
    assert np.isnan(texts.distance("a", "x"))
    first, none = texts.moves([("a b", "a c"), ("a", "x")])
    assert none is None and first is not None
    assert first == [WordMove("b", "c", 0.5, first[0].cost), WordMove("a", "a", 0.5, 0)]
    assert first[0].cost == pytest.approx(2**0.5)
    with pytest.raises(ValueError, match="has a plan"):
        next(similarity("cosine").moves([("a", "b")]))


@pytest.mark.parametrize("metric", METRICS)
def test_a_matrix_in_memory_and_in_a_file(metric: Metric, tmp_path: Path) -> None:
    texts = similarity(metric)
    for a, b in ((TEXTS, TEXTS[2:5]), (TEXTS, None), (TEXTS[:1], None), ([], TEXTS)):
        matrix = texts.matrix(a, b)
        missing = texts.save_matrix(Sides.of_texts(a, b), tmp_path / "m.npy")
        assert np.array_equal(np.load(tmp_path / "m.npy"), matrix, equal_nan=True)
        assert matrix.shape == (len(a), len(a if b is None else b))
        pairs = list(texts.all_pairs(Sides.of_texts(a, b)))
        assert missing == sum(int(np.isnan(part.distances).sum()) for part in pairs)
        for part in pairs:
            assert np.array_equal(matrix[part.a, part.b], part.distances, equal_nan=True)
        if b is None:
            assert np.array_equal(matrix, matrix.T, equal_nan=True) and np.nansum(np.diag(matrix)) == 0
    assert np.flatnonzero(np.isnan(np.diag(texts.matrix(TEXTS)))).tolist() == [1, 5]


@pytest.mark.parametrize("metric", ["wmd", "wrd"])
def test_what_is_exact_has_its_proof(metric: Metric) -> None:
    for part in similarity(metric).all_pairs(Sides.of_texts(TEXTS)):
        assert part.duals is not None
        assert part.duals == pytest.approx(part.distances, abs=1e-9, nan_ok=True)
    ((_, part),) = similarity("cosine").lines([("a", "b")])
    assert part.duals is None and part.similarities == 1 - part.distances


def test_progress_counts_pairs() -> None:
    heard: list[tuple[str, int, int | None]] = []
    list(at_right_angles().all_pairs(Sides.of_texts(TEXTS), lambda *step: heard.append(step)))
    assert heard[-1] == ("comparing", 21, 21) and len(heard) == 7
