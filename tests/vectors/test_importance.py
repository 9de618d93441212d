from __future__ import annotations

import numpy as np
import pytest

from textmine.errors import ModelError
from textmine.vectors.importance import importance
from textmine.vectors.model import WordVectors


def vectors_of(squares: list[float], counts: list[int] | None) -> WordVectors:
    matrix = np.sqrt(np.array(squares)[:, None] / 4).repeat(4, axis=1).astype(np.float32)
    words = [f"w{i}" for i in range(len(squares))]
    return WordVectors(words, matrix, None if counts is None else np.array(counts))


def test_a_line_is_found_again() -> None:
    counts = [64, 32, 16, 8, 4, 4]
    squares = [2.5 * float(np.log(128 / count)) + 1 for count in counts]
    result = importance(vectors_of(squares, counts))
    assert result.squared_norms == pytest.approx(squares, rel=1e-6)
    assert result.minus_log_p == pytest.approx(np.log([2, 4, 8, 16, 32, 32]))
    assert (result.slope, result.intercept, result.correlation) == pytest.approx((2.5, 1, 1), rel=1e-5)


def test_correlation_by_hand() -> None:
    result = importance(vectors_of([3, 1, 2], [4, 2, 2]))
    x, y = np.log([2, 4, 4]), np.array([3, 1, 2])
    covariance = ((x - x.mean()) * (y - y.mean())).mean()
    assert result.correlation == pytest.approx(covariance / (x.std() * y.std()))
    assert result.slope == pytest.approx(covariance / x.var())


@pytest.mark.parametrize(
    ("squares", "counts", "message"),
    [
        ([1, 2, 3], None, "without the counts"),
        ([1, 2, 3], [3, 2, 0], "not all above 0"),
        ([1, 2, 3], [2, 2, 2], "no line can be fitted"),
        ([1, 1, 1], [3, 2, 1], "no line can be fitted"),
        ([1], [3], "no line can be fitted"),
    ],
)
def test_what_cannot_be_measured(squares: list[float], counts: list[int] | None, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        importance(vectors_of(squares, counts))
