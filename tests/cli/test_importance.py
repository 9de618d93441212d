from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.cli.program import textmine
from textmine.vectors.model import WordVectors


def write(path: Path, counts: list[int] | None) -> Path:
    matrix = np.array([[1, 0], [0, 2], [2, 2]], dtype=np.float32)
    WordVectors(["the", "cat", "miaows"], matrix, None if counts is None else np.array(counts)).save(path)
    return path


def test_rows_and_the_line(tmp_path: Path) -> None:
    vectors = write(tmp_path / "v.npz", [4, 2, 2])
    done = textmine("importance", vectors)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "word\tcount\tsquared_norm\tminus_log_p",
        "miaows\t2\t8\t1.38629",
        "cat\t2\t4\t1.38629",
        "the\t4\t1\t0.693147",
    ]
    assert done.stderr == "squared norm = 7.213 x -log P -4; correlation 0.822 over 3 words\n"
    done = textmine("importance", vectors, "--top", "1", "--quiet")
    assert done.stdout.count("\n") == 2 and done.stderr == ""


def test_counts_are_needed(tmp_path: Path) -> None:
    for path, counts in ((tmp_path / "v.vec", [4, 2, 2]), (tmp_path / "v.npz", None)):
        done = textmine("importance", write(path, counts))
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("textmine importance: these vectors come without the counts")
