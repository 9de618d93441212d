from __future__ import annotations

import itertools
import math
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import reference
from tests.stores import store_of, stream
from textmine.corpus import store as store_module
from textmine.corpus.store import UnitStore
from textmine.counts.ngrams import count_ngrams
from textmine.counts.places import Places
from textmine.counts.trie import NgramTrie
from textmine.kernels.lattice import LONGEST
from textmine.progress import silent
from textmine.terms.autonomy import WordCounts, autonomy, count_words

TEXTS = st.text(st.sampled_from("甲甲甲乙乙丙丁aA，。 \n"), max_size=80).map(lambda text: "甲" + text)
CHUNKS = st.sampled_from([1, 4, 13, 1 << 19])


def trie_of(store: UnitStore, directory: str | Path, max_length: int, min_count: int) -> NgramTrie:
    return count_ngrams(
        store,
        max_length=max_length,
        min_count=min_count,
        room=1 << 26,
        directory=str(directory),
        threads=1,
        on_progress=silent,
    )


def words_of(store: UnitStore, trie: NgramTrie, directory: str | Path, threads: int = 1) -> WordCounts:
    places = Places(store, str(directory))
    places.complete(trie, 2, silent)
    return count_words(store, trie, places, threads, silent)


def grams_of(trie: NgramTrie) -> list[reference.Gram]:
    return [*map(tuple, trie.units_of(np.arange(trie.count.size)))]


def runs_of(store: UnitStore) -> list[list[int]]:
    """Units in a row, between boundaries and ends of chunks."""
    found = []
    for start, stop in store.chunks():
        ids = store.read(start, stop).tolist()
        for is_unit, run in itertools.groupby(ids, lambda number: number >= store.first_word):
            if is_unit:
                found.append(list(run))
    return found


def check(store: UnitStore, trie: NgramTrie, counts: WordCounts) -> None:
    """Compare the pieces with those of a plain search over the same weights."""
    grams = grams_of(trie)
    weight = {
        gram: len(gram) * value
        for gram, value in zip(grams, autonomy(trie).tolist(), strict=True)
        if len(gram) <= LONGEST
    }
    autonomous, probable = reference.count_words(runs_of(store), weight, LONGEST)
    assert counts.autonomous.tolist() == [autonomous[gram] for gram in grams]
    assert counts.probable.tolist() == [probable[gram] for gram in grams]


@given(TEXTS, st.integers(1, 8), st.integers(1, 3), CHUNKS, st.sampled_from([1, 2]))
def test_the_best_path(text: str, max_length: int, min_count: int, chunk: int, threads: int) -> None:
    with TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "CHUNK", chunk)
        store = store_of(text, directory)
        trie = trie_of(store, directory, max_length, min_count)
        check(store, trie, words_of(store, trie, directory, threads))


@given(TEXTS, st.integers(1, 8), st.integers(1, 2))
def test_autonomy(text: str, max_length: int, min_count: int) -> None:
    with TemporaryDirectory() as directory:
        store = store_of(text, directory)
        trie = trie_of(store, directory, max_length, min_count)
        everything = reference.ngrams(stream(store), store.first_word, max_length)
    grams = grams_of(trie)
    expected = reference.autonomies(
        {gram: everything[gram].right.total() for gram in grams},
        {gram: reference.entropy(everything[gram].right) for gram in grams},
        {gram: reference.entropy(everything[gram].left) for gram in grams},
        LONGEST,
    )
    assert autonomy(trie) == pytest.approx([expected[gram] for gram in grams], abs=1e-6)


@settings(max_examples=20)
@given(TEXTS, st.integers(1, 4))
def test_every_place_knows_its_longest_ngram(text: str, max_length: int) -> None:
    with TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "CHUNK", 5)
        store = store_of(text, directory)
        trie = trie_of(store, directory, max_length, 2)
        places = Places(store, directory)
        places.complete(trie, 2, silent)
        found = [node for chunk in store.chunks() for node in places.read(chunk).tolist()]
        ids = stream(store)
    nodes = {gram: node for node, gram in enumerate(grams_of(trie))}
    expected = [
        max(nodes.get(tuple(ids[at : at + size]), -1) for size in range(1, max_length + 1))
        for at in range(len(ids))
    ]
    assert found == expected


def test_nothing_is_frequent_enough(tmp_path: Path) -> None:
    store = store_of("甲乙，甲\n", tmp_path)
    trie = trie_of(store, tmp_path, 4, 3)
    assert autonomy(trie).size == 0
    with np.errstate(all="raise"):
        counts = words_of(store, trie, tmp_path)
    assert counts.autonomous.size == counts.probable.size == 0


def test_where_all_are_alike_none_stands_out(tmp_path: Path) -> None:
    """Deviations that are only rounding must not be divided by a standard deviation that is no more."""
    store = store_of("。" + "".join(f"{unit}，{unit}。" for unit in "甲乙丙丁戊己庚"), tmp_path)
    trie = trie_of(store, tmp_path, 1, 1)
    assert trie.right_entropy == pytest.approx(np.full(7, math.log(2)))
    assert trie.left_entropy == pytest.approx(np.full(7, math.log(2)))
    assert autonomy(trie) == pytest.approx(np.zeros(7), abs=1e-6)


def test_one_character_all_over(tmp_path: Path) -> None:
    store = store_of("中" * 100_000, tmp_path)
    trie = trie_of(store, tmp_path, 8, 2)
    counts = words_of(store, trie, tmp_path)
    assert autonomy(trie).tolist() == [0.0] * 8
    for pieces in (counts.autonomous, counts.probable):
        assert int(pieces @ trie.lengths()) == 100_000
    assert words_of(store, trie, tmp_path, 2).probable.tolist() == counts.probable.tolist()


def test_a_long_text_without_punctuation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ranks = np.random.default_rng(5).zipf(1.3, 20_000) % 300
    text = "".join(chr(0x4E00 + rank) for rank in ranks.tolist())
    for chunk in (7000, 1 << 19):
        monkeypatch.setattr(store_module, "CHUNK", chunk)
        store = store_of(text, tmp_path)
        trie = trie_of(store, tmp_path, 7, 3)
        check(store, trie, words_of(store, trie, tmp_path))
