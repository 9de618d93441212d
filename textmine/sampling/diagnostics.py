"""Whether chains have mixed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MIXED = 1.05  # split R-hat up to which chains count as mixed
ENOUGH = 100  # effective samples
LEAST = 4  # samples of a chain, to tell


@dataclass(frozen=True)
class Mixing:
    """Whether chains agree on a quantity: split R-hat, effective sample size, and how many chains never
    moved where others did."""

    r_hat: float
    effective: float
    stuck: int

    @property
    def enough(self) -> bool:
        """Whether frequencies can be read off the samples."""
        return not (self.stuck or self.r_hat > MIXED or self.effective < ENOUGH)

    @property
    def times(self) -> int:
        """How many times the steps might be enough where these are not."""
        return math.ceil(max(ENOUGH / self.effective, 2))


def mixing(values: NDArray[np.float64]) -> Mixing | None:
    """Of (chains, samples) of one quantity; None for too few samples to tell."""
    if values.shape[1] < LEAST:
        return None
    stuck = int((np.ptp(values, axis=1) == 0).sum()) if np.ptp(values) else 0
    return Mixing(split_r_hat(values), effective_sample_size(values), stuck)


def split_r_hat(values: NDArray[np.float64]) -> float:
    """How much larger the spread of all values is than that within half chains: near 1 where chains agree.

    values: (chains, samples) of one quantity, 4 samples a chain at least, else NaN. With m half chains of n:
    sqrt((n - 1) / n + B / (n W)), W the mean of their variances, B / n the variance of their means (A.
    Gelman, D. Rubin, Inference from iterative simulation using multiple sequences, 1992; halves: A. Gelman
    and others, Bayesian Data Analysis, 2013). 1 where all values are the same, infinite where only the chains
    differ.
    """
    n = values.shape[1] // 2
    if n < 2:
        return float("nan")
    halves = np.concatenate([values[:, :n], values[:, -n:]])
    within = float(_variance(halves).mean())
    between = float(_variance(_mean(halves)))
    if within == 0:
        return 1.0 if between == 0 else float("inf")
    return float(np.sqrt((n - 1) / n + between / within))


def effective_sample_size(values: NDArray[np.float64]) -> float:
    """How many independent samples tell as much about the mean: N / (1 + 2 sum of autocorrelations), at most
    N.

    values: (chains, samples). Autocorrelations of all chains together, their sum cut by Geyer's rule: pairs
    of neighbours are added while they are above 0 and made to fall (C. Geyer, Practical Markov chain Monte
    Carlo, 1992; A. Gelman and others, Bayesian Data Analysis, 2013). All N where all values are
    the same, half a sample or so for each chain where none ever moves and they are in different places.
    """
    chains, n = values.shape
    if n < 4:
        return float("nan")
    centred = values - values[:, :1]
    centred -= centred.mean(axis=1, keepdims=True)
    size = 1 << (2 * n - 1).bit_length()
    spectrum = np.abs(np.fft.rfft(centred, size, axis=1)) ** 2
    covariance = np.fft.irfft(spectrum, size, axis=1)[:, :n].mean(axis=0) / n
    within = covariance[0] * n / (n - 1)
    total = within * (n - 1) / n + (float(_variance(_mean(values))) if chains > 1 else 0.0)
    if total == 0:
        return float(values.size)
    correlations = 1 - (within - covariance) / total
    correlations[0] = 1
    pairs = correlations[: n // 2 * 2].reshape(-1, 2).sum(axis=1)
    stop = np.argmax(pairs <= 0) if (pairs <= 0).any() else len(pairs)
    kept = np.minimum.accumulate(pairs[:stop])
    time = 2 * kept.sum() - 1
    return float(min(values.size / max(time, 1e-12), values.size))


def _mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the last axis; exact where all are the same, as sums are not."""
    first = values[..., 0]
    return np.asarray(first + (values - first[..., None]).mean(axis=-1))


def _variance(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the last axis; 0 where all are the same."""
    return np.asarray((values - values[..., :1]).var(axis=-1, ddof=1))
