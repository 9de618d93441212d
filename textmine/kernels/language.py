"""Questions to an n-gram model.

A model is a trie in arrays. Nodes are numbered by length, single units first (their number is the unit), then
by their parent and last unit, so that the children of a node stand side by side.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]

EMPTY = -1
UNK, BOS, EOS = 0, 1, 2
TURNS = 8


class ModelArrays(NamedTuple):
    """The trie of a model."""

    first: Array  # int32[contexts + 1]: where the children of a node that is not of the longest length begin
    units: Array  # uint32[nodes]: the last unit
    logs: Array  # float32[nodes]: log p(unit | the others)
    backoffs: Array  # float32[contexts]: the log weight of what a shorter context says of other units
    states: Array  # int32[nodes]: the longest n-gram at its end that has children or a backoff, else EMPTY
    shorter: Array  # int32[contexts]: the same of the node without its first unit


@kernel
def child(node: int, unit: int, first: Array, units: Array) -> int:
    """The child of `node` for `unit`, -1 where there is none."""
    low = first[node]
    size = first[node + 1] - low
    if size == 0:
        return -1
    while size > 1:  # without branches, which nobody could foretell
        half = size >> 1
        low += half if units[low + half] <= unit else 0
        size -= half
    return low if units[low] == unit else -1


@kernel
def find(ngrams: Array, first: Array, units: Array, out: Array) -> None:
    """out (int32) = the nodes of n-grams, whose units are the columns of `ngrams`; -1 where there is none."""
    for i in range(out.size):
        node = ngrams[0, i]
        for unit in ngrams[1:, i]:
            if node >= 0:
                node = child(node, unit, first, units)
        out[i] = node


@kernel
def score(
    tokens: Array, first: Array, units: Array, logs: Array, backoffs: Array, states: Array, shorter: Array,
    out: Array,
) -> None:  # fmt: skip
    """out (float64) = the log probability of each of `tokens` (int32, units) after those before it; sentences
    end with EOS, and begin in the state after BOS.

    Parts of whole sentences take turns, a search among children at a time: what one waits for from memory
    comes while the others are at work.
    """
    size = tokens.size
    places, stops = np.empty(TURNS, np.int64), np.empty(TURNS, np.int64)
    here, totals = np.full(TURNS, states[BOS], np.int32), np.zeros(TURNS)
    stop = 0
    for part in range(TURNS):
        places[part] = stop
        stop = max(stop, (part + 1) * size // TURNS)
        while 0 < stop < size and tokens[stop - 1] != EOS:
            stop += 1
        stops[part] = stop
    left = size
    while left > 0:
        for part in range(TURNS):
            i = places[part]
            if i == stops[part]:
                continue
            unit = tokens[i]
            state = here[part]
            node = int(unit)
            if state != EMPTY:
                node = child(state, unit, first, units)
                if node < 0:
                    totals[part] += backoffs[state]
                    here[part] = shorter[state]
                    continue
            out[i] = totals[part] + logs[node]
            totals[part] = 0.0
            here[part] = states[BOS] if unit == EOS else states[node]
            places[part] = i + 1
            left -= 1
