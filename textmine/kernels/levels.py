"""All n-grams of sentences, length by length, out of sorted keys.

Units are numbers: 0 is none, BOS begins a sentence, EOS ends it, words follow. An n-gram has BOS in its first
place only and EOS in its last only. A key holds a node (the number of an n-gram that is counted already)
above the next k units, `width` bits each, 0 after the end of the sentence.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]

LINE_END = 0  # of a store of tokens, where a word is its number + 1
BOS, EOS, SPECIAL = 1, 2, 3  # SPECIAL: how many units are no words
MIX = np.uint64(0x9E37_79B9_7F4A_7C15)  # 2^64 / golden ratio: Fibonacci hashing spreads consecutive keys
HALF = np.uint64(32)
NONE = -1


@kernel
def first_nodes(ids: Array, out: Array) -> None:
    """out (int32) = the units that begin at `ids` of a store: a word, or BOS after a line's end."""
    for i in range(out.size):
        out[i] = BOS if ids[i] == LINE_END else ids[i] + SPECIAL - 1


@kernel
def pack(ids: Array, nodes: Array, depth: int, k: int, width: int, out: Array) -> int:
    """out (uint64) = the keys of the places of `ids` (of a store, going on `depth` + k after the places); how
    many they are.

    `nodes` (int32) are the n-grams of `depth` units that begin at the places, NONE where none can go on:
    these have no key.
    """
    shift = np.uint64(width)
    size = 0
    for i in range(nodes.size):
        if nodes[i] == NONE:
            continue
        key = np.uint64(nodes[i])
        left = k
        at = i + depth
        while left:
            unit = EOS if ids[at] == LINE_END else ids[at] + SPECIAL - 1
            key = key << shift | np.uint64(unit)
            left -= 1
            at += 1
            if unit == EOS:
                break
        out[size] = key << np.uint64(width * left)
        size += 1
    return size


@kernel
def grow(
    keys: Array, sums: Array, k: int, width: int, before: Array, units: Array, parents: Array, counts: Array,
    full: Array, sizes: Array,
) -> None:  # fmt: skip
    """From ascending distinct keys and their sums to the n-grams one to k units longer than the nodes.

    Row j of units (uint32), parents (int32) and counts (int64) gets those that end with unit j of the key;
    sizes[j] (int64) says how many. A parent is a node for j = 0, else before[j - 1] + its place in row j - 1.
    `full` (uint64) gets the keys of those in the last row.
    """
    mask = np.uint64((1 << width) - 1)
    sizes[:] = 0
    last = np.uint64(0)
    for i in range(keys.size):
        key = keys[i]
        same = 0  # levels that the key shares with the last
        if i:
            differing = key ^ last
            while same < k and differing >> np.uint64(width * (k - 1 - same)) == 0:
                same += 1
        last = key
        for j in range(k):
            unit = key >> np.uint64(width * (k - 1 - j)) & mask
            if unit == 0:
                break
            place = sizes[j]
            if j >= same:
                units[j, place] = unit
                parents[j, place] = (
                    key >> np.uint64(width * k) if j == 0 else before[j - 1] + sizes[j - 1] - 1
                )
                counts[j, place] = 0
                if j == k - 1:
                    full[place] = key
                sizes[j] += 1
                place += 1
            counts[j, place - 1] += sums[i]


@kernel
def fill_table(keys: Array, table: Array) -> None:
    """Enter distinct keys into `table` (int32, a power of two, NONE where free): the place of each."""
    mask = np.uint64(table.size - 1)
    for i in range(keys.size):
        slot = keys[i] * MIX >> HALF & mask
        while table[slot] != NONE:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = i


@kernel
def advance(
    ids: Array, nodes: Array, depth: int, k: int, width: int, keys: Array, table: Array, packed: Array
) -> None:  # fmt: skip
    """nodes = the place in `keys` of the n-gram of `depth` + k units that begins there, NONE where it ends
    with EOS or would go beyond.

    `table` is that of the keys. `packed` (uint64) is scratch as long as `nodes`.
    """
    shift = np.uint64(width)
    mask = np.uint64(table.size - 1)
    for i in range(nodes.size):
        if nodes[i] == NONE:
            continue
        key = np.uint64(nodes[i])
        inside = True
        for at in range(i + depth, i + depth + k):
            inside &= ids[at] != LINE_END
            key = key << shift | np.uint64(ids[at] + SPECIAL - 1)
            if not inside:
                break
        packed[i] = key
        if not inside:
            nodes[i] = NONE
    for i in range(nodes.size):
        if nodes[i] == NONE:
            continue
        slot = packed[i] * MIX >> HALF & mask
        while keys[table[slot]] != packed[i]:
            slot = (slot + np.uint64(1)) & mask
        nodes[i] = table[slot]


@kernel
def link_suffixes(
    parents: Array, units: Array, suffixes: Array, first: Array, lower_units: Array, out: Array
) -> None:
    """out = for each n-gram of a level the place in the level before of that without its first unit.

    `parents` and `units` are the level's (ascending), `suffixes` the links of the level before (numbers in
    the level before that), whose children, in the level before, are first[s] to first[s + 1] - 1 with the
    units `lower_units`. All links must be there.
    """
    at = end = 0
    open_parent = -1
    for i in range(parents.size):
        if parents[i] != open_parent:
            open_parent = parents[i]
            at = first[suffixes[open_parent]]
            end = first[suffixes[open_parent] + 1]
        # Children are in order on both sides: search on from where the last was, in growing steps.
        unit = units[i]
        step = 1
        while at + step < end and lower_units[at + step] <= unit:
            step *= 2
        low, high = at + step // 2 if step > 1 else at, min(at + step, end)
        while high - low > 1:
            middle = (low + high) // 2
            if lower_units[middle] <= unit:
                low = middle
            else:
                high = middle
        at = low
        out[i] = at
