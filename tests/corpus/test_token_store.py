from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.corpus import Corpus
from textmine.corpus import token_store as module
from textmine.corpus.token_store import TokenStore, encode_tokens
from textmine.errors import InputError

TEXTS = st.text("ab\u3000 \n中é\u2028\U0001f600\r", min_size=1, max_size=60)


def encoded(text: str, directory: str, block_size: int = 1 << 20, min_count: int = 1) -> TokenStore:
    path = Path(directory, "text.txt")
    path.write_text(text, "utf-8", newline="")
    with Corpus([path], block_size=block_size) as corpus:
        return encode_tokens(corpus, directory, min_count=min_count)


def lines(store: TokenStore) -> list[list[str]]:
    """The words of the store, line by line."""
    out: list[list[str]] = [[]]
    for value in store.read(0, store.size).tolist():
        if value:
            out[-1].append(store.vocabulary.words[value - 1])
        else:
            out.append([])
    return out[:-1]


@given(TEXTS, st.integers(2, 7), st.integers(1, 3), st.sampled_from([None, 1, 2]))
def test_words_line_by_line(text: str, block_size: int, min_count: int, most: int | None) -> None:
    counts = Counter(text.split())
    kept = sorted((w for w in counts if counts[w] >= min_count), key=lambda w: (-counts[w], w))[:most]
    with tempfile.TemporaryDirectory() as directory:
        if not kept:
            with pytest.raises(InputError):
                encoded(text, directory, block_size, min_count)
            return
        path = Path(directory, "text.txt")
        path.write_text(text, "utf-8", newline="")
        store = encode_tokens(
            Corpus([path], block_size=block_size), directory, min_count=min_count, max_vocabulary=most
        )
        assert store.vocabulary.words == kept
        assert store.vocabulary.counts.tolist() == [counts[word] for word in kept]
        wanted = [[w for w in line.split() if w in kept] for line in text.split("\n")]
        assert lines(store) == [line for line in wanted if line]
        assert store.tokens == sum(map(len, wanted))
        assert store.outside == sum(counts.values()) - store.tokens


def test_more_words_than_the_first_table_holds(tmp_path: Path) -> None:
    text = "\n".join(f"w{i} w{i % 100}" for i in range(60_000))
    store = encoded(text, str(tmp_path))
    counts = Counter(text.split())
    assert dict(zip(store.vocabulary.words, store.vocabulary.counts.tolist(), strict=True)) == counts
    assert [word for line in lines(store) for word in line] == text.split()


def test_a_word_longer_than_any_block_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_WORD", 10)
    assert lines(encoded("x" * 25 + " y\n", str(tmp_path), 8)) == [["x" * 10, "x" * 10, "x" * 5, "y"]]


def test_cut_puts_white_space_between_words(tmp_path: Path) -> None:
    def cut(texts: Iterable[str]) -> Iterator[bytes]:
        return (" ".join(text).encode() for text in texts)

    path = tmp_path / "text.txt"
    path.write_text("天地玄黄\n宇宙\n", "utf-8")
    store = encode_tokens(Corpus([path]), str(tmp_path), cut=cut, min_count=1)
    assert lines(store) == [["天", "地", "玄", "黄"], ["宇", "宙"]]


def test_chunks_cover_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 4)
    store = encoded("a b c\nd e\n\nf g h i\n", str(tmp_path))
    whole = np.concatenate([store.read(*chunk) for chunk in store.chunks()])
    assert whole.tolist() == store.read(0, store.size).tolist()
    assert store.read(-5, 2).tolist() == whole[:2].tolist()


def test_no_word_is_frequent_enough(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no word occurs 3 times"):
        encoded("a b a b c", str(tmp_path), min_count=3)
