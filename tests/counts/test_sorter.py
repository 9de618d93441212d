from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from textmine.counts import sorter as module
from textmine.counts.sorter import KeySorter

TOP = (1 << 64) - 1
# Neighbours of the key that makes up most, and the ends of the range.
KEYS = st.one_of(st.just(7), st.sampled_from([0, 6, 8, TOP - 1, TOP]), st.integers(0, TOP))
PARTS = st.lists(st.lists(KEYS, max_size=60), max_size=6)


def sort(
    parts: list[NDArray[np.uint64]], room: int, sample: NDArray[np.uint64], total: int | None = None
) -> list[NDArray[np.uint64]]:
    """The pieces that come out; there must be no files left then."""
    size = sum(part.size for part in parts) if total is None else total
    with TemporaryDirectory() as directory:
        sorter = KeySorter(size, room, directory, sample.copy)
        for part in parts:
            sorter.add(part.copy())
        pieces = list(sorter.pieces())
        assert list(Path(directory).iterdir()) == []
    return pieces


@given(PARTS, st.integers(0, 400), st.integers(1, 30), st.integers(1, 9))
def test_the_same_keys_come_out_in_order(
    lists: list[list[int]], room: int, smallest: int, every: int
) -> None:
    parts = [np.array(keys, np.uint64) for keys in lists]
    keys = np.concatenate([*parts, np.empty(0, np.uint64)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SMALLEST_BUCKET", smallest)
        pieces = sort(parts, room, keys[::every])
    assert all(piece.dtype == np.uint64 for piece in pieces)
    assert np.concatenate([*pieces, np.empty(0, np.uint64)]).tolist() == sorted(keys.tolist())


@pytest.mark.parametrize("room", [0, 150_000, 250_000, 400_000])
def test_pieces_fit_into_room_though_one_key_makes_up_most(room: int) -> None:
    generator = np.random.default_rng(3)
    keys = generator.integers(0, 1 << 64, 400_000, np.uint64)
    keys[generator.random(keys.size) < 0.7] = 1 << 63
    pieces = sort(np.array_split(keys, 7), room, keys)
    assert np.array_equal(np.concatenate(pieces), np.sort(keys))
    assert max(piece.size for piece in pieces) <= max(room, 2 * module.SMALLEST_BUCKET)
    assert (len(pieces) == 1) == (room >= keys.size)


def test_fewer_keys_than_announced() -> None:
    keys = np.arange(10, dtype=np.uint64)
    for room in (0, 100):
        assert np.concatenate(sort([keys], room, keys, total=50)).tolist() == list(range(10))


def test_a_sample_that_missed_everything() -> None:
    keys = np.arange(200_000, dtype=np.uint64)[::-1]
    assert np.array_equal(np.concatenate(sort([keys], 0, keys[:0])), keys[::-1])
