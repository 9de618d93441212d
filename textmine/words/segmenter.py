"""Cutting text into the words of a lexicon along the most probable path."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.scripts import ALONE
from textmine.kernels import trie
from textmine.kernels.trie import build_trie, join_words, mark_words, open_span
from textmine.parallel import ordered_map
from textmine.words.lexicon import Lexicon

NATS = 1 << 20  # steps of a cost in one nat
UNKNOWN_COUNT = 0.5
PLANES = 0x110000

KINDS = {
    **dict.fromkeys(("Lu", "Ll", "Lt", "Lm", "Lo"), trie.LETTER),
    **dict.fromkeys(("Mn", "Mc", "Me", "Cf"), trie.MARK),
    "Nd": trie.DIGIT,
}
INNER = {"_": trie.LETTER, "\u200b": trie.OTHER, ",": trie.INNER_DIGIT} | dict.fromkeys(".．'’", trie.INNER)


class Segmenter:
    """Cuts text into words by a lexicon.

    The words of a stretch are those whose product of probabilities is largest, p(word) = count / total.
    Anything else is cut into atoms, p(atom) = 0.5 / total each. An atom is one character with the combining
    marks on it, or a run of letters and digits of scripts that put spaces between words (after UAX #29, a
    full stop or apostrophe between two letters or two digits and a comma between two digits belong to the
    run, and so does the underscore). Words of the lexicon begin and end between atoms, so that `art` is not
    found in `cartoon` nor `20年` in `2020年`. White space is never a word; a word has some inside only
    when the lexicon's word has the same.

    Costs are whole numbers, -log p in steps of 2^-20 nats, so sums are exact. Of equally probable paths the
    one with the fewest words wins; among these the one with the longest first word, then the longest second,
    and so on.

    Text is cut beforehand into stretches that no word can cross: after each line feed and before each
    character that is neither letter, digit nor mark nor part of any longer word of the lexicon (white space,
    punctuation, symbols and characters unknown to it). Hence it does not matter how a long line comes in
    pieces. A stretch of more than 65,536 code points is cut there (before its last white space if it has
    any), which may split a word.

    Memory: 4.5 MB for the table of characters, about 80 bytes a character of the lexicon, 12 bytes a code
    point of the text at work.

    >>> tm.Segmenter(tm.Lexicon({"玄德": 5, "曰": 9})).segment("玄德曰：善")
    ['玄德', '曰', '：', '善']
    """

    def __init__(self, lexicon: Lexicon) -> None:
        words = list(lexicon)
        letters = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32)
        lengths = np.fromiter(map(len, words), np.int64, len(words))
        offsets = np.concatenate((np.zeros(1, np.int64), lengths.cumsum()))
        table = _characters().copy()
        table[letters[np.repeat(lengths > 1, lengths)]] &= ~trie.HARD
        alphabet = np.unique(letters)
        table[alphabet] |= np.arange(1, alphabet.size + 1, dtype=np.uint32)
        self._table = table
        self._trie = build_trie((table[letters] & trie.UNIT).astype(np.int32), offsets)
        counts = np.fromiter(lexicon.values(), np.float64, len(words))
        ends = self._trie.words
        self._costs = np.where(ends >= 0, _cost(counts, lexicon.total)[ends], -1)
        self._unknown = int(_cost(np.array([UNKNOWN_COUNT]), lexicon.total)[0])

    def segment(self, text: str) -> list[str]:
        """The words of `text` in order, without the white space between them."""
        codes = _codes(text)
        edges = [*np.flatnonzero(self._begins(codes)).tolist(), len(text)]
        pieces = (text[start:end] for start, end in itertools.pairwise(edges))
        return [piece for piece in pieces if not piece.isspace()]

    def segment_block(self, text: str) -> str:
        """`text` with one space put between words where there is no white space yet; else unchanged."""
        return self._joined(text, False).decode("utf-8", "surrogatepass")

    def segment_blocks(
        self, texts: Iterable[str], threads: int | None = None, *, joiner: str | None = None
    ) -> Iterator[bytes]:
        """UTF-8 of what `segment_block` gives for the whole of `texts`, in pieces.

        A piece of text that does not end in a line feed goes on in the next. The bytes in all depend neither
        on how the text is cut nor on `threads` (default: one a core). `joiner`, one character, takes the
        place of the white space inside of words, so that words are what stands between white space. Memory:
        a few of the texts at once for each thread.
        """
        yield from ordered_map(
            lambda piece: self._joined(*piece, joiner=joiner), self._closed(texts), threads
        )

    def _closed(self, texts: Iterable[str]) -> Iterator[tuple[str, bool]]:
        """`texts` cut anew where no later text can change words; whether a space may come before each."""
        held, glue = "", False
        for text in texts:
            held += text
            open_at = held.rfind("\n") + 1
            if open_at < len(held):
                open_at += int(open_span(_codes(held[open_at:]), self._table))
            if open_at:
                yield held[:open_at], glue
                glue = not held[open_at - 1].isspace()
                held = held[open_at:]
        if held:
            yield held, glue

    def _joined(self, text: str, glue: bool, joiner: str | None = None) -> bytes:
        codes = _codes(text)
        begins = self._begins(codes)
        if joiner is not None:
            kinds = self._table[codes] >> trie.KIND & 7
            codes = np.where((kinds == trie.SPACE) & (begins == 0), np.uint32(ord(joiner)), codes)
        out = np.empty(5 * codes.size, np.uint8)
        size = join_words(codes, self._table, begins, glue, out)
        return out[:size].tobytes()

    def _begins(self, codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
        begins = np.empty(codes.size, np.uint8)
        first, keys, kids, _ = self._trie
        mark_words(codes, self._table, first, keys, kids, self._costs, self._unknown, begins)
        return begins


def atom_starts(text: str) -> NDArray[np.int64]:
    """Where the atoms of `text` begin (see `Segmenter`), each white space by itself."""
    codes = _codes(text)
    begins = np.empty(codes.size, np.uint8)
    no_words = np.full(1, -1, np.int32), np.full(4, trie.FREE, np.uint64), np.zeros(4, np.int32)
    mark_words(codes, _characters(), *no_words, np.full(1, -1, np.int64), trie.SCALE + 1, begins)
    return np.flatnonzero(begins)


def stands_alone(character: str) -> bool:
    """Whether a character is of a script whose letters stand alone, not in runs."""
    return any(first <= ord(character) <= last for first, last in ALONE)


def spaced(text: str, begins: NDArray[np.uint8], block: int = 1 << 22) -> Iterator[bytes]:
    """UTF-8 of `text`, `block` code points at a time, with one space before each place where `begins` is 1
    and there is no white space yet."""
    out = np.empty(5 * min(block, len(text)), np.uint8)
    for start in range(0, len(text), block):
        codes = _codes(text[start : start + block])
        glue = start > 0 and not text[start - 1].isspace()
        size = join_words(codes, _characters(), begins[start : start + block], glue, out)
        yield out[:size].tobytes()


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _cost(counts: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """-log(count / total) in steps of 2^-20 nats; below them, 1 a word decides between equal sums."""
    steps = np.rint(np.log(total / counts) * NATS).astype(np.int64)
    return np.asarray(steps * trie.SCALE + 1, np.int64)


@lru_cache(maxsize=1)
def _characters() -> NDArray[np.uint32]:
    """The table of code points before a lexicon adds to it: what kind each is, and the hard ones.

    Those not looked at stand alone: they are unassigned, private or Chinese characters.
    """
    kinds = np.full(PLANES, trie.OTHER, np.uint32)
    for begin, end in ((0, 0x20000), (0xE0000, 0xE0200)):
        characters = list(map(chr, range(begin, end)))
        categories = map(unicodedata.category, characters)
        kinds[begin:end] = [KINDS.get(category, trie.OTHER) for category in categories]
        blanks = [ord(character) for character in characters if character.isspace()]
        kinds[blanks] = trie.SPACE
    for begin, end in ALONE:
        part = kinds[begin : end + 1]
        part[part == trie.LETTER] = trie.OTHER
    for character, kind in INNER.items():
        kinds[ord(character)] = kind
    kinds[ord("\n")] = trie.NEWLINE
    hard = np.array([kind <= trie.NEWLINE for kind in range(8)]) * trie.HARD
    return kinds << trie.KIND | hard[kinds]
