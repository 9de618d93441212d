"""Scores of texts by a language model."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.texts import trained
from textmine.language.model import LanguageModel
from textmine.language.scoring import RecordScorer, perplexity, score_text
from textmine.words.tokenizers import cutter

LINES = ["a b a ab 甲", "a b 甲", "甲 a b a b b b a", "ab ab"]
RECORDS = ["a b", "", "b x\n\na", " "]


@pytest.fixture(scope="module")
def small() -> LanguageModel:
    return trained([line.split() for line in LINES], order=4)


@given(st.text("ab 甲\n", max_size=40), st.data())
@pytest.mark.parametrize("tokenizer", ["whitespace", "char", "word"])
def test_any_pieces_of_a_text(tokenizer: str, small: LanguageModel, text: str, data: st.DataObject) -> None:
    text += "\n"
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [text[start:stop] for start, stop in zip([0, *places], [*places, len(text)], strict=True)]
    words: list[str] = []
    logs: list[float] = []
    ends: list[int] = []
    for piece in score_text(small, pieces, cutter(tokenizer, 1)):
        ends += (piece.ends + len(logs)).tolist()
        words += piece.words()
        logs += piece.logs.tolist()
        assert len(piece.units) == len(piece.logs) == len(piece.words())
    lines = {
        "whitespace": lambda: list(map(str.split, text.split("\n"))),
        "char": lambda: [list("".join(line.split())) for line in text.split("\n")],
        "word": lambda: [line.replace("甲", " 甲 ").split() for line in text.split("\n")],
    }[tokenizer]()
    expected = [[*line, "</s>"] if line else [] for line in lines[:-1]]
    assert words == [word for line in expected for word in line]
    assert ends == np.cumsum([len(line) for line in expected]).tolist()
    reference = [small.score(small.encode([line])[0]) for line in lines if line]
    assert logs == (np.concatenate(reference).tolist() if reference else [])


def test_perplexity_is_of_all_sentences(small: LanguageModel) -> None:
    sentences = [["a", "b"], ["b", "x"], ["a"]]
    found = perplexity(small, ["\n".join(RECORDS), "\n"])
    assert (found.sentences, found.tokens, found.unknown) == (3, 8, 1)
    total = sum(map(small.log_probability, sentences))
    assert found.log_probability == pytest.approx(total)
    assert found.perplexity == pytest.approx(math.exp(-total / 8))
    unknown = small.score(small.encode([["b", "x"]])[0])[1]
    assert found.perplexity_known == pytest.approx(math.exp(-(total - unknown) / 7))
    nothing = perplexity(small, ["\n"])
    assert not nothing.tokens and math.isnan(nothing.perplexity) and math.isnan(nothing.perplexity_known)


def test_records_and_their_tokens(small: LanguageModel) -> None:
    scorer = RecordScorer(small, RECORDS)
    scores = list(scorer.scores())
    assert [score.text for score in scores] == RECORDS and scorer.empty == 2
    assert [score[:3] for score in scores] == [(1, 3, 0), (2, None, None), (3, 5, 1), (4, None, None)]
    scorer = RecordScorer(small, RECORDS)
    tokens = list(scorer.token_scores())
    assert scorer.empty == 2
    assert [token[:3] for token in tokens] == [
        (1, 1, "a"), (1, 2, "b"), (1, 3, "</s>"), (2, None, None),
        (3, 1, "b"), (3, 2, "x"), (3, 3, "</s>"), (3, 4, "a"), (3, 5, "</s>"), (4, None, None),
    ]  # fmt: skip
    for score in scores:
        logs = [token.log_probability for token in tokens if token.line == score.line]
        assert score.log_probability == (None if logs == [None] else pytest.approx(sum(filter(None, logs))))
