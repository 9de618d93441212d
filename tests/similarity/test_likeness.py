"""Likeness to one text."""

from __future__ import annotations

import numpy as np
import pytest

from textmine.errors import InputError
from textmine.similarity.likeness import by_vectors, by_words, words_of
from textmine.vectors.model import WordVectors


def test_words_are_those_of_several_characters() -> None:
    assert words_of("曹操 的 军 曹操 ， 出城", str.split) == ["曹操", "出城"]
    assert words_of("我 来", str.split) == ["我", "来"]
    with pytest.raises(InputError, match="has no words"):
        words_of("， 。", str.split)


def test_likeness_by_words() -> None:
    like = by_words("the king rides", str.split)
    assert like("a king rides the horse") == 1 and like("no king") == pytest.approx(1 / 3)
    assert like("kings ride there") == 0
    assert by_words("the king rides", str.split, whole=False)("kings ride there") == pytest.approx(2 / 3)


def test_likeness_by_vectors() -> None:
    words = ["king", "queen", "horse", "rides"]
    matrix = np.array([[1, 0.1, 0], [1, 0, 0.1], [0, 1, 0], [0, 0, 1]], np.float32)
    vectors = WordVectors(words, matrix, np.array([9, 8, 7, 6]), {})
    like = by_vectors("king rides", vectors, str.split)
    assert like("king rides") == pytest.approx(1, abs=1e-6)
    assert like("king rides") > like("queen rides") > like("horse")
    assert like("nobody") == -1
    with pytest.raises(InputError, match="no word of"):
        by_vectors("nobody", vectors, str.split)
