"""Markov chains over sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine.errors import InputError
from textmine.kernels import sampling as kernels
from textmine.kernels.language import BOS, EMPTY, EOS
from textmine.language.model import LanguageModel
from textmine.sampling.draws import draw_tables
from textmine.sampling.energies import Energy

KINDS = ("replace", "insert", "delete", "swap", "shift")
"""Of changes, in the order in which their shares and counts stand."""
START_TRIES = 2000  # sentences that energies refuse, until there is said to be none


@dataclass(frozen=True)
class Target:
    """What is drawn from: log pi(x) = gamma log p(x) + prior[length of x] - energies of x + a constant.

    `prior` (float64[most + 1]) is a log weight for each length in units, -inf for those that may not be.
    Sentences are of known words only. `keywords` (units) must be in them, in order, or in any if `any_order`;
    a sentence then counts once for each way to place them in it.
    """

    model: LanguageModel
    prior: NDArray[np.float64]
    gamma: float = 1.0
    keywords: Sequence[Sequence[int]] = ()
    any_order: bool = False
    energies: Sequence[Energy] = ()

    def log_weight(self, log_probability: float, units: Sequence[int]) -> float:
        """log pi of a sentence, but for the constant."""
        extra = sum(energy.whole(units) for energy in self.energies)
        return self.gamma * log_probability + float(self.prior[len(units)]) - extra


@dataclass
class Samples:
    """Sentences in the order drawn: `tokens` (int32, samples x longest + 1, EOS at the end of each),
    `lengths` (int64, EOS left out), `log_probabilities` (float64, natural, of the model)."""

    tokens: NDArray[np.int32]
    lengths: NDArray[np.int64]
    log_probabilities: NDArray[np.float64]

    def sentences(self) -> list[list[int]]:
        """The units of each."""
        return [row[:n].tolist() for row, n in zip(self.tokens, self.lengths.tolist(), strict=True)]


class Sampler:
    """Chains for a target. Tables are made once, for any number of chains."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.draws = draw_tables(target.model)

    def chain(self, seed: int | tuple[int, ...], start: Sequence[int] | None = None) -> Chain:
        """A chain of its own; `start`: its first sentence, else the keywords and between them units drawn at
        random, as many as the shortest length and the energies ask for."""
        return Chain(self, seed, start)


class Chain:
    """A sentence that changes step by step. `tried` and `taken` (int64[5]) count changes by KINDS."""

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
        self.length, self.total = np.array([n]), np.zeros(1)
        kernels.rescore(self.tokens, self.before, self.logs, n, 0, target.model.arrays)
        self.total[0] = self.logs[: n + 1].sum()
        self._spare = tuple(
            np.empty_like(array) for array in (self.tokens, self.owners, self.before, self.logs)
        )
        if not math.isfinite(target.log_weight(float(self.total[0]), units)):
            raise InputError("the constraints leave no sentence to begin with", "loosen them")

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
        words = self.sampler.draws[0]
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
        *,
        thin: int = 1,
        shares: Sequence[float] = (1.0,),
        gibbs: int | None = None,
        temperatures: tuple[float, float] = (1.0, 1.0),
        start: int = 0,
        of: int | None = None,
    ) -> Samples:
        """`samples` sentences, `thin` steps from one to the next.

        shares: how often changes of each of KINDS are tried, adding up to 1; of the last ones none, where
        there are fewer. gibbs: None replaces units by Metropolis-Hastings; 0 draws them anew out of all, more
        out of so many. temperatures: pi is taken to the power 1 / T, T going from the first to the last by
        equal factors in the `of` steps of which these are the ones from `start` on.
        """
        target = self.sampler.target
        steps = samples * thin
        made = Samples(
            np.full((samples, len(self.tokens)), EOS, np.int32),
            np.zeros(samples, np.int64),
            np.zeros(samples),
        )
        kinds = np.zeros(len(KINDS))
        kinds[: len(shares)] = shares
        heat = np.array(temperatures, np.float64)
        gibbs = -1 if gibbs is None else gibbs
        if target.energies:
            self._run_slowly(made, thin, kinds, gibbs, heat, start, of or steps)
        else:
            kernels.run(
                self._arrays, gibbs, start, steps, of or steps, thin, target.gamma, heat, kinds,
                len(target.keywords), target.prior, target.model.order - 1, target.model.arrays,
                self.sampler.draws, self._spare,
                self.tried, self.taken, made.tokens, made.lengths, made.log_probabilities,
            )  # fmt: skip
        return made

    def _run_slowly(
        self,
        made: Samples,
        thin: int,
        shares: NDArray[np.float64],
        gibbs: int,
        heat: NDArray[np.float64],
        start: int,
        of: int,
    ) -> None:
        """As kernels.run, step by step, with energies that are not compiled."""
        target, chain = self.sampler.target, self._arrays
        model, draws, random = target.model.arrays, self.sampler.draws, self.random
        keywords = len(target.keywords)
        odds = float(shares[kernels.INSERT] / shares[kernels.DELETE]) if shares[kernels.DELETE] > 0 else 1.0
        size = len(draws[0]) - kernels.SPECIAL if gibbs == 0 else max(gibbs, 1)
        units, deltas, weights = np.empty(size, np.int64), np.empty(size), np.empty(size)
        for step in range(len(made.lengths) * thin):
            temperature = kernels.heat(heat, start + step, of)
            kind = kernels.kind_of(shares, random)
            self.tried[kind] += 1
            before = self.tokens[: self.length[0]].tolist()
            if kind >= kernels.SWAP:
                possible, delta = False, 0.0
                if kind == kernels.SHIFT and keywords:
                    possible, delta = kernels.shift(chain, keywords, self._spare, model)
                elif kind == kernels.SWAP and keywords > 1:
                    possible, delta = True, kernels.exchange(chain, keywords, self._spare, model)
                if possible:
                    after = self._spare[0][: self.length[0]].tolist()
                    extra = self._energy(after) - self._energy(before)
                    if kernels.accepted((target.gamma * delta - extra) / temperature, random):
                        kernels.put_exchanged(chain, self._spare, delta)
                        self.taken[kind] += 1
            elif kind == kernels.REPLACE and gibbs >= 0:
                i = kernels.free_place(chain)
                if i >= 0:
                    kernels.weigh(
                        chain, i, target.gamma, temperature, model, draws, units, deltas, weights, gibbs > 0
                    )
                    for k, unit in enumerate(units.tolist()):
                        weights[k] -= self._extra(before, i, unit, kind) / temperature
                    k = kernels.choose(weights, random)
                    if units[k] != before[i]:
                        kernels.put(chain, i, units[k], kind, deltas[k], model)
                        self.taken[kind] += 1
            else:
                i, unit, delta, ratio = kernels.propose(
                    chain, kind, target.gamma, temperature, target.prior, odds, model, draws
                )
                if i >= 0 and ratio > -math.inf:
                    ratio -= self._extra(before, i, unit, kind) / temperature
                    if kernels.accepted(ratio, random):
                        kernels.put(chain, i, unit, kind, delta, model)
                        self.taken[kind] += 1
            if (step + 1) % thin == 0:
                row, n = (step + 1) // thin - 1, int(self.length[0])
                made.tokens[row, : n + 1] = self.tokens[: n + 1]
                made.lengths[row], made.log_probabilities[row] = n, self.logs[: n + 1].sum()

    def _extra(self, before: list[int], i: int, unit: int, kind: int) -> float:
        """What a change adds to the energies."""
        middle = [] if kind == kernels.DELETE else [unit]
        after = before[:i] + middle + before[i + (kind != kernels.INSERT) :]
        return self._energy(before, after, i)

    def _energy(self, before: list[int], after: list[int] | None = None, place: int = 0) -> float:
        """Of a sentence, or what another has more."""
        energies = self.sampler.target.energies
        if after is None:
            return sum(energy.whole(before) for energy in energies)
        return sum(energy.change(before, after, place) for energy in energies)

    @property
    def _arrays(self) -> tuple[NDArray[Any], ...]:
        return self.tokens, self.owners, self.before, self.logs, self.length, self.total, self.random


def _scrambled(seed: int | tuple[int, ...]) -> int:
    """The generator's first state; seeds side by side must not give streams that overlap."""
    return int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0])
