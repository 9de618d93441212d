"""A matrix of distances as a `.npy` file; only some rows are in memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from textmine.files import written

CELLS = 1 << 22  # of a matrix in memory


def write_matrix(path: Path, shape: tuple[int, int], rows: Iterable[NDArray[np.float64]]) -> None:
    """Write the rows as a float64 array of this shape, whole or not at all. Raises InputError where the file
    cannot be created."""
    with written(path) as file:
        _write_header(file, shape)
        for row in rows:
            file.write(row.astype("<f8").tobytes())


def write_symmetric_matrix(
    path: Path, size: int, rows: Iterable[NDArray[np.float64]], tmp_dir: Path | None = None
) -> None:
    """The same of a square of which `rows` have 0 below the diagonal; the half above it goes to a temporary
    file first, in `tmp_dir`, else beside `path`."""
    with written(path) as file:
        _write_header(file, (size, size))
        with tempfile.TemporaryFile(dir=tmp_dir or Path(os.path.realpath(path)).parent) as upper:
            for row in rows:
                upper.write(row.astype("<f8").tobytes())
            upper.flush()
            _write_mirrored(upper, size, file)


def _write_header(file: IO[bytes], shape: tuple[int, int]) -> None:
    header = {"descr": "<f8", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)


def _write_mirrored(upper: IO[bytes], size: int, file: IO[bytes]) -> None:
    """The square whose half above the diagonal is `upper`, some rows at a time."""
    square = np.memmap(upper, "<f8", "r", shape=(size, size))
    step = max(CELLS // size, 1)
    for start in range(0, size, step):
        rows = np.array(square[start : start + step])
        stop = start + len(rows)
        rows[:, :start] = square[:start, start:stop].T
        corner = rows[:, start:stop]
        corner += np.triu(corner, 1).T
        file.write(rows.tobytes())
