"""The best way to cut a text, where each word has a score of its own."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]
Number: TypeAlias = Any  # an integer, of numpy's in compiled code

NEVER = -1e300


@kernel
def longest_clause(clauses: Array) -> Number:
    """Units of the longest clause."""
    size = 0
    for k in range(clauses.shape[0]):
        size = max(size, clauses[k, 1] - clauses[k, 0])
    return size


@kernel
def mark_words(start: Number, size: Number, lengths: Array, begins: Array) -> None:
    """Fill `begins` of a clause, where lengths[j] is the length of the last word of its first j units."""
    j = size
    while j > 0:
        for place in range(start + j - lengths[j], start + j):
            begins[place] = False
        j -= lengths[j]
        begins[start + j] = True


@kernel
def cut_by_words(clauses: Array, ids: Array, scores: Array, begins: Array) -> None:
    """Cut each clause so that the sum of scores[ids[i, l - 1]] is greatest; of equal ways that with the
    longer last word. N-grams without a number (below 0) are no words, single units always are."""
    longest = ids.shape[1]
    size = longest_clause(clauses)
    best = np.empty(size + 1)
    lengths = np.empty(size + 1, np.int64)
    for k in range(clauses.shape[0]):
        start, n = clauses[k, 0], clauses[k, 1] - clauses[k, 0]
        best[0] = 0.0
        for j in range(1, n + 1):
            best[j] = NEVER
            for length in range(1, min(longest, j) + 1):
                word = ids[start + j - length, length - 1]
                if word >= 0 and best[j - length] + scores[word] >= best[j]:
                    best[j] = best[j - length] + scores[word]
                    lengths[j] = length
        mark_words(start, n, lengths, begins)


@kernel
def add_words(clauses: Array, begins: Array, shares: Array) -> None:
    """shares[i, l - 1] += 1 for each word of the clauses, of l units at place i."""
    for k in range(clauses.shape[0]):
        at, end = clauses[k, 0], clauses[k, 1]
        while at < end:
            stop = at + 1
            while stop < end and not begins[stop]:
                stop += 1
            shares[at, stop - at - 1] += 1
            at = stop


@kernel
def cut_by_shares(clauses: Array, shares: Array, price: float, begins: Array) -> None:
    """Cut each clause so that the sum of shares[i, l - 1] - price over its words is greatest; of equal ways
    that with the shorter last word."""
    longest = shares.shape[1]
    size = longest_clause(clauses)
    best = np.empty(size + 1)
    lengths = np.empty(size + 1, np.int64)
    for k in range(clauses.shape[0]):
        start, n = clauses[k, 0], clauses[k, 1] - clauses[k, 0]
        best[0] = 0.0
        for j in range(1, n + 1):
            best[j] = NEVER
            for length in range(1, min(longest, j) + 1):
                value = best[j - length] + shares[start + j - length, length - 1] - price
                if value > best[j]:
                    best[j] = value
                    lengths[j] = length
        mark_words(start, n, lengths, begins)
