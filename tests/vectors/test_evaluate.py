from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from textmine.errors import InputError
from textmine.vectors.analogy import Analogies
from textmine.vectors.evaluate import (
    Section,
    SectionResult,
    evaluate_analogies,
    evaluate_pairs,
    read_analogies,
    read_pairs,
    total,
)
from textmine.vectors.model import WordVectors
from textmine.vectors.neighbors import Similarity


def some_vectors(words: int = 200, dim: int = 6) -> WordVectors:
    matrix = np.random.default_rng(7).normal(size=(words, dim)).astype(np.float32)
    return WordVectors([f"w{i}" for i in range(words)], matrix)


@pytest.mark.parametrize(
    "text",
    [
        "# WordSim\n# Word 1\tWord 2\tHuman\ntiger\tbig cat\t7.35\n\nlove\tsex\t6.77\n",
        "Word 1,Word 2,Human (mean)\r\ntiger,big cat,7.35\r\nlove , sex,6.77\r\n",
        "word1\tword2\tscore\tPOS\ntiger\tbig cat\t7.35\tN\nlove\tsex\t6.77\tN\n",
        "word1\tword2\tPOS\tSimLex999\tconc(w1)\ntiger\tbig cat\tN\t7.35\t4.9\nlove\tsex\tN\t6.77\t2\n",
        "w1\tw2\tPOS\tnote\tscore\r\ntiger\tbig cat\tN\t\t7.35\r\nlove\tsex\tN\tx\t6.77\r\n",
    ],
)
def test_pairs_of_every_kind(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_bytes(text.encode())
    assert read_pairs(path) == [("tiger", "big cat", 7.35), ("love", "sex", 6.77)]


def test_pairs_between_spaces_compressed_and_in_lower_case(tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt.gz"
    path.write_bytes(gzip.compress(b"Tiger Cat 7.35\nTiger tiger 10\n"))
    assert read_pairs(path) == [("Tiger", "Cat", 7.35), ("Tiger", "tiger", 10.0)]
    assert read_pairs(path, lower=True) == [("tiger", "cat", 7.35), ("tiger", "tiger", 10.0)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\tb\t1\n\nc\td\n", "line 3: not two words and a score"),
        ("a b x\nc d y\n", "line 2: not two words and a score"),
        ("a b x\nc d x\ne f 1\n", "line 2: not two words and a score"),
        ("# x\ntiger\tcat\t7,35\nc\td\t1\n", "line 2: not two words and a score"),
        ("a\tb\tPOS\tx\nc\td\tN\t1\ne\tf\tN\tNA\t2\n", "line 3: not two words and a score"),
        ("a\tb\tPOS\tx\nc\td\tN\t1,5\t2\n", "line 2: not two words and a score"),
        ("a\tb\tc\tPOS\nd\te\tN\n", "line 2: not two words and a score"),
        ("c\td\tN\t1\ne\tf\tN\t2\n", "line 2: not two words and a score"),
        ("tiger cat\nc d 1\n", "line 1: not two words and a score"),
        ("tiger,cat,\nc,d,1\n", "line 1: not two words and a score"),
        ("a b nan\nc d 1\n", "line 1: not two words and a score"),
        ("a b 1\nc d nan\n", "line 2: not two words and a score"),
        ("# nothing\n", "holds no pairs"),
        ("Word 1,Word 2,Score\n", "holds no pairs"),
        ("\n", "no text"),
    ],
)
def test_broken_pairs(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_pairs(path)


def test_other_separators_further_on_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt"
    path.write_text("tiger cat 7.35 x,y\nbig cat,tiger,8,sure a b\nlove\tsex 6.77\n1,5\t2,5\t3\n")
    assert read_pairs(path) == [
        ("tiger", "cat", 7.35), ("big cat", "tiger", 8), ("love", "sex", 6.77), ("1,5", "2,5", 3),
    ]  # fmt: skip


def test_a_heading_does_not_move_a_score_in_the_third_place(tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt"
    path.write_text("one two score\ntiger cat 7.35\tx\ty\t3\n")
    assert read_pairs(path) == [("tiger", "cat", 7.35)]


def test_a_heading_is_heard_of(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("# people\nWord 1,Word 2,Human (mean)\ntiger,cat,7.35\n")
    heard: list[tuple[str, str]] = []
    assert read_pairs(path, on_heading=lambda *call: heard.append(call)) == [("tiger", "cat", 7.35)]
    assert heard == [(f"{path}, line 2", "Word 1,Word 2,Human (mean)")]


def test_sections_of_analogies(tmp_path: Path) -> None:
    path = tmp_path / "questions.txt"
    path.write_text("A b c d\n: one more\na b c D\n\na  b\tc e\n: none\n")
    assert read_analogies(path) == [
        Section("", [("A", "b", "c", "d")]),
        Section("one more", [("a", "b", "c", "D"), ("a", "b", "c", "e")]),
        Section("none", []),
    ]
    assert read_analogies(path, lower=True)[1].questions[0] == ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("text", "message"), [(": x\na b c d\na b c\n", "line 3: 3 words, not four"), (": x\n", "no questions")]
)
def test_broken_analogies(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "questions.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_analogies(path)


def test_spearman_by_ranks() -> None:
    matrix = np.array([[1, 0], [1, 0.1], [1, 0.5], [0, 1]], dtype=np.float32)
    similarity = Similarity(WordVectors(list("abcd"), matrix))
    pairs = [("a", "b", 9.0), ("a", "c", 2.0), ("a", "d", 5.0), ("a", "x", 9.9), ("c", "c", 10.0)]
    # ranks of the cosines 3 2 1 4, of the scores 3 1 2 4: 1 - 6 * 2 / (4 * 15)
    result = evaluate_pairs(similarity, pairs)
    assert result.spearman == pytest.approx(0.8) and (result.covered, result.total) == (4, 5)


@pytest.mark.parametrize(
    "pairs", [[], [("a", "x", 1.0)], [("a", "b", 1.0)], [("a", "b", 1.0), ("a", "c", 1.0)]]
)
def test_spearman_is_not_always_defined(pairs: list[tuple[str, str, float]]) -> None:
    similarity = Similarity(WordVectors(list("abc"), np.eye(3, dtype=np.float32)))
    assert evaluate_pairs(similarity, pairs).spearman is None


def test_accuracy_by_section_in_all_and_within_a_vocabulary() -> None:
    matrix = np.array([[0, 1], [1, 1], [0, 3], [1, 3], [5, 5]], dtype=np.float32)
    vectors = WordVectors(["man", "king", "woman", "queen", "cabbage"], matrix)
    sections = [
        Section("right", [("man", "king", "woman", "queen"), ("man", "king", "woman", "Queen")]),
        Section("wrong", [("man", "king", "woman", "cabbage")]),
        Section("empty", []),
    ]
    heard: list[tuple[str, int, int | None]] = []
    results = evaluate_analogies(
        Analogies(vectors, "euclidean"), sections, on_progress=lambda *call: heard.append(call)
    )
    assert results == [
        SectionResult("right", 1, 1, 2),
        SectionResult("wrong", 0, 1, 1),
        SectionResult("empty", 0, 0, 0),
    ]
    assert [result.accuracy for result in results] == [1, 0, None]
    assert total(results) == SectionResult("total", 1, 2, 3)
    assert heard == [("answering", 2, 2)]
    results = evaluate_analogies(Analogies(vectors, "euclidean", vocabulary=4), sections)
    assert total(results) == SectionResult("total", 1, 1, 3)
    assert total(evaluate_analogies(Analogies(vectors, vocabulary=1), sections)).covered == 0


@pytest.mark.parametrize("vocabulary", [None, 120])
def test_gensim_counts_the_same(tmp_path: Path, vocabulary: int | None) -> None:
    keyedvectors = pytest.importorskip("gensim.models.keyedvectors")
    vectors = some_vectors()
    theirs = keyedvectors.KeyedVectors(vectors.dim)
    theirs.add_vectors(list(vectors.words), vectors.matrix)
    rng = np.random.default_rng(11)
    units = vectors.matrix / np.linalg.norm(vectors.matrix, axis=1, keepdims=True)
    lines = []
    for number in range(300):
        if number % 100 == 0:
            lines.append(f": part {number}")
        a, b, c = rng.choice(220, 3, replace=False)  # some are not known
        d = rng.integers(220)
        if max(a, b, c) < 200 and number % 3:  # a good half is answered right, within the first words or not
            scores = units @ (units[b] - units[a] + units[c])
            scores[[a, b, c]] = -9
            d = scores[: vocabulary if number % 2 else None].argmax()
        lines.append(f"w{a} w{b} w{c} w{d}")
    path = tmp_path / "questions.txt"
    path.write_text("\n".join(lines) + "\n")
    results = evaluate_analogies(Analogies(vectors, vocabulary=vocabulary), read_analogies(path))
    accuracy, parts = theirs.evaluate_word_analogies(
        str(path), restrict_vocab=vocabulary or 10**6, case_insensitive=False
    )
    assert total(results).accuracy == pytest.approx(accuracy) and accuracy > 0.3
    for result, part in zip(results, parts, strict=False):
        assert result.correct == len(part["correct"])
        assert result.covered == len(part["correct"]) + len(part["incorrect"])


def test_gensim_ranks_the_same() -> None:
    keyedvectors = pytest.importorskip("gensim.models.keyedvectors")
    datapath = pytest.importorskip("gensim.test.utils").datapath
    for name in ("wordsim353.tsv", "simlex999.txt"):
        pairs = read_pairs(datapath(name), lower=True)
        words = sorted({word for first, second, _ in pairs for word in (first, second)})[::2]
        matrix = np.random.default_rng(3).normal(size=(len(words), 5)).astype(np.float32)
        theirs = keyedvectors.KeyedVectors(5)
        theirs.add_vectors(words, matrix)
        result = evaluate_pairs(Similarity(WordVectors(words, matrix)), pairs)
        _, spearman, unknown = theirs.evaluate_word_pairs(datapath(name))
        assert result.total == {"w": 353, "s": 999}[name[0]]
        assert result.spearman == pytest.approx(spearman.statistic, abs=1e-6)
        assert result.covered == round(result.total * (1 - unknown / 100))
