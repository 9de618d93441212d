from __future__ import annotations

from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import reference
from tests.stores import store_of, stream
from tests.terms.test_solid import LONGEST, runs_of, spelt, trie_of
from textmine.corpus import store as storage
from textmine.counts.places import Places
from textmine.progress import silent
from textmine.terms.redundancy import paying_words

# Texts made of words, so that some of them pay.
WORDS = st.lists(st.text("天地人玄黄宇", min_size=1, max_size=5), min_size=2, max_size=5)
TEXTS = WORDS.flatmap(lambda words: st.lists(st.sampled_from([*words, "，"]), max_size=60)).map("".join)


@given(TEXTS, st.integers(1, 2), st.integers(1, 3), st.sampled_from([13, 1000]))
def test_as_by_its_definition(text: str, least: int, min_count: int, chunk: int) -> None:
    with TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        store = store_of(text + "天", directory)
        trie = trie_of(store, directory, least)
        patch.setattr(storage, "CHUNK", chunk)
        places = Places(store, directory)
        places.complete(trie, 2, silent)
        found = paying_words(store, trie, places, min_count=min_count, threads=2, on_progress=silent)
        counts = {
            gram: near.left.total()
            for gram, near in reference.ngrams(stream(store), store.first_word, LONGEST).items()
        }
        frequent = {gram for gram, count in counts.items() if count >= least}
        expected = reference.paying_words(runs_of(store, chunk), counts, frequent, min_count, LONGEST)
        words = spelt(found, trie)
        assert words.keys() == expected.keys()
        for gram, (pieces, score) in words.items():
            assert pieces == expected[gram][0] >= min_count
            assert score == pytest.approx(expected[gram][1]) and score >= 0


def found_in(text: str, directory: str) -> dict[str, int]:
    store = store_of(text, directory)
    trie = trie_of(store, directory, 2)
    places = Places(store, directory)
    places.complete(trie, 2, silent)
    found = paying_words(store, trie, places, min_count=2, threads=None, on_progress=silent)
    assert [column.dtype.name for column in (found.nodes, found.score, found.pieces)] == [
        "int32",
        "float64",
        "int64",
    ]
    return {
        "".join(store.spellings[unit] for unit in gram): pieces
        for gram, (pieces, _) in spelt(found, trie).items()
    }


def test_a_chance_neighbourhood_does_not_pay(tmp_path: object) -> None:
    generator = np.random.default_rng(3)
    words = ["黑白", "红绿蓝", "青", "黄", "天", "地", "人", "玄"]
    text = "".join(words[i] for i in generator.integers(0, len(words), 3000))
    assert found_in(text, str(tmp_path)).keys() == {"黑白", "红绿蓝"}


@pytest.mark.parametrize("text", ["天", "天，地", "天地人", "天，天，天"])
def test_nothing_found(text: str, tmp_path: object) -> None:
    assert found_in(text, str(tmp_path)) == {}
