from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from textmine.corpus import Corpus
from textmine.errors import InputError
from textmine.terms.expand import expand_terms
from textmine.terms.term_vectors import term_rows, train_term_vectors
from textmine.vectors.model import WordVectors

SPACED = "the wind turbine turns fast . the rotor blade turns fast . a red  wind turbine stands still .\n"


def trained(
    text: str, folder: Path, counts: dict[str, int], threads: int | None = None, dim: int | None = None
) -> WordVectors:
    (folder / "text").write_text(text, "utf-8")
    with Corpus([folder / "text"], block_size=100) as corpus:
        return train_term_vectors(corpus, counts, directory=str(folder), threads=threads, dim=dim)


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
    assert {row.term for row in found.rows if row.steps is not None} == set(fruits)
    again = trained(text, tmp_path, counts, threads=1)
    assert again.words == vectors.words and np.array_equal(again.matrix, vectors.matrix)
    assert trained(text, tmp_path, counts, dim=3).dim == 3


def test_too_short_a_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no word occurs 2 times"):
        trained("一二三\n", tmp_path, {"一": 1})
