from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.program import textmine
from textmine.vectors.model import WordVectors

WORDS = [f"{kind}{number}" for number in range(6) for kind in "ab"]


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    """Words a... point one way, b... another; the higher the number the less so."""
    rows = [
        (5, number / 9) if word[0] == "a" else (number / 9, 1)
        for word, number in zip(WORDS, range(12), strict=True)
    ]
    WordVectors(WORDS, np.array(rows, np.float32)).save(tmp_path / "v.npz")
    return tmp_path / "v.npz"


def rows_of(output: str) -> list[list[str]]:
    heading, *rows = [line.split("\t") for line in output.splitlines()]
    assert heading == ["cluster", "word", "cosine", "probability"]
    return rows


def test_every_word_is_in_one_group(vectors: Path) -> None:
    done = textmine("cluster", vectors, "--clusters", "2")
    assert (done.returncode, done.stderr) == (0, "12 words in 2 groups of 6 to 6\n")
    rows = rows_of(done.stdout)
    assert sorted(row[1] for row in rows) == sorted(WORDS)
    assert [row[0] for row in rows] == ["1"] * 6 + ["2"] * 6 and {row[3] for row in rows} == {""}
    assert len({row[1][0] for row in rows[:6]}) == 1
    for group in (rows[:6], rows[6:]):
        cosines = [float(row[2]) for row in group]
        assert cosines == sorted(cosines, reverse=True)


def test_first_words_only(vectors: Path) -> None:
    done = textmine("cluster", vectors, "--clusters", "2", "--top", "2", "--max-vocabulary", "8", "--quiet")
    rows = rows_of(done.stdout)
    assert done.stderr == "" and [row[0] for row in rows] == ["1", "1", "2", "2"]
    assert {row[1] for row in rows} <= set(WORDS[:8])


def test_soft_groups_overlap(vectors: Path) -> None:
    soft = ("cluster", vectors, "--clusters", "2", "--method", "soft")
    done = textmine(*soft, "--sharpness", "5", "--no-centre")
    rows = rows_of(done.stdout)
    assert {row[1] for row in rows} == set(WORDS) and len(rows) > len(WORDS)
    assert all(float(row[3]) >= 0.1 for row in rows)
    alone = textmine(*soft, "--min-probability", ".99")
    assert all(float(row[3]) >= 0.99 for row in rows_of(alone.stdout))


def test_no_word_is_lost(vectors: Path) -> None:
    """However even the probabilities are, a word is at least in its best group."""
    soft = ("cluster", vectors, "--clusters", "2", "--method", "soft", "--sharpness", ".1", "--no-centre")
    done = textmine(*soft, "--min-probability", "1")
    rows = rows_of(done.stdout)
    assert sorted(row[1] for row in rows) == sorted(WORDS) and all(float(row[3]) < 1 for row in rows)
    both = rows_of(textmine(*soft).stdout)
    best = {row[1]: row for row in sorted(both, key=lambda row: float(row[2]))}
    assert sorted(rows) == sorted(best.values())


def test_vectors_without_a_direction(vectors: Path) -> None:
    WordVectors(["a", "b"], np.ones((2, 3), np.float32)).save(vectors)
    done = textmine("cluster", vectors, "--clusters", "2")
    assert (done.returncode, done.stdout) == (1, "") and "too few for 2 clusters" in done.stderr


def test_seed_and_bytes(vectors: Path) -> None:
    runs = [textmine("cluster", vectors, "--clusters", "5", "--seed", seed).stdout for seed in "778"]
    assert runs[0] == runs[1] != runs[2]


def test_too_many_groups(vectors: Path) -> None:
    done = textmine("cluster", vectors, "--clusters", "13", "-o", vectors.with_name("out.tsv"))
    assert done.returncode == 1 and "too few for 13 clusters" in done.stderr and done.stderr.count("\n") == 1
    assert list(vectors.parent.iterdir()) == [vectors]


def test_unfinished(vectors: Path) -> None:
    done = textmine("cluster", vectors, "--clusters", "2", "--rounds", "1")
    assert done.returncode == 0 and "still changing after 1 rounds" in done.stderr
