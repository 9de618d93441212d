"""Words by minimum entropy: those that pay for themselves in the length of the code for the text.

A text cut into words costs -sum log p(w) nats. Against its best parts, a word w saves

gain(w) = log p(w) - max over ways to cut w into words w_1 .. w_k, k >= 2, of sum_i log p(w_i)

nats each time it occurs. By the principle a word is worth having when it lowers the entropy per unit of text,
which asks for gain(w) >= |w| - 1: one nat for every seam that w closes. (Su Jianlin: The minimum entropy
principle, part 2, on building a vocabulary, spaces.ac.cn, 2018.)

Candidates are chains: units joined wherever the two at a gap have a pointwise mutual information of one nat
and more. From the longest down, words that gain too little, or are too rare, give their counts to their
best parts. Then the text is cut once more, now where sum log p is greatest, which finds words that chains
had swallowed, and the words are weighed again.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.store import UnitStore
from textmine.counts.places import Places
from textmine.counts.trie import NgramTrie
from textmine.kernels import redundancy as kernels
from textmine.progress import Progress
from textmine.terms.found import Found
from textmine.terms.solid import add_up, count_joined, solid_ngrams

LEAST_PMI = 1.0  # nats, of the two units at a gap that a chain goes on over
ROUNDS = 1  # segmentations by word probabilities, after the one by chains


def paying_words(
    store: UnitStore,
    trie: NgramTrie,
    places: Places,
    *,
    min_count: int,
    threads: int | None,
    on_progress: Progress,
) -> Found:
    """The words of two units and more that pay for themselves by the principle above.

    `pieces` are the counts after the last weighing, `min_count` and more; p(w) = pieces / sum of pieces,
    and units that are never pieces count as one. The score is pieces(w) (gain(w) - |w| + 1): the nats that
    the word saves over the whole text beyond those the principle asks for, 0 and more.

    Chains that are no n-gram of the trie are dropped at first and cut with the rest of the text later. Runs
    of units are cut at boundaries and at the ends of the store's chunks. Time is linear in the text.
    """
    depth = trie.lengths().astype(np.uint8)
    bonds = solid_ngrams(trie, (0.0, LEAST_PMI))
    pieces = count_joined(store, trie, places, bonds, threads, on_progress)
    gain = _weigh(trie, depth, pieces, min_count)
    for number in range(ROUNDS):
        pieces = _segment(store, trie, places, depth, pieces, threads, on_progress, number + 1)
        gain = _weigh(trie, depth, pieces, min_count)
    begin = int(trie.offsets[1])
    nodes = (begin + np.flatnonzero(pieces[begin:])).astype(np.int32)
    saved = gain[nodes] / kernels.SCALE - depth[nodes] + 1
    return Found(nodes, pieces[nodes] * saved, pieces[nodes])


def _log_probability(pieces: NDArray[np.int64], units: int, least: int) -> NDArray[np.int64]:
    """log p of each n-gram in 1 / SCALE nats, NEVER where it has fewer pieces than `least`.

    The first `units` nodes, single units, are always words and count as one piece at least.
    """
    log_p = np.log(np.maximum(pieces, 1) / max(int(pieces.sum()), 1))
    steps: NDArray[np.int64] = np.rint(log_p * kernels.SCALE).astype(np.int64)
    steps[units:][pieces[units:] < least] = kernels.NEVER
    return steps


def _weigh(
    trie: NgramTrie, depth: NDArray[np.uint8], pieces: NDArray[np.int64], min_count: int
) -> NDArray[np.int64]:
    """int64[nodes]: the gains of the words in 1 / SCALE nats.

    Those that do not pay give their `pieces`, changed in place, to their parts. Words of one length are
    weighed by the same probabilities, so that their order does not matter.
    """
    units = int(trie.offsets[1])
    gain = np.zeros(pieces.size, np.int64)
    for length in range(trie.max_length, 1, -1):
        begin, end = int(trie.offsets[length - 1]), int(trie.offsets[length])
        nodes = begin + np.flatnonzero(pieces[begin:end])
        if nodes.size:
            log_p = _log_probability(pieces, units, min_count)
            kernels.hand_down(nodes, length, trie.parent, trie.suffix, depth, log_p, pieces, gain)
    return gain


def _segment(
    store: UnitStore,
    trie: NgramTrie,
    places: Places,
    depth: NDArray[np.uint8],
    pieces: NDArray[np.int64],
    threads: int | None,
    on_progress: Progress,
    number: int,
) -> NDArray[np.int64]:
    """The pieces of the text when it is cut where the sum of log p, by the `pieces` so far, is greatest."""
    units = int(trie.offsets[1])
    score = _log_probability(pieces, units, 1)
    unknown = -round(math.log(max(int(pieces.sum()), 1)) * kernels.SCALE)
    longest = np.arange(pieces.size, dtype=np.int32)  # of each n-gram, the longest word that it begins with
    for length in range(2, trie.max_length + 1):
        level = slice(trie.offsets[length - 1], trie.offsets[length])
        longest[level] = np.where(pieces[level] > 0, longest[level], longest[trie.parent[level]])

    def cut(chunk: tuple[int, int], counts: NDArray[np.int32]) -> None:
        size = chunk[1] - chunk[0]
        kernels.best_paths(
            store.read(*chunk), places.read(chunk), store.first_word, longest, trie.parent, depth, score,
            unknown, np.empty(size + 1, np.int64), np.empty(size + 1, np.int32), counts,
        )  # fmt: skip

    return add_up(store, trie, cut, threads, f"segmenting ({number})", on_progress)
