"""Whether an n-gram stands where terms stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.store import UnitStore
from textmine.counts.places import Places
from textmine.counts.trie import NgramTrie
from textmine.kernels import contexts as kernels
from textmine.kernels import ngrams
from textmine.parallel import ordered_map

Array = NDArray[np.float64]

ROUNDS = 2  # after which the best terms stay the same, but for a few
SURE = 500  # of the best terms show where terms stand
DOUBT = 0.2  # weight of all places beside theirs
MADE_UP = 5  # neutral occurrences added to each unit beside terms
NEUTRAL = 2  # and to each n-gram


def context_weight(
    store: UnitStore,
    trie: NgramTrie,
    places: Places,
    nodes: NDArray[np.int64],
    score: Array,
    threads: int | None = None,
) -> Array:
    """float64[nodes]: how much likelier the neighbours of each n-gram are beside terms than elsewhere.

        exp( sum over its occurrences of (l(u) + r(v)) / (count + 2) ),
        l(u) = log( (n(u) + 0.2 e(u) + 5) / (1.2 e(u) + 5) )

    u and v are the units (or boundaries) before and after; n(u) counts how often u is left of a term, e(u) is
    what it would be by chance, and r is like l for the right. Terms are taken to be the 500 nodes of the
    largest `score`, then, in a second round, of the largest score times this weight. What is added keeps rare
    n-grams, rare neighbours and those never seen beside a term from deciding alone. (After the weights of
    context words in Frantzi, Ananiadou and Mima: Automatic recognition of multi-word terms: the
    C-value/NC-value method, 2000; the likelihood ratio is ours.)
    """
    order = np.argsort(nodes)  # as they are numbered
    found = np.ones(nodes.size)
    for _ in range(ROUNDS):
        best = nodes[np.lexsort((nodes, -score * found))[:SURE]]
        left, right = np.zeros((2, store.counts.size), np.int64)
        for part in _over_text(store, trie, places, best, threads, _neighbours(store.counts.size)):
            left += part[0]
            right += part[1]
        weights = [_log_ratio(seen, seen.sum() * store.counts / store.size) for seen in (left, right)]
        sums = np.zeros(nodes.size)
        for part in _over_text(store, trie, places, nodes, threads, _weighing(*weights)):
            sums += part  # chunk by chunk, in their order: the same for any number of threads
        found[order] = np.exp(sums / (trie.count[nodes[order]] + NEUTRAL))
    return found


def _log_ratio(found: NDArray[np.int64], expected: Array) -> Array:
    return np.log((found + DOUBT * expected + MADE_UP) / ((1 + DOUBT) * expected + MADE_UP))


def _neighbours(units: int) -> Callable[..., NDArray[Any]]:
    def run(*arrays: NDArray[Any]) -> NDArray[np.int64]:
        found = np.zeros((2, units), np.int64)
        count: Any = kernels.count_neighbours
        count(*arrays, found[0], found[1])
        return found

    return run


def _weighing(left: Array, right: Array) -> Callable[..., NDArray[Any]]:
    def run(*arrays: NDArray[Any]) -> Array:
        sums = np.zeros(arrays[-1].size)
        add: Any = kernels.sum_weights
        add(*arrays, left, right, sums)
        return sums

    return run


def _over_text(
    store: UnitStore,
    trie: NgramTrie,
    places: Places,
    nodes: NDArray[np.int64],
    threads: int | None,
    run: Callable[..., NDArray[Any]],
) -> Any:
    """What `run` makes of each chunk of the text, in order."""
    wanted = np.zeros(trie.count.size, np.bool_)
    wanted[nodes] = True
    longest = np.empty(wanted.size, np.int32)
    shorter = np.empty(nodes.size, np.int32)
    ngrams.number_wanted(trie.parent, wanted, longest, shorter)
    lengths = trie.lengths()[np.flatnonzero(wanted)]

    def work(chunk: tuple[int, int]) -> NDArray[Any]:
        start, stop = chunk
        text = store.read(start - 1, stop + trie.max_length)
        return run(places.read(chunk), text[:-1], text[1:], longest, shorter, lengths)

    return ordered_map(work, list(store.chunks()), threads)
