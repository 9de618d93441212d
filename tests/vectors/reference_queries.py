"""Questions to word vectors answered slowly and plainly, a word at a time."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def cosine(x: Matrix, y: Matrix) -> float:
    lengths = math.sqrt(x @ x) * math.sqrt(y @ y)
    return float(x @ y) / lengths if lengths else 0.0


def similarity(matrix: Matrix, i: int, j: int, by: str, frequent: int) -> float:
    x, y = matrix[i], matrix[j]
    if by == "cosine":
        return cosine(x, y)
    if by == "pmi":
        return float(x @ y)
    first, second = (np.array([z @ e for e in matrix[:frequent]]) for z in (x, y))
    return cosine(first - first.mean(), second - second.mean())


def nearest(matrix: Matrix, i: int, by: str, frequent: int, top: int) -> list[tuple[int, float]]:
    scored = [(j, similarity(matrix, i, j, by, frequent)) for j in range(len(matrix)) if j != i]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:top]


def answers(
    matrix: Matrix, question: tuple[int, int, int], method: str, top: int, vocabulary: int | None = None
) -> list[tuple[int, float]]:
    a, b, c = (matrix[i] for i in question)
    scored = []
    for i, x in enumerate(matrix[:vocabulary]):
        if i in question:
            continue
        if method == "3cosadd":
            units = [z / (np.linalg.norm(z) or 1) for z in (a, b, c)]
            score = cosine(x, units[1] - units[0] + units[2])
        elif method == "3cosmul":
            to_a, to_b, to_c = ((1 + cosine(x, z)) / 2 for z in (a, b, c))
            score = to_b * to_c / (to_a + 0.001)
        elif method == "pmi":
            score = float(x @ (b - a + c))
        else:
            score = -float(np.linalg.norm(x - (b - a + c)))
        scored.append((i, score))
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:top]
