"""Words that do not pay give their counts to their parts; the text is cut into those that stay."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]
Number: TypeAlias = Any

SCALE = 1 << 16  # log p is a whole number of 1/65536 nat: sums are exact
NEVER = -(1 << 40)  # log p of what is no word
WORST = -(1 << 62)


@kernel
def best_parts(
    node: int,
    length: int,
    parent: Array,
    suffix: Array,
    log_p: Array,
    prefixes: Array,
    best: Array,
    chosen: Array,
) -> Number:
    """The greatest sum of log_p over all ways to cut an n-gram in two parts and more.

    chosen[end] is the part that ends there. Of equal sums the one whose last part is longest wins. `prefixes`
    and `chosen` (int32) and `best` (int64) are scratch, longer than the n-gram.
    """
    for end in range(length, 0, -1):
        prefixes[end] = node
        node = parent[node]
    best[0] = 0
    for end in range(1, length + 1):
        best[end] = WORST
        part = prefixes[end]
        for begin in range(end):
            if begin > 0 or end < length:  # the whole is no part of itself
                value = best[begin] + log_p[part]
                if value > best[end]:
                    best[end] = value
                    chosen[end] = part
            part = suffix[part]
    return best[length]


@kernel
def hand_down(
    nodes: Array,
    length: int,
    parent: Array,
    suffix: Array,
    depth: Array,
    log_p: Array,
    pieces: Array,
    gain: Array,
) -> None:
    """gain[w] = log_p[w] less that of its best parts; where it is below length - 1 nats, they get its pieces.

    `nodes` are n-grams of `length` units; `log_p` and `gain` (int64) are in 1 / SCALE nats. `log_p` stays
    as it is, while `pieces` changes.
    """
    best = np.empty(length + 1, np.int64)
    prefixes = np.empty(length + 1, np.int32)
    chosen = np.empty(length + 1, np.int32)
    for node in nodes:
        gain[node] = log_p[node] - best_parts(node, length, parent, suffix, log_p, prefixes, best, chosen)
        if gain[node] < (length - 1) * SCALE:
            end = length
            while end > 0:
                part = chosen[end]
                pieces[part] += pieces[node]
                end -= depth[part]
            pieces[node] = 0


@kernel
def best_paths(
    units: Array, deepest: Array, first_word: int, longest: Array, parent: Array, depth: Array, score: Array,
    unknown: int, best: Array, chosen: Array, counts: Array,
) -> None:  # fmt: skip
    """Cut each run of units between boundaries into words so that the sum of their scores is greatest.

    deepest[i] is the node of the longest n-gram at place i (-1: none), longest[w] the longest word that w
    begins with (all single units are words); `unknown` is the score of a unit without a node. counts[w] += 1
    for each piece w. Of equal sums the one whose last piece is longest wins. `best` (int64) and `chosen`
    (int32) are scratch, one longer than `units`.
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
        best[start] = 0
        for i in range(start, stop):
            node = deepest[i]
            if node < 0 and best[i] + unknown > best[i + 1]:
                best[i + 1] = best[i] + unknown
                chosen[i + 1] = -1
            while node >= 0:
                node = longest[node]
                end = i + depth[node]
                if end <= stop and best[i] + score[node] > best[end]:
                    best[end] = best[i] + score[node]
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
