from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2

from tests.vectors import reference_vectors as reference
from textmine.errors import InputError
from textmine.vectors import cluster as module
from textmine.vectors.cluster import Method, find_clusters


def groups(number: int = 4, each: int = 40, noise: float = 0.1) -> NDArray[np.float32]:
    """Rows around some axes, of all lengths."""
    random = np.random.default_rng(5)
    rows = np.repeat(np.eye(number, 10), each, axis=0) + noise * random.normal(size=(number * each, 10))
    return (rows * random.uniform(0.1, 10, (len(rows), 1))).astype(np.float32)


@pytest.mark.parametrize("method", ["kmeans", "soft"])
def test_groups_are_found(method: Method) -> None:
    matrix = groups()[: 3 * 40 + 10]
    found = find_clusters(matrix, 4, method, centred=False)
    assert found.converged and np.allclose(found.sizes, [40, 40, 40, 10], atol=0.01)
    cosines = found.cosines(matrix)
    assert len(set(cosines[:40].argmax(axis=1))) == 1 and (cosines[120:].argmax(axis=1) == 3).all()
    assert np.allclose(found.probabilities(cosines).max(axis=1), 1, atol=0.01)
    assert np.allclose(np.linalg.norm(found.centres, axis=1), 1)


@settings(max_examples=30)
@given(st.integers(0, 99), st.sampled_from([None, 3.0, 50.0]), st.integers(1, 4))
def test_a_round_is_what_it_should_be(seed: int, sharpness: float | None, rounds: int) -> None:
    matrix = groups(noise=0.5)
    method: Method = "kmeans" if sharpness is None else "soft"
    start = module._start(matrix, np.zeros(10), 5, np.random.default_rng(seed))
    centres = start
    for _ in range(rounds):
        centres = reference.cluster_round(matrix.astype(float), centres, sharpness)
    found = find_clusters(
        matrix, 5, method, sharpness=sharpness or 1.0, rounds=rounds, seed=seed, centred=False
    )
    if found.rounds == rounds:
        nearest = (found.centres @ centres.T).argmax(axis=0)
        assert np.allclose(found.centres[nearest], centres, atol=1e-4)
    probabilities = found.probabilities(found.cosines(matrix[:3]))
    expected = [
        reference.shares(row, found.centres.astype(float), sharpness) for row in matrix[:3].astype(float)
    ]
    assert np.allclose(probabilities, expected, atol=1e-3)


def test_as_good_as_scipy_from_the_same_start() -> None:
    matrix = groups(6, 50, 0.4)
    unit = module.unit_rows(matrix, np.zeros(10))
    start = module._start(matrix, np.zeros(10), 6, np.random.default_rng(1))
    theirs, _ = kmeans2(unit, start, iter=50, minit="matrix")
    theirs /= np.linalg.norm(theirs, axis=1, keepdims=True)
    ours = find_clusters(matrix, 6, seed=1, centred=False)
    assert ours.cosines(matrix).max(axis=1).mean() >= (unit @ theirs.T).max(axis=1).mean() - 1e-3


def test_the_largest_comes_first_and_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = groups(noise=0.5)
    whole = find_clusters(matrix, 9, "soft")
    assert (np.diff(whole.sizes) <= 0).all() and np.isclose(whole.sizes.sum(), len(matrix), atol=1e-3)
    monkeypatch.setattr(
        module, "row_blocks", lambda rows, dim: (slice(at, at + 7) for at in range(0, rows, 7))
    )
    assert np.allclose(find_clusters(matrix, 9, "soft").centres, whole.centres, atol=1e-3)


def test_seed_decides_all() -> None:
    matrix = groups(noise=0.6)
    once, again, other = (find_clusters(matrix, 8, seed=seed).centres for seed in (3, 3, 4))
    assert np.array_equal(once, again) and not np.array_equal(once, other)


def test_vectors_of_zeros_are_in_some_group() -> None:
    matrix = np.concatenate([groups(), np.zeros((5, 10), np.float32)])
    for method in ("kmeans", "soft"):
        found = find_clusters(matrix, 4, method, centred=False)
        assert np.isfinite(found.centres).all() and np.isclose(found.sizes.sum(), len(matrix), atol=1e-3)
        assert np.allclose(np.linalg.norm(found.centres, axis=1), 1)


@pytest.mark.parametrize("centred", [True, False])
def test_vectors_of_zeros_alone(centred: bool) -> None:
    with pytest.raises(InputError, match="only 0 words"):
        find_clusters(np.zeros((20, 8), np.float32), 5, centred=centred)


@given(st.integers(2, 2000), st.integers(0, 99), st.sampled_from([1e-3, 1.0, 1e3]))
def test_rows_all_alike(rows: int, seed: int, scale: float) -> None:
    """Nothing but rounding is left of them by centring."""
    row = (scale * np.random.default_rng(seed).normal(size=8)).astype(np.float32)
    with pytest.raises(InputError, match="only 0 words"):
        find_clusters(np.tile(row, (rows, 1)), 1)


def test_more_groups_than_directions() -> None:
    matrix = np.repeat(np.eye(3, dtype=np.float32), 5, axis=0) * np.arange(1, 16, dtype=np.float32)[:, None]
    assert find_clusters(matrix, 3, centred=False).sizes.tolist() == [5, 5, 5]
    with pytest.raises(InputError, match="only 3 words point in different directions, too few for 4"):
        find_clusters(matrix, 4, centred=False)


def test_what_all_have_in_common_is_taken_away() -> None:
    matrix = groups()
    shifted = (matrix - matrix.mean(axis=0) + 100).astype(np.float32)
    plain, centred = find_clusters(matrix - matrix.mean(axis=0), 4, centred=False), find_clusters(shifted, 4)
    assert np.allclose(centred.mean, 100) and np.allclose(centred.centres, plain.centres, atol=1e-3)
    assert np.allclose(
        centred.cosines(shifted[:9]), plain.cosines(matrix[:9] - matrix.mean(axis=0)), atol=1e-3
    )
