from __future__ import annotations

from pathlib import Path

import jieba
import pytest

from textmine.errors import InputError, ModelError
from textmine.terms.known import known_words


def test_the_dictionary_of_jieba() -> None:
    jieba.initialize()
    assert known_words("jieba") == {word.lower() for word, count in jieba.dt.FREQ.items() if count}


def test_a_file_of_words(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes("\ufeff桃园 12 n\n\nBogon\r\n豪杰\t3\n  \n结义".encode())
    assert known_words(path) == known_words(str(path)) == {"桃园", "bogon", "豪杰", "结义"}


def test_terms_of_several_words(tmp_path: Path) -> None:
    """As discover-terms writes them with --lexicon, and as people write them without a count."""
    path = tmp_path / "words.txt"
    path.write_text("core dump 7\nmachine learning\n", encoding="utf-8")
    assert known_words(path) == {"core dump", "machine learning"}


@pytest.mark.parametrize(("content", "message"), [(b"\xcc\xd2\xd4\xb0\n", "line 1"), (b"", "words.txt")])
def test_a_broken_file(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=message):
        known_words(path)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none"):
        known_words(tmp_path / "none")
