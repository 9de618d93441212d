"""What a search has found: the sentences, how they came about, and how it went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from textmine.language.codec import Codec
from textmine.sampling.chain import KINDS, Moves, Sampler
from textmine.sampling.diagnostics import Mixing, mixing
from textmine.sampling.options import SINGLE, Method
from textmine.sampling.sample import Drawn, Schedule

STORY_PIECE = 1000  # steps at a time


@dataclass
class Sentence:
    """A text, its natural log probability, its energy (minus the log of the target, but for a constant), the
    chain (from 1) and the step at which it was met with the lowest, and how often it was met."""

    text: str
    log_probability: float
    energy: float
    chain: int
    step: int
    count: int


class Visit(NamedTuple):
    """What a chain (from 1) had at a step that was kept."""

    chain: int
    step: int
    text: str
    log_probability: float
    energy: float


class Change(NamedTuple):
    """The kind of the change at a step ("start" at 0), and what it led to."""

    step: int
    change: str
    text: str
    log_probability: float


@dataclass(frozen=True)
class Sentences:
    """Sentences of a search: `drawn` by a sampler, with the schedule and moves, from the sentence `first`."""

    codec: Codec
    sampler: Sampler
    method: Method
    schedule: Schedule
    moves: Moves
    first: Sequence[int] | None
    drawn: Drawn

    @property
    def texts(self) -> list[str]:
        """The different texts, best first."""
        return [sentence.text for sentence in self.best]

    def rows(self) -> list[dict[str, Any]]:
        """The columns of each different text by name, as the command writes them: best first."""
        return [asdict(sentence) for sentence in self.best]

    def visits(self) -> Iterator[Visit]:
        """Every sentence that was kept, chain by chain."""
        for number, samples in enumerate(self.drawn.samples, 1):
            for step, units, log in zip(
                self.drawn.steps.tolist(),
                samples.sentences(),
                samples.log_probabilities.tolist(),
                strict=True,
            ):
                energy = -self.sampler.target.log_weight(log, units)
                yield Visit(number, step, self.codec.decode(units), log, energy)

    @property
    def different(self) -> list[Sentence]:
        """The different texts, as they came."""
        return list(self._met[0].values())

    @property
    def best(self) -> list[Sentence]:
        """The different texts, those of the lowest energy first; of annealing the best of each chain only."""
        met, best = self._met
        kept = {text: met[text] for text in best.values()} if self.method == "annealing" else met
        return sorted(kept.values(), key=lambda sentence: (sentence.energy, sentence.text))

    @cached_property
    def _met(self) -> tuple[dict[str, Sentence], dict[int, str]]:
        """Each different text as a sentence, and the best of each chain."""
        met: dict[str, Sentence] = {}
        best: dict[int, str] = {}
        for chain, step, text, log, energy in self.visits():
            now = met.setdefault(text, Sentence(text, log, energy, chain, step, 0))
            now.count += 1
            if energy < now.energy:  # the same text in other units
                now.log_probability, now.energy, now.chain, now.step = log, energy, chain, step
            if chain not in best or (energy, text) < (met[best[chain]].energy, best[chain]):
                best[chain] = text
        return met, best

    def story(self) -> Iterator[Change]:
        """The changes of the chain that met the best sentence, up to there."""
        best, schedule = self.best[0], self.schedule
        chain = self.sampler.chain((schedule.seed, best.chain - 1), self.first)
        before = list(chain.units)
        yield Change(0, "start", self.codec.decode(before), chain.log_probability)
        for start in range(0, best.step, STORY_PIECE):
            piece = min(STORY_PIECE, best.step - start)
            samples = chain.run(piece, self.moves, start=start, of=schedule.steps)
            logs = samples.log_probabilities.tolist()
            for step, (units, log) in enumerate(zip(samples.sentences(), logs, strict=True), start + 1):
                if units != before:
                    change = _change(before, units, self.sampler.target.any_order)
                    yield Change(step, change, self.codec.decode(units), log)
                    before = units

    @property
    def kept(self) -> int:
        """How many sentences there are, not all of them different."""
        return sum(len(samples.lengths) for samples in self.drawn.samples)

    @property
    def accepted(self) -> dict[str, float]:
        """The share of changes of each kind that were made, of those that were tried."""
        counts = zip(KINDS, self.drawn.tried.tolist(), self.drawn.taken.tolist(), strict=True)
        return {kind: taken / tried for kind, tried, taken in counts if tried}

    @property
    def has_target(self) -> bool:
        """Whether these are draws from chains of one target: of none where the temperature changes."""
        hot, cold = self.moves.temperatures
        return self.method not in SINGLE and hot == cold

    @cached_property
    def mixing(self) -> Mixing | None:
        """Whether the chains agree on the log probability; None for too few samples to tell."""
        return mixing(np.array([samples.log_probabilities for samples in self.drawn.samples]))


def _change(before: list[int], after: list[int], any_order: bool) -> str:
    """The kind of a change. A keyword that shifts goes around one unit; two keywords of one unit side by side
    that swap look the same, and are told as that."""
    if len(before) != len(after):
        return "insert" if len(after) > len(before) else "delete"
    places = [place for place, (x, y) in enumerate(zip(before, after, strict=True)) if x != y]
    if len(places) == 1:
        return "replace"
    old, new = before[places[0] : places[-1] + 1], after[places[0] : places[-1] + 1]
    around = new in (old[1:] + old[:1], old[-1:] + old[:-1])
    return "shift" if around or not any_order else "swap"
