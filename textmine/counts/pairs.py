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
        self._spilled: list[tuple[Path, Path, Any]] = []

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
        in_files = (path.stat().st_size // np.dtype(kind).itemsize for path, _, kind in self._spilled)
        return int(sum(keys.size for keys, _ in self._levels) + sum(in_files))

    def pieces(self) -> Iterator[Sums]:
        """The sums over everything; each piece begins where the one before ends. The files are deleted."""
        if not self._spilled:
            yield self._collapsed()
            self._levels = []
            return
        self._spill()
        runs = [
            (np.memmap(keys, kind, "r"), np.memmap(sums, np.int64, "r")) for keys, sums, kind in self._spilled
        ]
        at = [0] * len(runs)
        # Of each file so many keys at once that all fit in memory twice.
        share = max(self._room // (2 * BYTES_A_KEY * len(runs)), 1)
        while any(start < keys.size for start, (keys, _) in zip(at, runs, strict=True)):
            ahead = [
                keys[min(start + share, keys.size) - 1]
                for start, (keys, _) in zip(at, runs, strict=True)
                if start < keys.size
            ]
            top = min(ahead)
            self._levels = []
            for number, (keys, sums) in enumerate(runs):
                window = keys[at[number] : at[number] + share]
                stop = at[number] + int(np.searchsorted(window, top, "right"))
                if stop > at[number]:
                    self._levels.append(
                        (np.array(keys[at[number] : stop]), np.array(sums[at[number] : stop]))
                    )
                at[number] = stop
            yield self._collapsed()
        self._levels = []
        for keys_path, sums_path, _ in self._spilled:
            keys_path.unlink()
            sums_path.unlink()

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
        number = len(self._spilled)
        paths = self._directory / f"pairs{number}.keys", self._directory / f"pairs{number}.sums"
        for path, column in zip(paths, (keys, sums), strict=True):
            with path.open("wb") as file:
                file.write(column.data)
        self._spilled.append((*paths, keys.dtype))


def merged(one: Sums, other: Sums) -> Sums:
    """The sums of two lists as one."""
    size = one[0].size + other[0].size
    keys, sums = np.empty(size, one[0].dtype), np.empty(size, np.int64)
    size = kernels.merge(*one, *other, keys, sums)
    return keys[:size], sums[:size]
