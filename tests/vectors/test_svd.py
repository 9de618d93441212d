from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.vectors import reference_svd as reference
from textmine.corpus.token_store import Vocabulary
from textmine.counts.cooccurrence import Cooccurrences
from textmine.errors import InputError
from textmine.vectors.svd import _Banded, positive_pmi, train_svd


def counts(words: int = 300, *, symmetric: bool = True, unit: int = 1, seed: int = 3) -> Cooccurrences:
    """Words of a Zipf distribution in a few topics, so that some components stand out."""
    random = np.random.default_rng(seed)
    topic = random.integers(0, 8, words)
    rate = 1 + 20 * (topic[:, None] == topic)
    full = random.poisson(300 * rate / np.sqrt(np.outer(np.arange(1, words + 1), np.arange(1, words + 1))))
    full[-1] = full[:, -1] = 0  # a word without neighbours
    return of_matrix(np.triu(full) if symmetric else full, symmetric, unit)


def of_matrix(full: NDArray[np.int64], symmetric: bool, unit: int = 1) -> Cooccurrences:
    rows, columns = np.nonzero(full)
    vocabulary = Vocabulary([f"w{i}" for i in range(len(full))], np.arange(len(full), 0, -1, dtype=np.int64))
    weights = full[rows, columns].astype(np.int64)
    return Cooccurrences(
        vocabulary, rows.astype(np.int32), columns.astype(np.int32), weights, unit, symmetric, 5
    )


@given(
    full=st.lists(st.lists(st.integers(0, 9), min_size=6, max_size=6), min_size=6, max_size=6),
    symmetric=st.booleans(),
    unit=st.sampled_from([1, 60]),
    sample=st.sampled_from([0.0, 1e-2]),
    smoothing=st.sampled_from([1.0, 0.75, 0.0]),
    shift=st.sampled_from([0.0, 0.7, -0.7]),
)
@settings(max_examples=60, deadline=None)
def test_positive_pmi(
    full: list[list[int]], symmetric: bool, unit: int, sample: float, smoothing: float, shift: float
) -> None:
    matrix = np.array(full)
    matrix[0, 1] += 1  # some pair
    found = of_matrix(np.triu(matrix) if symmetric else matrix, symmetric, unit)
    if smoothing == 0 and not np.all(reference.full_counts(found).sum(axis=0)):
        return  # 0^0: no context distribution to speak of
    got = positive_pmi(found, sample, smoothing, shift)
    assert got.dtype == np.float32 and (got.data > 0).all()
    assert got.toarray() == pytest.approx(reference.positive_pmi(found, sample, smoothing, shift), abs=1e-5)


@pytest.mark.parametrize("symmetric", [True, False])
def test_the_best_approximation(symmetric: bool) -> None:
    found = counts(symmetric=symmetric)
    left, values, right = np.linalg.svd(reference.positive_pmi(found, 1e-4, 0.75, 0.0))
    left, values, right = left[:, :6], values[:6], right[:6]
    sign = np.sign(left[np.abs(left).argmax(axis=0), np.arange(6)])
    plain = train_svd(found, dim=6, eigenvalue_weight=0.0)
    assert plain.matrix == pytest.approx(left * sign, abs=1e-3)
    assert plain.header["singular_values"] == pytest.approx(values, rel=1e-5)
    weighted = train_svd(found, dim=6, eigenvalue_weight=0.5, add_contexts=True)
    both = (left + right.T) * sign * np.sqrt(values)
    assert weighted.matrix == pytest.approx(both, abs=1e-2)
    assert not weighted["w299"].any()
    assert list(weighted.words) == found.vocabulary.words and weighted.matrix.dtype == np.float32
    assert json.loads(json.dumps(weighted.header)) == weighted.header


def test_as_many_components_as_there_are() -> None:
    full = np.zeros((4, 4), np.int64)
    full[0, 1] = full[2, 3] = 5
    found = of_matrix(full, True)
    vectors = train_svd(found, dim=4, eigenvalue_weight=1.0)
    expected = reference.positive_pmi(found, 1e-4, 0.75, 0.0)
    assert vectors.matrix @ vectors.matrix.T == pytest.approx(expected @ expected.T, abs=1e-5)
    with pytest.raises(InputError, match="have 4 components, not 5; ask for fewer"):
        train_svd(found, dim=5)
    with pytest.raises(InputError, match="have 0 components"):
        train_svd(found, dim=1, shift=9.0)


def test_many_components_alike() -> None:
    full = np.zeros((80, 80), np.int64)
    full[np.arange(0, 80, 2), np.arange(1, 80, 2)] = 5  # 40 pairs that have nothing to do with each other
    found = of_matrix(full, True)
    vectors = train_svd(found, dim=80, eigenvalue_weight=1.0)
    expected = reference.positive_pmi(found, 1e-4, 0.75, 0.0)
    assert vectors.matrix @ vectors.matrix.T == pytest.approx(expected @ expected.T, abs=1e-3)


def test_threads_and_seeds() -> None:
    found = counts()
    one = train_svd(found, dim=7, threads=1)
    assert one.matrix.tobytes() == train_svd(found, dim=7, threads=3).matrix.tobytes()
    assert one.matrix == pytest.approx(train_svd(found, dim=7, seed=2).matrix, abs=1e-2)


def test_products_in_bands() -> None:
    found = counts()
    matrix = positive_pmi(found, 0.0, 0.75, 0.0)
    banded = _Banded(matrix, threads=2)
    right = np.random.default_rng(1).random((300, 5), np.float32)
    assert banded.times(right) == pytest.approx(matrix @ right, rel=1e-4)
    assert banded.transposed_times(right) == pytest.approx(matrix.T @ right, rel=1e-4)


def test_progress_ends_with_all_found() -> None:
    heard: list[tuple[str, int, int | None]] = []
    train_svd(counts(), dim=5, on_progress=lambda *event: heard.append(event))
    assert heard[-1] == ("finding components", 5, 5)
