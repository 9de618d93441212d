"""The n-grams of a text that come more than once, by number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textmine.errors import InputError
from textmine.terms.learning.units import Units

BROKEN, ONCE = -1, -2
MOST = (1 << 31) - 2  # numbers


@dataclass
class Substrings:
    """`ids` (int32[places, longest]): the number of the n-gram of l units at place i in ids[i, l - 1].

    It is -1 where the n-gram holds a boundary beside other units or goes beyond the text, -2 where it comes
    only once. Single units have the numbers 0 .. units - 1 (boundaries, too), longer n-grams follow by
    length. `lengths`, `counts` and an `example` of where it is belong to each number.
    """

    ids: NDArray[np.int32]
    lengths: NDArray[np.int8]
    counts: NDArray[np.int64]
    example: NDArray[np.int64]


def find_substrings(units: Units, longest: int) -> Substrings:
    """All n-grams of up to `longest` units, level by level: an n-gram is one of n - 1 units and one more.

    Memory: 4 bytes a unit and length, and some 40 bytes a unit while a level is sorted. Raises InputError
    where there are too many to number.
    """
    size = units.ids.size
    ids = np.full((size, longest), BROKEN, np.int32)
    ids[:, 0] = units.ids
    base = int(units.ids.max()) + 1
    lengths, counts = [np.ones(base, np.int8)], [np.bincount(units.ids, minlength=base)]
    soft = ~units.fixed
    whole = soft.copy()
    known = base
    for length in range(2, min(longest, size) + 1):
        whole[: size - length + 1] &= soft[length - 1 :]
        whole[size - length + 1 :] = False
        ids[whole, length - 1] = ONCE
        places = np.flatnonzero(whole & (ids[:, length - 2] >= 0))
        keys = ids[places, length - 2] * np.int64(base) + units.ids[places + length - 1]
        _, inverse, times = np.unique(keys, return_inverse=True, return_counts=True)
        repeated = times > 1
        if known + int(repeated.sum()) > MOST:
            raise InputError(f"more than {MOST} strings come twice in the text", "take a part of it")
        number = np.where(repeated, np.cumsum(repeated) - 1 + known, ONCE)
        ids[places, length - 1] = number[inverse]
        lengths.append(np.full(int(repeated.sum()), length, np.int8))
        counts.append(times[repeated])
        known += int(repeated.sum())
    example = np.zeros(known, np.int64)
    for level in ids.T:
        there = np.flatnonzero(level >= 0)
        example[level[there]] = there
    return Substrings(ids, np.concatenate(lengths), np.concatenate(counts), example)
