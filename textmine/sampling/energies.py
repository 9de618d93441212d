"""What a sentence costs beside its improbability."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import inf
from typing import Protocol


class Energy(Protocol):
    """An addition to the energy of sentences, in nats: pi(x) is multiplied by exp(-energy)."""

    def whole(self, units: Sequence[int]) -> float:
        """Of a sentence, its units without EOS; infinity where it may not be."""
        ...

    def change(self, before: Sequence[int], after: Sequence[int], place: int) -> float:
        """What `after` has more than `before`, which is allowed; they are the same up to `place`, and again
        from a unit after it on."""
        ...


class Forbidden:
    """Infinite where one of some words (sequences of units) is in the sentence, else 0."""

    def __init__(self, words: Iterable[Sequence[int]]) -> None:
        self._words = {tuple(word) for word in words if word}
        self._lengths = sorted(set(map(len, self._words)))

    def whole(self, units: Sequence[int]) -> float:
        return self._in(units, 0, len(units))

    def change(self, before: Sequence[int], after: Sequence[int], place: int) -> float:
        longest = self._lengths[-1] if self._lengths else 0
        return self._in(after, max(place - longest + 1, 0), place + 1)

    def _in(self, units: Sequence[int], start: int, stop: int) -> float:
        """Whether a word begins at one of the places."""
        for length in self._lengths:
            for place in range(start, min(stop, len(units) - length + 1)):
                if tuple(units[place : place + length]) in self._words:
                    return inf
        return 0.0


class Function:
    """The energy that a function of the whole sentence gives; what was met last is remembered."""

    def __init__(self, function: Callable[[tuple[int, ...]], float], kept: int = 1 << 12) -> None:
        self._function = lru_cache(kept)(function)

    def whole(self, units: Sequence[int]) -> float:
        return self._function(tuple(units))

    def change(self, before: Sequence[int], after: Sequence[int], place: int) -> float:
        return self.whole(after) - self.whole(before)
