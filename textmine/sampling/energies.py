"""What a sentence costs beside its improbability."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import inf
from typing import Protocol, TypeAlias

Units: TypeAlias = tuple[int, ...]
Scores: TypeAlias = Callable[[Sequence[Units]], Sequence[float]]
"""The natural log probability of each sentence, asked for many at a time; -inf for one that cannot be."""


COPIED = 3  # units in a row that count as copied


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

    def __init__(self, function: Callable[[Units], float], kept: int = 1 << 12) -> None:
        self._function = lru_cache(kept)(function)

    def whole(self, units: Sequence[int]) -> float:
        return self._function(tuple(units))

    def change(self, before: Sequence[int], after: Sequence[int], place: int) -> float:
        return self._function(tuple(after)) - self._function(tuple(before))


class Recent:
    """Scores that remember the last sentences asked for, so that each is worked out once while it matters.

    For one chain: what is asked for together may be worked out together, with other rounding, so what several
    chains shared would depend on which of them came first.
    """

    def __init__(self, scores: Scores, kept: int = 1 << 12) -> None:
        self._scores, self._kept = scores, kept
        self._known: dict[Units, float] = {}

    def __call__(self, sentences: Sequence[Units]) -> list[float]:
        known = self._known
        new = [units for units in dict.fromkeys(sentences) if units not in known]
        if new:
            known.update(zip(new, map(float, self._scores(new)), strict=True))
        for units in sentences:
            known[units] = known.pop(units)  # to the end of those to be forgotten
        found = [known[units] for units in sentences]
        while len(known) > self._kept:
            del known[next(iter(known))]
        return found


def copied(units: Sequence[int], source: Sequence[int]) -> int:
    """How many units are in runs of COPIED and more that the source has, too."""
    runs = {tuple(source[i : i + COPIED]) for i in range(len(source) - COPIED + 1)}
    places: set[int] = set()
    for i in range(len(units) - COPIED + 1):
        if tuple(units[i : i + COPIED]) in runs:
            places.update(range(i, i + COPIED))
    return len(places)
