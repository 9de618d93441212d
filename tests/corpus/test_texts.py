"""What may stand for a text in Python."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.corpus import Corpus
from textmine.corpus.texts import TextSource, corpus_of
from textmine.errors import InputError


def documents(source: TextSource) -> list[str]:
    with corpus_of(source) as corpus:
        first = [document.text for document in corpus.documents()]
        assert [document.text for document in corpus.documents()] == first
        return first


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "one.txt").write_text("天地\n玄黄\n", "utf-8")
    return tmp_path / "one.txt"


def test_paths(path: Path) -> None:
    for source in (path, str(path), [path], f"{path.parent}/*.txt", path.parent):
        assert documents(source) == ["天地", "玄黄"]
    assert documents([path, path]) == ["天地", "玄黄"] * 2


def test_a_corpus_stays_open(path: Path) -> None:
    with Corpus([path]) as corpus:
        with corpus_of(corpus) as same:
            assert same is corpus
        assert len(list(corpus.documents())) == 2


def test_standard_input(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("天地\n".encode())))
    assert documents("-") == ["天地"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_texts(texts: list[str]) -> None:
    """A string is a document, whatever lines it has; they may come from anywhere, once."""
    if not any(map(str.strip, texts)):
        with pytest.raises(InputError, match="there is no text in <texts>; give"):
            documents(texts)
        return
    wanted = [text.removesuffix("\n").removesuffix("\r") for text in texts]
    assert documents(texts) == wanted == documents(iter(texts)) == documents(tuple(texts))


def test_temporary_files_go(path: Path) -> None:
    with TemporaryDirectory() as folder:
        with corpus_of(["天地"], tmp_dir=folder) as corpus:
            assert [document.source for document in corpus.documents()] == ["<texts>"]
            assert len(list(Path(folder).iterdir())) == 1
        assert list(Path(folder).iterdir()) == []
        with pytest.raises(InputError), corpus_of(["天地", "\ud800"], tmp_dir=folder):
            pass
        assert list(Path(folder).iterdir()) == []


def test_names_of_files_are_no_texts(path: Path) -> None:
    with pytest.raises(InputError, match=r"one\.txt' is the name of a file, not a text; give files as "):
        documents([str(path), str(path)])
    assert documents([str(path), "天地"]) == [str(path), "天地"]


@pytest.mark.parametrize(
    ("source", "said"),
    [([], "there are no texts; give some"), (iter(()), "there are no texts"), (["\ud800"], "text 1 has")],
)
def test_what_is_none(source: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        documents(source)


def test_another_corpus_alike(path: Path) -> None:
    (path.parent / "b.csv").write_text("name,what\nＡ,地\n", "utf-8")
    with (
        Corpus([path.parent / "b.csv"], column="name", normalise=["width"]) as corpus,
        corpus.alike([path.parent / "b.csv"]) as other,
    ):
        assert [document.text for document in other.documents()] == ["A"]
        assert other.normalise == ("width",)
