"""Bounds of transport costs from below, of one text against many."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel, kernel_fast

Array: TypeAlias = NDArray[Any]


@kernel_fast
def distance_rows(table: Array, query: Array, euclidean: bool, distances: Array, least: Array) -> None:
    """distances[i, j]: the cost between row i of `table` and row j of `query`; least[i]: the smallest of
    i."""
    here: Any
    for i in range(len(table)):
        x = table[i]
        nearest: Any = math.inf
        for j in range(len(query)):
            y = query[j]
            total = np.float32(0.0)
            if euclidean:
                for k in range(x.size):
                    difference = x[k] - y[k]
                    total += difference * difference
                here = math.sqrt(total)
            else:
                for k in range(x.size):
                    total += x[k] * y[k]
                here = max(np.float32(1.0) - total, np.float32(0.0))
            distances[i, j] = here
            nearest = min(nearest, here)
        least[i] = nearest


@kernel
def relaxed_bounds(
    starts: Array, rows: Array, shares: Array, query_shares: Array, distances: Array, least: Array,
    nearest: Array, bounds: Array,
) -> None:  # fmt: skip
    """bounds[t] = the larger of what it costs each mass of text t to go to its nearest word of the query, and
    the other way round; infinite for a text without mass. `nearest` is to work in."""
    m = query_shares.size
    for text in range(starts.size - 1):
        there = 0.0
        for j in range(m):
            nearest[j] = np.inf
        for entry in range(starts[text], starts[text + 1]):
            row = rows[entry]
            there += shares[entry] * least[row]
            here = distances[row]
            for j in range(m):
                nearest[j] = here[j] if here[j] < nearest[j] else nearest[j]
        back = 0.0
        for j in range(m):
            back += query_shares[j] * nearest[j]
        bounds[text] = max(there, back)
