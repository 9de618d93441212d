from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores import store_of, stream
from textmine.corpus import store as module

TEXTS = st.text(st.sampled_from("中文字aA，\n "), max_size=60).map(lambda text: "中" + text)
CHUNKS = st.sampled_from([1, 3, 7, 1 << 19])


def test_case_variants_are_one_unit_in_their_most_frequent_spelling(tmp_path: Path) -> None:
    store = store_of("ios IOS iOS iOS, ibm IBM IBM; Ångström ångström ångström", tmp_path)
    words = store.spellings[store.first_word :]
    assert words == ["iOS", "IBM", "ångström"]
    assert store.counts[store.first_word :].tolist() == [4, 3, 3]


def test_units_are_numbered_by_frequency_then_code_points(tmp_path: Path) -> None:
    store = store_of("丙乙甲丙，b a B。丁\n", tmp_path)
    assert store.spellings[: store.first_word] == ["\n", "，", "。"]
    assert [spelling.lower() for spelling in store.spellings[store.first_word :]] == list("b丙a丁乙甲")


def test_ids_are_the_same_for_any_block_size(tmp_path: Path) -> None:
    text = "z丙 乙甲，Y x。z\n丁；甲乙 y\n" * 3
    found = []
    for block_size in (2, 3, 5, 11, 1 << 22):
        store = store_of(text, tmp_path, block_size=block_size)
        found.append((stream(store), store.spellings, store.counts.tolist()))
    assert all(other == found[0] for other in found)


@given(TEXTS, CHUNKS)
def test_what_the_passes_read(text: str, chunk: int) -> None:
    with TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CHUNK", chunk)
        store = store_of(text, directory)
        ids = stream(store)
        assert np.bincount(ids, minlength=len(store.spellings)).tolist() == store.counts.tolist()
        assert [place for start, stop in store.chunks() for place in range(start, stop)] == list(
            range(store.size)
        )
        assert [number for start, stop in store.chunks() for number in store.read(start, stop)] == ids
        padded = [0] * 5 + ids + [0] * 5
        for start in range(-5, store.size + 1):
            assert store.read(start, start + 4).tolist() == padded[start + 5 : start + 9]
        numbers = store.document_numbers(0, store.size)
        for start, stop in store.chunks():
            assert store.document_numbers(start, stop).tolist() == numbers[start:stop].tolist()
        standing = [
            sum(min(ids[at : at + n]) >= store.first_word for at in range(store.size - n + 1))
            for n in range(1, 6)
        ]
        assert store.windows(5)[1:].tolist() == standing


def test_remove_deletes_the_files(tmp_path: Path) -> None:
    store = store_of("中文", tmp_path)
    store.remove()
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]
    store.remove()
