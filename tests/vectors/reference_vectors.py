"""Slow, plain versions of what textmine.vectors does with sentences, clusters and pairs of models."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def sentence_means(
    sentences: Sequence[Sequence[str]], vectors: dict[str, Array], weights: dict[str, float], scaled: bool
) -> Array:
    """Weighted means of the vectors of the known words; `scaled`: each dimension of a sentence has length 1
    first."""
    rows = []
    for sentence in sentences:
        words = [word for word in sentence if word in vectors]
        dim = len(next(iter(vectors.values())))
        row = [0.0] * dim
        for place in range(dim):
            length = math.sqrt(sum(vectors[word][place] ** 2 for word in words)) if scaled else 1.0
            for word in words:
                row[place] += weights[word] * vectors[word][place] / (length or 1.0) / len(words)
        rows.append(row)
    return np.array(rows)


def without_components(rows: Array, number: int, by_parts: bool) -> Array:
    """Less the projections on the first right singular vectors, or the part s^2 / sum s^2 of each."""
    _, values, directions = np.linalg.svd(rows, full_matrices=False)
    for value, direction in zip(values[:number], directions, strict=False):
        part = value**2 / sum(values[:number] ** 2) if by_parts else 1.0
        rows = rows - part * np.outer(rows @ direction, direction)
    return rows


def sif(
    sentences: Sequence[Sequence[str]], vectors: dict[str, Array], counts: Counter[str], a: float
) -> Array:
    weights = {word: a / (a + count / counts.total()) for word, count in counts.items()}
    return without_components(sentence_means(sentences, vectors, weights, False), 1, False)


def usif(sentences: Sequence[Sequence[str]], vectors: dict[str, Array], counts: Counter[str]) -> Array:
    length = sum(map(len, sentences)) / sum(map(bool, sentences))
    limit = 1 - (1 - 1 / len(counts)) ** length
    alpha = sum(count / counts.total() > limit for count in counts.values()) / len(counts)
    a = (1 - alpha) / (alpha * len(counts) / 2)
    weights = {word: a / (a / 2 + count / counts.total()) for word, count in counts.items()}
    return without_components(sentence_means(sentences, vectors, weights, True), 5, True)


def shares(row: Array, centres: Array, sharpness: float | None) -> list[float]:
    """How far a row is in each cluster."""
    cosines = [float(row @ centre) / math.sqrt(row @ row) for centre in centres]
    if sharpness is None:
        return [float(place == cosines.index(max(cosines))) for place in range(len(cosines))]
    weights = [math.exp(sharpness * (cosine - max(cosines))) for cosine in cosines]
    return [weight / sum(weights) for weight in weights]


def cluster_round(matrix: Array, centres: Array, sharpness: float | None) -> Array:
    """The centres after one round."""
    sums = np.zeros_like(centres)
    for row in matrix:
        for place, share in enumerate(shares(row, centres, sharpness)):
            sums[place] += share * row / math.sqrt(row @ row)
    return np.array([total / math.sqrt(total @ total) for total in sums])


def hsic(x: Array, y: Array) -> float:
    """tr(K H L H) / (n - 1)^2 for the linear kernels K and L."""
    count = len(x)
    centring = np.eye(count) - 1 / count
    return float(np.trace(x @ x.T @ centring @ y @ y.T @ centring)) / (count - 1) ** 2


def neighbours(matrix: Array, row: int, number: int) -> set[int]:
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    cosines = unit @ unit[row]
    others = sorted((other for other in range(len(matrix)) if other != row), key=lambda at: -cosines[at])
    return set(others[:number])
