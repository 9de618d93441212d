"""Pairs of words that stand near each other, as keys to sort, and sums over sorted keys."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]
Number: TypeAlias = Any

LINE_END = 0
STEP = np.uint64(0x9E37_79B9_7F4A_7C15)


@kernel
def thin_out(ids: Array, start: int, seed: int, keep: Array, out: Array) -> int:
    """out = the ids that survive subsampling; how many they are.

    Word k at place start + i of the text stays when a hash of the seed and the place (splitmix64: Steele,
    Lea, Flood 2014), taken as a fraction of 2^64, is below keep[k] (float64).
    """
    size = 0
    for i in range(ids.size):
        if ids[i] == LINE_END:
            out[size] = LINE_END
            size += 1
            continue
        value = (np.uint64(start + i) + np.uint64(1)) * STEP ^ np.uint64(seed) * np.uint64(
            0xD1B5_4A32_D192_ED03
        )
        value = (value ^ value >> np.uint64(30)) * np.uint64(0xBF58_476D_1CE4_E5B9)
        value = (value ^ value >> np.uint64(27)) * np.uint64(0x94D0_49BB_1331_11EB)
        value ^= value >> np.uint64(31)
        out[size] = ids[i]
        size += np.float64(value) * 2.0**-64 < keep[ids[i]]
    return size


@kernel
def pair_keys(
    ids: Array, begin: int, window: int, symmetric: bool, words: int, distance_bits: int, out: Array
) -> int:
    """out = a key for each pair of a word from place `begin` on and one of the up to `window` words before it
    in its line; how many they are.

    A key is row * words + column, above `distance_bits` bits for the distance less 1. The row is the word and
    the column the one before; if `symmetric`, the row is the smaller of both.
    """
    size = 0
    shift = np.uint64(distance_bits)
    for i in range(begin, ids.size):
        word = ids[i]
        if word == LINE_END:
            continue
        for distance in range(1, min(window, i) + 1):
            other = ids[i - distance]
            if other == LINE_END:
                break
            row, column = np.uint64(word - 1), np.uint64(other - 1)
            if symmetric and row > column:
                row, column = column, row
            key = row * np.uint64(words) + column
            if distance_bits:
                key = key << shift | np.uint64(distance - 1)
            out[size] = key
            size += 1
    return size


@kernel
def add_runs(keys: Array, distance_bits: int, weight: Array, keys_out: Array, sums: Array) -> int:
    """Sum the weights of equal pairs in sorted keys; `weight` (int64) by distance less 1. How many pairs
    there are.

    `keys_out` may be `keys` itself.
    """
    size = -1
    shift = np.uint64(distance_bits)
    mask = (np.uint64(1) << shift) - np.uint64(1)
    open_key = np.uint64(0)
    total: Number = np.int64(0)
    for i in range(keys.size):
        key = np.uint64(keys[i])
        pair = key >> shift
        if size < 0 or pair != open_key:
            if size >= 0:
                sums[size] = total
            size += 1
            keys_out[size] = pair
            open_key = pair
            total = np.int64(0)
        total += weight[key & mask]
    if size >= 0:
        sums[size] = total
    return size + 1


@kernel
def merge(
    keys: Array, sums: Array, other_keys: Array, other_sums: Array, keys_out: Array, sums_out: Array
) -> int:
    """Merge two sorted lists of distinct keys, adding the sums of those in both; the length of the result."""
    i = j = size = 0
    while i < keys.size and j < other_keys.size:
        a, b = keys[i], other_keys[j]
        keys_out[size] = min(a, b)
        sums_out[size] = (sums[i] if a <= b else 0) + (other_sums[j] if b <= a else 0)
        i += a <= b
        j += b <= a
        size += 1
    while i < keys.size:
        keys_out[size] = keys[i]
        sums_out[size] = sums[i]
        i += 1
        size += 1
    while j < other_keys.size:
        keys_out[size] = other_keys[j]
        sums_out[size] = other_sums[j]
        j += 1
        size += 1
    return size
