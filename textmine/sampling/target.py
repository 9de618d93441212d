"""What sentences are drawn from, and what was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textmine.language.model import LanguageModel
from textmine.sampling.energies import Energy, Scores


def lengths_between(least: int, most: int, bonus: float = 0.0) -> NDArray[np.float64]:
    """The `prior` of a Target for `least` to `most` units, each of which adds `bonus` nats."""
    prior = np.full(most + 1, -np.inf)
    prior[least:] = bonus * np.arange(least, most + 1)
    return prior


@dataclass(frozen=True)
class Target:
    """What is drawn from: log pi(x) = gamma log p(x) + prior[length of x] - energies of x + a constant.

    `prior` (float64[most + 1]) is a log weight for each length in units, -inf for those that may not be.
    Sentences are of known words only. `keywords` (units) must be in them, in order, or in any if `any_order`;
    a sentence then counts once for each way to place them in it.

    p is that of `model`, or what `lm` says where there is one: `model` then only proposes.
    """

    model: LanguageModel
    prior: NDArray[np.float64]
    gamma: float = 1.0
    keywords: Sequence[Sequence[int]] = ()
    any_order: bool = False
    energies: Sequence[Energy] = ()
    lm: Scores | None = None

    def log_weight(self, log_probability: float, units: Sequence[int]) -> float:
        """log pi of a sentence, but for the constant."""
        extra = sum(energy.whole(units) for energy in self.energies)
        return self.gamma * log_probability + float(self.prior[len(units)]) - extra


@dataclass
class Samples:
    """Sentences in the order drawn: `tokens` (int32, samples x longest + 1, EOS at the end of each),
    `lengths` (int64, EOS left out), `log_probabilities` (float64, natural, of the target's p)."""

    tokens: NDArray[np.int32]
    lengths: NDArray[np.int64]
    log_probabilities: NDArray[np.float64]

    def sentences(self) -> list[list[int]]:
        """The units of each."""
        return [row[:n].tolist() for row, n in zip(self.tokens, self.lengths.tolist(), strict=True)]
