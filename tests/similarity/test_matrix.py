"""Matrices as files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from textmine.similarity import matrix


def test_rows_in_a_file(tmp_path: Path) -> None:
    values = np.arange(6.0).reshape(2, 3)
    matrix.write_matrix(tmp_path / "m.npy", (2, 3), iter(values))
    assert np.array_equal(np.load(tmp_path / "m.npy"), values)


@pytest.mark.parametrize("size", [1, 2, 5, 8])
def test_a_matrix_is_mirrored_in_blocks(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "CELLS", 16)
    values = np.random.default_rng(size).normal(size=(size, size))
    values[size // 2, size // 2 :] = np.nan
    wanted = np.where(np.tri(size, k=-1, dtype=bool), values.T, values)
    upper = np.where(np.tri(size, k=-1, dtype=bool), 0, values)
    matrix.write_symmetric_matrix(tmp_path / "m.npy", size, iter(upper))
    assert np.array_equal(np.load(tmp_path / "m.npy"), wanted, equal_nan=True)
