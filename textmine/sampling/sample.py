"""Sentences from several chains, or drawn one by one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from textmine.errors import InputError, ResourceError
from textmine.kernels import sampling as kernels
from textmine.kernels.language import EOS
from textmine.parallel import ordered_map
from textmine.progress import Progress, silent
from textmine.sampling.chain import STANDARD, Chain, Moves, Sampler
from textmine.sampling.target import Samples, Target

BLOCKS, MOST_BLOCKS = 50, 1000  # in which progress is told
MOST_UNITS = 1 << 28  # of all samples: 1 GB, twice while they are joined
TRIES = 1_000_000  # sentences drawn for one that fits


@dataclass
class Drawn:
    """What was drawn: for each chain its `samples` and the `steps` (int64) after which they were taken; how
    often changes of each kind were `tried` and `taken` (int64[5], all chains)."""

    samples: list[Samples]
    steps: NDArray[np.int64]
    tried: NDArray[np.int64]
    taken: NDArray[np.int64]


@dataclass(frozen=True)
class Schedule:
    """How long chains run: `steps` each; of what follows the first `burn_in` every `thin`-th sentence is
    kept."""

    chains: int = 4
    steps: int = 20_000
    burn_in: int = 4_000
    thin: int = 20
    seed: int = 1

    @property
    def kept(self) -> int:
        """How many sentences of each chain are."""
        return (self.steps - self.burn_in) // self.thin

    def check(self) -> None:
        """Raise InputError where nothing is kept."""
        if self.kept < 1:
            raise InputError(
                f"of {self.steps} steps {self.burn_in} are left out and every {self.thin}-th of the others "
                "kept: none",
                "raise `steps`, or lower `burn_in` or `thin`",
            )


def run_chains(
    sampler: Sampler,
    schedule: Schedule,
    moves: Moves = STANDARD,
    *,
    first: Sequence[int] | None = None,
    threads: int | None = None,
    on_progress: Progress = silent,
) -> Drawn:
    """Chains as the schedule says, by `moves`.

    `first` is the sentence that all begin with, else as `Sampler.chain` has it; InputError where none is.
    Chain c has a generator of its own, seeded by the schedule's seed and c, so that results depend on nothing
    else.
    """
    schedule.check()
    steps, burn_in, thin, kept = schedule.steps, schedule.burn_in, schedule.thin, schedule.kept
    _check_room(schedule.chains * kept, sampler.target)
    made = [sampler.chain((schedule.seed, number), first) for number in range(schedule.chains)]
    warm = [(1, stop - start, start) for start, stop in pairwise(_edges(burn_in, steps))]
    blocks = [(stop - start, thin, burn_in + start * thin) for start, stop in pairwise(_edges(kept, steps))]
    parts: list[list[Samples]] = [[] for _ in made]

    def abandon() -> None:
        for chain in made:
            chain.abandoned = True

    for samples, every, start in warm + blocks:
        go = partial(Chain.run, samples=samples, moves=moves, thin=every, start=start, of=steps)
        done = ordered_map(go, made, threads, abandon)
        for part, block in zip(parts, done, strict=True):
            part.append(block)
        on_progress("sampling", start + samples * every, steps)
    taken_at = burn_in + thin * np.arange(1, kept + 1)
    tried, taken = (np.sum([getattr(chain, name) for chain in made], axis=0) for name in ("tried", "taken"))
    return Drawn([_joined(part[len(warm) :]) for part in parts], taken_at, tried, taken)


def _check_room(samples: int, target: Target) -> None:
    units = samples * len(target.prior)
    if units > MOST_UNITS:
        raise ResourceError(
            f"{samples} sentences of up to {len(target.prior) - 1} units are too many to keep",
            "thin them out more, draw fewer, or allow shorter ones only",
        )


def _edges(number: int, steps: int) -> list[int]:
    blocks = min(max(BLOCKS, steps // 1_000_000), MOST_BLOCKS)
    return sorted({number * block // blocks for block in range(blocks + 1)})


def _joined(parts: list[Samples]) -> Samples:
    names = ("tokens", "lengths", "log_probabilities")
    return Samples(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def draw_sentences(
    sampler: Sampler, number: int, *, seed: int = 1, reject: bool = False, on_progress: Progress = silent
) -> tuple[Samples, int]:
    """`number` independent sentences, and how many were drawn to get them.

    Unit by unit from p(w | what came before), of sentences of known words and of the lengths allowed; exactly
    from the target if `reject`, where gamma is 1 or more: a sentence x is kept with probability pi(x) / (M
    p(x)), M the largest value that pi / p can take (energies are not to be below 0), and 0 where a keyword is
    missing. Then a sentence counts once, however keywords can be placed in it. Raises ResourceError where a
    million in a row did not fit.
    """
    target = sampler.target
    if target.lm is not None:
        raise InputError("only a chain can draw from a neural model", "choose `method` edit")
    _check_room(number, target)
    model = target.model
    most = len(target.prior) - 1
    made = Samples(np.full((number, most + 1), EOS, np.int32), np.zeros(number, np.int64), np.zeros(number))
    rng = np.random.default_rng(np.random.SeedSequence((seed, 0)))
    random = rng.integers(0, 2**64, 1, np.uint64)
    path = np.empty(model.order + 1, np.int64)
    highest = float(target.prior.max())
    total = 0
    for row in range(number):
        left = TRIES
        while True:
            tokens = made.tokens[row]
            n, drawn = kernels.ancestral(random, most, left, model.arrays, sampler.draws, path, tokens)
            left -= drawn
            total += drawn
            if n < 0:
                raise ResourceError(
                    f"of {TRIES} sentences drawn in a row none fits",
                    "allow more lengths, fewer keywords, or choose `method` edit",
                )
            units = tokens[:n].tolist()
            log = float(model.score(tokens[: n + 1]).sum())
            weight = target.prior[n] - (highest if reject else 0.0)
            if reject:
                weight += (target.gamma - 1) * log - sum(energy.whole(units) for energy in target.energies)
                weight += 0.0 if has_keywords(units, target.keywords, target.any_order) else -math.inf
            if (
                weight >= 0
                or (not reject and math.isfinite(weight))
                or kernels.uniform(random) < math.exp(weight)
            ):
                break
        made.lengths[row], made.log_probabilities[row] = n, log
        made.tokens[row, n + 1 :] = EOS
        on_progress("sampling", row + 1, number)
    return made, total


def has_keywords(units: Sequence[int], keywords: Sequence[Sequence[int]], any_order: bool) -> bool:
    """Whether the keywords are in the sentence, none within another, in their order unless `any_order`."""
    units = tuple(units)

    @cache
    def placed(start: int, left: frozenset[int]) -> bool:
        if not left:
            return True
        for number in left if any_order else [min(left)]:
            word = tuple(keywords[number])
            for place in range(start, len(units) - len(word) + 1):
                if units[place : place + len(word)] == word:
                    if placed(place + len(word), left - {number}):
                        return True
                    if not any_order:
                        return False  # the first place is as good as any
        return False

    return placed(0, frozenset(range(len(keywords))))
