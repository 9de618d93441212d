from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.program import textmine
from textmine.vectors.model import WordVectors

WORDS = [f"w{number}" for number in range(40)]


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    matrix = np.random.default_rng(6).normal(size=(40, 3)).astype(np.float32)
    WordVectors(WORDS, matrix).save(tmp_path / "a.npz")
    turned = -2 * matrix[:, ::-1]
    WordVectors([*WORDS[:39], "x"], turned).save(tmp_path / "b.vec")
    return tmp_path


def test_one_row(vectors: Path) -> None:
    done = textmine("compare-vectors", vectors / "a.npz", vectors / "b.vec", "--format", "jsonl")
    assert (done.returncode, done.stderr) == (0, "2 words that one side has only were left out\n")
    row = json.loads(done.stdout)
    assert list(row) == ["shared", "only_first", "only_second", "cka", "hsic", "overlap"]
    assert (row["shared"], row["only_first"], row["only_second"]) == (39, 1, 1)
    assert row["cka"] == pytest.approx(1) and row["overlap"] == 1 and row["hsic"] > 0


def test_the_same_file(vectors: Path) -> None:
    done = textmine("compare-vectors", vectors / "a.npz", vectors / "a.npz", "--queries", "5")
    assert done.stderr == "" and done.stdout.splitlines()[1].split("\t")[:4] == ["40", "0", "0", "1"]


def test_nothing_in_common(vectors: Path) -> None:
    WordVectors(["p", "q"], np.eye(2, dtype=np.float32)).save(vectors / "c.bin")
    done = textmine("compare-vectors", vectors / "a.npz", vectors / "c.bin")
    assert done.returncode == 1 and "share 0 words" in done.stderr and done.stderr.count("\n") == 1
