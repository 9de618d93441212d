from __future__ import annotations

import itertools
import math
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.corpus import Corpus
from textmine.corpus.token_store import TokenStore, encode_tokens
from textmine.counts import cooccurrence as module
from textmine.counts.cooccurrence import Cooccurrences, count_cooccurrences

LINES = st.lists(st.lists(st.sampled_from("abcdefg"), max_size=12), min_size=1, max_size=8).filter(any)


def store_of(lines: list[list[str]], directory: str) -> TokenStore:
    path = Path(directory, "text.txt")
    path.write_text("".join(" ".join(line) + "\n" for line in lines), "utf-8")
    return encode_tokens(Corpus([path]), directory, min_count=1)


def plain(
    lines: list[list[str]], words: list[str], window: int, harmonic: bool, symmetric: bool
) -> dict[tuple[int, int], Fraction]:
    """The full matrix, counted pair by pair."""
    counts: dict[tuple[int, int], Fraction] = {}
    for line in lines:
        places = [words.index(word) for word in line]
        for at, word in enumerate(places):
            for distance in range(1, min(window, at) + 1):
                weight = Fraction(1, distance if harmonic else 1)
                other = places[at - distance]
                for pair in {(word, other): 1, (other, word): 1} if symmetric else {(word, other): 1}:
                    counts[pair] = counts.get(pair, Fraction(0)) + weight
                if symmetric and word == other:
                    counts[word, word] += weight  # both of its places are a centre
    return counts


def full(found: Cooccurrences) -> dict[tuple[int, int], Fraction]:
    counts: dict[tuple[int, int], Fraction] = {}
    for row, column, weight in zip(
        found.rows.tolist(), found.columns.tolist(), found.weights.tolist(), strict=True
    ):
        counts[row, column] = Fraction(weight, found.unit)
        if found.symmetric:
            assert row <= column
            counts[column, row] = Fraction(weight, found.unit)
    return counts


@given(LINES, st.integers(1, 12), st.sampled_from(["flat", "harmonic"]), st.booleans())
def test_against_a_plain_counter(
    lines: list[list[str]], window: int, weighting: Literal["flat", "harmonic"], symmetric: bool
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = store_of(lines, directory)
        found = count_cooccurrences(
            store, window=window, weighting=weighting, symmetric=symmetric, directory=directory, threads=1
        )
    order = found.rows.astype(np.int64) * 100 + found.columns
    assert (np.diff(order) > 0).all()
    assert full(found) == plain(lines, store.vocabulary.words, window, weighting == "harmonic", symmetric)


@pytest.mark.parametrize("sample", [0.0, 0.01])
@pytest.mark.parametrize("weighting", ["flat", "harmonic"])
def test_memory_and_threads_do_not_matter(
    sample: float, weighting: Literal["flat", "harmonic"], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(1)
    lines = [[f"w{int(i)}" for i in random.zipf(1.5, 30) % 200] for _ in range(300)]
    store = store_of(lines, str(tmp_path))

    def counted(room: int, threads: int) -> list[list[int]]:
        found = count_cooccurrences(
            store, weighting=weighting, sample=sample, room=room, directory=str(tmp_path), threads=threads
        )
        return [found.rows.tolist(), found.columns.tolist(), found.weights.tolist()]

    before = {path.name for path in tmp_path.iterdir()}
    whole = counted(1 << 30, 1)
    monkeypatch.setattr(module, "LEAST_KEYS", 500)
    assert counted(1 << 16, 2) == whole
    assert counted(1 << 30, 3) == whole
    assert {path.name for path in tmp_path.iterdir()} == before


def test_counts_on_files_do_not_disturb_each_other(tmp_path: Path) -> None:
    store = store_of([["a", "b", "c", "a"]], str(tmp_path))
    first = count_cooccurrences(store, room=0, directory=str(tmp_path))
    weights = first.weights.tolist()
    assert count_cooccurrences(store, weighting="harmonic", room=0, directory=str(tmp_path)).unit > 1
    store_of([["b", "b"]], str(tmp_path))
    assert first.weights.tolist() == weights
    assert first.vocabulary.words[store.read(0, 1)[0] - 1] == "a"


def test_many_words_need_wide_keys(tmp_path: Path) -> None:
    words = [f"w{i}" for i in range(70_000)]
    store = store_of([words], str(tmp_path))
    found = count_cooccurrences(store, window=1, directory=str(tmp_path))
    names = store.vocabulary.words
    pairs = {frozenset((names[i], names[j])) for i, j in zip(found.rows, found.columns, strict=True)}
    assert pairs == {frozenset(pair) for pair in itertools.pairwise(words)}
    assert (found.weights == 1).all()


def test_frequent_words_are_thinned_out(tmp_path: Path) -> None:
    lines = [["a"] * 90 + ["b"] * 10 for _ in range(200)]
    store = store_of(lines, str(tmp_path))
    whole = count_cooccurrences(store, window=1, directory=str(tmp_path))
    thin = count_cooccurrences(store, window=1, sample=0.1, directory=str(tmp_path))
    stays = math.sqrt(0.1 / 0.9) + 0.1 / 0.9  # of the word a; b stays always
    kept = thin.weights[0] / whole.weights[0]
    assert kept == pytest.approx(stays, rel=0.05)
    assert thin.weights[-1] == whole.weights[-1]
    again = count_cooccurrences(store, window=1, sample=0.1, seed=2, directory=str(tmp_path))
    assert again.weights[0] != thin.weights[0]
