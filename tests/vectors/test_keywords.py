from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.vectors import search
from textmine.vectors.keywords import keywords
from textmine.vectors.model import WordVectors

VECTORS = WordVectors(
    ["a", "火", "é1", ",", "7.5", "f"],
    np.array([[1, 0], [0, 1], [2, 2], [2, 2], [-1, 0], [0, 0]], dtype=np.float32),
)


@given(text=st.lists(st.sampled_from([*VECTORS.words, "x", "y"])), top=st.integers(1, 8))
def test_as_a_double_sum_of_mutual_information(text: list[str], top: int) -> None:
    known = [word for word in text if word in VECTORS]
    scores = {
        word: sum(float(VECTORS[word] @ VECTORS[other]) for other in known)
        for word in VECTORS.words
        if word in known and word not in (",", "7.5")
    }
    wanted = sorted(scores.items(), key=lambda pair: -pair[1])[:top]
    found = keywords(VECTORS, text, top)
    assert found.words == wanted
    assert (found.known, found.tokens) == (len(known), len(text))


def test_order_and_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    vectors = WordVectors([f"w{i}" for i in range(300)], rng.normal(size=(300, 4)).astype(np.float32))
    text = [f"w{i}" for i in rng.integers(0, 300, 1000)]
    found = keywords(vectors, text, 300)
    assert keywords(vectors, sorted(text), 300) == found
    monkeypatch.setattr(search, "_BLOCK", 40)
    again = keywords(vectors, text, 300)
    assert [word for word, _ in again.words] == [word for word, _ in found.words]
    assert [score for _, score in again.words] == pytest.approx([score for _, score in found.words])


def test_no_words() -> None:
    assert keywords(VECTORS, []).words == [] and keywords(VECTORS, ["x"]).tokens == 1
