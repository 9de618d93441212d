"""A text as the ids of its words, in a file that training passes over as often as it likes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.corpus import Corpus
from textmine.errors import InputError
from textmine.kernels import tokens as kernels
from textmine.parallel import read_ahead
from textmine.progress import Progress, silent

CHUNK = 1 << 19  # ids: 2 MB
CODE_POINTS = 0x110000
LONGEST_WORD = 1 << 16  # code points; a longer word is cut, so that it fits any block

Cut: TypeAlias = Callable[[Iterable[str]], Iterator[bytes]]
"""Turns pieces of text into UTF-8 of the same text with white space between its words."""


@dataclass(frozen=True)
class Vocabulary:
    """`words`, the most frequent first, of equally frequent ones the first in code point order; `counts`
    (int64) how often each occurs."""

    words: list[str]
    counts: NDArray[np.int64]

    @cached_property
    def index(self) -> dict[str, int]:
        """Word -> its place in `words`."""
        return {word: place for place, word in enumerate(self.words)}


class TokenStore:
    """The words of a text, line by line, in a file of ids (int32): 0 ends a line, word k is k + 1.

    `size` counts the ids, `tokens` those that are words. `outside` counts the words that are not in
    `vocabulary`: they are not there and take no place, as in word2vec and GloVe. `cut` says how many pieces
    of words too long to be words (65,536 code points) there are. Words are told apart by 63 bits of a hash:
    among a million different ones two are the same with a chance of one in ten million.
    """

    def __init__(
        self, path: Path, vocabulary: Vocabulary, size: int, tokens: int, outside: int, cut: int
    ) -> None:
        self._path = path
        self.vocabulary = vocabulary
        self.size = size
        self.tokens = tokens
        self.outside = outside
        self.cut = cut

    def read(self, start: int, stop: int) -> NDArray[np.int32]:
        """int32: the ids of places start to stop - 1, fewer where the text ends."""
        start, stop = max(start, 0), min(stop, self.size)
        return np.fromfile(self._path, np.int32, max(stop - start, 0), offset=4 * start)

    def chunks(self) -> Iterator[tuple[int, int]]:
        """(start, stop) of pieces of the text that are small enough to work on, in order."""
        return ((start, min(start + CHUNK, self.size)) for start in range(0, self.size, CHUNK))


def encode_tokens(
    corpus: Corpus,
    directory: str,
    *,
    cut: Cut | None = None,
    min_count: int = 5,
    max_vocabulary: int | None = None,
    on_progress: Progress = silent,
) -> TokenStore:
    """Write the words of the corpus to a `TokenStore` in `directory`.

    Words are what stands between white space, after `cut` if given. The vocabulary has those that occur
    `min_count` times and more, at most `max_vocabulary` of them (the most frequent). A line of text is one in
    the store, empty ones are left out.

    Raises InputError where no word is that frequent.
    """
    texts: Iterator[str] = (block.text for block in corpus.blocks(on_progress))
    if cut is not None:
        texts = (piece.decode("utf-8", "surrogatepass") for piece in cut(texts))
    encoder = _Encoder()
    folder = Path(tempfile.mkdtemp(prefix="tokens-", dir=directory))
    first, second = folder / "first", folder / "second"
    with first.open("wb") as file:
        for ids in read_ahead(encoder.encode(read_ahead(texts))):
            encoder.count(ids)
            file.write(ids.data)
    counts = encoder.counts[: len(encoder.words) + 1]
    counts[0] = 0
    vocabulary, renumber = _choose(encoder.words, counts[1:], min_count, max_vocabulary)
    if not vocabulary.words:
        raise InputError(
            f"no word occurs {min_count} times" if encoder.words else "there are no words in the text",
            "give more text, lower the minimum count, or choose a tokeniser that cuts this text into words",
        )
    size = _renumber(first, second, renumber)
    first.unlink()
    tokens = int(vocabulary.counts.sum())
    return TokenStore(second, vocabulary, size, tokens, int(counts.sum()) - tokens, encoder.cut)


def _choose(
    words: list[str], counts: NDArray[np.int64], min_count: int, most: int | None
) -> tuple[Vocabulary, NDArray[np.int32]]:
    """The vocabulary, and for each id of the first numbering the new one (0: none)."""
    frequent = np.flatnonzero(counts >= min_count).tolist()
    order = sorted(frequent, key=lambda i: (-counts[i], words[i]))[:most]
    renumber = np.zeros(len(words) + 1, np.int32)
    renumber[np.array(order, np.int64) + 1] = np.arange(1, len(order) + 1)
    return Vocabulary([words[i] for i in order], counts[order]), renumber


def _renumber(source: Path, target: Path, renumber: NDArray[np.int32]) -> int:
    size = 0
    after_end = True
    with source.open("rb") as old, target.open("wb") as new:
        while (ids := np.fromfile(old, np.int32, CHUNK)).size:
            out = np.empty_like(ids)
            out = out[: kernels.keep_known(ids, renumber, after_end, out)]
            if out.size:
                after_end = bool(out[-1] == kernels.LINE_END)
            new.write(out.data)
            size += out.size
        if not after_end:
            new.write(np.zeros(1, np.int32).data)
            size += 1
    return size


class _Encoder:
    """Numbers words as they come first."""

    def __init__(self) -> None:
        self._kinds = np.full(CODE_POINTS, kernels.OTHER, np.uint8)
        self._kinds[[code for code in range(0x3001) if chr(code).isspace()]] = kernels.SPACE
        self._kinds[ord("\n")] = kernels.NEWLINE
        self._table = np.zeros(1 << 16, np.uint64)
        self._numbers = np.zeros(1 << 16, np.int32)
        self.words: list[str] = []
        self.cut = 0
        self.counts = np.zeros(1 << 16, np.int64)

    def encode(self, texts: Iterable[str]) -> Iterator[NDArray[np.int32]]:
        rest = ""
        for text in texts:
            text = rest + text
            ids, done = self._encode(text, last=False)
            yield ids
            rest = text[done:]
        yield self._encode(rest, last=True)[0]

    def count(self, ids: NDArray[np.int32]) -> None:
        top = int(ids.max(initial=0))
        if top >= self.counts.size:
            self.counts = np.concatenate([self.counts, np.zeros(top + 1, np.int64)])
        kernels.add_counts(ids, self.counts)

    def _encode(self, text: str, *, last: bool) -> tuple[NDArray[np.int32], int]:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        hashes = np.empty(codes.size, np.uint64)
        begins, sizes = np.empty((2, codes.size), np.int32)
        found, done = kernels.split_words(codes, self._kinds, last, LONGEST_WORD, hashes, begins, sizes)
        self.cut += int(np.count_nonzero(sizes[:found] == LONGEST_WORD))
        ids, fresh = np.empty((2, found), np.int32)
        at = 0
        while at < found:
            new, at = kernels.number_words(
                hashes[:found], sizes, at, len(self.words), self._table, self._numbers, ids, fresh
            )
            for place in fresh[:new].tolist():
                self.words.append(text[begins[place] : begins[place] + sizes[place]])
            if at < found:
                self._grow()
        return ids, done

    def _grow(self) -> None:
        table, numbers = np.zeros(2 * self._table.size, np.uint64), np.zeros(2 * self._table.size, np.int32)
        kernels.rehash(self._table, self._numbers, table, numbers)
        self._table, self._numbers = table, numbers
