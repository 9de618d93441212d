from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.program import textmine
from textmine.vectors.model import WordVectors


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    path = tmp_path / "v.vec"
    words = {"man": (0, 1), "king": (1, 1), "woman": (0, 3), "queen": (1, 3), "cabbage": (5, 5)}
    WordVectors(list(words), np.array(list(words.values()), dtype=np.float32)).save(path)
    return path


def test_words_as_arguments(vectors: Path) -> None:
    done = textmine("analogy", vectors, "man", "king", "woman", "--method", "euclidean")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "a\tb\tc\tanswer\tscore",
        "man\tking\twoman\tqueen\t0",
        "man\tking\twoman\tcabbage\t-4.47214",
    ]


@pytest.mark.parametrize(
    ("method", "answer", "score"),
    [("3cosadd", "cabbage", "1"), ("3cosmul", "cabbage", "0.99883"), ("pmi", "cabbage", "20")],
)
def test_methods(vectors: Path, method: str, answer: str, score: str) -> None:
    done = textmine("analogy", vectors, "man", "king", "woman", "--method", method, "--top", "1")
    assert done.stdout.splitlines()[1:] == [f"man\tking\twoman\t{answer}\t{score}"]


def test_questions_from_a_pipe(vectors: Path) -> None:
    questions = "man king woman\n\nwoman\tqueen man\nman kign queen\n"
    done = textmine("analogy", vectors, "--method", "euclidean", "--top", "1", stdin=questions)
    assert done.returncode == 0
    assert done.stdout.splitlines()[1:] == ["man\tking\twoman\tqueen\t0", "woman\tqueen\tman\tking\t0"]
    assert done.stderr.count("\n") == 1 and "did you mean king" in done.stderr


def test_a_question_with_an_unknown_word(vectors: Path) -> None:
    done = textmine("analogy", vectors, "man", "kign", "woman")
    assert (done.returncode, done.stdout) == (1, "")
    assert "'kign'" in done.stderr and done.stderr.splitlines()[-1].startswith("textmine analogy: ")


def test_a_question_has_three_words(vectors: Path) -> None:
    done = textmine("analogy", vectors, "man", "king")
    assert done.returncode == 2 and "three" in done.stderr
    done = textmine("analogy", vectors, stdin="man king woman\nman king\n")
    assert done.returncode == 1 and "line 2: 2 words, not 3" in done.stderr
