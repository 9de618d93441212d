from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.vectors import reference_vectors as reference
from textmine.errors import InputError
from textmine.vectors import sentences as module
from textmine.vectors.model import WordVectors
from textmine.vectors.sentences import Method, SentenceEncoder

WORDS = [f"w{number}" for number in range(30)]
MATRIX = np.random.default_rng(3).normal(size=(30, 7)).astype(np.float32)
COUNTS = np.array([1000 // (number + 1) for number in range(30)])
PLAIN = {word: row.astype(float) for word, row in zip(WORDS, MATRIX, strict=True)}

texts = st.lists(st.lists(st.sampled_from([*WORDS, "unknown"]), max_size=8), min_size=12, max_size=30)


def encoder(method: Method, counts: bool = True, **options: float) -> SentenceEncoder:
    vectors = WordVectors(WORDS, MATRIX, COUNTS if counts else None)
    return SentenceEncoder(vectors, method, **options)  # type: ignore[arg-type]


def encode(
    model: SentenceEncoder, sentences: list[list[str]]
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.concatenate([rows for _, rows in model.encode(sentences)])


def test_sum_and_mean() -> None:
    sentences = [["w1", "w2", "?", "w1"], ["w3"], []]
    total, mean = encoder("sum").fit(sentences), encoder("mean").fit(sentences)
    expected = [2 * PLAIN["w1"] + PLAIN["w2"], PLAIN["w3"], np.zeros(7)]
    assert np.allclose(encode(total, sentences), expected)
    assert np.allclose(encode(mean, sentences), [expected[0] / 3, expected[1], expected[2]])
    assert [known.tolist() for known, _ in total.encode(sentences)] == [[3, 1, 0]]


@given(texts)
def test_sif(sentences: list[list[str]]) -> None:
    assume(sum(any(word in PLAIN for word in sentence) for sentence in sentences) > 2)
    counts = Counter(dict(zip(WORDS, COUNTS.tolist(), strict=True)))
    found = encode(encoder("sif", a=0.01).fit(sentences), sentences)
    assert np.allclose(found, reference.sif(sentences, PLAIN, counts, 0.01), atol=1e-6)


@given(texts)
def test_usif(sentences: list[list[str]]) -> None:
    assume(sum(any(word in PLAIN for word in sentence) for sentence in sentences) > 5)
    counts = Counter(dict(zip(WORDS, COUNTS.tolist(), strict=True)))
    found = encode(encoder("usif").fit(sentences), sentences)
    assert np.allclose(found, reference.usif(sentences, PLAIN, counts), atol=1e-6)


def test_without_counts_those_of_the_sentences_are_taken() -> None:
    sentences = [["w1"] * 40 + ["w2"], ["w1", "w3", "?"], ["w2", "w4"]] * 3
    counts = Counter({"w1": 123, "w2": 6, "w3": 3, "w4": 3})
    found = encode(encoder("sif", counts=False).fit(sentences), sentences)
    assert np.allclose(found, reference.sif(sentences, PLAIN, counts, 1e-3), atol=1e-6)


def test_no_word_is_frequent_in_usif() -> None:
    """Where a would be infinite, all words weigh the same."""
    sentences = [[word] * 9 for word in WORDS]
    found = encode(encoder("usif", counts=False, components=0).fit(sentences), sentences)
    assert np.allclose(np.abs(found), 2 / 3)  # 2 * sign(x) / sqrt(9)


def test_batches_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(4)
    sentences = [random.choice(WORDS, size).tolist() for size in random.integers(0, 9, 100)]
    whole = encode(encoder("usif").fit(sentences), sentences)
    monkeypatch.setattr(module, "BATCH", 7)
    assert np.allclose(encode(encoder("usif").fit(sentences), sentences), whole)


def test_components_can_be_chosen() -> None:
    sentences = [[word, "w1"] for word in WORDS]
    plain = encode(encoder("mean").fit(sentences), sentences)
    for number in (0, 2, 6):
        found = encode(encoder("mean", components=number).fit(sentences), sentences)
        assert np.allclose(found, reference.without_components(plain, number, False))
    for number in (7, 99):
        with pytest.raises(InputError, match=f"{number} components less, vectors of 7 numbers"):
            encoder("mean", components=number)


def test_what_was_left_out_is_counted() -> None:
    sentences = [["w1", "x"], ["x", "y"], []]
    model = encoder("mean").fit(sentences)
    encode(model, sentences)
    assert (model.sentences, model.words, model.empty) == (3, 4, 2)
    assert model.unknown == {"x": 2, "y": 1}


def test_too_little_to_work_with() -> None:
    with pytest.raises(InputError, match=r"from 1 of them .*: 1\)"):
        encoder("sif").fit([["w1"], [], ["?"]])
    with pytest.raises(InputError, match="no word"):
        encoder("sif").fit([["?"]])
    for method, components in (("sum", 0), ("mean", 0), ("sif", 0), ("usif", 0)):
        with pytest.raises(InputError, match="no word"):
            encoder(method, components=components).fit([["?"], []])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no word"):
        encode(encoder("sum"), [["?"], []])
