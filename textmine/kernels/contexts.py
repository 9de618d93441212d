"""What stands beside the terms of a text."""

from __future__ import annotations

from typing import Any, TypeAlias

from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]


@kernel
def count_neighbours(
    nodes: Array, before: Array, units: Array, longest: Array, shorter: Array, lengths: Array, left: Array,
    right: Array,
) -> None:  # fmt: skip
    """left[u] += 1 and right[u] += 1 for the units before and after each occurrence of a wanted n-gram.

    `nodes` are the deepest nodes of some places, `before` the unit before each, `units` those at the places
    and after the last, far enough for the longest n-gram. Wanted n-grams have numbers (see `number_wanted` in
    `ngrams`) and `lengths` by number.
    """
    for i in range(nodes.size):
        if nodes[i] < 0:
            continue
        number = longest[nodes[i]]
        while number >= 0:
            left[before[i]] += 1
            right[units[i + lengths[number]]] += 1
            number = shorter[number]


@kernel
def sum_weights(
    nodes: Array, before: Array, units: Array, longest: Array, shorter: Array, lengths: Array, left: Array,
    right: Array, sums: Array,
) -> None:  # fmt: skip
    """sums[n] += left[u] + right[v] for the units u and v beside each occurrence of the wanted n-gram n; the
    rest as for `count_neighbours`."""
    for i in range(nodes.size):
        if nodes[i] < 0:
            continue
        number = longest[nodes[i]]
        while number >= 0:
            sums[number] += left[before[i]] + right[units[i + lengths[number]]]
            number = shorter[number]
