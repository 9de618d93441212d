"""Unknown words in known parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

LONGEST = 20  # characters of a word that is looked at without spaces to cut at
KEPT = 1 << 16  # words whose parts are remembered

_JOINTS = re.compile(r"[-'’‐/]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


class KnownParts:
    """Puts known parts in the place of words that are not known themselves, so that their meaning is not
    lost.

    A Chinese word becomes the parts that leave the fewest characters unknown, of those cuts the one in the
    fewest parts, of those the one with the longest parts at the end (a compound's head is there). Other words
    are cut at hyphens, apostrophes and slashes. A word of which no part is known stays whole.
    """

    def __init__(self, find: Callable[[str], int | None]) -> None:
        self._find = find
        self._cuts: dict[str, tuple[str, ...]] = {}

    def __call__(self, words: Iterable[str]) -> list[str]:
        """`words` with the unknown ones cut; parts that are not known either are there, too."""
        parts: list[str] = []
        for word in words:
            if self._find(word) is not None:
                parts.append(word)
                continue
            cut = self._cuts.get(word)
            if cut is None:
                if len(self._cuts) == KEPT:
                    self._cuts.clear()
                cut = self._cuts[word] = self._cut(word)
            parts += cut
        return parts

    def _cut(self, word: str) -> tuple[str, ...]:
        if len(word) > 1 and _HAN.fullmatch(word):
            parts = self._cover(word) if len(word) <= LONGEST else (word,)
        else:
            parts = tuple(part for part in _JOINTS.split(word) if part)
        return parts if any(self._find(part) is not None for part in parts) else (word,)

    def _cover(self, word: str) -> tuple[str, ...]:
        # best[end]: (unknown characters, parts, where the last part begins) of the best cut of word[:end]
        best = [(0, 0, 0)]
        for end in range(1, len(word) + 1):
            best.append(
                min(
                    (best[start][0] + (not known), best[start][1] + 1, start)
                    for start in range(end)
                    if (known := self._find(word[start:end]) is not None) or end - start == 1
                )
            )
        parts = []
        end = len(word)
        while end:
            start = best[end][2]
            parts.append(word[start:end])
            end = start
        return tuple(reversed(parts))
