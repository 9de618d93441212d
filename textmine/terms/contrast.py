"""How special terms are to a text, by their counts in it and in other text.

c occurrences of a term among the N units of the text, b among the M units of the background.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textmine.terms.background import Background, Kind

Array = NDArray[np.float64]

PRIOR = 1.0  # of the smaller text: units of made-up text that the log odds start from
HALF = 0.5  # occurrence added on either side


@dataclass(frozen=True)
class Contrast:
    """float64[terms] each: `background` occurrences there, and the measures of this module."""

    background: Array
    log_odds: Array
    g2: Array
    ratio: Array
    difference: Array


def contrast(
    count: NDArray[np.int64],
    size: int,
    kind: Kind,
    backgrounds: Sequence[Background],
    terms: Sequence[str],
    grams: Sequence[Sequence[str]],
) -> Contrast:
    """Hold terms with `count` occurrences in a text of `size` units against all `backgrounds` together.

    Their counts add up, and so do their sizes. A list of words says nothing of a term that it does not have:
    there its size does not count either, unless no background says anything.
    """
    counts = np.array([background.counts(terms, grams) for background in backgrounds])
    sizes = np.array([background.size(kind) for background in backgrounds])
    speaks = ~np.isnan(counts)
    speaks |= ~speaks.any(axis=0)
    b = np.nansum(counts, axis=0)
    m = (speaks * sizes[:, None]).sum(axis=0)
    c = count.astype(np.float64)
    measures = (log_odds, log_likelihood, frequency_ratio, difference)
    return Contrast(b, *(measure(c, size, b, m) for measure in measures))


def log_odds(c: Array, n: float, b: Array, m: Array) -> Array:
    """float64[terms]: weighted log odds, z = d / sqrt(1 / (c + a) + 1 / (b + a)), in standard deviations:

        d = log( (c + a) / (N + A - c - a) ) - log( (b + a) / (M + A - b - a) ),  a = A (c + b) / (N + M)

    A = min(N, M) is the size of a made-up text in which every term is as frequent as in both texts together.
    It draws rare terms towards 0. (Monroe, Colaresi and Quinn: Fightin' words, Political Analysis
    16, 2008.)
    """
    prior = PRIOR * np.minimum(n, m)
    a = prior * (c + b) / (n + m)
    # 0 where a text is nothing but the term
    ours, theirs = np.maximum(n + prior - c - a, 1.0), np.maximum(m + prior - b - a, 1.0)
    odds = np.log((c + a) / ours) - np.log((b + a) / theirs)
    return np.asarray(odds / np.sqrt(1 / (c + a) + 1 / (b + a)))


def log_likelihood(c: Array, n: float, b: Array, m: Array) -> Array:
    """float64[terms]: G2 = 2 (c log(c / e) + b log(b / f)) with e = N (c + b) / (N + M) and f = M (c + b) /
    (N + M), below 0 where the background has the term more often.

    Compare with 3.84 (p < .05) or 15.13 (p < .0001). (Dunning: Accurate methods for the statistics of
    surprise and coincidence, 1993, in the form of Rayson and Garside, 2000.)
    """
    share = (c + b) / (n + m)
    with np.errstate(divide="ignore", invalid="ignore"):
        theirs = np.where(b > 0, b * np.log(b / (m * share)), 0.0)
    found = np.maximum(2 * (c * np.log(c / (n * share)) + theirs), 0.0)
    return np.where(c * m >= b * n, found, -found)


def frequency_ratio(c: Array, n: float, b: Array, m: Array) -> Array:
    """float64[terms], above 0: ((c + 1/2) / N) / ((b + 1/2) / M), how many times as frequent the term is in
    the text. The halves keep it finite where the background lacks the term (as in Haldane's and Anscombe's
    estimate of odds, 1956)."""
    return np.asarray((c + HALF) / n * m / (b + HALF))


def difference(c: Array, n: float, b: Array, m: Array) -> Array:
    """float64[terms], -1 to 1: (c / N - b / M) / (c / N + b / M). Of the occurrences in as much of either
    text it is the share that the text has more than the background, 1 where the background lacks the term.
    (Hofland and Johansson: Word frequencies in British and American English, 1982.)"""
    return np.asarray((c / n - b / m) / (c / n + b / m))
