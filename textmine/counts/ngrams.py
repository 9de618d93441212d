"""All frequent n-grams of a corpus with their counts and the entropies of their neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.store import CHUNK, UnitStore
from textmine.counts.sorter import KeySorter
from textmine.errors import ResourceError
from textmine.kernels import ngrams as kernels
from textmine.parallel import ordered_map
from textmine.progress import Progress

KEY_BITS = 64
SAMPLES = 64  # slices of the text that choose the ranges of an external sort
BYTES_A_NODE = 96  # of the tries, their hash tables and what is computed for each node


@dataclass
class Links:
    """Which node follows which: `roots` int32[units] for single units, a hash table for longer n-grams."""

    roots: NDArray[np.int32]
    table: NDArray[np.uint64]
    kids: NDArray[np.int32]


@dataclass
class NgramTrie:
    """The n-grams of `min_count` and more, up to `max_length` units: a trie whose nodes are numbered by length.

    Nodes of length n are `offsets[n - 1]` to `offsets[n] - 1` (`offsets` int64[max_length + 1]), in the order of their
    units. For each node: `unit` (uint32) its last unit, `parent` (int32) the n-gram without it, `suffix` (int32) the
    n-gram without the first unit (-1 for single units), `count` (int64), `right_entropy` and `left_entropy`
    (float64, nats) of the units before and after it in the text, H = -sum p log p, where boundaries and the
    ends of documents are neighbours like others. `windows[n]` is the number of n-grams in the text, so that
    count / windows[n] is a probability.
    """

    offsets: NDArray[np.int64]
    unit: NDArray[np.uint32]
    parent: NDArray[np.int32]
    count: NDArray[np.int64]
    right_entropy: NDArray[np.float64]
    left_entropy: NDArray[np.float64]
    suffix: NDArray[np.int32]
    links: Links
    windows: NDArray[np.int64]

    @property
    def max_length(self) -> int:
        return self.offsets.size - 1

    def lengths(self) -> NDArray[np.int64]:
        """int64[nodes]: the number of units of each node."""
        return np.repeat(np.arange(1, self.offsets.size), np.diff(self.offsets))

    def log_probability(self) -> NDArray[np.float64]:
        """float64[nodes]: log(count / windows of that length), natural logarithm."""
        return np.log(self.count) - np.log(np.maximum(self.windows, 1))[self.lengths()]

    def cohesion(self) -> NDArray[np.float64]:
        """float64[nodes]: the least pointwise mutual information over all splits in two.

        min over k of log( p(w) / (p(w[:k]) p(w[k:])) ), natural logarithm, each length with its own total; infinity for
        single units. (Sornlertlamvanich, Potipiti, Charoenporn: Automatic corpus-based Thai word extraction, 2000.)
        """
        out = np.empty(self.count.size)
        tails = np.empty(self.max_length, np.int32)
        kernels.least_information(self.offsets, self.parent, self.suffix, self.log_probability(), out, tails)
        return out

    def units_of(self, node: int) -> list[int]:
        """The units of a node, in reading order."""
        units = []
        while node >= 0:
            units.append(int(self.unit[node]))
            node = int(self.parent[node])
        return units[::-1]


def count_ngrams(
    store: UnitStore,
    *,
    max_length: int,
    min_count: int,
    room: int,
    directory: str,
    threads: int | None,
    on_progress: Progress,
) -> NgramTrie:
    """Count every n-gram of up to `max_length` units exactly and keep those of `min_count` and more.

    `room` (bytes) bounds the memory for sorting and for the result; what does not fit is sorted through files in
    `directory`. The result does not depend on `room` or `threads`. Raises ResourceError when the frequent n-grams alone
    need more than `room`.
    """
    windows = store.windows(max_length)
    count = partial(
        _Counter, store, max_length, min_count, room, directory, threads, on_progress, int(windows[1])
    )
    forward = count(1).trie()
    backward = count(-1).trie()
    nodes = forward.parent.size
    suffix = np.empty(nodes, np.int32)
    links, mirrored = forward.links(store), backward.links(store)
    kernels.link_suffixes(
        forward.offsets, forward.parent, forward.unit, links.roots, links.table, links.kids, suffix
    )
    left = np.empty(nodes)
    kernels.mirror(
        forward.offsets,
        forward.parent,
        forward.unit,
        suffix,
        backward.entropy,
        mirrored.roots,
        mirrored.table,
        mirrored.kids,
        np.empty(nodes, np.uint32),
        np.empty(nodes, np.int32),
        left,
    )
    return NgramTrie(
        forward.offsets, forward.unit, forward.parent, forward.count, forward.entropy, left, suffix, links, windows
    )


@dataclass
class _Levels:
    """The nodes of one reading direction; `entropy` is of what comes next in it."""

    offsets: NDArray[np.int64]
    unit: NDArray[np.uint32]
    parent: NDArray[np.int32]
    count: NDArray[np.int64]
    entropy: NDArray[np.float64]

    def links(self, store: UnitStore) -> Links:
        begin = int(self.offsets[1])
        roots = np.full(store.counts.size, -1, np.int32)
        roots[self.unit[:begin]] = np.arange(begin)
        table, kids = _empty_table(self.parent.size - begin)
        kernels.fill_children(self.parent, self.unit, begin, table, kids)
        return Links(roots, table, kids)


class _Counter:
    """Counts in one direction, a few lengths at a time: each round sorts keys of a node and the next k units."""

    def __init__(
        self,
        store: UnitStore,
        max_length: int,
        min_count: int,
        room: int,
        directory: str,
        threads: int | None,
        on_progress: Progress,
        places: int,
        step: int,
    ) -> None:
        self._store = store
        self._max_length = max_length
        self._min_count = min_count
        self._room = room
        self._directory = directory
        self._threads = threads
        self._on_progress = on_progress
        self._places = places
        self._step = step
        self._width = max((store.counts.size - 1).bit_length(), 1)
        self._bases = Path(directory) / "bases"
        self._units: list[NDArray[np.uint32]] = []
        self._parents: list[NDArray[np.int32]] = []
        self._counts: list[NDArray[np.int64]] = []
        self._entropies: list[NDArray[np.float64]] = []
        self._offsets = [0]

    def trie(self) -> _Levels:
        """Count; each round also gives the entropies of the deepest level of the round before."""
        depth = 0
        while depth <= self._max_length and (depth == 0 or self._offsets[-1] > self._offsets[-2]):
            base_bits = max((self._offsets[-1] - 1).bit_length(), 1) if depth else 0
            k = min((KEY_BITS - base_bits) // self._width, self._max_length + 1 - depth)
            keys, places = self._round(depth, k)
            if depth + k > self._max_length:
                break
            self._advance(depth, k, keys)
            depth, self._places = depth + k, places
        if self._bases.exists():
            self._bases.unlink()
        while len(self._offsets) <= self._max_length:
            self._offsets.append(self._offsets[-1])
        join: Callable[[Any], Any] = np.concatenate
        keep = self._offsets[self._max_length]
        return _Levels(
            np.array(self._offsets[: self._max_length + 1], np.int64),
            join(self._units)[:keep],
            join(self._parents)[:keep],
            join(self._counts)[:keep],
            join(self._entropies)[:keep],
        )

    def _round(self, depth: int, k: int) -> tuple[NDArray[np.uint64], int]:
        """Count depth + 1 to depth + k units; returns the keys of the longest and how many places they stand at."""
        sorter = KeySorter(
            self._places, self._room // 8, self._directory, partial(self._sample, depth, k), f"keys{self._step}"
        )
        stage = "counting" if self._step > 0 else "counting backwards"
        pack = partial(self._pack, depth, k)
        for (_, stop), keys in zip(
            self._store.chunks(), ordered_map(pack, self._store.chunks(), self._threads), strict=True
        ):
            sorter.add(keys)
            self._on_progress(stage, stop, self._store.size)
        return self._scan(sorter, depth, k)

    def _pack(self, depth: int, k: int, piece: tuple[int, int]) -> NDArray[np.uint64]:
        start, stop = piece
        halo = depth + k
        units = self._store.read(start - halo, stop + halo)
        out = np.empty(stop - start, np.uint64)
        found = kernels.pack(
            units,
            halo,
            stop - start,
            self._step,
            self._read_bases(start, stop, depth),
            depth,
            k,
            self._width,
            self._store.first_word,
            out,
        )
        return out[:found]

    def _sample(self, depth: int, k: int) -> NDArray[np.uint64]:
        size = self._store.size
        slices = np.linspace(0, size, SAMPLES, endpoint=False).astype(np.int64).tolist()
        length = CHUNK // SAMPLES
        return np.concatenate([self._pack(depth, k, (start, min(start + length, size))) for start in slices])

    def _scan(self, sorter: KeySorter, depth: int, k: int) -> tuple[NDArray[np.uint64], int]:
        # Address space only: pages that the scan does not fill are never touched.
        room = min(self._places * k // self._min_count, self._room // BYTES_A_NODE) + 1
        level, unit, parent = np.empty(room, np.uint8), np.empty(room, np.uint32), np.empty(room, np.int32)
        count, entropy, keys = np.empty(room, np.int64), np.empty(room), np.empty(room, np.uint64)
        sizes = np.zeros(k + 1, np.int64)
        state, sums = np.zeros(3, np.uint64), np.zeros((k + 1, 2))
        below = self._entropies[-1] if depth else np.empty(0)
        offset = self._offsets[-2] if depth else 0
        base_entropy = np.empty(self._offsets[-1])
        scan = partial(kernels.scan, k=k, width=self._width, first_word=self._store.first_word)
        nothing = np.empty(0, np.uint64)
        for last, piece in [*((False, piece) for piece in sorter.pieces()), (True, nothing)]:
            full = scan(
                piece,
                min_count=self._min_count,
                has_base=depth > 0,
                state=state,
                sums=sums,
                last=last,
                sizes=sizes,
                level=level,
                unit=unit,
                parent=parent,
                count=count,
                entropy=entropy,
                node_keys=keys,
                base_entropy=base_entropy,
                room=room,
            )
            if full:
                raise ResourceError(
                    f"the n-grams seen at least {self._min_count} times need more memory than allowed",
                    "raise --memory or --min-count",
                )
        below[:] = base_entropy[offset:]
        level = level[: sizes[0]]
        for j in range(1, k + 1):
            of_level = np.flatnonzero(level == j)
            parents = parent[of_level]
            if j > 1:
                parents += self._offsets[-2]
            elif depth == 0:
                parents[:] = -1
            self._parents.append(parents)
            self._units.append(unit[of_level])
            self._counts.append(count[of_level])
            self._entropies.append(entropy[of_level])
            self._offsets.append(self._offsets[-1] + of_level.size)
        return keys[: sizes[k]].copy(), int(self._counts[-1].sum())

    def _advance(self, depth: int, k: int, keys: NDArray[np.uint64]) -> None:
        """Write the node of each place, `k` units further on than before."""
        table, kids = _empty_table(keys.size)
        kernels.fill_table(keys, np.arange(self._offsets[-2], self._offsets[-1], dtype=np.int32), table, kids)
        halo = depth + k

        def move(piece: tuple[int, int]) -> NDArray[np.int32]:
            start, stop = piece
            out = np.empty(stop - start, np.int32)
            kernels.advance(
                self._store.read(start - halo, stop + halo),
                halo,
                self._step,
                self._read_bases(start, stop, depth),
                depth,
                k,
                self._width,
                self._store.first_word,
                table,
                kids,
                out,
            )
            return out

        following = self._bases.with_suffix(".next")
        with following.open("wb") as file:
            for nodes in ordered_map(move, self._store.chunks(), self._threads):
                nodes.tofile(file)
        following.replace(self._bases)

    def _read_bases(self, start: int, stop: int, depth: int) -> NDArray[np.int32]:
        if depth == 0:
            return np.empty(0, np.int32)
        return np.fromfile(self._bases, np.int32, stop - start, offset=4 * start)


def _empty_table(size: int) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """An open-addressing table, at most half full with `size` keys."""
    slots = 1 << max(2, (2 * size - 1).bit_length())
    return np.full(slots, kernels.FREE, np.uint64), np.zeros(slots, np.int32)
