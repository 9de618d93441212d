"""Exact nearest neighbours by transport distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import relaxed
from textmine.parallel import ordered_map, thread_count
from textmine.similarity.bags import UNIT, Masses
from textmine.similarity.pairs import Kind, padded, transport_distances

CAUTION = 1e-4  # of a bound: it is summed in float32
FIRST, LATER = 32, 128  # texts that are solved before the bar is looked at again


@dataclass(frozen=True)
class Found:
    """The `texts` (int64) nearest to a query and their `distances` (float64), nearest first, of equal ones
    the first; `solved` of the `compared` texts were solved, the bound ruled the others out."""

    texts: NDArray[np.int64]
    distances: NDArray[np.float64]
    solved: int
    compared: int


class TransportIndex:
    """Texts to be searched by transport distance.

    table, kind: as in `transport_distances`. masses: of the texts, on the rows of `table`.
    """

    def __init__(self, table: NDArray[np.float32], kind: Kind, masses: Masses) -> None:
        self._table = padded(table)
        self._kind: Kind = kind
        self.masses = masses
        # Only rows that occur are compared with a query.
        self._used, rows = np.unique(masses.rows, return_inverse=True)
        self._rows = rows.astype(np.int32)
        self._shares = (masses.units / UNIT).astype(np.float32)
        self._full = int((np.diff(masses.starts) > 0).sum())

    def search(self, query: Masses, top: int = 10, *, threads: int | None = None) -> Found:
        """The `top` texts nearest to `query` (one text), exactly as if all were solved.

        A text is solved only while fewer than `top` are nearer than its relaxed bound: each mass goes to its
        nearest partner, the larger of the two directions (M. Kusner, Y. Sun, N. Kolkin, K. Weinberger, From
        Word Embeddings To Document Distances, 2015; K. Atasu, T. Mittelholzer, 2019). Texts without mass are
        never found; a query without mass finds nothing.
        """
        if not query.rows.size or not self._full:
            return Found(np.zeros(0, np.int64), np.zeros(0), 0, 0)
        bounds = self._bounds(query, threads)
        order = np.argsort(bounds, kind="stable")[: self._full]
        texts, distances = np.zeros(0, np.int64), np.zeros(0)
        solved = 0
        while solved < len(order):
            bar = distances[top - 1] if len(distances) >= top else np.inf
            batch = order[solved : solved + (LATER if solved else max(FIRST, top))]
            batch = batch[bounds[batch] * (1 - CAUTION) <= bar]
            if not len(batch):
                break
            values, _ = transport_distances(
                self._table,
                self._kind,
                query,
                self.masses,
                (np.zeros(len(batch), np.int64), batch.astype(np.int64)),
                threads=threads,
            )
            solved += len(batch)
            texts, distances = np.concatenate([texts, batch]), np.concatenate([distances, values])
            best = np.lexsort((texts, distances))[:top]
            texts, distances = texts[best], distances[best]
        return Found(texts, distances, solved, self._full)

    def _bounds(self, query: Masses, threads: int | None) -> NDArray[np.float64]:
        words, shares = self._table[query.rows], (query.units / UNIT).astype(np.float32)
        distances = np.empty((len(self._used), len(words)), np.float32)
        least = np.empty(len(self._used), np.float32)
        bounds = np.empty(len(self.masses))
        workers = thread_count(threads)

        def measure(part: slice) -> None:
            relaxed.distance_rows(
                self._table[self._used[part]], words, self._kind == "euclidean", distances[part], least[part]
            )

        def bound(part: slice) -> None:
            starts = self.masses.starts[part.start : part.stop + 1]
            nearest = np.empty(len(words), np.float32)
            relaxed.relaxed_bounds(
                starts, self._rows, self._shares, shares, distances, least, nearest, bounds[part]
            )

        for work, size in ((measure, len(self._used)), (bound, len(self.masses))):
            step = -(-size // (4 * workers))
            for _ in ordered_map(
                work, [slice(at, min(at + step, size)) for at in range(0, size, step)], workers
            ):
                pass
        return bounds
