"""Every n-gram of the sentences of a text, with its count."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.token_store import TokenStore
from textmine.counts.pairs import PairCounter, Sums
from textmine.errors import ResourceError
from textmine.kernels import cooccurrence, levels
from textmine.memory import large_array
from textmine.parallel import ordered_map
from textmine.progress import Progress, silent

KEY_BITS = 64
CHUNK = 1 << 21  # places whose keys are sorted at once
GROUP = 1 << 19  # keys that become n-grams at once
MOST_NODES = 1 << 31


@dataclass
class Level:
    """The n-grams of one length, in the order of their units.

    `units` (uint32) the last unit of each, `parents` (int32) the number of the n-gram without it in the level
    before (of single units, their own number), `counts` (int64) how often it is in the text, `suffixes`
    (int32) the number of the n-gram without its first unit in the level before.
    """

    units: NDArray[np.uint32]
    parents: NDArray[np.int32]
    counts: NDArray[np.int64]
    suffixes: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))

    def __len__(self) -> int:
        return len(self.units)

    def first(self, parents: int) -> NDArray[np.int64]:
        """int64[parents + 1]: where the children of each n-gram of the level before begin here."""
        return np.searchsorted(self.parents, np.arange(parents + 1, dtype=np.int32))


def count_levels(
    store: TokenStore,
    order: int,
    *,
    room: int = 1 << 30,
    directory: str,
    threads: int | None = None,
    on_progress: Progress = silent,
) -> list[Level]:
    """The n-grams of 2 to `order` units of all sentences (lines of the store), each between BOS and EOS.

    Units are those of textmine.kernels.levels: word w of the vocabulary is w + 3. What takes more memory than
    `room` bytes goes to files in `directory`; the result depends neither on it nor on `threads`.
    """
    with tempfile.TemporaryDirectory(prefix="ngrams-", dir=directory) as runs:
        return _Counter(store, order, room, runs, threads, on_progress).levels()


class _Counter:
    def __init__(
        self, store: TokenStore, order: int, room: int, directory: str, threads: int | None,
        on_progress: Progress,
    ) -> None:  # fmt: skip
        self._store = store
        self._order = order
        self._room = room
        self._directory = directory
        self._threads = threads
        self._on_progress = on_progress
        self._units = len(store.vocabulary.words) + levels.SPECIAL
        self._width = (self._units - 1).bit_length()
        self._nodes = self._units

    def levels(self) -> list[Level]:
        made: list[Level] = []
        depth, size = 1, self._units
        nodes = np.empty(0, np.int32)
        while depth < self._order:
            k = min((KEY_BITS - (size - 1).bit_length()) // self._width, self._order - depth)
            if depth == 1:
                nodes = self._first_nodes()
            counter = self._count(nodes, depth, k)
            new, full = self._grow(counter, k)
            made += new
            self._nodes += sum(map(len, new))
            depth += k
            size = len(made[-1])
            if depth < self._order:
                self._advance(nodes, depth - k, k, full)
        return made

    def _pieces(self) -> list[tuple[int, int]]:
        """(start, stop) of places; each is a word or the line end before a sentence."""
        places = self._store.size - 1  # nothing begins at the last line end
        return [(start, min(start + CHUNK, places)) for start in range(-1, places, CHUNK)]

    def _read(self, start: int, stop: int) -> NDArray[np.int32]:
        ids = self._store.read(start, stop + self._order)
        return np.concatenate([np.zeros(1, np.int32), ids]) if start < 0 else ids

    def _first_nodes(self) -> NDArray[np.int32]:
        nodes = large_array(self._store.size, np.int32, self._room // 8, self._directory)
        for start, stop in self._pieces():
            levels.first_nodes(self._read(start, stop), nodes[start + 1 : stop + 1])
        return nodes

    def _count(self, nodes: NDArray[np.int32], depth: int, k: int) -> PairCounter:
        one = np.ones(1, np.int64)

        def count(piece: tuple[int, int]) -> Sums:
            start, stop = piece
            keys = np.empty(stop - start, np.uint64)
            at = nodes[start + 1 : stop + 1]
            keys = keys[: levels.pack(self._read(start, stop), at, depth, k, self._width, keys)]
            keys.sort()
            sums = np.empty(keys.size, np.int64)
            size = cooccurrence.add_runs(keys, 0, one, keys, sums)
            return keys[:size].copy(), sums[:size].copy()

        counter = PairCounter(self._room // 2, self._directory)
        pieces = self._pieces()
        for (_, stop), sums in zip(pieces, ordered_map(count, pieces, self._threads), strict=True):
            counter.add(*sums)
            self._on_progress("counting", stop, self._store.size)
        return counter

    def _grow(self, counter: PairCounter, k: int) -> tuple[list[Level], NDArray[np.uint64]]:
        """The levels of the next k lengths, and the keys of the last."""
        parts: list[list[tuple[NDArray[np.uint32], NDArray[np.int32], NDArray[np.int64]]]] = [
            [] for _ in range(k)
        ]
        fulls = []
        before = np.zeros(k, np.int64)
        for keys, sums in _whole_groups(counter, k * self._width):
            shape = (k, keys.size)
            units, parents, counts = (
                np.empty(shape, np.uint32),
                np.empty(shape, np.int32),
                np.empty(shape, np.int64),
            )
            full, sizes = np.empty(keys.size, np.uint64), np.zeros(k, np.int64)
            levels.grow(keys, sums, k, self._width, before, units, parents, counts, full, sizes)
            for j, size in enumerate(sizes.tolist()):
                parts[j].append((units[j, :size].copy(), parents[j, :size].copy(), counts[j, :size].copy()))
            fulls.append(full[: sizes[-1]].copy())
            before += sizes
            if self._nodes + before.sum() >= MOST_NODES:
                raise ResourceError("the text has 2^31 different n-grams and more", "lower `order`")
        made = []
        while parts:
            made.append(Level(*map(np.concatenate, zip(*parts.pop(0), strict=True))))
        return made, np.concatenate(fulls)

    def _advance(self, nodes: NDArray[np.int32], depth: int, k: int, full: NDArray[np.uint64]) -> None:
        table = np.full(1 << max(2, (2 * full.size - 1).bit_length()), levels.NONE, np.int32)
        levels.fill_table(full, table)

        def advance(piece: tuple[int, int]) -> None:
            start, stop = piece
            levels.advance(
                self._read(start, stop), nodes[start + 1 : stop + 1], depth, k, self._width, full, table,
                np.empty(stop - start, np.uint64),
            )  # fmt: skip

        for _ in ordered_map(advance, self._pieces(), self._threads):
            pass


def _whole_groups(counter: PairCounter, bits: int) -> Iterator[Sums]:
    """The sums of a counter in pieces that do not part keys which differ in the lowest `bits` only."""
    shift = np.uint64(bits)
    held: Sums = (np.empty(0, np.uint64), np.empty(0, np.int64))
    for keys, sums in counter.pieces():
        for start in range(0, keys.size, GROUP):
            piece = keys[start : start + GROUP], sums[start : start + GROUP]
            if held[0].size:
                piece = np.concatenate([held[0], piece[0]]), np.concatenate([held[1], piece[1]])
            end = int(np.searchsorted(piece[0], piece[0][-1] >> shift << shift))
            if end:
                yield piece[0][:end], piece[1][:end]
            held = piece[0][end:], piece[1][end:]
    if held[0].size:
        yield held
