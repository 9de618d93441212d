"""Best paths through the lattice of all n-grams over a text."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]

WORST = -1e300


@kernel
def ancestors(parent: Array, depth: Array, longest: int, out: Array) -> None:
    """out[w] = w, or its prefix of `longest` units where it is longer."""
    for node in range(parent.size):
        out[node] = node if depth[node] <= longest else out[parent[node]]


@kernel
def best_paths(
    units: Array, deepest: Array, first_word: int, top: Array, parent: Array, depth: Array, score: Array,
    unknown: float, best: Array, chosen: Array, counts: Array,
) -> None:  # fmt: skip
    """Cut each run of units between boundaries into n-grams so that the sum of their scores is greatest; count the pieces.

    deepest[i] is the node of the longest n-gram at place i and top[] its longest prefix that may be a piece; `score` is that
    of each node, `unknown` that of a unit without a node. counts[w] += 1 for each piece w. Of equal sums the one
    whose last piece is longest wins. `best` (float64) and `chosen` (int32) are scratch, one longer than `units`.
    """
    n = units.size
    start = 0
    while start < n:
        if units[start] < first_word:
            start += 1
            continue
        stop = start
        while stop < n and units[stop] >= first_word:
            stop += 1
            best[stop] = WORST
        best[start] = 0.0
        for i in range(start, stop):
            node = deepest[i]
            if node < 0:
                if best[i] + unknown > best[i + 1]:
                    best[i + 1] = best[i] + unknown
                    chosen[i + 1] = -1
                continue
            node = top[node]
            while node >= 0:
                end = i + depth[node]
                if end <= stop:
                    value = best[i] + score[node]
                    if value > best[end]:
                        best[end] = value
                        chosen[end] = node
                node = parent[node]
        end = stop
        while end > start:
            node = chosen[end]
            if node < 0:
                end -= 1
            else:
                counts[node] += 1
                end -= depth[node]
        start = stop
