"""Which n-gram stands at each place of the text."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.store import UnitStore
from textmine.counts.trie import NgramTrie
from textmine.kernels import ngrams as kernels
from textmine.parallel import ordered_map
from textmine.progress import Progress

Chunk = tuple[int, int]


class Places:
    """The longest n-gram of the trie at each place of the text, as its node (int32).

    Counting leaves what it learns on the way (`count_ngrams`), `complete` looks up the rest. Kept in memory
    where `room` (bytes) allows, else in a file in `directory`; `nbytes` is the memory taken in the end.
    """

    def __init__(self, store: UnitStore, directory: str, room: int = 0) -> None:
        self._store = store
        self._path = Path(directory) / "places"
        # As zeros stand for no node (see `read`), pages that nothing was written to take neither memory nor
        # disk.
        self._nodes = np.zeros(store.size, np.int32) if 4 * store.size <= room else None
        self.nbytes = 0 if self._nodes is None else self._nodes.nbytes
        if self._nodes is None:
            with self._path.open("wb") as file:
                file.truncate(4 * store.size)
        self._depths: list[int] = []

    def read(self, chunk: Chunk) -> NDArray[np.int32]:
        """int32, a copy: the node at each place of the chunk, -1 where there is none."""
        start, stop = chunk
        if self._nodes is not None:
            return ~self._nodes[start:stop]
        nodes = np.fromfile(self._path, np.int32, stop - start, offset=4 * start)
        return np.invert(nodes, out=nodes)

    def put(self, chunk: Chunk, places: NDArray[np.int32], nodes: NDArray[np.int32]) -> None:
        """Set the nodes of some places, counted from the start of the chunk."""
        start, stop = chunk
        if self._nodes is not None:
            self._nodes[start:stop][places] = ~nodes
            return
        all_nodes = self.read(chunk)
        all_nodes[places] = nodes
        self._write(chunk, all_nodes)

    def known_to(self, depth: int) -> None:
        """Say that the nodes of all n-grams of `depth` units have been put, except where longer ones
        follow."""
        self._depths.append(depth)

    def complete(self, trie: NgramTrie, threads: int | None, on_progress: Progress) -> None:
        """Look up the longest n-gram of every place, each from the node that is known there."""
        links = trie.links(self._store.counts.size)
        depths = np.array([*self._depths, trie.max_length + 1], np.int64)
        walk = partial(self._walk, trie, depths, links.roots, links.table, links.kids)
        chunks = list(self._store.chunks())
        for (_, stop), _ in zip(chunks, ordered_map(walk, chunks, threads), strict=True):
            on_progress("looking up", stop, self._store.size)
        self._depths = []

    def _walk(
        self,
        trie: NgramTrie,
        depths: NDArray[np.int64],
        roots: NDArray[np.int32],
        table: NDArray[np.uint64],
        kids: NDArray[np.int32],
        chunk: Chunk,
    ) -> None:
        start, stop = chunk
        nodes = self.read(chunk)
        kernels.walk(
            self._store.read(start, stop + trie.max_length), self._store.first_word, depths, trie.offsets,
            roots, table, kids, np.empty_like(nodes), np.empty(nodes.size, np.uint64), np.empty_like(nodes),
            nodes,
        )  # fmt: skip
        self._write(chunk, nodes)

    def _write(self, chunk: Chunk, nodes: NDArray[np.int32]) -> None:
        start, stop = chunk
        if self._nodes is not None:
            np.invert(nodes, out=self._nodes[start:stop])
            return
        with self._path.open("r+b") as file:
            file.seek(4 * start)
            file.write((~nodes).data)
