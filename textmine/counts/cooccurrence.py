"""Which words stand near each other, and how often."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.token_store import TokenStore, Vocabulary
from textmine.counts.pairs import PairCounter, Sums
from textmine.kernels import cooccurrence as kernels
from textmine.memory import large_array
from textmine.parallel import ordered_map, thread_count
from textmine.progress import Progress, silent

Weighting: TypeAlias = Literal["flat", "harmonic"]

PAIR_MEMORY = 2_000_000_000  # bytes for pairs of words, where not told otherwise
LARGEST_UNIT = 232_792_560  # lcm(1..20)
MOST_KEYS = 1 << 24  # sorted at once by a thread
LEAST_KEYS = 1 << 16


@dataclass
class Cooccurrences:
    """How often two words stand within `window` words of each other in a line: X = weights / unit.

    `rows` and `columns` (int32, places in the vocabulary), `weights` (int64, positive), sorted by row, then
    column. If `symmetric`, only rows <= columns are there and X[i, j] = X[j, i] is the number of pairs of
    places; the diagonal has the value of the full matrix, twice that number. Else X[i, j] counts j before i.
    """

    vocabulary: Vocabulary
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    weights: NDArray[np.int64]
    unit: int
    symmetric: bool
    window: int
    sample: float = 0.0

    @property
    def occurrences(self) -> NDArray[np.float64]:
        """float64[words]: how often each word is among those whose pairs were counted: its count, or after
        thinning out what is expected of it."""
        keep = _keep(self.vocabulary, self.sample)
        counts = self.vocabulary.counts.astype(np.float64)
        return counts if keep is None else counts * np.minimum(keep[1:], 1)


def count_cooccurrences(
    store: TokenStore,
    *,
    window: int = 10,
    weighting: Weighting = "flat",
    symmetric: bool = True,
    sample: float = 0.0,
    seed: int = 1,
    room: int = 1 << 30,
    directory: str,
    threads: int | None = None,
    on_progress: Progress = silent,
) -> Cooccurrences:
    """Count the pairs of words at most `window` places apart in a line.

    "flat" counts each pair 1, "harmonic" 1 / distance, in whole units of 1 / lcm(1..window), so that sums are
    exact in any order (above a window of 20 the unit is 1 / lcm(1..20), and a weight the nearest whole number
    of those). `sample` > 0 leaves frequent words out at random before distances are taken: a word of relative
    frequency f stays with probability min(1, sqrt(sample / f) + sample / f) (as in word2vec).

    `room` (bytes) bounds the memory for sorting, merging and the result; beyond it files in `directory` are
    used, on which the result may go on standing (without names, they go when it does). The result depends
    neither on it nor on `threads`.
    """
    words = len(store.vocabulary.words)
    harmonic = weighting == "harmonic"
    unit = min(math.lcm(*range(1, min(window, 20) + 1)), LARGEST_UNIT) if harmonic else 1
    weight = np.array(
        [round(unit / distance) if harmonic else 1 for distance in range(1, window + 1)], np.int64
    )
    distance_bits = max((window - 1).bit_length(), 1) if harmonic else 0
    kind: Any = np.uint32 if words * words << distance_bits <= 1 << 32 else np.uint64
    keep = _keep(store.vocabulary, sample)
    workers = thread_count(threads)
    # A thread has its keys and their sums, and another such piece waits to be merged.
    keys_at_once = min(max(room // (48 * (workers + 1)), LEAST_KEYS), MOST_KEYS)

    def count(piece: tuple[int, int]) -> Sums:
        ids, begin = _with_halo(store, piece, window, keep, seed)
        keys = np.empty((ids.size - begin) * window, kind)
        keys = keys[: kernels.pair_keys(ids, begin, window, symmetric, words, distance_bits, keys)]
        keys.sort()
        sums = np.empty(keys.size, np.int64)
        size = kernels.add_runs(keys, distance_bits, weight, keys, sums)
        return keys[:size].copy(), sums[:size].copy()

    step = max(keys_at_once // window, 1)
    pieces = [(start, min(start + step, store.size)) for start in range(0, store.size, step)]
    with tempfile.TemporaryDirectory(prefix="pairs-", dir=directory) as runs:
        counter = PairCounter(room // 2, runs)
        for (_, stop), sums in zip(pieces, ordered_map(count, pieces, workers), strict=True):
            counter.add(*sums)
            on_progress("counting pairs", stop, store.size)
        rows, others, weights = _columns(counter, words, room // 4, directory)
    if symmetric:
        weights[np.flatnonzero(rows == others)] *= 2
    return Cooccurrences(store.vocabulary, rows, others, weights, unit, symmetric, window, sample)


def _columns(counter: PairCounter, words: int, room: int, directory: str) -> tuple[Any, Any, Any]:
    """Rows, columns and weights of all pairs; what takes more than `room` bytes is in files."""
    rows = large_array(counter.most, np.int32, room // 4, directory)
    columns = large_array(counter.most, np.int32, room // 4, directory)
    weights = large_array(counter.most, np.int64, room // 2, directory)
    size = 0
    for keys, sums in counter.pieces():
        part = slice(size, size + keys.size)
        rows[part], columns[part] = np.divmod(keys, keys.dtype.type(words))
        weights[part] = sums
        size += keys.size
    return rows[:size], columns[:size], weights[:size]


def _keep(vocabulary: Vocabulary, sample: float) -> NDArray[np.float64] | None:
    """The probability to stay by id, None where all stay."""
    if sample <= 0:
        return None
    ratio = sample * vocabulary.counts.sum() / vocabulary.counts
    return np.concatenate([[1.0], np.sqrt(ratio) + ratio])


def _with_halo(
    store: TokenStore, piece: tuple[int, int], window: int, keep: NDArray[np.float64] | None, seed: int
) -> tuple[NDArray[np.int32], int]:
    """The ids of a piece with those before it that its windows reach, and where the piece begins in them."""
    start, stop = piece

    def read(start: int, stop: int) -> NDArray[np.int32]:
        ids = store.read(start, stop)
        if keep is None:
            return ids
        out = np.empty_like(ids)
        return out[: kernels.thin_out(ids, start, seed, keep, out)]

    reach = window
    while True:
        before = read(max(start - reach, 0), start)
        if before.size >= window or kernels.LINE_END in before or reach >= start:
            return np.concatenate([before, read(start, stop)]), before.size
        reach *= 2
