"""Slow, plain versions of what textmine.vectors.svd does."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from textmine.counts.cooccurrence import Cooccurrences

Matrix = NDArray[np.float64]


def full_counts(counts: Cooccurrences) -> Matrix:
    words = len(counts.vocabulary.words)
    full = np.zeros((words, words))
    for i, j, x in zip(counts.rows, counts.columns, counts.weights, strict=True):
        full[i, j] = x / counts.unit
        if counts.symmetric:
            full[j, i] = x / counts.unit
    return full


def positive_pmi(counts: Cooccurrences, sample: float, smoothing: float, shift: float) -> Matrix:
    full = full_counts(counts)
    frequency = counts.vocabulary.counts / counts.vocabulary.counts.sum()
    if sample:
        stays = [min(1, math.sqrt(sample / f) + sample / f) for f in frequency]
        full *= np.outer(stays, stays)
    of_word, of_context, total = full.sum(axis=1), full.sum(axis=0), full.sum()
    smoothed = sum(c**smoothing for c in of_context)
    matrix = np.zeros_like(full)
    for i, j in zip(*np.nonzero(full), strict=True):
        p_word, p_context = of_word[i] / total, of_context[j] ** smoothing / smoothed
        matrix[i, j] = max(math.log(full[i, j] / total / (p_word * p_context)) - shift, 0)
    return matrix
