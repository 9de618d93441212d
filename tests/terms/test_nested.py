from __future__ import annotations

from math import log2
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stores import store_of
from tests.terms import reference_contrast as reference
from textmine.counts.ngrams import count_ngrams
from textmine.counts.trie import NgramTrie
from textmine.progress import silent
from textmine.terms.nested import c_value


def trie_of(text: str, longest: int) -> tuple[NgramTrie, list[tuple[str, ...]]]:
    """The n-grams seen twice, and how they are spelled."""
    with TemporaryDirectory() as directory:
        store = store_of(text, directory)
        trie = count_ngrams(
            store,
            max_length=longest,
            min_count=2,
            room=1 << 26,
            directory=directory,
            threads=1,
            on_progress=silent,
        )
    every = trie.units_of(np.arange(trie.count.size))
    return trie, [tuple(store.spellings[unit] for unit in units) for units in every]


@settings(max_examples=60)
@given(
    st.text(st.sampled_from("甲甲甲乙乙丙，\n"), min_size=2, max_size=80),
    st.integers(1, 7),
    st.integers(0, 99),
    st.floats(0, 1),
)
def test_against_the_plain_version(text: str, longest: int, seed: int, share: float) -> None:
    """Of any of the n-grams, in any order."""
    trie, grams = trie_of(f"甲{text}甲", longest)
    generator = np.random.default_rng(seed)
    nodes = generator.permutation(np.flatnonzero(generator.random(len(grams)) < share))
    counts = {tuple(map(ord, grams[node])): int(trie.count[node]) for node in nodes.tolist()}
    found = c_value(trie, nodes)
    assert found.dtype == np.float64 and found.shape == nodes.shape
    assert found == pytest.approx(reference.c_values(counts), abs=1e-9)


def test_phrases_by_hand() -> None:
    """soft contact lens 2 times, contact lens 5 times in all and lens 9 times: the example of the paper's
    kind."""
    text = "soft contact lens. " * 2 + "contact lens. " * 3 + "lens. " * 4
    trie, grams = trie_of(text, 3)
    names = [("soft", "contact", "lens"), ("contact", "lens"), ("lens",)]
    found = c_value(trie, np.array([grams.index(name) for name in names]))
    expected = [log2(4) * 2, log2(3) * (5 - 2), log2(2) * (9 - (5 + 2) / 2)]
    assert found == pytest.approx(expected)
    # only what is asked for counts as a longer term
    assert c_value(trie, np.array([grams.index(names[2])])) == pytest.approx([9.0])


def test_a_part_that_stands_twice_in_a_whole_counts_once() -> None:
    trie, grams = trie_of("ab cd ab. " * 3 + "ab ef. " * 5, 3)
    nodes = np.array([grams.index(name) for name in (("ab",), ("ab", "cd", "ab"), ("ab", "ef"))])
    assert c_value(trie, nodes) == pytest.approx([11 - (3 + 5) / 2, log2(4) * 3, log2(3) * 5])


def test_no_terms() -> None:
    trie, _ = trie_of("甲乙甲乙", 2)
    assert c_value(trie, np.array([], np.int64)).shape == (0,)
