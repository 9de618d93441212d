"""Unknown words in known parts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from textmine.corpus.lookup import UNKNOWN, Rows, starts_of

LONGEST = 20  # characters of a word that is looked at without spaces to cut at
KEPT = 1 << 18  # words that are remembered
LONGEST_KEPT = 64  # characters

_JOINTS = re.compile(r"[-'’‐/]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


class KnownParts:
    """Looks words up, and puts known parts in the place of words that are not known themselves, so that their
    meaning is not lost.

    A word that is not known as it is, is taken in small letters. Where these are not known either, a Chinese
    word becomes the parts that leave the fewest characters unknown, of those cuts the one in the fewest
    parts, of those the one with the longest parts at the end (a compound's head is there). If they do not
    cover the word, those of a single character are dropped (what a character means by itself may be something
    else), and the word is there, too, for what is unknown of it. Other words are cut at hyphens, apostrophes
    and slashes. A word of which no part is known stays whole.

    rows: the row of each known word. What was met is remembered: one thread at a time may look up.
    """

    def __init__(self, rows: Mapping[str, int]) -> None:
        self._known = rows
        self._codes = _Codes(self)

    def look_up(self, texts: Sequence[Sequence[str]]) -> Rows:
        """`texts`, each its words in order, as rows; parts that are not known are there, too."""
        starts = starts_of(texts)
        codes = np.fromiter(map(self._codes.__getitem__, chain.from_iterable(texts)), np.int64, starts[-1])
        several = np.flatnonzero(codes < UNKNOWN)
        if len(several):
            parts = [self._codes.several[code] for code in (UNKNOWN - 1 - codes[several]).tolist()]
            sizes = np.ones(len(codes), np.int64)
            sizes[several] = np.fromiter(map(len, parts), np.int64, len(parts))
            starts = np.concatenate([[0], np.cumsum(sizes)])[starts]
            codes = np.repeat(codes, sizes)
            codes[codes < UNKNOWN] = np.fromiter(chain.from_iterable(parts), np.int64)
        self._codes.forget()
        return Rows(codes, starts)

    def cut(self, word: str) -> tuple[str, ...]:
        """What stands for `word`."""
        if word in self._known:
            return (word,)
        if word.lower() in self._known:
            return (word.lower(),)
        if len(word) > 1 and _HAN.fullmatch(word):
            parts = self._cover(word) if len(word) <= LONGEST else (word,)
            if any(part not in self._known for part in parts):
                parts = (*(part for part in parts if len(part) > 1), word)
        else:
            parts = tuple(
                part if part in self._known else part.lower() for part in _JOINTS.split(word) if part
            )
        return parts if any(part in self._known for part in parts) else (word.lower(),)

    def rows_of(self, word: str) -> tuple[int, ...]:
        """The rows of what stands for `word`, UNKNOWN where there is none."""
        return tuple(self._known.get(part, UNKNOWN) for part in self.cut(word))

    def _cover(self, word: str) -> tuple[str, ...]:
        # best[end]: (unknown characters, parts, where the last part begins) of the best cut of word[:end]
        best = [(0, 0, 0)]
        for end in range(1, len(word) + 1):
            best.append(
                min(
                    (best[start][0] + (not known), best[start][1] + 1, start)
                    for start in range(end)
                    if (known := word[start:end] in self._known) or end - start == 1
                )
            )
        parts = []
        end = len(word)
        while end:
            start = best[end][2]
            parts.append(word[start:end])
            end = start
        return tuple(reversed(parts))


class _Codes(dict[str, int]):
    """The row of a word, or UNKNOWN, or UNKNOWN - 1 - k where the rows several[k] stand for it.

    A dictionary that asks only for what it has not met yet: one look-up a word, all of them in C.
    """

    def __init__(self, words: KnownParts) -> None:
        super().__init__()
        self._words = words
        self.several: list[tuple[int, ...]] = []

    def __missing__(self, word: str) -> int:
        rows = self._words.rows_of(word)
        code = rows[0]
        if len(rows) > 1:
            code = UNKNOWN - 1 - len(self.several)
            self.several.append(rows)
        if len(word) <= LONGEST_KEPT:
            self[word] = code
        return code

    def forget(self) -> None:
        """Begin anew where too many words are remembered."""
        if max(len(self), len(self.several)) > KEPT:
            self.clear()
            self.several.clear()
