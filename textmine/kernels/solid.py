"""Text cut only where no solid n-gram spans the gap."""

from __future__ import annotations

from typing import Any, TypeAlias

from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]


@kernel
def count_joined(deepest: Array, reach: Array, parent: Array, depth: Array, counts: Array) -> None:
    """Join what solid n-grams span and count the pieces.

    deepest[i] is the node of the longest n-gram at place i (-1: none), reach[w] the length of the longest
    solid one among w and its prefixes. counts[w] += 1 for each piece w; pieces that are no node are not
    counted.
    """
    n = deepest.size
    start = 0
    while start < n:
        stop = start + 1  # where the piece ends, as far as is known
        i = start
        while i < stop:
            if deepest[i] >= 0:
                stop = min(max(stop, i + reach[deepest[i]]), n)
            i += 1
        node = deepest[start]
        if node >= 0:
            size = stop - start
            while depth[node] > size:
                node = parent[node]
            if depth[node] == size:
                counts[node] += 1
        start = stop
