"""Small vectors and texts for the tests of `textmine similarity`."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from textmine.vectors.model import WordVectors

WORDS = ["a", "b", "c", "d", "玄德", "曹操"]
MATRIX = np.array([[1, 0], [0, 1], [1, 1], [-2, 0], [3, 4], [4, 3]], np.float32)


def small_vectors(folder: Path) -> Path:
    """A file of vectors of WORDS, for text cut by white space."""
    counts = np.array([60, 50, 40, 30, 20, 10])
    WordVectors(WORDS, MATRIX, counts, {"tokenizer": "whitespace"}).save(folder / "v.npz")
    return folder / "v.npz"


def files(folder: Path, a: str, b: str) -> tuple[Path, Path]:
    """Two files of these texts."""
    (folder / "a.txt").write_text(a)
    (folder / "b.txt").write_text(b)
    return folder / "a.txt", folder / "b.txt"


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a TSV."""
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))


def message(text: str) -> str:
    """A usage error without its frame."""
    return " ".join(text.replace("│", " ").split())
