"""Many pairs at once against one problem at a time."""

from __future__ import annotations

import _thread
import time
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmine.errors import ModelError, ResourceError
from textmine.kernels import transport as kernels
from textmine.similarity import pairs
from textmine.similarity import transport as plans
from textmine.similarity.bags import UNIT, Bags, Masses, bags_of, masses_of
from textmine.similarity.pairs import costs, transport_distances
from textmine.similarity.transport import transport

WORDS = 40
ROWS = {str(word): word for word in range(WORDS)}
TEXTS = st.lists(st.lists(st.integers(-3, WORDS - 1), max_size=12), min_size=1, max_size=12)


def bags(texts: list[list[int]]) -> Bags:
    """Of words that are numbers; those below 0 are not known."""
    return bags_of([[str(word) for word in text] for text in texts], ROWS)


def table(kind: Literal["euclidean", "cosine"]) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of the words and their weights; word 0 has the vector 0, word 1 that of word 2."""
    vectors = np.random.default_rng(3).normal(size=(WORDS, 7)).astype(np.float32)
    vectors[0] = 0
    vectors[1] = vectors[2]
    if kind == "euclidean":
        return vectors, np.ones(WORDS)
    lengths = np.linalg.norm(vectors, axis=1)
    return (vectors / np.where(lengths, lengths, 1)[:, None]).astype(np.float32), lengths.astype(np.float64)


def one_by_one(vectors: np.ndarray, kind: str, weights: np.ndarray, a: list[int], b: list[int]) -> float:
    a, b = [word for word in a if word >= 0], [word for word in b if word >= 0]
    masses_a, masses_b = (np.array([weights[word] for word in words]) for words in (a, b))
    if not masses_a.sum() or not masses_b.sum():
        return float("nan")
    x, y = vectors[a].astype(np.float64), vectors[b].astype(np.float64)
    cost = np.linalg.norm(x[:, None] - y, axis=2) if kind == "euclidean" else np.maximum(1 - x @ y.T, 0)
    return transport(cost, masses_a, masses_b).value


def interrupted(kernel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the place of `kernel`: what ends only when it is told to, after Ctrl-C."""

    def wait(*given: Any) -> None:
        _thread.interrupt_main()
        while not given[-1][0]:
            time.sleep(0.01)

    monkeypatch.setattr(kernels, kernel, wait)


@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_is_heard_while_pairs_are_solved(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, weights = table("euclidean")
    masses = masses_of(bags([[1, 2, 3]] * 4), weights)
    monkeypatch.setattr(pairs, "WORK", 4)
    interrupted("solve_pairs", monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        transport_distances(vectors, "euclidean", masses, masses, threads=threads)


def test_ctrl_c_is_heard_while_a_plan_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "WORK", 4)
    interrupted("solve", monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        transport(np.ones((3, 3)), np.ones(3), np.ones(3))


def test_pairs_are_left_where_told_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, weights = table("euclidean")
    masses = masses_of(bags([[1, 2, 3], [4, 5]]), weights)
    solve = kernels.solve_pairs

    def stopped(*given: Any) -> None:
        given[-3][:] = 7
        # A tuple of all arguments but the last: how many that is, the checker cannot know.
        solve(*given[:-1], np.ones(1, np.uint8))  # type: ignore[call-arg]

    monkeypatch.setattr(kernels, "solve_pairs", stopped)
    assert transport_distances(vectors, "euclidean", masses, masses)[0].tolist() == [7, 7]


@settings(max_examples=60)
@given(TEXTS, st.sampled_from(["euclidean", "cosine"]), st.integers(1, 3))
def test_pairs_are_solved_as_one_by_one(
    texts: list[list[int]], kind: Literal["euclidean", "cosine"], threads: int
) -> None:
    vectors, weights = table(kind)
    other = texts[::-1]
    a, b = masses_of(bags(texts), weights), masses_of(bags(other), weights)
    values, duals = transport_distances(vectors, kind, a, b, threads=threads)
    expected = [one_by_one(vectors, kind, weights, x, y) for x, y in zip(texts, other, strict=True)]
    assert values == pytest.approx(expected, abs=1e-6, nan_ok=True)  # float32 costs
    assert duals == pytest.approx(values, rel=1e-9, abs=1e-12, nan_ok=True)
    assert transport_distances(vectors, kind, a, b, threads=1)[0].tobytes() == values.tobytes()


@pytest.mark.parametrize("kind", ["euclidean", "cosine"])
def test_ten_thousand_pairs_are_proved(kind: Literal["euclidean", "cosine"]) -> None:
    random = np.random.default_rng(4)
    texts = [random.integers(-3, WORDS, random.integers(1, 14)).tolist() for _ in range(300)]
    vectors, weights = table(kind)
    masses = masses_of(bags(texts), weights)
    pairs = random.integers(0, len(texts), (2, 10_000))
    values, duals = transport_distances(vectors, kind, masses, masses, (pairs[0], pairs[1]))
    known = ~np.isnan(values)
    assert known.sum() > 9000
    assert np.abs(values - duals)[known].max() <= 1e-9 * values[known].max()
    assert (np.abs(values - duals)[known] <= 1e-9 * values[known] + 1e-15).all()


@pytest.mark.parametrize("kind", ["euclidean", "cosine"])
def test_a_text_is_at_no_distance_from_itself_in_any_order(kind: Literal["euclidean", "cosine"]) -> None:
    vectors, weights = table(kind)
    a, b = masses_of(bags([[3, 4, 4, 9]]), weights), masses_of(bags([[4, 9, 4, 3, -1]]), weights)
    assert transport_distances(vectors, kind, a, b)[0].tolist() == [0.0]


def test_shared_words_may_move_where_the_cost_is_no_metric() -> None:
    """With 1 - cos it can be cheaper to move a shared word on than to leave it."""
    angles = np.array([0.0, 0.7, 1.4])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    a, b = (masses_of(bags([text]), np.ones(3)) for text in ([0, 1], [1, 2]))
    (value,), _ = transport_distances(vectors, "cosine", a, b)
    staying = (1 - np.cos(1.4)) / 2
    moving = 1 - np.cos(0.7)
    assert moving < staying
    assert value == pytest.approx(moving, abs=1e-6)


@given(TEXTS, st.integers(0, 2**32 - 1))
def test_masses_add_up(texts: list[list[int]], seed: int) -> None:
    weights = np.random.default_rng(seed).random(WORDS)
    weights[weights < 0.2] = 0
    found = bags(texts)
    masses = masses_of(found, weights)
    for t, text in enumerate(texts):
        known = sorted({word for word in text if word >= 0})
        part = slice(found.starts[t], found.starts[t + 1])
        assert found.rows[part].tolist() == known
        assert found.counts[part].tolist() == [text.count(word) for word in known]
        assert found.tokens[t] == len(text)
        assert found.coverage[t] == pytest.approx(sum(word >= 0 for word in text) / max(len(text), 1))
        heavy = [word for word in known if weights[word] > 0]
        part = slice(masses.starts[t], masses.starts[t + 1])
        assert masses.rows[part].tolist() == heavy
        assert masses.units[part].sum() == (UNIT if heavy else 0)
        expected = np.array([text.count(word) * weights[word] for word in heavy])
        assert masses.units[part] / UNIT == pytest.approx(expected / max(expected.sum(), 1e-300), abs=1e-14)
    assert isinstance(masses, Masses) and len(masses) == len(texts)


@given(st.lists(st.floats(1e-30, 1e30), min_size=2, max_size=8), st.integers(0, 2**32 - 1))
def test_masses_of_any_size_are_above_0_and_solved(weights: list[float], seed: int) -> None:
    words = [str(word) for word in range(len(weights))]
    masses = masses_of(bags_of([words, words[:1]], ROWS), np.array(weights))
    assert (masses.units > 0).all()
    assert masses.units[:-1].sum() == masses.units[-1] == UNIT
    vectors = np.random.default_rng(seed).normal(size=(len(weights), 3)).astype(np.float32)
    values, duals = transport_distances(vectors, "euclidean", masses, masses, (np.array([0]), np.array([1])))
    assert duals == pytest.approx(values, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("kind", ["euclidean", "cosine"])
def test_another_solver_finds_the_same(kind: Literal["euclidean", "cosine"]) -> None:
    """Shared words, masses of many sizes, ties: through the batch, where what both have is cancelled."""
    ot = pytest.importorskip("ot")
    random = np.random.default_rng(8)
    vectors, weights = table(kind)
    weights = weights * 10.0 ** random.integers(-3, 4, WORDS)
    texts = [random.integers(0, WORDS, random.integers(1, 25)).tolist() for _ in range(200)]
    masses = masses_of(bags(texts), weights)
    pairs = random.integers(0, len(texts), (2, 300))
    values, duals = transport_distances(vectors, kind, masses, masses, (pairs[0], pairs[1]))
    for value, i, j in zip(values.tolist(), *pairs.tolist(), strict=True):
        (rows, p), (others, q) = (
            (masses.rows[s], masses.units[s] / UNIT) for s in (part(masses, i), part(masses, j))
        )
        if not len(rows) or not len(others):
            assert np.isnan(value)
            continue
        cost = costs(vectors, kind, rows, others)
        assert value == pytest.approx(ot.emd2(p / p.sum(), q / q.sum(), cost), rel=1e-9, abs=1e-9)
    assert duals == pytest.approx(values, rel=1e-9, abs=1e-12, nan_ok=True)


def part(masses: Masses, text: int) -> slice:
    return slice(masses.starts[text], masses.starts[text + 1])


def test_costs_beyond_all_numbers_are_refused() -> None:
    vectors = np.array([[1e20, 0], [0, -1e20]], np.float32)
    a, b = masses_of(bags([[0]]), np.ones(2)), masses_of(bags([[1]]), np.ones(2))
    with pytest.raises(ModelError, match="beyond all numbers"):
        transport_distances(vectors, "euclidean", a, b)


def test_texts_beyond_all_size_are_refused() -> None:
    size = 1 << 15
    rows = np.arange(size, dtype=np.int32)
    long = Masses(np.array([0, size]), rows, np.full(size, UNIT // size))
    with pytest.raises(ResourceError, match="too long"):
        transport_distances(np.zeros((size, 2), np.float32), "euclidean", long, long)
