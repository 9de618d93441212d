"""New words by solid n-grams: what holds together, joined where it overlaps, checked again as a whole.

An n-gram w of up to four units is solid when it is frequent enough and its cohesion, the least pointwise
mutual information over all splits in two, min over k of log( p(w) / (p(w[:k]) p(w[k:])) ), reaches the
threshold for its length. The text is cut at a gap between two units only if no solid n-gram spans it, so
that pieces may be longer than four units. A piece is a word when it stands the check as a whole: one of up
to four units must be solid itself, of a longer one all the n-grams of four units. (Su Jianlin: Better
new-word discovery, spaces.ac.cn, 2019.)
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.store import UnitStore
from textmine.counts.places import Places
from textmine.counts.trie import NgramTrie
from textmine.kernels import solid as kernels
from textmine.parallel import ordered_map
from textmine.progress import Progress
from textmine.terms.found import Found

# Nats, for 1 to 4 units. The author's program has 0, 2, 4, 6: more words, of which fewer are good.
THRESHOLDS = (0.0, 2.0, 5.0, 8.0)


def solid_words(
    store: UnitStore,
    trie: NgramTrie,
    places: Places,
    *,
    min_count: int,
    threads: int | None,
    on_progress: Progress,
    thresholds: tuple[float, ...] = THRESHOLDS,
) -> Found:
    """The words by the scheme above that are pieces of the text `min_count` times and more.

    `thresholds` (nats) are the least cohesion of solid n-grams of 1, 2, ... units; their number is the
    longest length looked at (four, above). The score is the logarithm of the number of times that the word
    is a piece.

    Pieces that are no n-gram of the trie, longer than its longest or rarer than its least count, are dropped.
    Runs of units are cut at boundaries and at the ends of the store's chunks. Time is linear in the text.
    """
    solid = solid_ngrams(trie, thresholds)
    pieces = count_joined(store, trie, places, solid, threads, on_progress)
    words = _all_solid(trie, solid, len(thresholds))
    words[: trie.offsets[1]] = False
    nodes = np.flatnonzero(words & (pieces >= max(min_count, 1))).astype(np.int32)
    return Found(nodes, np.log(pieces[nodes]), pieces[nodes])


def solid_ngrams(trie: NgramTrie, thresholds: tuple[float, ...]) -> NDArray[np.bool_]:
    """bool[nodes]: n-grams whose cohesion (nats) reaches the threshold for their length, if there is one."""
    solid = np.zeros(trie.count.size, np.bool_)
    cohesion = trie.cohesion()
    for length, least in enumerate(thresholds[: trie.max_length], 1):
        level = _level(trie, length)
        solid[level] = cohesion[level] >= least
    return solid


def count_joined(
    store: UnitStore,
    trie: NgramTrie,
    places: Places,
    solid: NDArray[np.bool_],
    threads: int | None,
    on_progress: Progress,
) -> NDArray[np.int64]:
    """int64[nodes]: how often each is a piece when the text is cut at the gaps that no solid n-gram spans."""
    depth = trie.lengths().astype(np.uint8)
    reach = np.where(solid, depth, np.uint8(0))
    for length in range(2, trie.max_length + 1):
        level = _level(trie, length)
        reach[level] = np.maximum(reach[level], reach[trie.parent[level]])

    def join(chunk: tuple[int, int], counts: NDArray[np.int32]) -> None:
        kernels.count_joined(places.read(chunk), reach, trie.parent, depth, counts)

    return add_up(store, trie, join, threads, "joining", on_progress)


def add_up(
    store: UnitStore,
    trie: NgramTrie,
    count: Callable[[tuple[int, int], NDArray[np.int32]], None],
    threads: int | None,
    stage: str,
    on_progress: Progress,
) -> NDArray[np.int64]:
    """int64[nodes]: the sum of what `count` adds to zeros (int32[nodes]) for each chunk of the text."""

    def one(chunk: tuple[int, int]) -> NDArray[np.int32]:
        counts = np.zeros(trie.count.size, np.int32)
        count(chunk, counts)
        return counts

    total = np.zeros(trie.count.size, np.int64)
    chunks = list(store.chunks())
    for (_, stop), counts in zip(chunks, ordered_map(one, chunks, threads), strict=True):
        total += counts
        on_progress(stage, stop, store.size)
    return total


def _all_solid(trie: NgramTrie, solid: NDArray[np.bool_], longest: int) -> NDArray[np.bool_]:
    """bool[nodes]: the solid n-grams, and longer ones whose n-grams of `longest` units are all solid."""
    words = solid.copy()
    for length in range(longest + 1, trie.max_length + 1):
        level = _level(trie, length)
        words[level] = words[trie.parent[level]] & words[trie.suffix[level]]
    return words


def _level(trie: NgramTrie, length: int) -> slice:
    return slice(trie.offsets[length - 1], trie.offsets[length])
