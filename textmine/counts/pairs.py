"""Sums of weights by 64-bit keys in bounded memory: sort, add up, merge, and spill what gets too large."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import cooccurrence as kernels

Sums: TypeAlias = tuple[NDArray[Any], NDArray[np.int64]]
"""Ascending distinct keys (uint32 or uint64), and the sum of each."""

BYTES_A_KEY = 16
MOST_RUNS = 32  # files merged side by side; more are merged to one first


class PairCounter:
    """Takes sorted sums, gives the sums of all in pieces, in the order of the keys.

    Sums of like length are merged, so each key takes part in few merges. What is in memory stays within
    `room` bytes; beyond that it goes to a file in `directory`, and in the end the files are read side by
    side, a range of keys at a time.
    """

    def __init__(self, room: int, directory: str) -> None:
        self._room = room
        self._directory = Path(directory)
        self._levels: list[Sums] = []  # the longest first
        self._spilled: list[_Run] = []
        self._runs = 0

    def add(self, keys: NDArray[Any], sums: NDArray[np.int64]) -> None:
        """Take ascending distinct keys and their sums (int64)."""
        self._levels.append((keys, sums))
        while len(self._levels) > 1 and 2 * self._levels[-1][0].size > self._levels[-2][0].size:
            self._levels[-2:] = [merged(*self._levels[-2:])]
        # While two lists are merged the result stands beside them.
        if 2 * BYTES_A_KEY * sum(level[0].size for level in self._levels) > self._room:
            self._spill()

    @property
    def most(self) -> int:
        """No fewer than the distinct keys that `pieces` will give."""
        return sum(keys.size for keys, _ in self._levels) + sum(run.size for run in self._spilled)

    def pieces(self) -> Iterator[Sums]:
        """The sums over everything; each piece begins where the one before ends. The files are deleted."""
        if self._spilled:
            self._spill()
            yield from self._stream()
        else:
            yield self._collapsed()
        self._levels = []

    def _stream(self) -> Iterator[Sums]:
        """What the files hold together, as `pieces`; deletes them."""
        runs, self._spilled = self._spilled, []
        at = [0] * len(runs)
        # Of each file so many keys at once that all fit in memory twice.
        share = max(self._room // (2 * BYTES_A_KEY * len(runs)), 1)
        while any(start < run.size for start, run in zip(at, runs, strict=True)):
            ahead = {i: run.keys(at[i], share) for i, run in enumerate(runs) if at[i] < run.size}
            top = min(keys[-1] for keys in ahead.values())
            for i, keys in ahead.items():
                size = int(np.searchsorted(keys, top, "right"))
                if size:
                    self._levels.append((keys[:size], runs[i].sums(at[i], size)))
                at[i] += size
            yield self._collapsed()
            self._levels = []
        for run in runs:
            run.remove()

    def _collapsed(self) -> Sums:
        self._levels.sort(key=lambda level: -level[0].size)
        while len(self._levels) > 1:
            self._levels[-2:] = [merged(*self._levels[-2:])]
        return self._levels[0] if self._levels else (np.empty(0, np.uint64), np.empty(0, np.int64))

    def _spill(self) -> None:
        keys, sums = self._collapsed()
        self._levels = []
        if not keys.size:
            return
        if len(self._spilled) == MOST_RUNS:
            merged_run = self._new_run(keys.dtype)
            for piece in self._stream():
                merged_run.write(*piece)
            self._spilled = [merged_run]
        run = self._new_run(keys.dtype)
        run.write(keys, sums)
        self._spilled.append(run)

    def _new_run(self, kind: Any) -> _Run:
        self._runs += 1
        return _Run(self._directory / f"pairs{self._runs}", kind)


class _Run:
    """Sums in two files."""

    def __init__(self, path: Path, kind: Any) -> None:
        self._paths = path.with_suffix(".keys"), path.with_suffix(".sums")
        self._kind = np.dtype(kind)
        self.size = 0

    def write(self, keys: NDArray[Any], sums: NDArray[np.int64]) -> None:
        for path, column in zip(self._paths, (keys, sums), strict=True):
            with path.open("ab") as file:
                file.write(column.data)
        self.size += keys.size

    def keys(self, start: int, most: int) -> NDArray[Any]:
        return np.fromfile(self._paths[0], self._kind, most, offset=self._kind.itemsize * start)

    def sums(self, start: int, size: int) -> NDArray[np.int64]:
        return np.fromfile(self._paths[1], np.int64, size, offset=8 * start)

    def remove(self) -> None:
        for path in self._paths:
            path.unlink()


def merged(one: Sums, other: Sums) -> Sums:
    """The sums of two lists as one."""
    size = one[0].size + other[0].size
    keys, sums = np.empty(size, one[0].dtype), np.empty(size, np.int64)
    size = kernels.merge(*one, *other, keys, sums)
    return keys[:size], sums[:size]
