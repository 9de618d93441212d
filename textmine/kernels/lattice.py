"""Best paths through the lattice of all n-grams over a text."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]
Number: TypeAlias = Any  # an integer, of numpy's in compiled code

SCALE = 1 << 13  # a score is a whole number of 1/8192 nat: sums are exact
SIZE_BITS = 3  # below a score, in the 32 bits that hold both: how many units its piece has
SIZE = (1 << SIZE_BITS) - 1
LIMIT = (1 << 31 - SIZE_BITS) - 1
LONGEST = 6  # units of a piece
ROW = 8  # scores of a node, two of them unused: half a cache line
AHEAD = 512  # places whose rows are fetched at once
WORST = -(1 << 58)


@kernel
def score_rows(offsets: Array, parent: Array, score: Array, longest: int, rows: Array) -> None:
    """Fill `rows`, int32[nodes of up to `longest` units + 1, ROW]: the scores of the prefixes of 1, 2 ..
    units of a node.

    They are in 1 / SCALE, with the number of units in the lowest bits; where there is no prefix stands
    -LIMIT. A place of the text then costs one memory access, not one a prefix. The row at the end is for a
    place without a node, a piece of its own.
    """
    for i in range(LONGEST):
        rows[:, i] = -LIMIT << SIZE_BITS | i + 1
    rows[offsets[longest], 0] = 1
    for length in range(longest):
        for node in range(offsets[length], offsets[length + 1]):
            for i in range(length):
                rows[node, i] = rows[parent[node], i]
            scaled = min(max(round(score[node] * SCALE), -LIMIT), LIMIT)
            rows[node, length] = scaled << SIZE_BITS | length + 1


@kernel
def cap_rows(parent: Array, nodes: int, row_of: Array) -> None:
    """row_of[w] (0, 1 .. at first) = the longest prefix of w before `nodes`; row_of[-1] = `nodes`, for no
    node."""
    for node in range(nodes, parent.size):
        row_of[node] = row_of[parent[node]]
    row_of[parent.size] = nodes


@kernel
def piece_counts(offsets: Array, parent: Array, longest: int, prefixes: Array, counts: Array) -> None:
    """counts[w] = how often node w is a piece, from how often each prefix of each node was (as `best_paths`
    counts them).

    `prefixes` is used up: its counts move from each node to the parent.
    """
    for i in range(longest):
        length = longest - i
        for node in range(offsets[length - 1], offsets[length]):
            counts[node] = prefixes[node, length - 1]
            for shorter in range(length - 1):
                prefixes[parent[node], shorter] += prefixes[node, shorter]


@kernel
def best_paths(chosen: Array, rows: Array, sizes: Array, prefixes: Array) -> None:
    """Cut the text into n-grams so that the sum of their scores is greatest; count the pieces.

    `chosen` are the rows of the places (`cap_rows`), `rows` the scores of their prefixes (`score_rows`) in
    one dimension: no n-gram crosses a boundary, which is a piece of its own. prefixes[w, s - 1] += 1 for each
    piece that is the first s units of row w at its place. Of equal sums the one whose last piece is longest
    wins. `sizes` (uint8) is scratch, one longer than `chosen`.

    Two things keep the processor from waiting. A sum and the size of its last piece share a number (`way_k`
    is the best one that ends k places on), so that the better of two ways is the larger number, a comparison
    that it need not guess. And rows, which lie all over the memory, are fetched many at a time before they
    are used.
    """
    n = chosen.size
    way_1 = way_2 = way_3 = way_4 = way_5 = np.int64(WORST)
    so_far: Number = np.int64(0)
    ahead = np.empty(AHEAD * ROW, np.int32)
    for start in range(0, n, AHEAD):
        stop = min(start + AHEAD, n)
        for i in range(start, stop):
            source, target = np.uint64(chosen[i]) * np.uint64(ROW), np.uint64(i - start) * np.uint64(ROW)
            for j in range(ROW):
                ahead[target + np.uint64(j)] = rows[source + np.uint64(j)]
        for i in range(start, stop):
            row = np.uint64(i - start) * np.uint64(ROW)
            one = so_far + ahead[row]
            two = so_far + ahead[row + np.uint64(1)]
            three = so_far + ahead[row + np.uint64(2)]
            four = so_far + ahead[row + np.uint64(3)]
            five = so_far + ahead[row + np.uint64(4)]
            six = so_far + ahead[row + np.uint64(5)]
            top = way_1 if way_1 > one else one
            way_1 = way_2 if way_2 > two else two
            way_2 = way_3 if way_3 > three else three
            way_3 = way_4 if way_4 > four else four
            way_4 = way_5 if way_5 > five else five
            way_5 = six
            sizes[i + 1] = top & SIZE
            so_far = top & ~SIZE
    end: Number = n
    while end > 0:
        size = np.int64(sizes[end])
        end -= size
        prefixes[chosen[end], size - 1] += 1
