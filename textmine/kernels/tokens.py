"""From code points to the ids of words that white space parts."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]
Number: TypeAlias = Any

OTHER, SPACE, NEWLINE = range(3)  # kinds of code points
LINE_END = 0  # the id of a line's end
FREE = np.uint64(0)
FNV_START = np.uint64(0xCBF29CE484222325)
FNV_PRIME = np.uint64(0x100000001B3)
MIX = np.uint64(0x9E37_79B9_7F4A_7C15)  # 2^64 / golden ratio
HALF = np.uint64(32)


@kernel
def split_words(
    codes: Array, kinds: Array, last: bool, longest: int, hashes: Array, begins: Array, sizes: Array
) -> tuple[int, int]:
    """Fill `hashes` (uint64), `begins` and `sizes` (int32, code points) with the words of `codes` and the
    ends of its lines (size 0).

    A hash is FNV-1a of the code points, 64 bits. Unless `last`, what might go on in the next piece is left;
    a word of more than `longest` code points is cut. Returns the number of words and line ends, and of the
    code points that are done with.
    """
    n = codes.size
    found = 0
    i = 0
    while i < n:
        kind = kinds[codes[i]]
        if kind == SPACE:
            i += 1
            continue
        begin = i
        value = FNV_START
        if kind == NEWLINE:
            i += 1
        else:
            while i < n and kinds[codes[i]] == OTHER and i - begin < longest:
                value = (value ^ np.uint64(codes[i])) * FNV_PRIME
                i += 1
            if i == n and i - begin < longest and not last:
                return found, begin
        hashes[found] = value
        begins[found] = begin
        sizes[found] = 0 if kind == NEWLINE else i - begin
        found += 1
    return found, n


@kernel
def number_words(
    hashes: Array,
    sizes: Array,
    start: int,
    known: int,
    table: Array,
    numbers: Array,
    ids: Array,
    fresh: Array,
) -> tuple[int, int]:
    """Fill `ids` (int32) from place `start` on; words get numbers from 1 on as they come first.

    `table` (uint64, hashes) and `numbers` (int32) are an open-addressing table with `known` words; the places
    of new words go to `fresh`. Returns how many new words there are and where it stopped: the table is to
    have room for twice the words, else it is to grow first.
    """
    mask = np.uint64(table.size - 1)
    new = 0
    for i in range(start, hashes.size):
        if sizes[i] == 0:
            ids[i] = LINE_END
            continue
        key = hashes[i] | np.uint64(1)  # 0 is a free slot
        slot = (key * MIX >> HALF) & mask
        while table[slot] != key and table[slot] != FREE:
            slot = (slot + np.uint64(1)) & mask
        if table[slot] == FREE:
            if 2 * (known + new) >= table.size:
                return new, i
            table[slot] = key
            numbers[slot] = known + new + 1
            fresh[new] = i
            new += 1
        ids[i] = numbers[slot]
    return new, hashes.size


@kernel
def rehash(old_table: Array, old_numbers: Array, table: Array, numbers: Array) -> None:
    """Move all words to a larger table."""
    mask = np.uint64(table.size - 1)
    for i in range(old_table.size):
        key = old_table[i]
        if key != FREE:
            slot = (key * MIX >> HALF) & mask
            while table[slot] != FREE:
                slot = (slot + np.uint64(1)) & mask
            table[slot] = key
            numbers[slot] = old_numbers[i]


@kernel
def add_counts(ids: Array, counts: Array) -> None:
    """counts[id] += 1 for every id."""
    for i in range(ids.size):
        counts[ids[i]] += 1


@kernel
def keep_known(ids: Array, renumber: Array, after_end: bool, out: Array) -> int:
    """out = the new ids of the words that have one (renumber[id] > 0), a single LINE_END between lines; how
    many they are.

    `after_end`: whether `out` goes on after a LINE_END.
    """
    size = 0
    for i in range(ids.size):
        value = renumber[ids[i]]
        if ids[i] == LINE_END:
            if after_end:
                continue
            out[size] = LINE_END
            size += 1
            after_end = True
        elif value > 0:
            out[size] = value
            size += 1
            after_end = False
    return size
