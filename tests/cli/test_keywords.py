from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.program import textmine
from textmine.vectors.model import WordVectors


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    path = tmp_path / "v.npz"
    words = {"的": (0.1, 0), "火山": (1, 2), "岩浆": (1, 3), "a": (-2, 0)}
    WordVectors(list(words), np.array(list(words.values()), dtype=np.float32)).save(path)
    return path


def test_keywords_of_lines(vectors: Path) -> None:
    done = textmine("keywords", vectors, stdin="火山 的 岩浆\n\n的 xyz 的\nxyz\na\n")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "document\tword\tscore",
        "1\t岩浆\t17.1",
        "1\t火山\t12.1",
        "1\t的\t0.21",
        "3\t的\t0.02",
        "5\ta\t4",
    ]
    assert done.stderr == "2 of 8 words without a vector\n"


def test_keywords_of_files(vectors: Path, tmp_path: Path) -> None:
    texts = [tmp_path / "1.txt", tmp_path / "2.txt"]
    texts[0].write_text("火山\n的\n", encoding="utf-8")
    texts[1].write_text("A A\n", encoding="utf-8")
    done = textmine(
        "keywords",
        vectors,
        *texts,
        "--document",
        "file",
        "--top",
        "1",
        "--normalise",
        "lower",
        "-o",
        tmp_path / "o",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "o").read_text("utf-8").splitlines()[1:] == ["1\t火山\t5.1", "2\ta\t8"]


def test_a_text_without_known_words_is_an_error(vectors: Path) -> None:
    out = vectors.with_name("out.tsv")
    done = textmine("keywords", vectors, "-o", out, stdin="火山的岩浆\n")
    assert (done.returncode, done.stdout) == (1, "") and not out.exists()
    assert done.stderr.count("\n") == 1 and "--tokenizer jieba" in done.stderr


def test_punctuation_and_figures_count_but_are_not_listed(vectors: Path) -> None:
    matrix = np.array([[1, 0], [5, 0], [7, 1]], np.float32)
    WordVectors(["火山", "，", "1998"], matrix).save(vectors)
    done = textmine("keywords", vectors, stdin="火山 ， 1998\n，\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "document\tword\tscore\n1\t火山\t13\n"
    done = textmine("keywords", vectors, stdin="，\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "document\tword\tscore\n", "")
