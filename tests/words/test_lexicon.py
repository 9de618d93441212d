from __future__ import annotations

import os
import stat
from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.errors import InputError, ModelError
from textmine.words.lexicon import LARGEST, Lexicon

TERMS = st.text(st.sampled_from("ab 12 中文.\u3000-#"), min_size=1, max_size=8).filter(
    lambda term: term == term.strip()
)
COUNTS = st.dictionaries(TERMS, st.integers(1, 10**6), min_size=1, max_size=20)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "words.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@given(COUNTS)
def test_what_is_saved_is_loaded(tmp_path_factory: pytest.TempPathFactory, counts: dict[str, int]) -> None:
    path = tmp_path_factory.getbasetemp() / "round-trip.txt"
    Lexicon(counts).save(path)
    assert list(Lexicon.load(path).items()) == list(counts.items())


@given(COUNTS)
def test_jieba_reads_what_is_saved(tmp_path_factory: pytest.TempPathFactory, counts: dict[str, int]) -> None:
    path = tmp_path_factory.getbasetemp() / "jieba.txt"
    Lexicon(counts).save(path)
    read = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        term, count, _ = jieba.re_userdict.match(line).groups()  # as its load_userdict does
        read[term] = int(count)
    assert read == counts


@pytest.mark.parametrize(
    ("line", "term", "count"),
    [
        ("云计算 5", "云计算", 5),
        ("李小福 2 nr", "李小福", 2),
        ("台中", "台中", 1),
        ("凱特琳 nz", "凱特琳", 1),
        ("Edu Trust认证 2000", "Edu Trust认证", 2000),
        ("machine learning", "machine learning", 1),
        ("machine learning 7", "machine learning", 7),
        ("machine learning\t7", "machine learning", 7),
        ("machine learning\t7\tn", "machine learning", 7),
        ("凱特琳\tnz", "凱特琳", 1),
        ("windows 10 5", "windows 10", 5),
        ("windows 10 5 n", "windows 10", 5),
        ("1998 3", "1998", 3),
        ("1998", "1998", 1),
        ("  词   3  ", "词", 3),
        ("词 3\r", "词", 3),
        ("词\t3\r", "词", 3),
    ],
)
def test_forms_of_a_line(tmp_path: Path, line: str, term: str, count: int) -> None:
    assert dict(Lexicon.load(written(tmp_path, f"{line}\n"))) == {term: count}


def test_counts_of_the_same_term_are_added_up(tmp_path: Path) -> None:
    lexicon = Lexicon.load(written(tmp_path, "\ufeff甲 2\n\n乙 3 n\n甲\t5\n \n甲"))
    assert dict(lexicon) == {"甲": 8, "乙": 3} and lexicon.total == 11


@pytest.mark.parametrize(
    "line",
    [
        *(f"词 {count}" for count in (-3, 0, 2.5, "1,000", LARGEST + 1, 10**25)),
        *("词\t", "\t5", "词\tmany words", "词\t3\tn\tx", "词\x00 3"),
    ],
)
def test_broken_lines_are_told_with_file_and_line(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, f"好 1\n\n{line}\n")
    with pytest.raises(ModelError) as caught:
        Lexicon.load(path)
    assert str(caught.value).startswith(f"{path}, line 3: ") and "\n" not in str(caught.value)


def test_another_encoding_is_told_with_file_and_line(tmp_path: Path) -> None:
    path = written(tmp_path, b"a 1\n" + "词 3\n".encode("gb18030"))
    with pytest.raises(ModelError, match="line 2: not UTF-8"):
        Lexicon.load(path)


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_a_lexicon_without_words_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(ModelError, match="has no words"):
        Lexicon.load(written(tmp_path, text))


@pytest.mark.parametrize(
    "counts",
    [{}, {"": 1}, {" a": 1}, {"a\tb": 1}, {"a\nb": 1}, {"\ud800": 1}, {"a": 0}, {"a": LARGEST, "b": 1}],
)
def test_what_cannot_be_in_a_lexicon(counts: dict[str, int]) -> None:
    with pytest.raises(ModelError):
        Lexicon(counts)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(InputError, match="cannot read the lexicon"):
            Lexicon.load(path)


def test_saving_is_atomic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "旧 1\n")
    path.chmod(0o640)

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        Lexicon({"新": 1}).save(path)
    assert path.read_text(encoding="utf-8") == "旧 1\n" and list(tmp_path.iterdir()) == [path]
    monkeypatch.undo()
    Lexicon({"新": 1}).save(path)
    assert path.read_text(encoding="utf-8") == "新 1\n" and list(tmp_path.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with pytest.raises(InputError, match="cannot write"):
        Lexicon({"新": 1}).save(tmp_path / "none" / "words.txt")
