"""Whether chains have mixed, against plain loops and where the answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from textmine.sampling.diagnostics import effective_sample_size, split_r_hat

Values = NDArray[np.float64]


@st.composite
def chains(draw: st.DrawFn) -> Values:
    """1 to 4 chains of 4 to 30 values, noise and steps."""
    shape = draw(st.integers(1, 4)), draw(st.integers(4, 30))
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    values = random.normal(size=shape)
    if draw(st.booleans()):
        values = np.cumsum(values, axis=1)
    if draw(st.booleans()):
        values = np.round(values)
    return (
        values
        + draw(st.sampled_from([0.0, -123.4]))
        + draw(st.sampled_from([0.0, 1.0])) * random.normal(size=(shape[0], 1))
    )


def variance(values: list[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def plain_r_hat(values: list[list[float]]) -> float:
    n = len(values[0]) // 2
    halves = [half for chain in values for half in (chain[:n], chain[len(chain) - n :])]
    within = sum(map(variance, halves)) / len(halves)
    between = n * variance([sum(half) / n for half in halves])
    if within == 0:
        return 1.0 if between == 0 else math.inf
    return math.sqrt((n - 1) / n + between / (n * within))


def plain_sample_size(values: list[list[float]]) -> float:
    """Autocorrelation by autocorrelation: 1 - (W - mean covariance) / total variance; pairs of neighbours."""
    m, n = len(values), len(values[0])
    means = [sum(chain) / n for chain in values]
    within = sum(map(variance, values)) / m
    total = within * (n - 1) / n + (variance(means) if m > 1 else 0)
    if total == 0:
        return m * n

    def correlation(lag: int) -> float:
        covariances = [
            sum((chain[i] - mean) * (chain[i + lag] - mean) for i in range(n - lag)) / n
            for chain, mean in zip(values, means, strict=True)
        ]
        return 1 - (within - sum(covariances) / m) / total

    time, least = -1.0, math.inf
    for lag in range(0, n - 1, 2):
        pair = (correlation(lag) if lag else 1.0) + correlation(lag + 1)
        if pair <= 0:
            break
        least = min(least, pair)
        time += 2 * least
    return min(m * n / max(time, 1e-12), m * n)


@given(chains())
def test_split_r_hat(values: Values) -> None:
    if np.ptp(values, axis=1).all():
        assert split_r_hat(values) == pytest.approx(plain_r_hat(values.tolist()))


@given(chains())
def test_effective_sample_size(values: Values) -> None:
    if np.ptp(values, axis=1).all():
        assert effective_sample_size(values) == pytest.approx(plain_sample_size(values.tolist()), rel=1e-6)


def test_independent_draws() -> None:
    values = np.random.default_rng(1).normal(size=(4, 5000))
    assert split_r_hat(values) == pytest.approx(1, abs=0.002)
    assert effective_sample_size(values) == pytest.approx(20_000, rel=0.1)


@pytest.mark.parametrize("a", [0.5, 0.9, 0.98])
@pytest.mark.parametrize("chains", [1, 4])
def test_draws_that_hang_together(a: float, chains: int) -> None:
    """x_t = a x_(t - 1) + noise: the autocorrelation at lag t is a^t."""
    random = np.random.default_rng(2)
    values = np.empty((chains, 80_000 // chains))
    values[:, 0] = random.normal(size=chains) / math.sqrt(1 - a * a)
    for t in range(1, values.shape[1]):
        values[:, t] = a * values[:, t - 1] + random.normal(size=chains)
    assert effective_sample_size(values) == pytest.approx(values.size * (1 - a) / (1 + a), rel=0.2)
    assert split_r_hat(values) < 1.05


def test_chains_in_different_places() -> None:
    values = np.random.default_rng(3).normal(size=(4, 1000)) + 5 * np.arange(4)[:, None]
    assert split_r_hat(values) > 4 and effective_sample_size(values) < 10


def test_a_chain_on_its_way() -> None:
    """One chain whose halves differ: the plain R-hat could not tell."""
    assert split_r_hat(np.random.default_rng(4).normal(size=(1, 1000)) + np.linspace(0, 10, 1000)) > 2


@pytest.mark.parametrize("value", [0.0, 0.1, -123.456, 1e9 / 7])
@pytest.mark.parametrize("shape", [(1, 9), (4, 1000), (3, 777)])
def test_chains_that_never_move(value: float, shape: tuple[int, int]) -> None:
    values = np.full(shape, value)
    assert split_r_hat(values) == 1 and effective_sample_size(values) == values.size
    if shape[0] > 1:
        values[0] += 0.3
        assert split_r_hat(values) == math.inf
        assert effective_sample_size(values) <= shape[0]


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_chains_too_short_to_tell(n: int) -> None:
    values = np.random.default_rng(5).normal(size=(4, n))
    assert math.isnan(split_r_hat(values)) and math.isnan(effective_sample_size(values))


def test_values_are_left_as_they_are() -> None:
    values = np.random.default_rng(6).normal(size=(2, 10))
    before = values.copy()
    split_r_hat(values)
    effective_sample_size(values)
    assert (values == before).all()
