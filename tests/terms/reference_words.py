"""Plain versions of what learning words counts and multiplies, for short texts."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from textmine.kernels.word_bigrams import count_clauses
from textmine.terms.learning.substrings import Substrings, find_substrings
from textmine.terms.learning.units import Units, split_units

Word = tuple[int, ...]


def word_numbers(ids: np.ndarray, cuts: list[int], before: int) -> list[int]:
    """The boundary before, the words from cut to cut, the boundary after: their numbers, -2 for rare ones."""
    words = [int(ids[a, b - a - 1]) for a, b in itertools.pairwise(cuts)]
    return [int(ids[before, 0]), *words, int(ids[cuts[-1], 0])]


def cuts_of(begins: np.ndarray, start: int, end: int) -> list[int]:
    """Where the words of the clause begin, and its end."""
    return [start, *(i for i in range(start + 1, end) if begins[i]), end]


def every_cut(start: int, end: int, longest: int) -> Iterator[list[int]]:
    """All ways to cut a clause into words of at most `longest` units."""
    inner = range(start + 1, end)
    for size in range(len(inner) + 1):
        for chosen in itertools.combinations(inner, size):
            cuts = [start, *chosen, end]
            if all(b - a <= longest for a, b in itertools.pairwise(cuts)):
                yield cuts


@dataclass
class Counted:
    """What the words of some clauses count, in dictionaries."""

    pairs: Counter[tuple[int, int]] = field(default_factory=Counter)
    pieces: Counter[int] = field(default_factory=Counter)

    def add(self, words: list[int]) -> None:
        self.pairs.update(itertools.pairwise(words))
        self.pieces.update(words[1:])

    def after(self, first: int) -> int:
        return sum(count for pair, count in self.pairs.items() if pair[0] == first)

    def kinds(self) -> Iterator[tuple[tuple[int, int], int]]:
        """Each pair with the number of different ones it stands for: rare words are another each time."""
        return ((pair, count if min(pair) < 0 else 1) for pair, count in self.pairs.items())

    def kinds_after(self, first: int) -> int:
        return sum(times for pair, times in self.kinds() if pair[0] == first)

    def kinds_before(self, second: int) -> int:
        return sum(times for pair, times in self.kinds() if pair[1] == second)

    @property
    def all_kinds(self) -> int:
        return sum(times for _, times in self.kinds())

    @property
    def types(self) -> int:
        return sum(count if word < 0 else 1 for word, count in self.pieces.items())

    def word(self, word: int, spelling: float, strengths: np.ndarray) -> float:
        """p(w)."""
        base, discount = strengths[2:]
        kinds = self.kinds_before(word) if word >= 0 else 0
        new = (base + discount * self.types) * spelling
        return float((max(kinds - discount, 0) + new) / (self.all_kinds + base))

    def pair(self, first: int, second: int, alone: float, strengths: np.ndarray) -> float:
        """p(second | first)."""
        base, discount = strengths[:2]
        if first < 0:
            return alone
        seen = max(self.pairs[first, second] - discount, 0) if second >= 0 else 0
        new = base + discount * self.kinds_after(first)
        return float((seen + new * alone) / (self.after(first) + base))


def count_all(ids: np.ndarray, begins: np.ndarray, clauses: np.ndarray) -> Counted:
    """Count the words of the clauses."""
    counted = Counted()
    for start, end in clauses.tolist():
        counted.add(word_numbers(ids, cuts_of(begins, start, end), start - 1))
    return counted


class Table:
    """The arrays of `textmine.kernels.word_bigrams`, for a text."""

    def __init__(self, text: str, longest: int, slots: int = 1 << 10) -> None:
        self.units: Units = split_units(text)
        self.words: Substrings = find_substrings(self.units, longest)
        self.ids, self.clauses = self.words.ids, self.units.clauses()
        self.numbers = np.zeros((4, self.words.lengths.size + 1), np.int32)
        self.totals = np.zeros(3, np.int64)
        self.keys, self.uses = np.zeros(slots, np.uint64), np.zeros(slots, np.int32)

    @property
    def counts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        return self.keys, self.uses, self.numbers, self.totals

    def drawn_begins(self, seed: int) -> np.ndarray:
        """Cuts at random, with no word too long."""
        random = np.random.default_rng(seed)
        begins = self.units.fixed.copy()
        for start, end in self.clauses.tolist():
            at = start
            while at < end:
                begins[at] = True
                at += int(random.integers(1, self.ids.shape[1] + 1))
        return begins

    def count(self, begins: np.ndarray, clauses: np.ndarray, sign: int = 1) -> None:
        count_clauses(clauses, begins, self.ids, sign, *self.counts)

    def pairs(self) -> dict[tuple[int, int], int]:
        """The pairs in the table that are in use."""
        return pairs_in_use(self.keys, self.uses)

    def check(self, counted: Counted) -> None:
        """The arrays say what `counted` does."""
        check_counts(self.pairs(), self.numbers, self.totals, counted)


def pairs_in_use(keys: np.ndarray, uses: np.ndarray) -> dict[tuple[int, int], int]:
    """The pairs that a table counts."""
    there = np.flatnonzero(uses)
    return {
        ((key >> 32) - 1, key & 0xFFFFFFFF): use
        for key, use in zip(keys[there].tolist(), uses[there].tolist(), strict=True)
    }


def check_counts(
    pairs: dict[tuple[int, int], int], numbers: np.ndarray, totals: np.ndarray, counted: Counted
) -> None:
    """The arrays of a table say what `counted` does."""
    assert pairs == {pair: count for pair, count in counted.pairs.items() if min(pair) >= 0}
    words = [*range(numbers.shape[1] - 1), -2]
    after, kinds_after, kinds_before = Counter[int](), Counter[int](), Counter[int]()
    for ((first, second), count), (_, times) in zip(counted.pairs.items(), counted.kinds(), strict=True):
        after[first] += count
        kinds_after[first] += times
        kinds_before[second] += times
    columns = (after, kinds_after, kinds_before, counted.pieces)
    assert numbers.tolist() == [[column[word] for word in words] for column in columns]
    assert totals[:2].tolist() == [counted.all_kinds, counted.types]


def log_joint(
    sequences: list[list[int]], spelling: np.ndarray, strengths: np.ndarray, tilts: np.ndarray
) -> float:
    """log p of all pairs of the sequences of words, one after the other, each new kind of pair drawn from
    the words; without discount of words, so that the order does not matter."""
    base, discount, word_base = strengths[:3].tolist()
    counted = Counted()
    total = 0.0
    kinds: Counter[int] = Counter()
    for first, second in itertools.chain.from_iterable(map(itertools.pairwise, sequences)):
        whole = counted.after(first) + base
        uses = counted.pairs[first, second]
        if uses:
            total += math.log((uses - discount) / whole)
        else:
            total += math.log((base + discount * counted.kinds_after(first)) / whole)
            weight = kinds[second] or word_base * math.exp(spelling[second])
            total += math.log(weight / (len(counted.pairs) + word_base))
            kinds[second] += 1
        if uses == 0:
            del counted.pairs[first, second]
        counted.pairs[first, second] = uses + 1
        total += tilts[second]
    return total


ALPHABET = [chr(0x4E10 + step) for step in range(40)]


def planted(words: int, seed: int = 5) -> tuple[str, list[list[str]]]:
    """A text of so many words of a made-up lexicon, the most frequent by Zipf's law, and its clauses."""
    random = np.random.default_rng(seed)
    lexicon: dict[str, None] = {}
    while len(lexicon) < 120:
        size = int(random.choice([1, 2, 2, 2, 3, 3, 4]))
        lexicon["".join(random.choice(ALPHABET, size))] = None
    shares = 1 / np.arange(1, len(lexicon) + 1)
    drawn = random.choice([*lexicon], words, p=shares / shares.sum()).tolist()
    clauses = [drawn[at : at + 8] for at in range(0, words, 8)]
    return "。\n".join("".join(clause) for clause in clauses), clauses


def word_spans(clauses: list[list[str]]) -> set[tuple[int, int]]:
    """Where the words begin and end, boundaries left out."""
    edges = [0, *itertools.accumulate(len(word) for clause in clauses for word in clause)]
    return set(itertools.pairwise(edges))


def f1(found: set[tuple[int, int]], right: set[tuple[int, int]]) -> float:
    """The harmonic mean of the shares of right and of found words."""
    return 2 * len(found & right) / (len(found) + len(right))
