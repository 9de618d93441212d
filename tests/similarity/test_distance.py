"""The two distances as published, worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest

from textmine.similarity.bags import bags_of, masses_of
from textmine.similarity.distance import word_movers_distance, word_rotators_distance
from textmine.similarity.explain import explain
from textmine.similarity.ground import ground
from textmine.vectors.model import WordVectors

VECTORS = WordVectors(["a", "b", "c", "z"], np.array([[1, 0], [0, 2], [3, 0], [0, 0]], np.float32))


def test_word_movers_distance() -> None:
    # Two thirds of the mass go from a to b, the rest stays.
    assert word_movers_distance(["a", "a", "a"], ["a", "b", "b"], VECTORS) == pytest.approx(2 / 3 * 5**0.5)
    assert word_movers_distance(["a", "x"], ["c"], VECTORS) == pytest.approx(2)
    assert word_movers_distance(["a", "b"], ["b", "a"], VECTORS) == 0
    assert word_movers_distance(["z"], ["a"], VECTORS) == pytest.approx(1)


def test_word_rotators_distance() -> None:
    # Masses are lengths: of a and b, 1/3 and 2/3; all of b turns by a right angle.
    assert word_rotators_distance(["a", "b"], ["c"], VECTORS) == pytest.approx(2 / 3)
    assert word_rotators_distance(["a"], ["c", "z"], VECTORS) == 0


@pytest.mark.parametrize("texts", [(["x"], ["a"]), (["a"], []), ([], [])])
def test_no_known_word_no_distance(texts: tuple[list[str], list[str]]) -> None:
    assert math.isnan(word_movers_distance(*texts, VECTORS))
    assert math.isnan(word_rotators_distance(*texts, VECTORS))
    assert math.isnan(word_rotators_distance(["z"], ["a"], VECTORS))  # no length, no mass


def test_words_are_found_as_the_command_finds_them() -> None:
    vectors = WordVectors(["bug", "hacker"], np.eye(2, dtype=np.float32))
    assert word_movers_distance(["Bug"], ["bug"], vectors) == 0
    assert word_movers_distance(["bug-hacker"], ["hacker", "bug"], vectors) == 0
    with pytest.raises(TypeError, match="split it first"):
        word_rotators_distance("bug", ["bug"], vectors)


@pytest.mark.parametrize(
    ("metric", "distance"), [("wmd", word_movers_distance), ("wrd", word_rotators_distance)]
)
def test_the_moves_add_up_to_the_distance(
    metric: Literal["wmd", "wrd"], distance: Callable[[list[str], list[str], WordVectors], float]
) -> None:
    random = np.random.default_rng(1)
    words = [f"w{i}" for i in range(30)]
    vectors = WordVectors(words, random.normal(size=(30, 4)).astype(np.float32))
    a, b = ([words[i] for i in random.integers(0, 30, 9)] for _ in range(2))
    on = ground(vectors, metric, convert=())
    masses = [masses_of(bags_of([text], vectors.rows), on.weights) for text in (a, b)]
    moves, plan = explain(on, masses[0], masses[1])
    assert plan is not None
    assert sum(move.mass for move in moves) == pytest.approx(1)
    assert sum(move.mass * move.cost for move in moves) == pytest.approx(plan.value)
    assert plan.value == pytest.approx(distance(a, b, vectors), abs=1e-6)
    assert {words[move.source] for move in moves} == set(a)
    assert {words[move.target] for move in moves} == set(b)
    parts = [move.mass * move.cost for move in moves]
    assert parts == sorted(parts, reverse=True)
