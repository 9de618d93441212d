from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors import reference_vectors as reference
from textmine.errors import InputError
from textmine.vectors.compare import compare_vectors
from textmine.vectors.model import WordVectors


def model(seed: int, words: list[str], dim: int) -> WordVectors:
    matrix = np.random.default_rng(seed).normal(1, 2, (len(words), dim)).astype(np.float32)
    return WordVectors(words, matrix)


@given(st.integers(0, 99), st.integers(1, 6), st.integers(1, 6))
def test_against_the_plain_formulas(seed: int, dim: int, other_dim: int) -> None:
    words = [f"w{number}" for number in range(25)]
    first = model(seed, [*words, "only here"], dim)
    second = model(seed + 1, ["only", "there", *words[::-1]], other_dim)
    found = compare_vectors(first, second, neighbors=4)
    x = np.array([first[word] for word in words], float)
    y = np.array([second[word] for word in words], float)
    assert (found.shared, found.only_first, found.only_second) == (25, 1, 2)
    assert np.isclose(found.hsic, reference.hsic(x, y))
    cka = reference.hsic(x, y) / np.sqrt(reference.hsic(x, x) * reference.hsic(y, y))
    assert np.isclose(found.cka, cka)
    if min(dim, other_dim) > 1:  # with one dimension all cosines are 1 or -1
        common = [
            len(reference.neighbours(x, row, 4) & reference.neighbours(y, row, 4)) / 4
            for row in range(len(x))
        ]
        assert np.isclose(found.overlap, np.mean(common))


def test_rotating_and_scaling_change_nothing() -> None:
    first = model(1, [f"w{number}" for number in range(200)], 6)
    rotation, _ = np.linalg.qr(np.random.default_rng(2).normal(size=(6, 6)))
    second = WordVectors(first.words, (3 * first.matrix @ rotation).astype(np.float32))
    found = compare_vectors(first, second)
    assert np.isclose(found.cka, 1, atol=1e-5) and found.overlap > 0.99


def test_some_words_stand_for_all() -> None:
    first, second = (model(seed, [f"w{number}" for number in range(400)], 5) for seed in (1, 2))
    some = [compare_vectors(first, second, queries=300, seed=seed).overlap for seed in (1, 1, 2)]
    assert some[0] == some[1] != some[2]
    assert abs(some[0] - compare_vectors(first, second).overlap) < 0.01


def test_too_few_words() -> None:
    first, second = model(1, list("abcdefghij"), 3), model(2, list("ijklmnopqr"), 3)
    with pytest.raises(InputError, match="share 2 words"):
        compare_vectors(first, second)


def test_constant_vectors_are_like_nothing() -> None:
    first = model(1, list("abcdefghij"), 3)
    second = WordVectors(first.words, np.ones((10, 2), np.float32))
    assert compare_vectors(first, second, neighbors=3).cka == 0
