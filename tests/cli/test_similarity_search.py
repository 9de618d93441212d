"""`textmine similarity --mode search` and its index file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import textmine
from tests.cli.test_similarity import files, rows, vectors  # noqa: F401  # vectors is a fixture

SEARCH = ("--mode", "search", "--convert", "none", "--show-texts")


def message(text: str) -> str:
    """A usage error without its frame."""
    return " ".join(text.replace("│", " ").split())


@pytest.mark.parametrize("name", ["a.txt", "b.txt", "v.npz", "link"])
def test_an_index_does_not_take_the_place_of_an_input(name: str, vectors: Path, tmp_path: Path) -> None:  # noqa: F811
    a, b = files(tmp_path, "a b\n", "d\na\n")
    (tmp_path / "link").symlink_to(b)
    before = {path: path.read_bytes() for path in (a, b, vectors)}
    done = textmine("similarity", a, b, *SEARCH, "--vectors", vectors, "--index", tmp_path / name)
    assert done.returncode == 2 and "is read, too" in message(done.stderr)
    assert {path: path.read_bytes() for path in (a, b, vectors)} == before


def test_an_index_has_a_place_of_its_own(vectors: Path, tmp_path: Path) -> None:  # noqa: F811
    a, b = files(tmp_path, "a b\n", "d\na\n")
    options = (a, b, *SEARCH, "--vectors", vectors, "--index")
    done = textmine("similarity", *options, tmp_path / "new", "-o", f"{tmp_path}/./new")
    assert done.returncode == 2 and "would be written twice" in message(done.stderr)
    done = textmine("similarity", *options, tmp_path / "gone" / "new")
    assert done.returncode == 2 and "there is no folder" in message(done.stderr)
