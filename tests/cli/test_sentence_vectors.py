from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.program import textmine
from textmine.vectors.model import WordVectors

MATRIX = np.array([[1, 2], [4, 8], [0, -1], [3, 0]], np.float32)


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    path = tmp_path / "v.npz"
    WordVectors(["玄德", "a", "b", "c"], MATRIX, np.array([9, 3, 2, 1])).save(path)
    return path


def test_rows(vectors: Path) -> None:
    done = textmine("sentence-vectors", vectors, "--method", "sum", stdin="玄德 a\n\nb x x y c\n")
    assert done.returncode == 0
    assert done.stdout == "sentence\twords\tv1\tv2\n玄德 a\t2\t5\t10\n\t0\t0\t0\nb x x y c\t2\t3\t-1\n"
    assert done.stderr == (
        "3 of 7 words left out for want of a vector (2 different, most often 'x')\n"
        "1 of 3 sentences without a known word: all 0\n"
    )


def test_mean_of_a_field(vectors: Path, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps({"body": "a c"}) + "\n")
    arguments = ("--method", "mean", "--field", "body", "--format", "jsonl")
    done = textmine("sentence-vectors", vectors, tmp_path / "in.jsonl", *arguments)
    assert json.loads(done.stdout) == {"sentence": "a c", "words": 2, "v1": 3.5, "v2": 4}


def test_sif_takes_the_common_direction_away(vectors: Path) -> None:
    done = textmine("sentence-vectors", vectors, "--components", "1", stdin="玄德\na\n玄德 a\n")
    assert (done.returncode, done.stderr) == (0, "")
    numbers = [float(cell) for line in done.stdout.splitlines()[1:] for cell in line.split("\t")[2:]]
    assert np.allclose(numbers, 0, atol=1e-12)


def test_vectors_without_counts_are_told_of(vectors: Path) -> None:
    text = vectors.with_name("v.vec")
    WordVectors.load(vectors).save(text)
    for method, lines in (("sif", 1), ("mean", 0)):
        done = textmine("sentence-vectors", text, "--method", method, stdin="a\nb\nc\n")
        assert done.returncode == 0 and done.stderr.count("no counts of words") == lines
    assert textmine("sentence-vectors", text, "--quiet", stdin="a\nb\nc x\n").stderr == ""


@pytest.mark.parametrize(
    ("text", "method", "message"),
    [
        ("x y\n", "sif", "no word of the sentences has a vector"),
        ("x y\n", "sum", "no word of the sentences has a vector"),
        ("a\n", "sif", "what sentences have in common cannot be told from 1 of them"),
        ("a\n", "sif", "--method mean or --components 0"),
        ("a\nb\n", "usif", "5 components less, vectors of 2 numbers have nothing left"),
    ],
)
def test_nothing_to_work_with(vectors: Path, text: str, method: str, message: str) -> None:
    done = textmine("sentence-vectors", vectors, "--method", method, "-o", vectors.parent / "o", stdin=text)
    assert done.returncode == 1 and message in done.stderr and done.stderr.count("\n") == 1
    assert list(vectors.parent.iterdir()) == [vectors]


@pytest.mark.parametrize("method", ["sum", "mean", "sif"])
def test_nothing_is_written_before_an_error(vectors: Path, method: str) -> None:
    arguments = ("sentence-vectors", vectors, "--method", method, "--components")
    done = textmine(*arguments, "0", stdin="x y\nz\n")
    assert (done.returncode, done.stdout) == (1, "") and "no word of the sentences" in done.stderr
    done = textmine(*arguments, "2", stdin="a\nb\nc\n")
    assert (done.returncode, done.stdout) == (1, "") and "fewer than 2" in done.stderr


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "v").write_text("Once upon a time\n")
    done = textmine("sentence-vectors", tmp_path / "v", stdin="a\n")
    assert done.returncode == 1 and "no file of word vectors" in done.stderr
