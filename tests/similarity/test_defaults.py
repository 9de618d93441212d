"""What serves where nothing is given."""

from __future__ import annotations

import pytest

from textmine.errors import InputError
from textmine.similarity.defaults import DefaultVectors


def text_of(*lines: str) -> list[list[str]]:
    return [line.split() for line in lines]


@pytest.mark.parametrize(
    ("texts", "english"),
    [
        (text_of("a man plays the guitar", "the President greets the press"), True),
        (text_of("stock prices fall"), True),  # too few words to tell, in ASCII
        (text_of("der Mann spielt auf der Gitarre", "die Katze ist in dem Haus"), False),
        (text_of("un homme joue de la guitare", "le chat est dans la maison"), False),
        (text_of("孔明 草船 借 箭"), False),
        (text_of(*(f"q{x}z{y}k z{x}q" for x in "abcdefgh" for y in "abcdefgh")), False),
        ([[]], False),
    ],
)
def test_english_is_told_by_its_words(texts: list[list[str]], english: bool) -> None:
    assert DefaultVectors.choose(texts).english == english


def test_vectors_are_trained_on_texts_that_are_not_english() -> None:
    texts = text_of(*["玄德 与 云长 饮酒", "曹操 领兵 追赶"] * 5)
    chosen = DefaultVectors.choose(texts)
    assert (chosen.words, chosen.rough, chosen.packaged) == (35, True, False)
    assert sorted(chosen.load().words) == sorted({word for text in texts for word in text})
    with pytest.raises(InputError, match="too short to train"):
        DefaultVectors.choose([["玄德"]]).load()
