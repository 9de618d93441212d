"""`textmine similarity --mode search` and its index file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import textmine
from tests.cli.small import files, message, rows, small_vectors

SEARCH = ("--mode", "search", "--convert", "none", "--show-texts")


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    return small_vectors(tmp_path)


@pytest.mark.parametrize("name", ["a.txt", "b.txt", "v.npz", "link"])
def test_an_index_does_not_take_the_place_of_an_input(name: str, vectors: Path, tmp_path: Path) -> None:
    a, b = files(tmp_path, "a b\n", "d\na\n")
    (tmp_path / "link").symlink_to(b)
    before = {path: path.read_bytes() for path in (a, b, vectors)}
    done = textmine("similarity", a, b, *SEARCH, "--vectors", vectors, "--index", tmp_path / name)
    assert done.returncode == 2 and "is read, too" in message(done.stderr)
    assert {path: path.read_bytes() for path in (a, b, vectors)} == before


def test_an_index_has_a_place_of_its_own(vectors: Path, tmp_path: Path) -> None:
    a, b = files(tmp_path, "a b\n", "d\na\n")
    options = (a, b, *SEARCH, "--vectors", vectors, "--index")
    done = textmine("similarity", *options, tmp_path / "new", "-o", f"{tmp_path}/./new")
    assert done.returncode == 2 and "would be written twice" in message(done.stderr)
    done = textmine("similarity", *options, tmp_path / "gone" / "new")
    assert done.returncode == 2 and "there is no folder" in message(done.stderr)


def test_search_and_its_index(vectors: Path, tmp_path: Path) -> None:
    a, b = files(tmp_path, "a b\n玄德\nx\n", "d\na\nx\n玄德 曹操\nb a\n曹操\n")
    options = ("--mode", "search", "--metric", "wmd", "--top", "2", "--show-texts")
    whole = textmine("similarity", a, b, *options, "--vectors", vectors, "--convert", "none")
    found = [tuple(row[name] for name in ("line_a", "line_b", "text_b")) for row in rows(whole.stdout)]
    assert found == [("1", "5", "b a"), ("1", "2", "a"), ("2", "4", "玄德 曹操"), ("2", "6", "曹操")]
    assert "bounds ruled out the rest" in whole.stderr and "1 without a value" in whole.stderr
    index = tmp_path / "b.index"
    written = textmine(
        "similarity", a, b, *options, "--vectors", vectors, "--convert", "none", "--index", index
    )
    assert written.stdout == whole.stdout
    again = textmine("similarity", a, *options, "--index", index)
    assert again.stdout == whole.stdout
    index.write_bytes(index.read_bytes()[:500])
    broken = textmine("similarity", a, *options, "--index", index)
    assert broken.returncode == 1 and broken.stderr.count("\n") <= 2 and "damaged" in broken.stderr
