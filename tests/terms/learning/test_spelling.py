from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.terms.learning.spelling import DISCOUNT, Speller, Spelling

Word = tuple[int, ...]
TEXTS = st.lists(st.integers(0, 3), min_size=2, max_size=25)


def learned(text: list[int], seed: int) -> tuple[Spelling, list[Word]]:
    """The model of some words of the text, and these."""
    random = np.random.default_rng(seed)
    lengths = random.integers(1, min(5, len(text)) + 1, 8)
    starts = random.integers(0, len(text) - lengths + 1)
    words = {tuple(text[a : a + n]): (a, n) for a, n in zip(starts, lengths, strict=True)}
    chosen = np.array([*words.values()], np.int64)
    return Speller(np.array(text, np.int32)).learn(chosen[:, 0], chosen[:, 1]), [*words]


def plain(words: list[Word], edge: int, a: int, b: int) -> float:
    """p(b | a), where `edge` is the beginning of words and their end."""
    triples = {
        triple
        for word in words
        for triple in zip((edge, edge, *word), (edge, *word), (*word, edge), strict=False)
    }
    pairs = Counter(triple[1:] for triple in triples)
    before = Counter(second for _, second in pairs)
    alone = max(before[b] - DISCOUNT, 0) + DISCOUNT * len(before) / (edge + 1)
    alone = alone / len(pairs) if pairs else 1 / (edge + 1)
    after = {pair: count for pair, count in pairs.items() if pair[0] == a}
    if not after:
        return alone
    seen = max(after.get((a, b), 0) - DISCOUNT, 0)
    return (seen + DISCOUNT * len(after) * alone) / sum(after.values())


@given(TEXTS, st.integers(0, 99))
def test_against_the_plain_version(text: list[int], seed: int) -> None:
    spelling, words = learned(text, seed)
    edge = max(text) + 1
    for unit in range(edge):
        assert spelling.opening[unit] == pytest.approx(plain(words, edge, edge, unit))
        assert spelling.closing[unit] == pytest.approx(plain(words, edge, unit, edge))
    for place in range(1, len(text)):
        wanted = plain(words, edge, text[place - 1], text[place])
        assert spelling.following[place] == pytest.approx(wanted)


@given(st.integers(2, 4), st.integers(0, 99))
def test_probabilities_sum_to_one(kinds: int, seed: int) -> None:
    """After each unit, over the units and the end; hence over all words, as far as they go."""
    pairs = [*itertools.product(range(kinds), repeat=2)]
    text = [*range(kinds), *itertools.chain.from_iterable(pairs)]
    spelling, _ = learned(text, seed)
    following = {(text[i - 1], text[i]): float(spelling.following[i]) for i in range(1, len(text))}
    assert len(following) == kinds * kinds
    for unit in range(kinds):
        row = sum(following[unit, other] for other in range(kinds))
        assert row + spelling.closing[unit] == pytest.approx(1)
    total = 0.0
    for length in range(1, 6):
        for word in itertools.product(range(kinds), repeat=length):
            inner = math.prod(following[pair] for pair in itertools.pairwise(word))
            total += float(spelling.opening[word[0]] * inner * spelling.closing[word[-1]])
    assert 0 < total <= 1 and spelling.opening.sum() < 1  # the word of no units has the rest


def test_without_words_all_is_alike() -> None:
    nothing = np.zeros(0, np.int64)
    spelling = Speller(np.array([0, 1, 2, 1], np.int32)).learn(nothing, nothing)
    for part in (spelling.opening, spelling.following, spelling.closing):
        assert part.tolist() == [0.25] * part.size


def test_a_word_counts_once_however_often_it_comes() -> None:
    text = np.array([0, 1, 2, 0, 1, 2, 2, 1], np.int32)
    speller = Speller(text)
    once = speller.learn(np.array([0, 6]), np.array([2, 1]))
    twice = speller.learn(np.array([0, 6, 3]), np.array([2, 1, 2]))
    assert once.following.tolist() == twice.following.tolist()
    assert once.following[1] > once.following[7]
