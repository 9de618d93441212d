"""The solver against linear programming, and its own proof."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from textmine.kernels import transport as kernels
from textmine.similarity import transport as module
from textmine.similarity.transport import Plan, transport

SEEDS = st.integers(0, 2**32 - 1)


def by_linear_programming(cost: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    n, m = cost.shape
    sums = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    wanted = np.concatenate([a / a.sum(), b / b.sum()])
    # The last sum follows from the others; with rounding it could contradict them.
    result = linprog(cost.ravel(), A_eq=sums[:-1], b_eq=wanted[:-1], method="highs")
    assert result.status == 0
    return float(result.fun)


def problem(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Costs and masses of one of several kinds, many of them with ties."""
    n, m = random.integers(1, 13, 2)
    x, y = random.normal(size=(n, 5)), random.normal(size=(m, 5))
    kind = random.integers(5)
    if kind == 0:  # Word Mover's Distance
        cost = np.linalg.norm(x[:, None] - y, axis=2)
        a, b = random.integers(1, 4, n), random.integers(1, 4, m)
    elif kind == 1:  # Word Rotator's Distance, with words that both have
        y[: min(n, m) // 2] = x[: min(n, m) // 2]
        a, b = np.linalg.norm(x, axis=1), np.linalg.norm(y, axis=1)
        cost = np.maximum(1 - (x / a[:, None]) @ (y / b[:, None]).T, 0)
    elif kind == 2:  # few different costs, equal masses
        cost = random.integers(0, 3, (n, m)).astype(float)
        a, b = np.ones(n), np.ones(m)
    elif kind == 3:  # masses from tiny to huge, and none
        cost = random.random((n, m))
        a, b = 10.0 ** random.integers(-6, 3, n), 10.0 ** random.integers(-6, 3, m)
        a[1:] *= random.random(n - 1) < 0.7
    else:  # costs below zero
        cost = random.normal(size=(n, m))
        a, b = random.random(n) + 0.1, random.random(m) + 0.1
    return cost, a.astype(float), b.astype(float)


def check(cost: np.ndarray, a: np.ndarray, b: np.ndarray, plan: Plan) -> None:
    """The plan moves what it has to, costs what it says, and the potentials prove that no plan costs less."""
    a, b = a / a.sum(), b / b.sum()
    full = np.zeros(cost.shape)
    full[plan.rows, plan.columns] = plan.moved
    size = max(np.abs(cost).max(), 1e-300)
    assert (plan.moved > 0).all() and len(plan.moved) < sum(cost.shape)
    assert full.sum(axis=1) == pytest.approx(a, abs=1e-14)
    assert full.sum(axis=0) == pytest.approx(b, abs=1e-14)
    assert (full * cost).sum() == pytest.approx(plan.value, abs=1e-13 * size)
    assert (plan.f[:, None] + plan.g <= cost + 1e-12 * size).all()
    assert plan.f @ a + plan.g @ b == pytest.approx(plan.dual, abs=1e-12 * size)
    assert plan.value == pytest.approx(plan.dual, abs=1e-12 * size)


@pytest.mark.parametrize("seed", range(500))
def test_the_cost_is_that_of_linear_programming(seed: int) -> None:
    cost, a, b = problem(np.random.default_rng(seed))
    plan = transport(cost, a, b)
    check(cost, a, b, plan)
    wanted = by_linear_programming(cost, a, b)
    assert plan.value == pytest.approx(wanted, rel=1e-7, abs=1e-7 * np.abs(cost).max())


@given(SEEDS, st.integers(1, 60), st.integers(1, 60))
def test_larger_problems_are_proved(seed: int, n: int, m: int) -> None:
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(n, 8)), random.normal(size=(m, 8))
    cost = np.linalg.norm(x[:, None] - y, axis=2)
    a, b = random.integers(1, 3, n).astype(float), random.integers(1, 3, m).astype(float)
    check(cost, a, b, transport(cost, a, b))
    other = transport(cost.T, b, a)
    assert other.value == pytest.approx(transport(cost, a, b).value, rel=1e-12)


def test_an_assignment_with_nothing_but_ties_ends() -> None:
    plan = transport(np.ones((70, 70)), np.ones(70), np.ones(70))
    assert plan.value == pytest.approx(1, rel=1e-14)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1)])
def test_a_single_word_leaves_no_choice(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(1)
    cost, a, b = random.random(shape), random.random(shape[0]), random.random(shape[1])
    expected = (a / a.sum()) @ cost @ (b / b.sum())
    assert transport(cost, a, b).value == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("size", [5e-324, 1e-300, 1e-30, 1e30, 1e99])
def test_costs_of_any_size(size: float) -> None:
    cost = np.array([[0.0, size], [size, 0.5 * size]])
    plan = transport(cost, np.ones(2), np.ones(2))
    assert plan.value == pytest.approx(0.25 * size, rel=1e-9, abs=5e-324)


def test_a_set_to_itself_costs_nothing() -> None:
    random = np.random.default_rng(2)
    x = random.normal(size=(20, 3))
    cost = np.linalg.norm(x[:, None] - x, axis=2)
    assert transport(cost, np.ones(20), np.ones(20)).value == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize(
    ("cost", "a", "b"),
    [
        (np.ones((2, 2)), np.ones(3), np.ones(2)),
        (np.ones((2, 2)), np.zeros(2), np.ones(2)),
        (np.ones((2, 2)), np.ones(2), np.array([1.0, -1e-9])),
        (np.array([[1.0, np.nan]]), np.ones(1), np.ones(2)),
        (np.array([[1.0, np.inf]]), np.ones(1), np.ones(2)),
        (np.array([[1.7e308, -1.7e308]]), np.ones(1), np.ones(2)),
        (np.ones((1, 2)), np.ones(1), np.array([1.0, np.inf])),
    ],
)
def test_what_is_no_problem_is_refused(cost: np.ndarray, a: np.ndarray, b: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"mass|costs"):
        transport(cost, a, b)


def test_a_solver_told_to_stop_leaves_some_flow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = np.random.default_rng(2)
    cost = random.random((30, 40))
    a, b = random.random(30), random.random(40)
    best = transport(cost, a, b)
    monkeypatch.setattr(module, "WORK", 100)  # by another thread
    assert transport(cost, a, b).value == best.value
    solve = kernels.solve

    def stopped(*given: Any) -> int:
        # A tuple of all arguments but the last: how many that is, the checker cannot know.
        return solve(*given[:-1], np.ones(1, np.uint8))  # type: ignore[call-arg]

    monkeypatch.setattr(kernels, "solve", stopped)
    left = transport(cost, a, b)
    assert left.value > best.value >= left.dual
