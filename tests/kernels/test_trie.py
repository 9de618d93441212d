from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests import reference
from textmine.kernels.trie import Trie, build_trie, child, longest_matches, root_child

WORDS = st.lists(
    st.lists(st.integers(0, 4), min_size=1, max_size=5), min_size=1, max_size=30, unique_by=tuple
)


def trie_of(words: list[list[int]]) -> Trie:
    offsets = np.cumsum([0, *map(len, words)], dtype=np.int64)
    return build_trie(np.array(list(itertools.chain(*words)), np.int32), offsets)


def walk(trie: Trie, word: list[int]) -> int:
    """The node at the end of `word`, or -1."""
    node = int(root_child(word[0], trie.first))
    for unit in word[1:]:
        node = int(child(node, unit, trie.keys, trie.kids)) if node >= 0 else -1
    return node


@given(WORDS, st.lists(st.integers(0, 6), max_size=60), st.sampled_from(["uint16", "uint32", "int64"]))
def test_longest_matches(words: list[list[int]], text: list[int], dtype: str) -> None:
    found = np.empty(len(text), np.int32)
    longest_matches(np.array(text, dtype), *trie_of(words), found)
    assert found.tolist() == [reference.longest_word(text, start, words) for start in range(len(text))]


@given(WORDS)
def test_there_is_one_node_for_every_beginning(words: list[list[int]]) -> None:
    trie = trie_of(words)
    prefixes = sorted({tuple(word[:size]) for word in words for size in range(1, len(word) + 1)})
    nodes = [walk(trie, list(prefix)) for prefix in prefixes]
    assert sorted(nodes) == list(range(1, trie.words.size))
    ends = {tuple(word): index for index, word in enumerate(words)}
    assert [trie.words[node] for node in nodes] == [ends.get(prefix, -1) for prefix in prefixes]
    assert walk(trie, [0, 1, 2, 3, 4, 0, 1]) == -1 and trie.words[0] == -1


def test_many_words_with_large_units() -> None:
    generator = np.random.default_rng(7)
    alphabet = generator.integers(0, 0x110000, 3000)
    words = [list(map(int, generator.choice(alphabet, size))) for size in generator.integers(1, 9, 20_000)]
    trie = trie_of(words)
    last = {tuple(word): index for index, word in enumerate(words)}
    assert all(trie.words[walk(trie, list(word))] == index for word, index in last.items())
    assert (trie.words >= 0).sum() == len(last)


def test_of_equal_words_the_last_counts() -> None:
    trie = trie_of([[5, 6], [5], [5, 6]])
    assert trie.words[walk(trie, [5, 6])] == 2
