"""Best paths through the lattice of all n-grams over a text."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]

SCALE = 1 << 16  # a score is a whole number of 1/65536 nat: sums are exact, and 32 bits hold one
LIMIT = (1 << 31) - 1
LONGEST = 8  # units of a piece: a row of the table of scores is half a cache line
UNKNOWN, BOUNDARY, WALL = range(3)  # rows after those of the nodes
SIZE_BITS = 4  # of a sum of scores, for the size of the last piece
SIZE = (1 << SIZE_BITS) - 1


@kernel
def score_rows(offsets: Array, parent: Array, score: Array, unknown: float, longest: int, rows: Array) -> None:
    """Fill `rows`, int32[nodes of up to `longest` units + 3, LONGEST]: the scores of the prefixes of 1, 2 .. units of a node.

    They are in 1 / SCALE; places without a prefix get -LIMIT. A place of the text then costs one memory access, not one a prefix. The
    three rows at the end are for a unit without a node (its score is `unknown`), for a boundary (0) and for what is not there.
    """
    rows[:] = -LIMIT
    nodes = offsets[longest]
    rows[nodes + UNKNOWN, 0] = round(unknown * SCALE)
    rows[nodes + BOUNDARY, 0] = 0
    for length in range(longest):
        for node in range(offsets[length], offsets[length + 1]):
            for i in range(length):
                rows[node, i] = rows[parent[node], i]
            rows[node, length] = min(max(round(score[node] * SCALE), -LIMIT), LIMIT)


@kernel
def piece_counts(offsets: Array, parent: Array, longest: int, prefixes: Array, counts: Array) -> None:
    """counts[w] = how often node w is a piece, from how often each prefix of each node was (as `best_paths` counts them).

    `prefixes` is used up: its counts move from each node to the parent.
    """
    for i in range(longest):
        length = longest - i
        for node in range(offsets[length - 1], offsets[length]):
            counts[node] = prefixes[node, length - 1]
            for shorter in range(length - 1):
                prefixes[parent[node], shorter] += prefixes[node, shorter]


@kernel
def choose_rows(units: Array, deepest: Array, first_word: int, parent: Array, nodes: int, chosen: Array) -> None:
    """chosen[LONGEST + i] = the row of scores for place i: of the longest prefix of deepest[i] before `nodes`, or one of the rows after."""
    chosen[:LONGEST] = nodes + WALL
    for i in range(deepest.size):
        node = deepest[i]
        while node >= nodes:
            node = parent[node]
        if node < 0:
            node = np.int32(nodes + UNKNOWN if units[i] >= first_word else nodes + BOUNDARY)
        chosen[LONGEST + i] = node


@kernel
def best_paths(chosen: Array, rows: Array, best: Array, sizes: Array, prefixes: Array) -> None:
    """Cut the text into n-grams so that the sum of their scores is greatest; count the pieces.

    `chosen` are the rows of the places (`choose_rows`), `rows` the scores of their prefixes (`score_rows`): no n-gram crosses a boundary,
    which is a piece of its own. prefixes[w, s - 1] += 1 for each piece that is the first s units of row w at its place. Of equal
    sums the one whose last piece is longest wins. `best` (int64) and `sizes` (uint8) are scratch, one longer than `chosen`.

    A sum and the size of its last piece share a number, so that the better of two ways is the larger number: a comparison that the
    processor need not guess.
    """
    n = chosen.size
    best[: LONGEST + 1] = 0
    for end in range(LONGEST + 1, n + 1):
        top = ((best[end - 1] + rows[chosen[end - 1], 0]) << SIZE_BITS) | 1
        for size in range(2, LONGEST + 1):
            value = ((best[end - size] + rows[chosen[end - size], size - 1]) << SIZE_BITS) | size
            top = max(top, value)
        best[end] = top >> SIZE_BITS
        sizes[end] = top & SIZE
    end = n
    while end > LONGEST:
        size = np.int64(sizes[end])
        end -= size
        prefixes[chosen[end], size - 1] += 1
