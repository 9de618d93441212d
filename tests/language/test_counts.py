from __future__ import annotations

import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.reference_kneser_ney import ngram_counts
from tests.language.texts import LINES, Lines, Ngram, store_of
from textmine.corpus.token_store import TokenStore
from textmine.errors import ResourceError
from textmine.language import counts as module
from textmine.language.counts import Level, count_levels
from textmine.language.kneser_ney import link_suffixes
from textmine.language.model import SPECIAL


def names_of(store: TokenStore, levels: list[Level]) -> list[list[Ngram]]:
    """The n-grams of each level, single units first."""
    words = [*SPECIAL, *store.vocabulary.words]
    names: list[list[Ngram]] = [[(word,) for word in words]]
    for level in levels:
        pairs = zip(level.parents.tolist(), level.units.tolist(), strict=True)
        names.append([(*names[-1][parent], words[unit]) for parent, unit in pairs])
    return names


def as_counter(store: TokenStore, levels: list[Level]) -> Counter[Ngram]:
    found: Counter[Ngram] = Counter()
    for names, level in zip(names_of(store, levels)[1:], levels, strict=True):
        assert len(set(names)) == len(names)
        found.update(dict(zip(names, level.counts.tolist(), strict=True)))
    return found


@given(
    lines=LINES,
    order=st.integers(1, 6),
    key_bits=st.sampled_from([13, 17, 64]),
    chunk=st.integers(1, 30),
    group=st.integers(1, 10),
    room=st.sampled_from([64, 1 << 20]),
    threads=st.sampled_from([1, 2]),
)
def test_against_a_plain_counter(
    lines: Lines, order: int, key_bits: int, chunk: int, group: int, room: int, threads: int
) -> None:
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "KEY_BITS", key_bits)
        patch.setattr(module, "CHUNK", chunk)
        patch.setattr(module, "GROUP", group)
        store = store_of(lines, directory)
        levels = count_levels(store, order, room=room, directory=directory, threads=threads)
        assert [path.name for path in Path(directory).glob("ngrams-*")] == []
    expected = ngram_counts(lines, order)
    assert as_counter(store, levels) == {n: count for n, count in expected.items() if len(n) > 1}
    assert len(levels) == order - 1
    for level in levels:
        keys = level.parents.astype(np.int64) << 32 | level.units
        assert (np.diff(keys) > 0).all()


@given(LINES, st.integers(2, 6))
def test_suffixes_and_first_children(lines: Lines, order: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = store_of(lines, directory)
        levels = count_levels(store, order, directory=directory, threads=1)
    names = names_of(store, levels)
    link_suffixes(levels, len(names[0]))
    for n, level in enumerate(levels, 1):
        assert [names[n - 1][suffix] for suffix in level.suffixes.tolist()] == [name[1:] for name in names[n]]
        first = level.first(len(names[n - 1])).tolist()
        children = [names[n][start:stop] for start, stop in pairwise(first)]
        assert children == [[name for name in names[n] if name[:-1] == parent] for parent in names[n - 1]]


def test_memory_keys_and_threads_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    lines = [[f"w{int(i)}" for i in random.zipf(1.4, 40) % 500] for _ in range(400)]
    store = store_of(lines, tmp_path)
    expected = count_levels(store, 5, directory=str(tmp_path), threads=1)
    assert as_counter(store, expected) == {n: c for n, c in ngram_counts(lines, 5).items() if len(n) > 1}
    monkeypatch.setattr(module, "KEY_BITS", 30)
    monkeypatch.setattr(module, "CHUNK", 1000)
    monkeypatch.setattr(module, "GROUP", 300)
    for threads in (1, 2):
        found = count_levels(store, 5, room=1 << 14, directory=str(tmp_path), threads=threads)
        for one, other in zip(found, expected, strict=True):
            for name in ("units", "parents", "counts"):
                assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


@pytest.mark.parametrize(("key_bits", "more", "refused"), [(64, 0, True), (7, 0, True), (64, 1, False)])
def test_no_more_ngrams_than_numbers(
    key_bits: int, more: int, refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEY_BITS", key_bits)
    store = store_of(["abc", "cab"], tmp_path)
    levels = count_levels(store, 4, directory=str(tmp_path))
    total = len(SPECIAL) + 3 + sum(map(len, levels))
    monkeypatch.setattr(module, "MOST_NODES", total + more)
    if refused:
        with pytest.raises(ResourceError, match="lower `order`"):
            count_levels(store, 4, directory=str(tmp_path))
    else:
        assert len(count_levels(store, 4, directory=str(tmp_path))) == 3
