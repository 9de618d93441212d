from __future__ import annotations

from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import reference
from tests.stores import store_of, stream
from textmine.corpus import store as storage
from textmine.corpus.scripts import Unit
from textmine.corpus.store import UnitStore
from textmine.counts.ngrams import count_ngrams
from textmine.counts.places import Places
from textmine.counts.trie import NgramTrie
from textmine.progress import silent
from textmine.terms.found import Found
from textmine.terms.solid import THRESHOLDS, solid_words

LONGEST = 6


def runs_of(store: UnitStore, chunk: int) -> list[list[int]]:
    """The runs of units between boundaries, cut at the ends of chunks too."""
    runs: list[list[int]] = [[]]
    for at, unit in enumerate(stream(store)):
        if unit < store.first_word or at % chunk == 0:
            runs.append([])
        if unit >= store.first_word:
            runs[-1].append(unit)
    return [run for run in runs if run]


def trie_of(store: UnitStore, directory: str, least: int) -> NgramTrie:
    return count_ngrams(
        store,
        max_length=LONGEST,
        min_count=least,
        room=10**8,
        directory=directory,
        threads=1,
        on_progress=silent,
    )


def spelt(found: Found, trie: NgramTrie) -> dict[tuple[int, ...], tuple[int, float]]:
    rows = zip(trie.units_of(found.nodes), found.pieces.tolist(), found.score.tolist(), strict=True)
    return {tuple(units): (pieces, score) for units, pieces, score in rows}


@given(
    st.text("天地人，", max_size=90),
    st.sampled_from([(-0.1,), (0.1, 0.1), (0.1, 0.1, 0.2), (0.1, -0.2, 0.1, 0.3), (-9.0,) * 8]),
    st.integers(1, 3),
    st.integers(1, 3),
    st.sampled_from([7, 1000]),
)
def test_as_by_its_definition(
    text: str, thresholds: tuple[float, ...], least: int, min_count: int, chunk: int
) -> None:
    with TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        store = store_of(text + "天", directory)
        trie = trie_of(store, directory, least)
        patch.setattr(storage, "CHUNK", chunk)
        places = Places(store, directory)
        places.complete(trie, 2, silent)
        found = solid_words(
            store, trie, places, min_count=min_count, threads=2, on_progress=silent, thresholds=thresholds
        )
        counts = {
            gram: near.left.total()
            for gram, near in reference.ngrams(stream(store), store.first_word, LONGEST).items()
        }
        frequent = {gram for gram, count in counts.items() if count >= least}
        expected = reference.solid_words(runs_of(store, chunk), counts, frequent, thresholds, min_count)
        words = spelt(found, trie)
        assert {gram: pieces for gram, (pieces, _) in words.items()} == expected
        assert [score for _, score in words.values()] == pytest.approx(
            [np.log(expected[gram]) for gram in words]
        )


def terms(text: str, directory: str, unit: Unit, min_count: int) -> list[str]:
    store = store_of(text, directory, unit=unit)
    trie = trie_of(store, directory, 2)
    places = Places(store, directory)
    places.complete(trie, 2, silent)
    found = solid_words(store, trie, places, min_count=min_count, threads=None, on_progress=silent)
    assert [column.dtype.name for column in (found.nodes, found.score, found.pieces)] == [
        "int32",
        "float64",
        "int64",
    ]
    return [
        "".join(store.spellings[unit] for unit in units)
        for units in trie.units_of(found.nodes[np.argsort(-found.score, kind="stable")])
    ]


def test_words_longer_than_the_ngrams_looked_at(tmp_path: object) -> None:
    assert len(THRESHOLDS) == 4
    generator = np.random.default_rng(5)
    filler = ["".join(map(chr, 0x4E00 + generator.integers(0, 3000, 10))) for _ in range(3000)]
    for line in range(0, 3000, 500):
        filler[line] += "ＡＢＣＤＥ" + filler[line + 1] + "ＦＧ"
    found = terms("\n".join(filler), str(tmp_path), "char", 5)
    assert sorted(found) == ["ＡＢＣＤＥ", "ＦＧ"]


@pytest.mark.parametrize("text", ["天", "天，地", "天地人", "天，天，天", "天天天天天天天天"])
def test_nothing_found(text: str, tmp_path: object) -> None:
    assert terms(text, str(tmp_path), "auto", 9) == []
