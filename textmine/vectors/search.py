"""The rows of a large matrix that score best, found block by block: a memory-mapped matrix is never loaded
whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.errors import ModelError

Scores: TypeAlias = NDArray[np.float32]  # (queries, rows)

_BLOCK = 1 << 22  # numbers in a block of rows: 16 MB
_SCORES = 1 << 23  # numbers in a block of scores: 32 MB
_ANSWERS = 1 << 20  # of queries that are answered together: 20 MB, a few times


def row_blocks(rows: int, dim: int, queries: int = 1, most: int = _BLOCK) -> Iterator[slice]:
    """Slices over `rows` rows of `dim` numbers, at most `most` rows long and so small that neither they nor
    `queries` scores a row take much memory."""
    step = max(1, min(_BLOCK // max(dim, 1), _SCORES // max(queries, 1), most))
    for start in range(0, rows, step):
        yield slice(start, min(start + step, rows))


def squared_norms(
    matrix: NDArray[np.float32], metric: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """<x, x> of each row x (rows, dim), or x M x' in the metric M (dim, dim), in float64.

    Raises ModelError when a number is not finite.
    """
    squares = np.empty(len(matrix))
    for rows in row_blocks(len(matrix), matrix.shape[1]):
        block = matrix[rows].astype(np.float64)
        mapped = block if metric is None else block @ metric
        squares[rows] = np.einsum("ij,ij->i", mapped, block)
    if not np.isfinite(squares).all():
        row = int(np.flatnonzero(~np.isfinite(squares))[0]) + 1
        raise ModelError(
            f"vector {row} holds a number that is not finite", "train again with a lower learning rate"
        )
    return np.maximum(squares, 0)  # rounding may leave a trace below


def parts(queries: int, top: int) -> Iterator[slice]:
    """Slices over the queries, so many at once that their answers, `top` each, take little memory."""
    step = max(_ANSWERS // max(top, 1), 1)
    for start in range(0, queries, step):
        yield slice(start, min(start + step, queries))


def by_blocks(
    rows: NDArray[np.int64], dim: int, score: Callable[[NDArray[np.int64]], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """What `score` makes of the rows of `dim` numbers, of some at a time."""
    return np.concatenate([np.zeros(0), *(score(rows[part]) for part in row_blocks(len(rows), dim))])


def best_rows(
    blocks: Iterable[tuple[slice, Scores]],
    queries: int,
    top: int,
    tolerance: NDArray[np.float64] | float = 0.0,
) -> list[NDArray[np.int64]]:
    """For each query the rows that may be among its `top` best, in the order of the rows.

    `blocks` yields rows and their scores (queries, rows); a score of -inf bars a row. Rows within `tolerance`
    (a query) of the last place come too, so that the caller can decide with exact scores: those of a product
    of matrices in float32 change with its shape.
    """
    threshold = np.full(queries, -np.inf)
    found: list[tuple[NDArray[np.intp], NDArray[np.int64], Scores]] = []
    for rows, scores in blocks:
        width = scores.shape[1]
        if width > top:
            threshold = np.maximum(threshold, np.partition(scores, width - top, axis=1)[:, width - top])
        limit = np.maximum(threshold - tolerance, np.finfo(np.float32).min)
        query, column = np.nonzero(scores >= limit[:, None])
        found.append((query, column + np.int64(rows.start), scores[query, column]))
    query, row, score = (np.concatenate(parts) for parts in zip(*found, strict=True))
    close = score >= (threshold - tolerance)[query]
    query, row = query[close], row[close]
    order = np.lexsort((row, query))
    return np.split(row[order], np.searchsorted(query[order], np.arange(1, queries)))


def ranked(
    rows: NDArray[np.int64], scores: NDArray[np.float64], top: int | None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The `top` best (None: all) of `rows` by their exact scores, best first; of equal ones the first row."""
    order = np.lexsort((rows, -scores))[:top]
    return rows[order], scores[order]
