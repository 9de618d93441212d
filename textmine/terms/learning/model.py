"""The state of a segmentation that is being learned, and the steps that change it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import boundaries, cuts
from textmine.kernels import word_bigrams as kernels
from textmine.parallel import ordered_map
from textmine.terms.learning.spelling import Speller, Spelling
from textmine.terms.learning.start import autonomies, first_cuts
from textmine.terms.learning.substrings import ONCE, find_substrings
from textmine.terms.learning.units import Units

FEWEST_FOLDS, MOST_FOLDS = 5, 50  # parts of the text, each drawn given the counts of the others
FOLDED = 10**7  # units divided by those of the text: the less there is, the less can be taken away at once
PARTS = 16  # pieces of a fold's clauses that threads take: fixed, so that sums do not depend on threads
AUTONOMY = 0.2  # weight of |w| a(w) beside the log probability of w, in a text without end
HALF_AUTONOMY = 7e5  # units of a text that gives it half of this weight
STEEPEST = 20.0  # bound of |w| a(w)
CLASSIFIER = 2.0  # weight of the classifier's log probabilities, in a text without end
HALF_CLASSIFIER = 2e4  # units of a text that gives them half of this weight
SUREST = 30.0  # bound of log odds
HALVES = 2  # parts of the text, each classified by what was learned on the other
RATE = 0.1
DECAY = 1e-3
FIRST_SQUARE = 1e-2
PAIR_STRENGTH = 1.0  # b
WORD_STRENGTH = 3000.0  # s, at most as many as there are different words
FIRST_DISCOUNT = 0.75
CANDIDATES = 1 << 14  # types that are moved before Ctrl-C is heard
MOST_PAIRS = 1 << 20  # that room is made for beforehand in a small table, but for a single type

Places = NDArray[np.int64]


class SegmentationModel:
    """Where words begin in a text, and what the words count."""

    def __init__(
        self, units: Units, max_length: int, start_length: int, seed: int, threads: int | None
    ) -> None:
        self._units = units
        self._seed = seed
        self._threads = threads
        self.clauses = units.clauses()
        self.folds = min(max(FOLDED // units.ids.size, FEWEST_FOLDS), MOST_FOLDS)
        substrings = find_substrings(units, max_length)
        self._substrings = substrings
        self._ids = substrings.ids
        self._is_word = ~units.fixed[substrings.example]
        autonomy = autonomies(units, substrings)
        weights = np.clip(autonomy * substrings.lengths, -STEEPEST, STEEPEST)
        # The less text, the more of a statistic is chance.
        size = units.ids.size
        weights *= AUTONOMY * size**2 / (size**2 + HALF_AUTONOMY**2)
        self._sureness = CLASSIFIER * size / (size + HALF_CLASSIFIER)
        twice = weights[substrings.counts == 2]
        self._log_tilts = np.append(weights, twice.mean() if twice.size else 0.0)  # unique n-grams: as those
        self._tilts = np.exp(self._log_tilts)
        short = find_substrings(units, start_length) if start_length < max_length else substrings
        self.begins = first_cuts(
            units, short, autonomies(units, short) if short is not substrings else autonomy
        )
        self._begin_weights = np.ones(units.ids.size, np.float32)
        self._inner_weights = self._begin_weights.copy()
        self._speller = Speller(units.ids)
        self._numbers = np.zeros((4, substrings.lengths.size + 1), np.int32)
        self._totals = np.zeros(3, np.int64)
        self._keys = np.zeros(1 << 10, np.uint64)
        self._uses = np.zeros(1 << 10, np.int32)
        self._strengths = np.array([PAIR_STRENGTH, FIRST_DISCOUNT, 0.0, FIRST_DISCOUNT])
        self.shares = np.zeros(self._ids.shape, np.uint16)
        self.averaged = 0
        self._soft = np.flatnonzero(~units.fixed)
        self._inner = self._soft[~units.fixed[self._soft - 1]]  # places where a word may begin or not
        self._characters = int((units.places[1:] - units.places[:-1])[~units.fixed].sum())

    def count(self) -> None:
        """Count the words of `begins` from nothing."""
        self._numbers[:] = 0
        self._totals[:] = 0
        self._keys[:] = 0
        self._uses[:] = 0
        for fold in np.array_split(self.clauses, self.folds):
            self._count(fold, 1)

    @property
    def types(self) -> int:
        """How many different words there are."""
        pieces = self._numbers[kernels.PIECES]
        return int(np.count_nonzero(pieces[:-1][self._is_word]) + pieces[-1])

    @property
    def tokens(self) -> int:
        """How many words there are, without boundaries."""
        return int(np.count_nonzero(self.begins[self._soft]))

    def sweep(self, number: int) -> Iterator[float]:
        """Draw every clause once; yields, a fold at a time, the nats a character so far."""
        return self._draw_folds(number, self._begin_weights, self._inner_weights)

    def code_length(self) -> float:
        """Nats a character of the words of `begins`, which are counted anew, each fold given the others."""
        self.count()
        begins = self.begins.astype(np.float32)
        *_, nats = self._draw_folds(0, begins, 1 - begins)  # no other cuts have any weight
        return nats

    def _draw_folds(
        self, number: int, begin_weights: NDArray[np.float32], inner_weights: NDArray[np.float32]
    ) -> Iterator[float]:
        order = np.random.default_rng([self._seed, 1, number]).permutation(len(self.clauses))
        seed = int(np.random.default_rng([self._seed, 2, number]).integers(1 << 62))
        self._fit_strengths()
        nats = 0.0
        for places in np.array_split(order, self.folds):
            fold = self.clauses[places]
            self._count(fold, -1)
            spelling = self._learn_spelling(fold)
            parts = [part for part in np.array_split(fold, PARTS) if len(part)]
            draw = partial(self._draw, spelling, seed, begin_weights, inner_weights)
            nats -= sum(ordered_map(draw, parts, self._threads))
            self._count(fold, 1)
            yield nats / self._characters

    def move_types(self, number: int) -> Iterator[tuple[int, int]]:
        """Join or split all uses of a word at once where that pays; yields how many of all types are done."""
        if self._ids.shape[1] < 2:
            return
        places, offsets = self._occurrences
        self._fit_strengths()
        spelling = self._learn_spelling(self.clauses[:0])
        lengths, example = self._substrings.lengths, self._substrings.example
        logs = np.log(spelling.opening[self._units.ids[example]])
        for k in range(1, self._ids.shape[1]):
            longer = lengths > k
            logs[longer] += np.log(spelling.following[example[longer] + k])
        logs += np.log(spelling.closing[self._units.ids[example + lengths - 1]])
        candidates = np.flatnonzero(lengths > 1)
        candidates = np.random.default_rng([self._seed, 3, number]).permutation(candidates)
        counts = self._substrings.counts
        pairs = np.cumsum(5 * counts[candidates] * (lengths[candidates] - 1))  # at most so many new ones
        start = 0
        while start < candidates.size:
            counted = int(pairs[start - 1]) if start else 0
            stop = int(np.searchsorted(pairs, counted + max(self._keys.size // 4, MOST_PAIRS), "right"))
            stop = min(max(stop, start + 1), start + CANDIDATES, candidates.size)
            some = candidates[start:stop]
            self._reserve(int(pairs[stop - 1]) - counted)
            kernels.move_types(
                some,
                places,
                offsets,
                lengths,
                self._ids,
                self.begins,
                self._units.fixed,
                self._keys,
                self._uses,
                self._numbers,
                self._totals,
                self._strengths,
                logs,
                self._log_tilts,
                int(counts[some].max()),
            )
            start = stop
            yield start, candidates.size

    def classify(self, number: int) -> None:
        """Learn from the present cuts what stands around the beginnings of words, and weigh places by it.

        Each half of the clauses is weighed by what was learned on the other half, so that only what holds
        elsewhere counts.
        """
        random = np.random.default_rng([self._seed, 4, number])
        clause = np.searchsorted(self.clauses[:, 0], self._inner, side="right") - 1
        half = random.integers(0, HALVES, len(self.clauses))[clause]
        orders = [random.permutation(self._inner[half != k]) for k in range(HALVES)]
        size = 1 << min(max(int(2 * self.begins.size - 1).bit_length(), 16), 26)
        tables = [
            (np.zeros(size, np.float32), np.full(size, FIRST_SQUARE, np.float32)) for _ in range(HALVES)
        ]
        padded = np.pad(self._units.ids, boundaries.AROUND)

        def learn(k: int) -> None:
            boundaries.fit(padded, orders[k] + boundaries.AROUND, wanted, *tables[k], RATE, DECAY)

        wanted = np.pad(self.begins, boundaries.AROUND)
        list(ordered_map(learn, range(HALVES), self._threads))
        scores = np.zeros(padded.size, np.float32)
        for k in range(HALVES):
            places = self._inner[half == k] + boundaries.AROUND
            boundaries.score_places(padded, places, tables[k][0], scores)
        odds = np.clip(scores[self._inner + boundaries.AROUND], -SUREST, SUREST)
        self._begin_weights[:] = 1
        self._begin_weights[self._inner] = np.exp(-self._sureness * np.logaddexp(0, -odds))
        self._inner_weights[self._inner] = np.exp(-self._sureness * np.logaddexp(0, odds))

    def average(self) -> None:
        """Add the present words to `shares`."""
        cuts.add_words(self.clauses, self.begins, self.shares)
        self.averaged += 1

    def best_cuts(self, price: float) -> NDArray[np.bool_]:
        """bool[units]: where words begin when the sum over the words of the share of drawn segmentations that
        have them, less `price` each, is greatest."""
        begins = self.begins.copy()
        if self.averaged:
            cuts.cut_by_shares(self.clauses, self.shares, price * self.averaged, begins)
        return begins

    def _count(self, clauses: Places, sign: int) -> None:
        self._reserve(int((clauses[:, 1] - clauses[:, 0] + 1).sum()) if sign > 0 else 0)
        kernels.count_clauses(
            clauses, self.begins, self._ids, sign, self._keys, self._uses, self._numbers, self._totals
        )

    def _reserve(self, more: int) -> None:
        """See that the table of pairs has room: its slots are at most three quarters in use."""
        if self._totals[kernels.SLOTS] + more <= self._keys.size * 3 // 4:
            return
        used = int(np.count_nonzero(self._uses > 0))
        size = 1 << int(2 * (used + more)).bit_length()
        keys, uses = np.zeros(size, np.uint64), np.zeros(size, np.int32)
        self._totals[kernels.SLOTS] = kernels.copy_pairs(self._keys, self._uses, keys, uses)
        self._keys, self._uses = keys, uses

    def _fit_strengths(self) -> None:
        """s by the number of different words, d and e as Kneser-Ney has them: n1 / (n1 + 2 n2), from how many
        counts are 1 and 2."""
        self._strengths[2] = min(WORD_STRENGTH, int(self._totals[kernels.WORDS]))
        rare = self._numbers.shape[1] - 1
        before = self._numbers[kernels.KINDS_BEFORE, :rare]
        once = int(self._totals[kernels.PAIRS]) - np.count_nonzero(self._uses > 1)
        for at, (ones, twos) in (
            (1, (once, np.count_nonzero(self._uses == 2))),
            (
                3,
                (
                    np.count_nonzero(before == 1) + self._numbers[kernels.PIECES, rare],
                    np.count_nonzero(before == 2),
                ),
            ),
        ):
            self._strengths[at] = ones / (ones + 2 * twos) if ones and twos else FIRST_DISCOUNT

    def _learn_spelling(self, without: Places) -> Spelling:
        """The spelling model of all words, each counted once; those that come once in the text only where
        they are not in the clauses `without`."""
        known = np.flatnonzero(self._numbers[kernels.PIECES, :-1] > 0)
        left_out = np.zeros(self.begins.size + 1, np.int8)
        left_out[without[:, 0]] += 1
        left_out[without[:, 1]] -= 1
        starts = np.flatnonzero(self.begins & (np.cumsum(left_out[:-1]) == 0))
        everywhere = np.flatnonzero(self.begins)
        ends = np.append(everywhere[1:], self.begins.size)
        sizes = ends[np.searchsorted(everywhere, starts)] - starts
        rare = self._ids[starts, sizes - 1] == ONCE
        return self._speller.learn(
            np.concatenate((self._substrings.example[known], starts[rare])),
            np.concatenate((self._substrings.lengths[known].astype(np.int64), sizes[rare])),
        )

    def _draw(
        self,
        spelling: Spelling,
        seed: int,
        begin_weights: NDArray[np.float32],
        inner_weights: NDArray[np.float32],
        clauses: Places,
    ) -> float:
        return float(
            kernels.sample_clauses(
                clauses,
                self.begins,
                self._ids,
                self._units.ids,
                self._keys,
                self._uses,
                self._numbers,
                self._totals,
                self._strengths,
                spelling.opening,
                spelling.following,
                spelling.closing,
                self._tilts,
                begin_weights,
                inner_weights,
                seed,
            )
        )

    @cached_property
    def _occurrences(self) -> tuple[NDArray[Any], Places]:
        """Where each n-gram of two units and more is: places[offsets[w]:offsets[w + 1]]."""
        places, counts = [], np.zeros(self._substrings.lengths.size + 1, np.int64)
        for level in self._ids.T[1:]:
            there = np.flatnonzero(level >= 0)
            order = np.argsort(level[there], kind="stable")
            places.append(there[order].astype(np.int32 if level.size < 1 << 31 else np.int64))
            counts[1:] += np.bincount(level[there], minlength=counts.size - 1)
        return np.concatenate(places), np.cumsum(counts)
