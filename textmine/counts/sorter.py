"""Sorting more keys than fit in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SMALLEST_BUCKET = 1 << 16  # keys


class KeySorter:
    """64-bit keys in, the same keys out in ascending order, in pieces.

    Up to `total` keys come in, in any order. They stay in memory when `room` keys fit it; else they go to
    files in `directory`, one a range of keys, and each range is sorted on its own: everything is written and
    read once, however much there is. `sample` gives keys from all over the input, to choose ranges of about
    equal size. A key that is too frequent for one range gets a range of its own, which needs no sorting.
    """

    def __init__(
        self,
        total: int,
        room: int,
        directory: str,
        sample: Callable[[], NDArray[np.uint64]],
        name: str = "keys",
    ) -> None:
        self._size = 0
        self._buckets: list[Path] = []
        self._bounds = np.empty(0, np.uint64)
        if total <= room:
            self._keys = np.empty(total, np.uint64)
            return
        self._keys = np.empty(0, np.uint64)
        self._room = max(
            room // 2, SMALLEST_BUCKET
        )  # half for the keys, half for what the sampling misjudges
        self._bounds = _bounds(np.sort(sample()), -(-total // self._room))
        self._buckets = [Path(directory) / f"{name}.{i}" for i in range(self._bounds.size + 1)]

    def add(self, keys: NDArray[np.uint64]) -> None:
        """Take keys (uint64); sorts them in place where they are to be written."""
        if not self._buckets:
            self._keys[self._size : self._size + keys.size] = keys
            self._size += keys.size
            return
        keys.sort()
        ends = np.searchsorted(keys, self._bounds).tolist()
        for path, start, stop in zip(self._buckets, [0, *ends], [*ends, keys.size], strict=True):
            if start < stop:
                with path.open("ab") as file:
                    file.write(keys[start:stop].data)

    def pieces(self) -> Iterator[NDArray[np.uint64]]:
        """Sorted arrays, each beginning where the one before ends; the files are deleted on the way."""
        if not self._buckets:
            keys, self._keys = self._keys[: self._size], np.empty(0, np.uint64)
            keys.sort()
            yield keys
            return
        for i, path in enumerate(self._buckets):
            if not path.exists():
                continue
            single = 0 < i < self._bounds.size and self._bounds[i] - self._bounds[i - 1] == 1
            if single:
                yield from _stream(path, self._room)
            else:
                keys = np.fromfile(path, np.uint64)
                keys.sort()
                yield keys
            path.unlink()


def _bounds(sample: NDArray[np.uint64], buckets: int) -> NDArray[np.uint64]:
    """Ascending keys that cut the sample into parts of about equal size; one that would be cut twice is
    fenced in."""
    if not sample.size:
        return sample
    cuts = sample[np.linspace(0, sample.size, buckets, endpoint=False).astype(np.int64)[1:]]
    distinct, times = np.unique(cuts, return_counts=True)
    return np.unique(np.concatenate([distinct, distinct[times > 1] + np.uint64(1)]))


def _stream(path: Path, room: int) -> Iterator[NDArray[Any]]:
    with path.open("rb") as file:
        while (keys := np.fromfile(file, np.uint64, room)).size:
            yield keys
