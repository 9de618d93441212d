from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.program import textmine
from textmine.vectors.model import WordVectors


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    path = tmp_path / "v.npz"
    words = {"man": (1, 0), "king": (1, 1), "woman": (3, 0), "queen": (3, 1), "cabbage": (-5, 5)}
    WordVectors(list(words), np.array(list(words.values()), dtype=np.float32)).save(path)
    (tmp_path / "pairs.tsv").write_text(
        "# two words\nMan\twoman\t9\nman\tking\t5\nman\tcabbage\t1\nman\tx\t1\n"
    )
    (tmp_path / "analogies.txt").write_text(
        ": family\nman king woman queen\nking man queen woman\n"
        ": other\nman king woman cabbage\nman king woman Queen\n"
    )
    return path


def test_pairs_and_analogies(vectors: Path) -> None:
    done = textmine(
        "evaluate-vectors", "v.npz", "--pairs", "pairs.tsv", "--pairs", "pairs.tsv",
        "--analogies", "analogies.txt", "--method", "euclidean", folder=vectors.parent,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "file\tsection\tmeasure\tscore\tcovered\ttotal",
        "pairs.tsv\t\tspearman\t1\t2\t4",
        "pairs.tsv\t\tspearman\t1\t2\t4",
        "analogies.txt\tfamily\taccuracy\t1\t2\t2",
        "analogies.txt\tother\taccuracy\t0\t1\t2",
        "analogies.txt\ttotal\taccuracy\t0.666667\t3\t4",
    ]


def test_lower_case_and_vocabulary(vectors: Path) -> None:
    done = textmine(
        "evaluate-vectors", "v.npz", "--pairs", "pairs.tsv", "--analogies", "analogies.txt",
        "--lower", "--vocabulary", "4", "--method", "euclidean", folder=vectors.parent,
    )  # fmt: skip
    assert [line.split("\t")[3:] for line in done.stdout.splitlines()[1:]] == [
        ["1", "3", "4"], ["1", "2", "2"], ["1", "1", "2"], ["1", "3", "4"],
    ]  # fmt: skip


def test_a_heading_is_told_of(vectors: Path, tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("word,word,mean\nman,king,5\nman,woman,9\n")
    arguments = ("evaluate-vectors", "v.npz", "--pairs", "pairs.csv")
    done = textmine(*arguments, folder=tmp_path)
    assert done.returncode == 0 and done.stdout.endswith("\t1\t2\t2\n")
    assert done.stderr == "pairs.csv, line 1: passed over as a heading: 'word,word,mean'\n"
    assert textmine(*arguments, "--quiet", folder=tmp_path).stderr == ""


def test_nothing_covered_is_an_error(vectors: Path, tmp_path: Path) -> None:
    (tmp_path / "other.tsv").write_text("chat\tchien\t7\n")
    (tmp_path / "other.txt").write_text(": autre\nchat chien roi reine\n")
    sets = ("--pairs", tmp_path / "other.tsv", "--analogies", tmp_path / "other.txt")
    for options, kinds in (
        (sets[:2], "no pair"),
        (sets[2:], "no question"),
        (sets, "no pair and no question"),
    ):
        for lower in ((), ("--lower",)):
            done = textmine("evaluate-vectors", vectors, *options, *lower)
            assert (done.returncode, done.stdout) == (1, "") and done.stderr.count("\n") == 1
            assert f": {kinds} has known words only; " in done.stderr and "language" in done.stderr
            assert ("--lower" in done.stderr) is not bool(lower)


def test_a_file_of_which_nothing_is_covered_is_told_of(vectors: Path, tmp_path: Path) -> None:
    (tmp_path / "other.tsv").write_text("chat\tchien\t7\n")
    arguments = ("--pairs", "pairs.tsv", "--pairs", "other.tsv", "--analogies", "analogies.txt")
    done = textmine("evaluate-vectors", "v.npz", *arguments, folder=tmp_path)
    assert done.returncode == 0 and "other.tsv\t\tspearman\t\t0\t1\n" in done.stdout
    assert done.stderr.count("\n") == 1 and done.stderr.startswith(
        "other.tsv: no line has known words only; "
    )


def test_a_broken_file_is_told_with_its_line(vectors: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text(": x\na b c\n")
    done = textmine("evaluate-vectors", vectors, "--analogies", tmp_path / "bad.txt")
    assert done.returncode == 1 and "bad.txt, line 2" in done.stderr and done.stderr.count("\n") == 1
    done = textmine("evaluate-vectors", vectors, "--pairs", tmp_path / "none.txt")
    assert done.returncode == 1 and "there is no file" in done.stderr


def test_something_must_be_asked(vectors: Path) -> None:
    done = textmine("evaluate-vectors", vectors)
    assert done.returncode == 2 and "--pairs" in done.stderr
