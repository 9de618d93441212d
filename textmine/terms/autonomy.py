"""Words as autonomous units: cut the text where what comes next is hard to foresee, and count the pieces.

Branching entropy rises at word boundaries (Harris 1955). For an n-gram w = x_1 .. x_n, VBE_right(w) =
H_right(w) - H_right(x_1 .. x_{n-1}) is how much harder the next unit is to foresee after w than before its
last unit; VBE_left likewise, from the other side. The autonomy a(w) is the sum of both, each less its mean
and divided by its standard deviation over all n-grams of that length, and a segmentation maximises sum |w|
a(w) (Magistry and Sagot: Unsupervized word segmentation: the case for Mandarin Chinese, ACL 2012).

Entropies of rare n-grams are low for lack of data, and so are their autonomies. A second and a third
segmentation therefore add what the one before has learned, the probability of each piece as a word: they
maximise sum |w| a(w) + log p(w), p(w) = (count(w) + 10) / number of pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.store import UnitStore
from textmine.counts.places import Places
from textmine.counts.trie import NgramTrie
from textmine.kernels import lattice
from textmine.parallel import ordered_map, thread_count
from textmine.progress import Progress

SMOOTHING = 10.0  # added to the count of each piece
ROUNDING = 1e-9  # nats: a smaller spread of entropies is none
ROUNDS = 2  # segmentations with probabilities, after the one by autonomy alone


@dataclass
class WordCounts:
    """How often each node of the trie is a piece of a segmentation (int64[nodes]).

    `autonomous` is by autonomy alone, `probable` by autonomy and word probability.
    """

    autonomous: NDArray[np.int64]
    probable: NDArray[np.int64]


def autonomy(trie: NgramTrie, longest: int = lattice.LONGEST) -> NDArray[np.float64]:
    """float64[nodes]: a(w) as above for n-grams of up to `longest` units; 0 for longer ones."""
    out = np.zeros(trie.count.size)
    singles = trie.count[: trie.offsets[1]]
    share = singles / singles.sum()
    outset = -(share * np.log(share)).sum()  # the entropy of a unit when nothing is known
    for length in range(1, min(longest, trie.max_length) + 1):
        nodes = slice(trie.offsets[length - 1], trie.offsets[length])
        if nodes.start == nodes.stop:
            break
        for entropy, shorter in ((trie.right_entropy, trie.parent), (trie.left_entropy, trie.suffix)):
            before = outset if length == 1 else entropy[shorter[nodes]]
            variation = entropy[nodes] - before
            spread = variation.std()
            if spread > ROUNDING:
                out[nodes] += (variation - variation.mean()) / spread
    return out


def count_words(
    store: UnitStore, trie: NgramTrie, places: Places, threads: int | None, on_progress: Progress
) -> WordCounts:
    """Segment the text by autonomy, then with word probabilities, and count the pieces.

    Runs of units are cut at boundaries and at the ends of the store's chunks.
    """
    longest = min(lattice.LONGEST, trie.max_length)
    weight = autonomy(trie) * trie.lengths()
    segment = _Segmentation(store, trie, places, longest, threads, on_progress)
    autonomous = segment(weight)
    probable = autonomous
    for _ in range(ROUNDS):
        log_total = np.log(max(int(probable.sum()), 1))
        probable = segment(weight + np.log(probable + SMOOTHING) - log_total)
    return WordCounts(autonomous, probable)


class _Segmentation:
    """Cuts the text by scores of the nodes. Its large arrays serve all rounds: fresh memory takes time."""

    def __init__(
        self,
        store: UnitStore,
        trie: NgramTrie,
        places: Places,
        longest: int,
        threads: int | None,
        on_progress: Progress,
    ) -> None:
        self._store = store
        self._trie = trie
        self._places = places
        self._longest = longest
        self._on_progress = on_progress
        self._nodes = int(trie.offsets[longest])
        self._chunks = list(store.chunks())
        self._parts = min(thread_count(threads), len(self._chunks))
        self._round = 0
        self._rows = np.empty((self._nodes + 1, lattice.ROW), np.int32)
        self._row_of = np.arange(trie.count.size + 1, dtype=np.int32)
        lattice.cap_rows(trie.parent, self._nodes, self._row_of)
        kind = np.int32 if store.size < 1 << 31 else np.int64
        self._prefixes: NDArray[Any] = np.empty((self._parts, self._nodes + 1, lattice.LONGEST), kind)

    def __call__(self, score: NDArray[np.float64]) -> NDArray[np.int64]:
        """int64[nodes]: how often each node is a piece when the sum of `score` is greatest."""
        self._round += 1
        trie = self._trie
        lattice.score_rows(trie.offsets, trie.parent, score, self._longest, self._rows)
        prefixes, *others = ordered_map(self._cut, range(self._parts), self._parts)
        for other in others:
            prefixes += other
        counts = np.zeros(trie.parent.size, np.int64)
        lattice.piece_counts(trie.offsets, trie.parent, self._longest, prefixes, counts)
        return counts

    def _cut(self, part: int) -> NDArray[Any]:
        prefixes: NDArray[Any] = self._prefixes[part]
        prefixes[:] = 0
        for start, stop in self._chunks[part :: self._parts]:
            chosen = self._row_of[self._places.read((start, stop))]
            lattice.best_paths(chosen, self._rows.ravel(), np.empty(chosen.size + 1, np.uint8), prefixes)
            self._on_progress(f"segmenting ({self._round})", stop, self._store.size)
        return prefixes
