from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from textmine.errors import ModelError
from textmine.vectors.model import WordVectors

WORDS = ["the", "玄德", "Paris", "parish"]
MATRIX = np.arange(8, dtype=np.float32).reshape(4, 2)


@pytest.fixture
def vectors() -> WordVectors:
    return WordVectors(WORDS, MATRIX, np.array([9, 5, 2, 1]), {"window": 5})


def test_what_it_holds(vectors: WordVectors) -> None:
    assert (len(vectors), vectors.dim, vectors.losses) == (4, 2, [])
    assert "玄德" in vectors and "孔明" not in vectors
    assert vectors.index("Paris") == 2
    assert vectors["Paris"].tolist() == [4, 5] and vectors["Paris"].dtype == np.float32
    assert repr(vectors) == "WordVectors(4 words, dim 2)"


def test_words_and_their_neighbors(vectors: WordVectors) -> None:
    assert list(vectors) == WORDS
    found = vectors.neighbors("the", 2)
    assert [word for word, _ in found] == ["玄德", "Paris"] == [one.word for one in found]
    assert [one.score for one in found] == pytest.approx([3 / np.sqrt(13), 5 / np.sqrt(41)])
    assert [word for word, _ in vectors.neighbors("the", None, by="pmi")] == ["parish", "Paris", "玄德"]
    with pytest.raises(ModelError, match="no word 'Pariss'; did you mean Paris"):
        vectors.neighbors("Pariss")


def test_an_unknown_word_names_the_spellings_near_it(vectors: WordVectors) -> None:
    with pytest.raises(ModelError, match=r"no word 'PARIS'; did you mean Paris or parish\?"):
        vectors["PARIS"]
    with pytest.raises(ModelError, match="no known word is spelt like it"):
        vectors.index("zebra")
    assert vectors.similar_spellings("玄") == ["玄德"]
    assert vectors.similar_spellings("pariss", most=1) == ["Paris"]


def test_shapes_have_to_agree() -> None:
    for matrix, counts in (
        (MATRIX[:3], None),
        (MATRIX[0], None),
        (MATRIX[:, :0], None),
        (MATRIX, np.array([1, 2])),
    ):
        with pytest.raises(ValueError, match="4 words do not go with"):
            WordVectors(WORDS, matrix, counts)
    with pytest.raises(ValueError, match="0 words"):
        WordVectors([], MATRIX[:0])


def test_a_word_twice(vectors: WordVectors) -> None:
    with pytest.raises(ModelError, match="more than once"):
        WordVectors(["a", "a"], MATRIX[:2]).index("a")


def test_save_and_load_keep_everything(vectors: WordVectors, tmp_path: Path) -> None:
    vectors.save(tmp_path / "v.npz")
    loaded = WordVectors.load(tmp_path / "v.npz")
    assert loaded.words == WORDS and loaded.header == {"window": 5}
    assert loaded.counts is not None and loaded.counts.tolist() == [9, 5, 2, 1]
    assert np.array_equal(loaded.matrix, MATRIX)


def test_other_numbers_become_float32(tmp_path: Path) -> None:
    doubles = WordVectors(["a"], np.array([[0.1]]))
    assert doubles.matrix.dtype == np.float32
