"""All frequent n-grams of a corpus with their counts and the entropies of their neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.store import UnitStore
from textmine.counts.sorter import KeySorter
from textmine.errors import ResourceError
from textmine.kernels import ngrams as kernels
from textmine.parallel import ordered_map, thread_count
from textmine.progress import Progress

KEY_BITS = 64
KEY_BYTES = 8
SAMPLES = 64  # chunks of the text that choose the ranges of an external sort
BYTES_A_NODE = 96  # of the tries, their hash tables and what is computed for each node


@dataclass
class Links:
    """Which node follows which: `roots` (int32[units of the store]) for single units, a hash table for longer
    n-grams."""

    roots: NDArray[np.int32]
    table: NDArray[np.uint64]
    kids: NDArray[np.int32]


@dataclass
class NgramTrie:
    """The n-grams of `min_count` and more, up to `max_length` units: a trie whose nodes are numbered by
    length.

    Nodes of length n are `offsets[n - 1]` to `offsets[n] - 1` (`offsets` int64[max_length + 1]), in the order
    of their units. For each node: `unit` (uint32) its last unit, `parent` (int32) the n-gram without it,
    `suffix` (int32) the n-gram without the first unit (-1 for single units), `count` (int64), `right_entropy`
    and `left_entropy` (float64, nats) of the units after and before it in the text, H = -sum p log p, where
    boundaries and the ends of documents are neighbours like others; `right_boundary` and `left_boundary`
    (int64) how often the neighbour is one of those. `windows[n]` is the number of n-grams in the text, so
    that count / windows[n] is a probability.
    """

    offsets: NDArray[np.int64]
    unit: NDArray[np.uint32]
    parent: NDArray[np.int32]
    suffix: NDArray[np.int32]
    count: NDArray[np.int64]
    right_entropy: NDArray[np.float64]
    left_entropy: NDArray[np.float64]
    right_boundary: NDArray[np.int64]
    left_boundary: NDArray[np.int64]
    windows: NDArray[np.int64]
    _cohesion: NDArray[np.float64] | None = field(default=None, repr=False)

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

        min over k of log( p(w) / (p(w[:k]) p(w[k:])) ), natural logarithm, each length with its own total;
        infinity for single units. (Sornlertlamvanich, Potipiti, Charoenporn: Automatic corpus-based Thai word
        extraction, 2000.)
        """
        if self._cohesion is None:
            self._cohesion = np.empty(self.count.size)
            kernels.least_information(
                self.offsets,
                self.parent,
                self.suffix,
                self.log_probability(),
                self._cohesion,
                np.empty(self.max_length, np.int32),
            )
        return self._cohesion

    def links(self, units: int) -> Links:
        """A table of the children of each node, for look-ups; `units` is the number of different units of the
        store.

        It takes 50 to 100 bytes a node and is made anew at each call: keep it no longer than needed.
        """
        return _links(self.offsets, self.parent, self.unit, units)

    def units_of(self, nodes: NDArray[np.integer[Any]]) -> list[list[int]]:
        """The units of each node, in reading order."""
        grams: list[list[int]] = [[] for _ in range(nodes.size)]
        rows = np.arange(nodes.size)
        while rows.size:  # the last units first
            for row, unit in zip(rows.tolist(), self.unit[nodes].tolist(), strict=True):
                grams[row].append(unit)
            rows, nodes = rows[self.parent[nodes] >= 0], self.parent[nodes]
            nodes = nodes[nodes >= 0]
        for gram in grams:
            gram.reverse()
        return grams


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

    `room` (bytes) bounds the memory for sorting and for the result; what does not fit is sorted through files
    in `directory`. The result does not depend on `room` or `threads`. Raises ResourceError when the frequent
    n-grams alone need more than `room`.
    """
    windows = store.windows(max_length)
    together = 2 * KEY_BYTES * int(windows[1]) <= room and thread_count(threads) > 1

    def count(step: int) -> _Levels:
        counter = _Counter(
            store, max_length, min_count, room, directory, 1 if together else threads, on_progress, step
        )
        return counter.trie(int(windows[1]))

    forward, backward = ordered_map(count, (1, -1), 2 if together else 1)
    nodes = forward.parent.size
    suffix = np.empty(nodes, np.int32)
    units = store.counts.size
    links = _links(forward.offsets, forward.parent, forward.unit, units)
    kernels.link_suffixes(
        forward.offsets, forward.parent, forward.unit, links.roots, links.table, links.kids, suffix
    )
    del links
    links = _links(backward.offsets, backward.parent, backward.unit, units)
    twins = np.empty(nodes, np.int32)
    kernels.mirror(
        forward.offsets, forward.parent, forward.unit, suffix, links.roots, links.table, links.kids,
        np.empty(nodes, np.uint32), twins,
    )  # fmt: skip
    return NgramTrie(
        offsets=forward.offsets,
        unit=forward.unit,
        parent=forward.parent,
        suffix=suffix,
        count=forward.count,
        right_entropy=forward.entropy,
        left_entropy=backward.entropy[twins],
        right_boundary=forward.boundary,
        left_boundary=backward.boundary[twins],
        windows=windows,
    )


@dataclass
class _Levels:
    """The nodes of one reading direction; `entropy` and `boundary` are of what comes next in it."""

    offsets: NDArray[np.int64]
    unit: NDArray[np.uint32]
    parent: NDArray[np.int32]
    count: NDArray[np.int64]
    entropy: NDArray[np.float64]
    boundary: NDArray[np.int64]


class _Counter:
    """Counts in one direction, a few lengths at a time: each round sorts keys of a node and the next k units.

    Between rounds only the places that are still in the running are kept, in a file: for each chunk of the
    text, place and node (int32).
    """

    def __init__(
        self,
        store: UnitStore,
        max_length: int,
        min_count: int,
        room: int,
        directory: str,
        threads: int | None,
        on_progress: Progress,
        step: int,
    ) -> None:
        self._store = store
        self._max_length = max_length
        self._min_count = min_count
        self._room = room
        self._directory = directory
        self._threads = threads
        self._on_progress = on_progress
        self._step = step
        self._width = max((store.counts.size - 1).bit_length(), 1)
        self._running = Path(directory) / f"running{step}"
        self._extents: dict[int, tuple[int, int]] = {}  # of a chunk: where in the file, how many places
        self._units: list[NDArray[np.uint32]] = []
        self._parents: list[NDArray[np.int32]] = []
        self._counts: list[NDArray[np.int64]] = []
        self._entropies: list[NDArray[np.float64]] = []
        self._boundaries: list[NDArray[np.int64]] = []
        self._offsets = [0]

    def trie(self, places: int) -> _Levels:
        """Count; each round also gives the entropies of the deepest level of the round before."""
        depth = 0
        while depth <= self._max_length and places:
            base_bits = max((self._offsets[-1] - 1).bit_length(), 1) if depth else 0
            k = min((KEY_BITS - base_bits) // self._width, self._max_length + 1 - depth)
            keys = self._scan(self._sort(depth, k, places), depth, k, places)
            if depth + k > self._max_length:
                break
            places = self._advance(depth, k, keys)
            depth += k
        self._running.unlink(missing_ok=True)
        self._offsets += [self._offsets[-1]] * (self._max_length + 1 - len(self._offsets))
        keep = self._offsets[self._max_length]
        return _Levels(
            np.array(self._offsets[: self._max_length + 1], np.int64),
            np.concatenate(self._units)[:keep],
            np.concatenate(self._parents)[:keep],
            np.concatenate(self._counts)[:keep],
            np.concatenate(self._entropies)[:keep],
            np.concatenate(self._boundaries)[:keep],
        )

    def _sort(self, depth: int, k: int, places: int) -> KeySorter:
        """The keys of all places that are in the running."""
        sorter = KeySorter(
            places,
            self._room // 2 // KEY_BYTES,
            self._directory,
            partial(self._sample, depth, k),
            f"keys{self._step}",
        )
        stage = "counting" if self._step > 0 else "counting backwards"
        pack = partial(self._pack, depth, k)
        chunks = list(self._store.chunks())
        for (_, stop), keys in zip(chunks, ordered_map(pack, chunks, self._threads), strict=True):
            sorter.add(keys)
            self._on_progress(stage, stop, self._store.size)
        return sorter

    def _pack(self, depth: int, k: int, chunk: tuple[int, int]) -> NDArray[np.uint64]:
        units, halo, places, nodes = self._open(depth, k, chunk)
        out = np.empty(places.size, np.uint64)
        kernels.pack(
            units, halo, self._step, places, nodes, depth, k, self._width, self._store.first_word, out
        )
        return out

    def _open(
        self, depth: int, k: int, chunk: tuple[int, int]
    ) -> tuple[NDArray[np.uint32], int, NDArray[np.int32], NDArray[np.int32]]:
        """The units of a chunk with a halo on both sides, the halo's size, places in the running and their
        nodes."""
        start, stop = chunk
        halo = depth + k
        units = self._store.read(start - halo, stop + halo)
        if depth == 0:
            places = np.flatnonzero(units[halo : halo + stop - start] >= self._store.first_word)
            return units, halo, places.astype(np.int32), np.zeros(places.size, np.int32)
        offset, size = self._extents[start]
        both = np.fromfile(self._running, np.int32, 2 * size, offset=offset)
        return units, halo, both[:size], both[size:]

    def _sample(self, depth: int, k: int) -> NDArray[np.uint64]:
        chunks = list(self._store.chunks())
        chosen = np.unique(np.linspace(0, len(chunks) - 1, SAMPLES).astype(np.int64)).tolist()
        return np.concatenate([self._pack(depth, k, chunks[i])[:: len(chosen)].copy() for i in chosen])

    def _scan(self, sorter: KeySorter, depth: int, k: int, places: int) -> NDArray[np.uint64]:
        """Append the nodes of depth + 1 to depth + k units; returns the keys of the longest."""
        # Address space only: pages that the scan does not fill are never touched.
        room = min(places * k // self._min_count, self._room // BYTES_A_NODE) + 1
        level, unit, parent = np.empty(room, np.uint8), np.empty(room, np.uint32), np.empty(room, np.int32)
        count, entropy, keys = np.empty(room, np.int64), np.empty(room), np.empty(room, np.uint64)
        boundary = np.empty(room, np.int64)
        sizes, ends = np.zeros((2, k + 1), np.int64)
        state, sums = np.zeros(3, np.uint64), np.zeros((k + 1, 2))
        base_entropy, base_boundary = np.empty(self._offsets[-1]), np.empty(self._offsets[-1], np.int64)
        scan = partial(kernels.scan, k=k, width=self._width, first_word=self._store.first_word)
        nothing = np.empty(0, np.uint64)
        for last, piece in chain(((False, piece) for piece in sorter.pieces()), [(True, nothing)]):
            full = scan(
                piece,
                min_count=self._min_count,
                has_base=depth > 0,
                state=state,
                sums=sums,
                ends=ends,
                last=last,
                sizes=sizes,
                level=level,
                unit=unit,
                parent=parent,
                count=count,
                entropy=entropy,
                boundary=boundary,
                node_keys=keys,
                base_entropy=base_entropy,
                base_boundary=base_boundary,
                room=room,
            )
            if full:
                raise ResourceError(
                    f"the n-grams seen at least {self._min_count} times need more memory than allowed",
                    "raise --memory or --min-count",
                )
        if depth:
            self._entropies[-1][:] = base_entropy[self._offsets[-2] :]
            self._boundaries[-1][:] = base_boundary[self._offsets[-2] :]
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
            self._boundaries.append(boundary[of_level])
            self._offsets.append(self._offsets[-1] + of_level.size)
        return keys[: sizes[k]].copy()

    def _advance(self, depth: int, k: int, keys: NDArray[np.uint64]) -> int:
        """Keep the places that go on for `k` more units, with their nodes there; returns how many there
        are."""
        table, kids = _empty_table(keys.size)
        kernels.fill_table(keys, np.arange(self._offsets[-2], self._offsets[-1], dtype=np.int32), table, kids)

        def move(chunk: tuple[int, int]) -> tuple[int, NDArray[np.int32]]:
            units, halo, places, nodes = self._open(depth, k, chunk)
            out = np.empty((2, places.size), np.int32)
            found = kernels.advance(
                units, halo, self._step, places, nodes, depth, k, self._width, self._store.first_word, table,
                kids, np.empty(places.size, np.uint64), out[0], out[1],
            )  # fmt: skip
            return found, out[:, :found]

        following = self._running.with_suffix(".next")
        extents, total, offset = {}, 0, 0
        with following.open("wb") as file:
            chunks = list(self._store.chunks())
            for (start, _), (found, out) in zip(
                chunks, ordered_map(move, chunks, self._threads), strict=True
            ):
                for row in out:  # the rows are parts of longer ones
                    file.write(row.data)
                extents[start] = (offset, found)
                offset += out.nbytes
                total += found
        following.replace(self._running)
        self._extents = extents
        return total


def _links(
    offsets: NDArray[np.int64], parent: NDArray[np.int32], unit: NDArray[np.uint32], units: int
) -> Links:
    begin = int(offsets[1])
    roots = np.full(units, -1, np.int32)
    roots[unit[:begin]] = np.arange(begin)
    table, kids = _empty_table(parent.size - begin)
    kernels.fill_children(parent, unit, begin, table, kids)
    return Links(roots, table, kids)


def _empty_table(size: int) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """An open-addressing table, at most a quarter full with `size` keys: collisions would cost more than the
    memory."""
    slots = 1 << max(2, (4 * size - 1).bit_length())
    return np.full(slots, kernels.FREE, np.uint64), np.zeros(slots, np.int32)
