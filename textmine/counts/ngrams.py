"""All frequent n-grams of a corpus with their counts and the entropies of their neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.store import UnitStore
from textmine.counts.places import Places
from textmine.counts.sorter import KeySorter
from textmine.counts.trie import NgramTrie, empty_table, make_links
from textmine.errors import ResourceError
from textmine.kernels import ngrams as kernels
from textmine.parallel import ordered_map, thread_count
from textmine.progress import Progress

KEY_BITS = 64
KEY_BYTES = 8
SAMPLES = 64  # chunks of the text that choose the ranges of an external sort
BYTES_A_NODE = 96  # of the tries, their hash tables and what is computed for each node


def count_ngrams(
    store: UnitStore,
    *,
    max_length: int,
    min_count: int,
    room: int,
    directory: str,
    threads: int | None,
    on_progress: Progress,
    places: Places | None = None,
) -> NgramTrie:
    """Count every n-gram of up to `max_length` units exactly and keep those of `min_count` and more.

    `room` (bytes) bounds the memory for sorting and for the result; what does not fit is sorted through files
    in `directory`. `places` gets the n-grams that counting finds at them; what it takes is taken from `room`.
    The result does not depend on `room` or `threads`. Raises ResourceError when the frequent
    n-grams alone need more than `room`.
    """
    windows = store.windows(max_length)
    together = 2 * KEY_BYTES * int(windows[1]) <= room and thread_count(threads) > 1

    def count(step: int) -> _Levels:
        counter = _Counter(
            store,
            max_length,
            min_count,
            room,
            directory,
            1 if together else threads,
            on_progress,
            step,
            places,
        )
        return counter.trie(int(windows[1]))

    forward, backward = ordered_map(count, (1, -1), 2 if together else 1)
    nodes = forward.parent.size
    suffix = np.empty(nodes, np.int32)
    units = store.counts.size
    links = make_links(forward.offsets, forward.parent, forward.unit, units)
    kernels.link_suffixes(
        forward.offsets, forward.parent, forward.unit, links.roots, links.table, links.kids, suffix
    )
    del links
    links = make_links(backward.offsets, backward.parent, backward.unit, units)
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
        places: Places | None,
    ) -> None:
        self._store = store
        self._max_length = max_length
        self._min_count = min_count
        self._room = room
        self._directory = directory
        self._threads = threads
        self._on_progress = on_progress
        self._step = step
        self._nodes_at = places if step > 0 else None
        self._room_later = room - (places.nbytes if places is not None else 0)
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
            if self._nodes_at is not None:
                self._nodes_at.known_to(depth)
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
            (self._room_later if depth else self._room) // 2 // KEY_BYTES,
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
        room = min(places * k // self._min_count, self._room_later // BYTES_A_NODE) + 1
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
                    "raise `memory` or `min_count`",
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
        table, kids = empty_table(keys.size)
        kernels.fill_table(keys, np.arange(self._offsets[-2], self._offsets[-1], dtype=np.int32), table, kids)
        bits = np.zeros(max(table.size // 32, 1), np.uint64)
        kernels.mark_hashes(keys, bits)

        def move(chunk: tuple[int, int]) -> tuple[int, NDArray[np.int32]]:
            units, halo, places, nodes = self._open(depth, k, chunk)
            out = np.empty((2, places.size), np.int32)
            found = kernels.advance(
                units, halo, self._step, places, nodes, depth, k, self._width, self._store.first_word, table,
                kids, bits, np.empty(places.size, np.uint64), out[0], out[1],
            )  # fmt: skip
            if self._nodes_at is not None:
                self._nodes_at.put(chunk, out[0, :found], out[1, :found])
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
