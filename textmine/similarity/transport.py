"""Optimal transport between two sets of masses, with its plan and its proof."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import transport as kernels
from textmine.parallel import ordered_map
from textmine.similarity.bags import UNIT
from textmine.similarity.pairs import WORK, check_size


@dataclass(frozen=True)
class Plan:
    """`value` is the least cost. `moved` (float64) of the mass of sender rows[k] goes to receiver columns[k];
    all else stays 0. f and g are the potentials of senders and receivers: f_i + g_j <= C_ij, so that `dual` =
    a.f + b.g is a bound from below for every plan, and equal to `value` but for rounding."""

    value: float
    dual: float
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    moved: NDArray[np.float64]
    f: NDArray[np.float64]
    g: NDArray[np.float64]


def transport(cost: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]) -> Plan:
    """The cheapest way to move masses `a` to `b`: min sum P_ij C_ij, P >= 0, P 1 = a, P' 1 = b.

    cost: C, float64 (n, m), from -1e100 to 1e100. a (n), b (m): not negative; each is scaled to the sum 1.
    Exact, by the network simplex method on a spanning tree (R. Ahuja, T. Magnanti, J. Orlin, Network Flows,
    1993, chapter 11); masses are rounded to multiples of 2^-60. Raises ValueError for other shapes, for
    masses that are negative or all 0, and for numbers that are not finite; ResourceError for more than 2^28
    costs.
    """
    cost = np.ascontiguousarray(cost, np.float64)
    if cost.shape != (len(a), len(b)):
        raise ValueError(f"costs of shape {cost.shape} do not go with {len(a)} and {len(b)} masses")
    if not (np.abs(cost) <= kernels.LARGEST).all():
        raise ValueError(f"costs between masses must be numbers of at most {kernels.LARGEST:g}")
    check_size(cost.size)
    senders, sends = _units(a)
    receivers, wants = _units(b)
    part = np.ascontiguousarray(cost[np.ix_(senders, receivers)])
    n, m = part.shape
    sends += 1  # as in kernels.meet: hardly any ties
    wants[wants.argmax()] += n
    order = np.empty(n * m, np.int32)
    ints = np.empty((kernels.INTS, 2 * (n + m)), np.int32)
    longs = np.empty((kernels.LONGS, n + m), np.int64)
    floats = np.empty((kernels.FLOATS, n + m))
    stop = np.zeros(1, np.uint8)

    def solve(block: int) -> int:
        return kernels.solve(part, sends.copy(), wants.copy(), block, order, ints, longs, floats, stop)

    # By another thread where it may take long: this one hears of Ctrl-C.
    list(ordered_map(solve, [kernels.BLOCK], 1, partial(stop.fill, 1) if part.size > WORK else None))
    value = kernels.primal(part, ints, longs) / UNIT
    dual = kernels.dual(part, sends, wants, floats) / UNIT
    # Potentials of those without mass: as large as they may be.
    g = np.empty(len(b))
    g[receivers] = floats[0, n : n + m]
    f = np.empty(len(a))
    f[senders] = floats[0, :n]
    idle = np.setdiff1d(np.arange(len(b)), receivers)
    g[idle] = (cost[np.ix_(senders, idle)] - f[senders, None]).min(axis=0)
    idle = np.setdiff1d(np.arange(len(a)), senders)
    f[idle] = (cost[idle] - g).min(axis=1)
    nodes = np.flatnonzero((ints[0, : n + m] >= 0) & (longs[0] > n))  # not what is there against ties only
    above = ints[0, nodes]
    rows, columns = np.minimum(nodes, above), np.maximum(nodes, above) - n
    order = np.lexsort((columns, rows))
    moved = longs[0, nodes] / UNIT
    return Plan(value, dual, senders[rows[order]], receivers[columns[order]], moved[order], f, g)


def _units(masses: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The places with mass, and their parts of UNIT."""
    values = np.asarray(masses, np.float64)
    if values.ndim != 1 or not np.isfinite(values).all() or (values < 0).any() or not values.any():
        raise ValueError("masses must be finite and not negative, and some above 0")
    values = values / values.max()  # their sum may be beyond all numbers
    places = np.flatnonzero(values > 0).astype(np.int32)
    units = np.maximum((values[places] / values.sum() * UNIT).astype(np.int64), 1)
    units[units.argmax()] += UNIT - units.sum()
    return places, units
