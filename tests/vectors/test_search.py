from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.errors import ModelError
from textmine.vectors import search
from textmine.vectors.search import best_rows, ranked, row_blocks, squared_norms


@given(rows=st.integers(0, 100), dim=st.integers(1, 9), queries=st.integers(1, 9), most=st.integers(1, 50))
def test_blocks_cover_all_rows_in_order(rows: int, dim: int, queries: int, most: int) -> None:
    blocks = list(row_blocks(rows, dim, queries, most))
    assert [row for block in blocks for row in range(block.start, block.stop)] == list(range(rows))
    assert all(0 < block.stop - block.start <= most for block in blocks)


def test_blocks_are_bounded() -> None:
    for dim, queries in ((100, 1), (100, 256), (300, 12_000), (10**7, 1)):
        block = next(row_blocks(10**9, dim, queries))
        size = block.stop - block.start
        assert size == 1 or (size * dim <= search._BLOCK and size * queries <= search._SCORES)


@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 40),
    queries=st.integers(1, 4),
    top=st.integers(1, 50),
    size=st.integers(1, 15),
)
def test_the_best_rows_whatever_the_blocks(seed: int, rows: int, queries: int, top: int, size: int) -> None:
    scores = np.random.default_rng(seed).integers(-3, 4, (queries, rows)).astype(np.float32)
    scores[scores == -3] = -np.inf

    def blocks() -> Iterator[tuple[slice, search.Scores]]:
        for start in range(0, rows, size):
            yield slice(start, min(start + size, rows)), scores[:, start : start + size]

    for query, found in enumerate(best_rows(blocks(), queries, top)):
        best, values = ranked(found, scores[query, found].astype(np.float64), top)
        order = sorted(range(rows), key=lambda row: (-scores[query, row], row))
        wanted = [row for row in order if np.isfinite(scores[query, row])][:top]
        assert best.tolist() == wanted and values.tolist() == scores[query, wanted].tolist()


def test_close_rows_come_too() -> None:
    scores = np.array([[5, 4.9, 1, 4.5, 5.05]], dtype=np.float32)
    (found,) = best_rows([(slice(0, 5), scores)], 1, 1, 0.2)
    assert found.tolist() == [0, 1, 4]


def test_squared_norms_by_hand_and_in_a_metric() -> None:
    matrix = np.array([[3, 4], [0, 0], [1, -2]], dtype=np.float32)
    assert squared_norms(matrix).tolist() == [25, 0, 5]
    assert squared_norms(matrix, np.array([[2.0, 1], [1, 3]])).tolist() == [90, 0, 10]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_vector_that_is_not_finite_is_told(bad: float) -> None:
    matrix = np.ones((5, 3), dtype=np.float32)
    matrix[3, 1] = bad
    with pytest.raises(ModelError, match="vector 4 "):
        squared_norms(matrix)
