"""`textmine similarity --mode search` and its index file."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from tests.cli.program import textmine
from tests.cli.small import files, message, rows, small_vectors
from textmine.similarity.search import TransportIndex

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
    options = ("--mode", "search", "--top", "2", "--show-texts")
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


def found(text: str) -> list[tuple[str, str]]:
    return [(row["line_a"], row["line_b"]) for row in rows(text)]


@pytest.mark.parametrize("metric", ["wmd", "wrd", "cosine", "sinkhorn"])
def test_a_line_does_not_find_itself(metric: str, vectors: Path, tmp_path: Path) -> None:
    a, _ = files(tmp_path, "a b\nd\na b\nx\na b\n玄德\n", "")
    options: tuple[str | Path, ...] = ("--mode", "search", "--metric", metric, "--vectors", vectors)
    options += ("--top", "2")
    options += () if metric == "cosine" else ("--convert", "none")
    done = textmine("similarity", a, *options)
    nearest = found(done.stdout)
    assert [pair for pair in nearest if pair[0] in "135"] == [
        ("1", "3"), ("1", "5"), ("3", "1"), ("3", "5"), ("5", "1"), ("5", "3")
    ]  # fmt: skip
    assert all(line != other for line, other in nearest) and len(nearest) == 10
    assert "1 text of A without a word that counts: never found" in done.stderr
    (tmp_path / "link.txt").symlink_to(a)
    assert textmine("similarity", a, tmp_path / "link.txt", *options).stdout == done.stdout


def test_a_line_alone_finds_nothing(vectors: Path, tmp_path: Path) -> None:
    a, _ = files(tmp_path, "a b\n", "")
    done = textmine("similarity", a, *SEARCH, "--vectors", vectors)
    assert done.returncode == 0 and rows(done.stdout) == [] and "without a value" not in done.stderr


def test_texts_that_are_never_found_are_counted(vectors: Path, tmp_path: Path) -> None:
    a, b = files(tmp_path, "a\n", "x\nd\n\nb\n")
    for metric in ("wmd", "cosine"):
        done = textmine("similarity", a, b, "--mode", "search", "--vectors", vectors, "--metric", metric)
        assert len(rows(done.stdout)) == 2
        assert "2 texts of B without a word that counts: never found\n" in done.stderr


def test_an_index_says_what_it_holds(vectors: Path, tmp_path: Path) -> None:
    a, b = files(tmp_path, "a b\nd\n", "d\na\nx\n")
    index = tmp_path / "b.index"
    made = ("--vectors", vectors, "--metric", "wrd", "--index", index)
    assert textmine("similarity", a, b, *SEARCH, *made).returncode == 0
    done = textmine("similarity", a, "--mode", "search", "--index", index, "--certificate")
    assert "the index holds 3 texts, for --metric wrd, cut by whitespace\n" in done.stderr
    assert "1 text of the index without a word that counts: never found\n" in done.stderr
    assert found(done.stdout) == [("1", "2"), ("1", "1"), ("2", "1"), ("2", "2")]


@pytest.mark.parametrize(
    "option",
    [
        ("--metric", "wmd"),
        ("--vectors", "glove"),
        ("--convert", "none"),
        ("--frequencies", "en"),
        ("--stop-words", "a.txt"),
        ("--tokenizer", "word"),
    ],
)
def test_an_index_is_searched_as_it_was_written(option: tuple[str, str], tmp_path: Path) -> None:
    files(tmp_path, "a\n", "")
    (tmp_path / "b.index").write_text("")
    arguments = ("a.txt", "--mode", "search", "--index", "b.index", *option)
    done = textmine("similarity", *arguments, folder=tmp_path)
    assert done.returncode == 2 and f"leave out {option[0]}, or name B" in message(done.stderr)


def test_an_index_takes_the_place_of_an_index_only(vectors: Path, tmp_path: Path) -> None:
    a, b = files(tmp_path, "a b\n", "d\na\n")
    corpus = tmp_path / "corpus"
    corpus.write_text("dear\n")
    options = (*SEARCH, "--vectors", vectors, "--index")
    done = textmine("similarity", a, b, *options, corpus)
    assert done.returncode == 2 and "is there and no index" in message(done.stderr)
    assert corpus.read_text() == "dear\n"
    for _ in range(2):
        done = textmine("similarity", a, b, *options, tmp_path / "b.index")
        assert done.returncode == 0 and "the index is written; leave B out" in done.stderr


def test_what_is_found_depends_on_no_other_query(tmp_path: Path) -> None:
    lines = [f"{x} {y} z{i % 7}" for i, (x, y) in enumerate(product("abcdefgh", repeat=2))]
    a, b = files(tmp_path, "a b\n", "\n".join(lines))
    alone = rows(textmine("similarity", a, b, "--mode", "search").stdout)
    a.write_text("a b\n" + "p q r s\n" * 50)
    assert rows(textmine("similarity", a, b, "--mode", "search").stdout)[: len(alone)] == alone != []


def test_an_index_stays_with_its_lexicon(vectors: Path, tmp_path: Path) -> None:
    a, b = files(tmp_path, "ab\n", "ba\nd\n")
    lexicon, index = tmp_path / "lexicon", tmp_path / "b.index"
    lexicon.write_text("a\nb\nd\n")
    options = ("--mode", "search", "--index", index)
    made = textmine(
        "similarity", a, b, *options, "--vectors", vectors, "--tokenizer", "lexicon", folder=tmp_path
    )
    (tmp_path / "elsewhere").mkdir()
    again = textmine("similarity", a, *options, folder=tmp_path / "elsewhere")
    assert again.stdout == made.stdout != ""
    lexicon.write_text("ab\nd\n")
    other = textmine("similarity", a, *options)
    assert other.returncode == 1 and "is not what it was" in other.stderr
    lexicon.unlink()
    for _ in ("nothing", "a folder"):
        gone = textmine("similarity", a, *options)
        assert gone.returncode == 1 and "is not there" in gone.stderr and "Traceback" not in gone.stderr
        lexicon.mkdir(exist_ok=True)


def test_a_damaged_index_is_told_in_a_line(vectors: Path, tmp_path: Path) -> None:
    a, b = files(tmp_path, "a b\n", "d\na\n")
    whole = tmp_path / "b.index"
    made = ("--vectors", vectors, "--index", whole)
    assert textmine("similarity", a, b, *SEARCH, *made).returncode == 0
    index, header, arrays = TransportIndex.load(whole)
    index.save(tmp_path / "broken", header, **{**arrays, "texts": np.full_like(arrays["texts"], 0xFF)})
    done = textmine("similarity", a, "--mode", "search", "--index", tmp_path / "broken", "--show-texts")
    assert done.returncode == 1 and "damaged" in done.stderr.splitlines()[-1]
