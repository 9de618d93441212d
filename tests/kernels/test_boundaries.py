from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from textmine.kernels import boundaries

WHOLE = (1 << 64) - 1
WINDOWS = ("b", "c", "d", "e", "bc", "cd", "de", "bcd", "cde", "bcde", "abc", "def", "be")


def joined(value: int, unit: int) -> int:
    mixed = (value ^ unit) * 0x9E37_79B9_7F4A_7C15 & WHOLE
    return mixed ^ mixed >> 32


def features(units: list[int], place: int, size: int) -> list[int]:
    """Slots of the n-grams around a place."""
    around = dict(zip("abcdef", units[place - 3 : place + 3], strict=True))
    slots = []
    for number, window in enumerate(WINDOWS, 1):
        value = 0
        for name in window:
            value = joined(value, around[name])
        slots.append(joined(value, number) % size)
    return slots


@given(
    st.lists(st.integers(0, 9), min_size=8, max_size=40),
    st.integers(0, 99),
    st.sampled_from([16, 1 << 12]),
    st.sampled_from([0.0, 0.1]),
)
def test_against_the_plain_version(units: list[int], seed: int, size: int, decay: float) -> None:
    random = np.random.default_rng(seed)
    places = random.permutation(np.arange(3, len(units) - 2))
    begins = random.random(len(units)) < 0.5
    weights, squares = np.zeros(size, np.float32), np.full(size, 0.01, np.float32)
    array = np.array(units, np.int32)
    for _ in range(2):
        boundaries.fit(array, places, begins, weights, squares, 0.1, decay)
    plain, sums = np.zeros(size), np.full(size, 0.01)
    for place in [*places.tolist()] * 2:
        slots = features(units, place, size)
        error = 1 / (1 + math.exp(-sum(plain[slots]))) - begins[place]
        for slot in slots:
            slope = error + decay * plain[slot]
            sums[slot] += slope**2
            plain[slot] -= 0.1 * slope / math.sqrt(sums[slot])
    assert np.abs(plain).max() > 0.01
    np.testing.assert_allclose(weights, plain, atol=2e-4)
    np.testing.assert_allclose(squares, sums, rtol=1e-3)
    scores = np.full(len(units), 7, np.float32)
    boundaries.score_places(array, places, weights, scores)
    wanted = [7.0] * len(units)
    for place in places.tolist():
        wanted[place] = float(weights[features(units, place, size)].astype(float).sum())
    np.testing.assert_allclose(scores, wanted, atol=1e-5)


def test_learns_what_stands_around() -> None:
    """A word begins before 1 and 2, and between two units that are both 5: on places never learned from."""
    units = np.random.default_rng(3).integers(0, 8, 6000).astype(np.int32)
    begins = np.isin(units, (1, 2)) | (units == 5) & (np.roll(units, 1) == 5)
    places = np.arange(3, 5997)
    weights, squares = np.zeros(1 << 16, np.float32), np.full(1 << 16, 0.01, np.float32)
    for _ in range(3):
        boundaries.fit(units, places[:5000], begins, weights, squares, 0.1, 1e-3)
    scores = np.zeros(6000, np.float32)
    boundaries.score_places(units, places[5000:], weights, scores)
    right = (scores[places[5000:]] > 0) == begins[places[5000:]]
    assert right.mean() > 0.98 and right[units[places[5000:]] == 5].mean() > 0.95
    assert not scores[places[:5000]].any()
