from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.corpus import Corpus
from textmine.errors import InputError
from textmine.terms.expand import expand_terms
from textmine.terms.term_vectors import _counts, _folded_text, folded, term_rows, train_term_vectors
from textmine.vectors.model import WordVectors

SPACED = "the wind turbine turns fast . the rotor blade turns fast . a red  wind turbine stands still .\n"


def trained(
    text: str, folder: Path, counts: dict[str, int], threads: int | None = None, dim: int | None = None
) -> WordVectors:
    (folder / "text").write_text(text, "utf-8")
    with Corpus([folder / "text"], block_size=100) as corpus:
        return train_term_vectors(corpus, counts, threads=threads, dim=dim)


def test_a_term_of_several_words_is_one(tmp_path: Path) -> None:
    vectors = trained(SPACED * 3, tmp_path, {"wind turbine": 6, "blade": 3, "gone": 3})
    assert vectors.counts is not None
    counts = dict(zip(vectors.words, vectors.counts.tolist(), strict=True))
    assert counts["wind turbine"] == 6 and counts["blade"] == 3
    assert "wind" not in counts and "gone" not in counts
    assert term_rows(vectors, ["gone", "wind turbine", "blade"]).tolist() == [
        -1,
        vectors.index("wind turbine"),
        vectors.index("blade"),
    ]


def test_capitals_and_blanks(tmp_path: Path) -> None:
    """The text is in other capitals and blanks than the terms, which keep their spelling."""
    text = SPACED.replace("wind turbine", "Wind\t TURBINE").replace("blade", "Blade") * 20  # several blocks
    vectors = trained(text, tmp_path, {"Wind  turbine": 20, "BLADE": 2, "blade": 1, "wind turbine": 20})
    assert vectors.counts is not None
    counts = dict(zip(vectors.words, vectors.counts.tolist(), strict=True))
    assert counts["Wind  turbine"] == 40 and counts["BLADE"] == 20 and counts["the"] == 40
    assert not {"wind", "turbine", "wind turbine", "Blade", "blade"} & counts.keys()
    plain = trained(SPACED * 20, tmp_path, {"wind turbine": 40, "blade": 3})
    assert [word.lower().replace("  ", " ") for word in vectors.words] == plain.words
    assert np.array_equal(vectors.matrix, plain.matrix)


def test_a_seed_in_other_capitals_does_not_count_again() -> None:
    assert _counts({"Rotor": 5, "gear": 3, "cog": None}, ["ROTOR", "Blade", "blade"]) == {
        "Rotor": 5,
        "gear": 3,
        "cog": 1,
        "blade": 1,
    }
    assert _counts(["Rotor"], ["gear"]) == {"Rotor": 1, "gear": 1}


@given(st.text("aA \n\t\u3000"), st.lists(st.integers(0, 20)))
def test_text_in_pieces_is_folded_as_a_whole(text: str, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(edges)]
    joined = "".join(_folded_text(pieces))
    assert [folded(line) for line in text.split("\n")] == [line.strip(" ") for line in joined.split("\n")]
    assert "  " not in joined and joined == "".join(_folded_text([text]))


def test_rows_by_spelling_then_folded() -> None:
    words = ["rotor", "Rotor", "Wind_Turbine", "GEAR box", "gear box", "A_b"]
    vectors = WordVectors(words, np.eye(6, dtype=np.float32))
    terms = [
        "Rotor",
        "ROTOR",
        "wind  turbine",
        "Gear\u00a0Box",
        "a b",
        "a_B",
        "gear",
        "gear box",
        "Wind Turbine",
    ]
    assert term_rows(vectors, terms).tolist() == [1, 0, 2, 3, 5, 5, -1, 4, 2]


def test_terms_used_alike_are_near(tmp_path: Path) -> None:
    """Fruits and tools, in sentences of their own kind, without spaces."""
    random = np.random.default_rng(5)
    fruits, tools = ["苹果", "香蕉", "葡萄", "桃子"], ["锤子", "钳子", "锯子", "斧头"]
    frames = ["我喜欢吃甜的{}水果", "成熟的{}长在树上"], ["用铁做的{}很重", "工匠拿着{}干活"]
    lines = []
    for _ in range(400):
        kind = random.integers(2)
        word = random.choice((fruits, tools)[kind])
        lines.append(random.choice(frames[kind]).format(word))
    text = "\n".join(lines) + "\n"
    counts = {word: text.count(word) for word in [*tools, *fruits]}
    vectors = trained(text, tmp_path, counts)
    found = expand_terms(vectors, list(counts), ["苹果"])
    assert {row.term for row in found.terms if row.steps is not None} == set(fruits)
    again = trained(text, tmp_path, counts, threads=1)
    assert again.words == vectors.words and np.array_equal(again.matrix, vectors.matrix)
    assert trained(text, tmp_path, counts, dim=3).dim == 3


def test_too_short_a_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no word occurs 2 times"):
        trained("一二三\n", tmp_path, {"一": 1})
