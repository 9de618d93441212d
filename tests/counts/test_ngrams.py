from __future__ import annotations

import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests import reference
from tests.stores import store_of, stream
from textmine.corpus import store as store_module
from textmine.corpus.store import UnitStore
from textmine.counts import sorter as sorter_module
from textmine.counts.ngrams import count_ngrams
from textmine.counts.trie import NgramTrie
from textmine.errors import ResourceError
from textmine.progress import Progress, silent

PLENTY = 1 << 26
TEXTS = st.text(st.sampled_from("甲甲乙丙aA，。 \n"), max_size=60).map(lambda text: "甲" + text)
CHUNKS = st.sampled_from([1, 2, 3, 7, 1 << 19])
# With so many different units a 64-bit key holds six of them, so that longer n-grams take several rounds.
MANY = "".join(map(chr, range(0x5000, 0x5000 + 600)))


def count(
    store: UnitStore,
    directory: str | Path,
    max_length: int,
    min_count: int,
    *,
    room: int = PLENTY,
    threads: int = 1,
    on_progress: Progress = silent,
) -> NgramTrie:
    return count_ngrams(
        store,
        max_length=max_length,
        min_count=min_count,
        room=room,
        directory=str(directory),
        threads=threads,
        on_progress=on_progress,
    )


def contents(trie: NgramTrie) -> list[Any]:
    arrays: list[NDArray[Any]] = [
        trie.offsets,
        trie.unit,
        trie.parent,
        trie.suffix,
        trie.count,
        trie.right_entropy,
    ]
    arrays += [trie.left_entropy, trie.right_boundary, trie.left_boundary, trie.windows, trie.cohesion()]
    return [(array.dtype, array.tobytes()) for array in arrays]


def check(trie: NgramTrie, store: UnitStore, max_length: int, min_count: int) -> None:
    """Compare everything with the plain version."""
    everything = reference.ngrams(stream(store), store.first_word, max_length)
    counts = {gram: neighbours.right.total() for gram, neighbours in everything.items()}
    expected = sorted(
        (gram for gram in counts if counts[gram] >= min_count), key=lambda gram: (len(gram), gram)
    )
    grams = [*map(tuple, trie.units_of(np.arange(trie.count.size)))]
    assert grams == expected
    assert trie.max_length == max_length
    assert trie.offsets.tolist() == [sum(len(gram) <= n for gram in grams) for n in range(max_length + 1)]
    assert trie.lengths().tolist() == [len(gram) for gram in grams]
    numbers = {gram: node for node, gram in enumerate(grams)} | {(): -1}
    assert trie.unit.tolist() == [gram[-1] for gram in grams]
    assert trie.parent.tolist() == [numbers[gram[:-1]] for gram in grams]
    assert trie.suffix.tolist() == [numbers[gram[1:]] for gram in grams]
    assert trie.count.tolist() == [counts[gram] for gram in grams]
    for entropy, boundary, side in (
        (trie.right_entropy, trie.right_boundary, "right"),
        (trie.left_entropy, trie.left_boundary, "left"),
    ):
        found = [getattr(everything[gram], side) for gram in grams]
        assert entropy == pytest.approx([reference.entropy(neighbours) for neighbours in found], abs=1e-9)
        assert boundary.tolist() == [
            sum(times for unit, times in neighbours.items() if unit < store.first_word)
            for neighbours in found
        ]
    totals = [sum(counts[gram] for gram in counts if len(gram) == n) for n in range(1, max_length + 1)]
    assert trie.windows[1:].tolist() == totals
    assert trie.cohesion() == pytest.approx([reference.cohesion(gram, counts, totals) for gram in grams])


@given(TEXTS, st.integers(1, 6), st.integers(1, 4), CHUNKS, st.sampled_from([1, 2]))
def test_every_frequent_ngram_and_nothing_else(
    text: str, max_length: int, min_count: int, chunk: int, threads: int
) -> None:
    with TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "CHUNK", chunk)
        store = store_of(text, directory)
        trie = count(store, directory, max_length, min_count, threads=threads)
        check(trie, store, max_length, min_count)


@settings(max_examples=25)
@given(TEXTS, st.integers(7, 16), st.integers(2, 3), st.sampled_from([5, 50, 1 << 19]))
def test_long_ngrams_of_many_units(text: str, max_length: int, min_count: int, chunk: int) -> None:
    with TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "CHUNK", chunk)
        store = store_of(f"{text * 3}\n{MANY}", directory)
        check(count(store, directory, max_length, min_count), store, max_length, min_count)


@settings(max_examples=25)
@given(TEXTS, st.integers(1, 12), CHUNKS)
def test_room_and_threads_make_no_difference(text: str, max_length: int, chunk: int) -> None:
    with TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "CHUNK", max(chunk, 7))
        patch.setattr(sorter_module, "SMALLEST_BUCKET", 16)
        store = store_of(f"{text}\n{MANY}\n{text}", directory)
        expected = contents(count(store, directory, max_length, 2))
        # Too little for two directions at once, or for the keys of one.
        frequent = count(store, directory, max_length + 1, 2).count.size
        for room in (20 * store.words, max(96 * frequent, 64)):
            for threads in (1, 2):
                try:
                    trie = count(store, directory, max_length, 2, room=room, threads=threads)
                except ResourceError:
                    assert room < 96 * frequent
                else:
                    assert contents(trie) == expected


def long_text(size: int, units: int, seed: int = 5) -> str:
    """Random characters, frequent ones and rare ones, without any punctuation."""
    ranks = np.random.default_rng(seed).zipf(1.4, size) % units
    return (ranks.astype("<u4") + 0x4E00).tobytes().decode("utf-32-le")


def test_keys_that_are_sorted_through_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "CHUNK", 20_000)
    store = store_of(long_text(300_000, 500), tmp_path)
    before = set(tmp_path.iterdir())
    expected = contents(count(store, tmp_path, 9, 50))
    assert set(tmp_path.iterdir()) == before
    for threads in (1, 2):
        seen: set[str] = set()

        def watch(stage: str, done: int, total: int | None, seen: set[str] = seen) -> None:
            seen.update(path.name for path in tmp_path.iterdir())

        trie = count(store, tmp_path, 9, 50, room=1_500_000, threads=threads, on_progress=watch)
        assert contents(trie) == expected
        assert sum(name.startswith("keys") for name in seen) > 2
        assert set(tmp_path.iterdir()) == before


def test_memory_stays_within_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "CHUNK", 1 << 14)
    store = store_of(long_text(1_500_000, 500), tmp_path)
    room = 3_000_000
    count(store, tmp_path, 3, 1000, room=PLENTY)  # compiles
    tracemalloc.start()
    try:
        count(store, tmp_path, 3, 1000, room=room)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1.5 * room  # the keys are 12 MB


@pytest.mark.parametrize("threads", [1, 2])
def test_room_too_small_for_the_result(tmp_path: Path, threads: int) -> None:
    store = store_of(long_text(20_000, 500), tmp_path)
    with pytest.raises(ResourceError, match="at least 2 times need more memory than allowed; raise"):
        count(store, tmp_path, 4, 2, room=100_000, threads=threads)


def test_room_that_is_enough_for_one_direction_at_a_time(tmp_path: Path) -> None:
    store = store_of(long_text(20_000, 500), tmp_path)
    nodes = count(store, tmp_path, 5, 2).count.size
    room = 32 * store.words  # sorting would have room for both
    assert 96 * nodes < room < 2 * 96 * nodes
    expected = contents(count(store, tmp_path, 4, 2))
    for threads in (1, 2):
        assert contents(count(store, tmp_path, 4, 2, room=room, threads=threads)) == expected


def test_nothing_is_frequent_enough(tmp_path: Path) -> None:
    store = store_of("甲乙，甲\n", tmp_path)
    trie = count(store, tmp_path, 4, 3)
    assert trie.count.size == 0
    assert trie.offsets.tolist() == [0, 0, 0, 0, 0]
    assert trie.cohesion().size == 0


def test_one_character_all_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = 100_000
    for chunk in (1000, 1 << 19):
        monkeypatch.setattr(store_module, "CHUNK", chunk)
        store = store_of("中" * size, tmp_path)
        trie = count(store, tmp_path, 40, 2)
        assert trie.count.tolist() == [size - n for n in range(40)]
        assert trie.parent.tolist() == trie.suffix.tolist() == list(range(-1, 39))
        assert trie.right_boundary.tolist() == trie.left_boundary.tolist() == [1] * 40
        once = [-(p * np.log(p) + (1 - p) * np.log(1 - p)) for p in 1 / trie.count]
        assert trie.right_entropy == pytest.approx(once, abs=1e-9)
        assert trie.left_entropy == pytest.approx(once, abs=1e-9)
        assert trie.cohesion()[1:] == pytest.approx([0.0] * 39, abs=1e-9)


def test_a_long_text_without_punctuation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "CHUNK", 999)
    store = store_of(long_text(20_000, 800), tmp_path, block_size=1000)
    check(count(store, tmp_path, 5, 3), store, 5, 3)
