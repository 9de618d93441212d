"""Distances of many pairs of texts."""

from __future__ import annotations

from functools import partial
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.errors import ModelError, ResourceError
from textmine.kernels import transport as kernels
from textmine.parallel import ordered_map
from textmine.similarity.bags import UNIT, Masses

Kind: TypeAlias = Literal["euclidean", "cosine"]

LANES = 16  # float32 in a vector register
MOST = 1 << 28  # cells of one cost table: 3 GB
WORK = 1 << 20  # cells of cost tables that a thread fills before it takes more


def padded(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """The table with columns of 0 up to a multiple of LANES: sums have no shorter last step then."""
    columns = -table.shape[1] % LANES
    if not columns and table.flags.c_contiguous and table.dtype == np.float32:
        return table
    return np.ascontiguousarray(np.pad(table, ((0, 0), (0, columns))), np.float32)


def check_size(cells: int) -> None:
    """Raise ResourceError where a table of costs has more cells than can be solved."""
    if cells > MOST:
        raise ResourceError(
            f"texts with {cells} pairs of different words are too long for exact distances",
            "compare paragraphs instead of whole documents, or choose `metric` cosine, sif or usif",
        )


def costs(
    table: NDArray[np.float32], kind: Kind, rows: NDArray[np.int32], columns: NDArray[np.int32]
) -> NDArray[np.float64]:
    """The costs between `rows` and `columns` of `table`, as `transport_distances` has them."""
    check_size(len(rows) * len(columns))
    used, places = np.unique(np.concatenate([rows, columns]), return_inverse=True)
    places = places.astype(np.int32)
    left, right = places[: len(rows)], places[len(rows) :]
    cost = np.empty((len(rows), len(columns)))
    kernels.fill_costs(padded(table[used]), left, right, kind == "euclidean", cost)
    return cost


def transport_distances(
    table: NDArray[np.float32],
    kind: Kind,
    a: Masses,
    b: Masses,
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None,
    *,
    threads: int | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least cost of moving the masses of text i of `a` to those of text j of `b`, and its dual value.

        min sum_ij P_ij C_ij,  P >= 0, P 1 = a, P' 1 = b;  its dual max a.f + b.g, f_i + g_j <= C_ij

    C is the Euclidean distance of rows of `table` (float32), or 1 - their inner product ("cosine": rows of
    length 1 or 0). `pairs`: i and j of each; without it i = j. Both results are float64, one a pair, NaN
    where a text has no mass; they differ by rounding only. Raises ResourceError for texts of more than 2^28
    pairs of words, ModelError where costs are not finite. Exact, by a network simplex method (R. Ahuja, T.
    Magnanti, J. Orlin, Network Flows, 1993, chapter 11).
    """
    first, second = pairs if pairs is not None else (np.arange(len(a)), np.arange(len(b)))
    values, duals = np.empty(len(first)), np.empty(len(first))
    stop = np.zeros(1, np.uint8)
    rows = padded(table)
    cells = np.diff(a.starts)[first] * np.diff(b.starts)[second]
    check_size(int(cells.max(initial=0)))
    ends = np.flatnonzero(np.diff(np.cumsum(cells + 64) // WORK)) + 1
    pieces = list(zip([0, *ends.tolist()], [*ends.tolist(), len(first)], strict=True))

    def work(piece: tuple[int, int]) -> None:
        part = slice(*piece)
        kernels.solve_pairs(
            rows, kind == "euclidean", a.starts, a.rows, a.units, b.starts, b.rows, b.units,
            first[part], second[part], float(UNIT), values[part], duals[part], stop,
        )  # fmt: skip

    for _ in ordered_map(work, pieces, threads, partial(stop.fill, 1) if cells.sum() > WORK else None):
        pass
    if np.isinf(values).any():
        raise ModelError(
            "distances between the vectors are beyond all numbers", "scale them down, or train again"
        )
    return values, duals
