from __future__ import annotations

from pathlib import Path

from tests.cli.program import textmine
from textmine.vectors.model import WordVectors

NOVEL = Path(__file__).parents[2] / "data" / "three-kingdoms.txt"
QUICK = ("--tokenizer", "char", "--dim", "20", "--min-count", "20")


def test_from_raw_text_to_vectors(tmp_path: Path) -> None:
    done = textmine("train-svd", NOVEL, *QUICK, "--threads", "1", "-o", tmp_path / "v.npz")
    assert done.returncode == 0 and done.stdout == "", done.stderr
    vectors = WordVectors.load(tmp_path / "v.npz")
    assert "曹" in vectors and vectors.dim == 20
    assert vectors.header["program"] == "train-svd" and vectors.header["window"] == 10
    assert vectors.counts is not None and vectors.counts[0] == vectors.counts.max()
    again = textmine(
        "train-svd", *QUICK, "--threads", "4", "-o", tmp_path / "w.npz", stdin=NOVEL.read_bytes()
    )
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "v.npz").read_bytes() == (tmp_path / "w.npz").read_bytes()


def test_options_reach_the_training(tmp_path: Path) -> None:
    options = ("--window", "3", "--weighting", "flat", "--smoothing", "1", "--eigenvalue-weight", "0")
    more = ("--shift", "-0.5", "--sample", "1e-3", "--add-contexts", "--seed", "7", "-q")
    done = textmine("train-svd", NOVEL, *QUICK, *options, *more, "-o", tmp_path / "v.npz")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    header = WordVectors.load(tmp_path / "v.npz").header
    told = {
        name: header[name] for name in ("window", "smoothing", "eigenvalue_weight", "shift", "seed", "sample")
    }
    assert told == {
        "window": 3,
        "smoothing": 1.0,
        "eigenvalue_weight": 0.0,
        "shift": -0.5,
        "seed": 7,
        "sample": 1e-3,
    }
    assert header["add_contexts"] is True


def test_too_little_text(tmp_path: Path) -> None:
    done = textmine("train-svd", "--min-count", "1", "-o", tmp_path / "v.npz", stdin="a b\nc d\n")
    assert done.returncode == 1 and done.stdout == ""
    assert "textmine train-svd: the words' contexts have 4 components, not 100; ask" in done.stderr
    assert not (tmp_path / "v.npz").exists()
