"""Markov chains over sentences."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.errors import InputError
from textmine.kernels import sampling as kernels
from textmine.kernels.language import BOS, EMPTY, EOS
from textmine.sampling.draws import draw_tables
from textmine.sampling.energies import Recent, Units
from textmine.sampling.target import Samples, Target

Candidates: TypeAlias = Callable[[Units, Units], NDArray[np.float64]]
"""The probability of each unit (float64[units], 0 for the special ones) to be proposed for a place, from the
units before it and after it."""

KINDS = ("replace", "insert", "delete", "swap", "shift")
"""Of changes, in the order in which their shares and counts stand."""
START_TRIES = 2000  # sentences that energies refuse, until there is said to be none
PIECE, GIBBS_PIECE = 20_000, 5_000  # steps after which a chain hears that it is abandoned
ANY_WORD = 0.1  # the share of all words where others propose: each must be able to come up


@dataclass(frozen=True)
class Moves:
    """How sentences change.

    shares: how often changes of each of KINDS are tried, adding up to 1; of the last ones none, where there
    are fewer. gibbs: None replaces units by Metropolis-Hastings; 0 draws them anew out of all, more out of so
    many. temperatures: the target is taken to the power 1 / T, T going from the first to the last by equal
    factors.
    """

    shares: Sequence[float] = (1.0,)
    gibbs: int | None = None
    temperatures: tuple[float, float] = (1.0, 1.0)

    def all_shares(self) -> NDArray[np.float64]:
        """float64[kinds]: the shares, zeros for those left out."""
        return np.array([*self.shares, *[0.0] * (len(KINDS) - len(self.shares))], np.float64)

    def check(self, target: Target) -> None:
        """Raise InputError for shares with which a chain would not be right."""
        _replace, insert, delete, swap, _shift = self.all_shares()
        if (insert > 0) != (delete > 0):
            raise InputError("insertions and deletions undo each other", "give both a share, or neither")
        if swap > 0 and target.keywords and not target.any_order:
            raise InputError(
                "swaps would break the order of the keywords", "set `any_order`, or give them no share"
            )


STANDARD = Moves()  # units replaced by Metropolis-Hastings


class Sampler:
    """Chains for a target. Tables are made once, for any number of chains.

    `candidates` propose units; without them the n-grams of the target's model do.
    """

    def __init__(self, target: Target, candidates: Candidates | None = None) -> None:
        self.target, self.candidates = target, candidates
        self.draws = draw_tables(target.model)
        self.words = np.diff(self.draws.words, prepend=0.0) / self.draws.words[-1]  # their shares
        self.compiled = not target.energies and target.lm is None and candidates is None

    def chain(self, seed: int | tuple[int, ...], start: Sequence[int] | None = None) -> Chain:
        """A chain of its own; `start`: its first sentence, else the keywords and between them units drawn at
        random, as many as the shortest length and the energies ask for."""
        return Chain(self, seed, start)


class Chain:
    """A sentence that changes step by step. `tried` and `taken` (int64[5]) count changes by KINDS; where
    `abandoned`, a run stops halfway."""

    abandoned = False

    def __init__(self, sampler: Sampler, seed: int | tuple[int, ...], start: Sequence[int] | None) -> None:
        target = sampler.target
        self.sampler = sampler
        most = len(target.prior) - 1
        self.random = np.array([_scrambled(seed)], np.uint64)
        self.tried, self.taken = np.zeros((2, len(KINDS)), np.int64)
        units, owners = self._first(start)
        n = len(units)
        if n > most or not math.isfinite(target.prior[n]):
            raise InputError(
                f"a sentence of {n} units has no probability", "let lengths in between the keywords' and more"
            )
        self.tokens = np.full(most + 1, EOS, np.int32)
        self.owners = np.zeros(most + 1, np.int32)
        self.tokens[:n], self.owners[:n] = units, owners
        self.before = np.full(most + 2, EMPTY - 1, np.int32)
        self.before[0] = target.model.states[BOS]
        self.logs = np.zeros(most + 1)
        self.length = np.array([n])
        kernels.rescore(self.tokens, self.before, self.logs, n, 0, target.model.arrays)
        self._arrays = kernels.ChainArrays(
            self.tokens, self.owners, self.before, self.logs, self.length, self.random
        )
        self._bare = tuple(self._arrays), tuple(target.model.arrays), tuple(sampler.draws)
        self._spare = kernels.SpareArrays(*map(np.empty_like, self._arrays[:4]))
        self._gamma = target.gamma if target.lm is None else 0.0  # of the n-grams' p
        self._scores = None if target.lm is None else Recent(target.lm)  # not shared: see there
        if not math.isfinite(target.log_weight(self.log_probability, units)):
            raise InputError("the constraints leave no sentence to begin with", "loosen them")

    @property
    def units(self) -> Units:
        """The sentence, without EOS."""
        return tuple(self.tokens[: self.length[0]].tolist())

    @property
    def log_probability(self) -> float:
        """log p of the sentence."""
        if self._scores is not None:
            return self._scores([self.units])[0]
        return float(self.logs[: self.length[0] + 1].sum())

    def _first(self, start: Sequence[int] | None) -> tuple[list[int], list[int]]:
        target = self.sampler.target
        if start is not None:
            return list(start), [0] * len(start)
        units = [unit for keyword in target.keywords for unit in keyword]
        owners = [number for number, keyword in enumerate(target.keywords, 1) for _ in keyword]
        allowed = np.flatnonzero(np.isfinite(target.prior))
        longer = allowed[allowed >= len(units)]
        if not longer.size:
            raise InputError(
                f"the keywords have {len(units)} units, for which no length allowed has room",
                "allow longer ones, or give fewer keywords",
            )
        rng = np.random.default_rng(int(self.random[0] & np.uint64(0xFFFF_FFFF)))
        words = self.sampler.draws.words
        misses = 0
        while misses < START_TRIES:
            length = int(longer[min(misses // 100, longer.size - 1)])  # what is wanting may be units between
            found, theirs = units, owners
            fits = self._energy(found) < math.inf
            misses += not fits
            while len(found) < length and misses < START_TRIES:
                gap = int(rng.integers(len(found) + 1))
                if 0 < gap < len(found) and theirs[gap] and theirs[gap] == theirs[gap - 1]:
                    continue
                unit = int(np.searchsorted(words, rng.random() * words[-1], "right"))
                grown = [*found[:gap], unit, *found[gap:]]
                extra = self._energy(found, grown, gap) if fits else self._energy(grown)
                misses += extra == math.inf
                if extra < math.inf or not fits:
                    found, theirs, fits = grown, [*theirs[:gap], 0, *theirs[gap:]], extra < math.inf
            if fits and len(found) == length:
                return found, theirs
        raise InputError("the constraints leave no sentence to begin with", "loosen them")

    def run(
        self,
        samples: int,
        moves: Moves = STANDARD,
        *,
        thin: int = 1,
        start: int = 0,
        of: int | None = None,
    ) -> Samples:
        """`samples` sentences, `thin` steps from one to the next. The temperature falls in the `of` steps of
        which these are the ones from `start` on."""
        target = self.sampler.target
        moves.check(target)
        steps, shares = samples * thin, moves.all_shares()
        made = Samples(
            np.full((samples, len(self.tokens)), EOS, np.int32),
            np.zeros(samples, np.int64),
            np.zeros(samples),
        )
        if not self.sampler.compiled:
            self._run_slowly(made, moves, thin, start, of or steps)
            return made
        gibbs = -1 if moves.gibbs is None else moves.gibbs
        heat = np.array(moves.temperatures, np.float64)
        piece = PIECE if gibbs < 0 else max(GIBBS_PIECE * 64 // max(gibbs, 64), 1)
        for done in range(0, steps, piece):
            if self.abandoned:
                break
            kernels.run(
                self._arrays, gibbs, start, done, min(done + piece, steps), of or steps, thin, target.gamma,
                heat, shares, len(target.keywords), target.prior, target.model.order - 1, target.model.arrays,
                self.sampler.draws, self._spare, self.tried, self.taken, made.tokens, made.lengths,
                made.log_probabilities,
            )  # fmt: skip
        return made

    def _run_slowly(self, made: Samples, moves: Moves, thin: int, start: int, of: int) -> None:
        """As kernels.run, for what is not compiled: energies, p and candidates from elsewhere."""
        shares, heat = moves.all_shares(), np.array(moves.temperatures, np.float64)
        temperature, cold = moves.temperatures
        cools = temperature != cold
        odds = float(shares[kernels.INSERT] / shares[kernels.DELETE]) if shares[kernels.DELETE] > 0 else 1.0
        for step in range(len(made.lengths) * thin):
            if self.abandoned:
                return
            if cools:
                temperature = kernels.heat(heat, start + step, of)
            kind = kernels.kind_of(shares, self.random)
            self.tried[kind] += 1
            if kind >= kernels.SWAP:
                self.taken[kind] += self._exchange(kind, temperature)
            elif kind == kernels.REPLACE and moves.gibbs is not None:
                self.taken[kind] += self._redraw(moves.gibbs, temperature)
            else:
                self.taken[kind] += self._edit(kind, odds, temperature)
            if (step + 1) % thin == 0:
                row, n = (step + 1) // thin - 1, int(self.length[0])
                made.tokens[row, : n + 1] = self.tokens[: n + 1]
                made.lengths[row], made.log_probabilities[row] = n, self.log_probability

    def _exchange(self, kind: int, temperature: float) -> bool:
        """Swap or shift keywords. Whether that was done."""
        model, keywords = self.sampler.target.model.arrays, len(self.sampler.target.keywords)
        possible, delta = False, 0.0
        if kind == kernels.SHIFT and keywords:
            possible, delta = kernels.shift(self._arrays, keywords, self._spare, model)
        elif kind == kernels.SWAP and keywords > 1:
            possible, delta = True, kernels.exchange(self._arrays, keywords, self._spare, model)
        if not possible:
            return False
        gain = self._gains(self.units, [tuple(self._spare.tokens[: self.length[0]].tolist())])[0]
        if not kernels.accepted((self._gamma * delta + gain) / temperature, self.random):
            return False
        kernels.put_exchanged(self._arrays, self._spare)
        return True

    def _redraw(self, gibbs: int, temperature: float) -> bool:
        """Draw a unit anew, out of so many candidates or all. Whether it is another."""
        i = kernels.free_place(self._arrays)
        if i < 0:
            return False
        units, weights = self._weigh(i, gibbs, temperature)
        before = self.units
        gains = self._gains(
            before, [_changed(before, i, unit, kernels.REPLACE) for unit in units.tolist()], i
        )
        k = kernels.choose(weights + np.array(gains) / temperature, self.random)
        if units[k] == before[i]:
            return False
        kernels.put(self._arrays, i, units[k], kernels.REPLACE, self.sampler.target.model.arrays)
        return True

    def _edit(self, kind: int, odds: float, temperature: float) -> bool:
        """Replace, insert or delete a unit. Whether that was done."""
        i, unit, ratio = self._propose(kind, odds, temperature)
        if i < 0 or ratio == -math.inf:
            return False
        before = self.units
        gain = self._gains(before, [_changed(before, i, unit, kind)], i)[0]
        if not kernels.accepted(ratio + gain / temperature, self.random):
            return False
        kernels.put(self._arrays, i, unit, kind, self.sampler.target.model.arrays)
        return True

    def _weigh(self, i: int, gibbs: int, temperature: float) -> tuple[NDArray[Any], ...]:
        """Candidates (int64) and log weights: see kernels.weigh."""
        model, draws = self.sampler.target.model.arrays, self.sampler.draws
        if gibbs == 0 or self.sampler.candidates is None:
            size = gibbs or len(draws.words) - kernels.SPECIAL
            units, weights = np.empty(size, np.int64), np.empty(size)
            kernels.weigh(self._arrays, i, self._gamma, temperature, model, draws, units, weights, gibbs > 0)
            return units, weights
        shares = self._shares(i, kernels.REPLACE)
        units = np.array([self.tokens[i], *(self._drawn(shares) for _ in range(gibbs - 1))], np.int64)
        deltas = np.array([self._delta(i, unit, kernels.REPLACE) for unit in units.tolist()])
        return units, self._gamma * deltas / temperature - np.log(shares[units])

    def _propose(self, kind: int, odds: float, temperature: float) -> tuple[int, int, float]:
        """A place, a unit, and the log of the ratio: see kernels.propose."""
        target, n = self.sampler.target, int(self.length[0])
        if self.sampler.candidates is None:
            chain, model, draws = self._bare
            proposed: tuple[int, int, float] = kernels.propose_from_python(
                chain, kind, self._gamma, temperature, target.prior, odds, model, draws
            )
            return proposed
        if kind != kernels.INSERT:
            i = kernels.free_place(self._arrays)
        else:
            i = int(kernels.uniform(self.random) * (n + 1))
            if n + 1 == len(target.prior) or (0 < i < n and 0 < self.owners[i] == self.owners[i - 1]):
                i = -1
        if i < 0:
            return i, 0, 0.0
        shares = self._shares(i, kind)
        unit = int(self.tokens[i]) if kind == kernels.DELETE else self._drawn(shares)
        more = (kind == kernels.INSERT) - (kind == kernels.DELETE)
        ratio = float(target.prior[n + more] - target.prior[n]) / temperature - more * math.log(odds)
        if kind != kernels.INSERT:
            ratio += math.log(shares[self.tokens[i]])  # the way back
        if kind != kernels.DELETE:
            ratio -= math.log(shares[unit])
        delta = self._delta(i, unit, kind)
        return i, unit, ratio + self._gamma * delta / temperature

    def _shares(self, i: int, kind: int) -> NDArray[np.float64]:
        """The probability of each unit to be proposed for place i: by the units around, not the one that is
        there, so that the way back has the same."""
        assert self.sampler.candidates is not None
        units = self.units
        proposed = self.sampler.candidates(units[:i], units[i + (kind != kernels.INSERT) :])
        shares: NDArray[np.float64] = (1 - ANY_WORD) * proposed + ANY_WORD * self.sampler.words
        return shares

    def _drawn(self, shares: NDArray[np.float64]) -> int:
        sums = np.cumsum(shares)
        return int(np.searchsorted(sums, kernels.uniform(self.random) * sums[-1], "right"))

    def _delta(self, i: int, unit: int, kind: int) -> float:
        """What a change adds to the n-grams' log p."""
        arrays = self.tokens, self.before, self.logs
        delta: float = kernels.change(
            *arrays, self.length[0], i, np.int64(unit), kind, self.sampler.target.model.arrays
        )
        return delta

    def _gains(self, before: Units, changed: Sequence[Units], place: int | None = None) -> list[float]:
        """What the part of log pi that is not compiled gains by changes at a place, or anywhere."""
        if place is None:
            gains = [self._energy(before) - self._energy(after) for after in changed]
        else:
            gains = [-self._energy(before, after, place) for after in changed]
        if self._scores is None:
            return gains
        allowed = [k for k, gain in enumerate(gains) if gain > -math.inf]
        now, *logs = self._scores([before, *(changed[k] for k in allowed)])
        for k, log in zip(allowed, logs, strict=True):
            gains[k] += self.sampler.target.gamma * (log - now)
        return gains

    def _energy(self, before: Sequence[int], after: Sequence[int] | None = None, place: int = 0) -> float:
        """Of a sentence, or what another has more."""
        total = 0.0
        for energy in self.sampler.target.energies:
            total += energy.whole(before) if after is None else energy.change(before, after, place)
        return total


def _changed(units: Units, i: int, unit: int, kind: int) -> Units:
    """A sentence after a change."""
    middle = () if kind == kernels.DELETE else (unit,)
    return units[:i] + middle + units[i + (kind != kernels.INSERT) :]


def _scrambled(seed: int | tuple[int, ...]) -> int:
    """The generator's first state; seeds side by side must not give streams that overlap."""
    return int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0])
