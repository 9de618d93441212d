from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import reference
from tests.stores import store_of, stream
from textmine.corpus.store import UnitStore
from textmine.counts.ngrams import count_ngrams
from textmine.counts.trie import NgramTrie
from textmine.progress import silent
from textmine.terms import score
from textmine.terms.autonomy import WordCounts

LONGEST = 4
TEXTS = st.text(st.sampled_from("甲甲甲乙乙丙aA，。 \n"), min_size=2, max_size=80).map(
    lambda text: f"甲{text}甲"
)


@dataclass
class Counted:
    store: UnitStore
    trie: NgramTrie
    grams: list[reference.Gram]
    everything: dict[reference.Gram, reference.Neighbours]


def counted(text: str) -> Counted:
    with TemporaryDirectory() as directory:
        store = store_of(text, directory)
        trie = count_ngrams(
            store,
            max_length=LONGEST,
            min_count=2,
            room=1 << 26,
            directory=directory,
            threads=1,
            on_progress=silent,
        )
        everything = reference.ngrams(stream(store), store.first_word, LONGEST)
    grams = [*map(tuple, trie.units_of(np.arange(trie.count.size)))]
    return Counted(store, trie, grams, everything)


def numbers(seed: int, size: int) -> list[float]:
    return [float(number) for number in np.random.default_rng(seed).uniform(0, 3, size)]


@given(st.integers(1, 10**9), st.integers(1, 10**6), st.integers(1, 10**6))
def test_residual_idf(count: int, documents: int, more: int) -> None:
    documents = min(documents, count)
    found = score.residual_idf(np.array([count]), np.array([documents]), documents + more)
    expected = reference.residual_idf(count, documents, documents + more)
    assert found.shape == (1,) and found[0] >= 0
    assert found[0] == pytest.approx(expected, abs=1e-9)


def test_residual_idf_tells_bursts_from_chance() -> None:
    """Ten times in one of a thousand documents, against once in each of ten."""
    burst, even = score.residual_idf(np.array([10, 10]), np.array([1, 10]), 1000).tolist()
    assert burst == pytest.approx(np.log(10), rel=0.01) and even < 0.01


@given(TEXTS)
def test_freedom_and_least_entropy(text: str) -> None:
    made = counted(text)
    near = [made.everything[gram] for gram in made.grams]
    first = made.store.first_word
    assert score.freedom(made.trie) == pytest.approx([reference.freedom(one, first) for one in near])
    assert score.least_entropy(made.trie) == pytest.approx(
        [reference.least_entropy(one) for one in near], abs=1e-9
    )


@given(TEXTS, st.integers(0, 99))
def test_termhood(text: str, seed: int) -> None:
    made = counted(text)
    counts = {gram: near.left.total() for gram, near in made.everything.items()}
    totals = [sum(counts[gram] for gram in counts if len(gram) == n) for n in range(1, LONGEST + 1)]
    residual = numbers(seed, len(made.grams))
    expected = [
        reference.termhood(
            reference.cohesion(gram, counts, totals), made.everything[gram], made.store.first_word, value
        )
        for gram, value in zip(made.grams, residual, strict=True)
    ]
    found = score.termhood(made.trie, np.array(residual))
    assert found == pytest.approx(expected, abs=1e-6)
    assert np.all(found >= 0) and not found[: made.trie.offsets[1]].any()


@given(TEXTS, st.integers(0, 99))
def test_word_score(text: str, seed: int) -> None:
    made = counted(text)
    size = len(made.grams)
    residual = numbers(seed, size)
    pieces = np.random.default_rng(seed).integers(0, 20, (2, size))
    expected = [
        reference.word_score(gram, made.everything[gram], made.store.first_word, autonomous, probable, value)
        for gram, autonomous, probable, value in zip(made.grams, *pieces.tolist(), residual, strict=True)
    ]
    words = WordCounts(autonomous=pieces[0], probable=pieces[1])
    assert score.word_score(made.trie, words, np.array(residual)) == pytest.approx(expected, abs=1e-9)


@given(TEXTS, st.integers(0, 99))
def test_keyness(text: str, seed: int) -> None:
    made = counted(text)
    background = 10 ** -np.random.default_rng(seed).uniform(0, 8, made.store.counts.size)
    named = dict(enumerate(background.tolist()))
    counts = {gram: near.left.total() for gram, near in made.everything.items()}
    totals = [sum(counts[gram] for gram in counts if len(gram) == n) for n in range(1, LONGEST + 1)]
    expected = [
        reference.keyness(
            gram,
            reference.cohesion(gram, counts, totals),
            made.everything,
            made.store.first_word,
            named,
            made.store.words,
        )
        for gram in made.grams
    ]
    assert score.keyness(made.trie, background, made.store.words) == pytest.approx(expected, abs=1e-6)


def test_the_stronger_evidence_decides() -> None:
    words, terms = np.array([3.0, 0.0, 2.0]), np.array([0.0, 27.0, 1000.0 - 8.0])
    assert score.combined(words, terms) == pytest.approx([3.0, 3.0, 10.0])
