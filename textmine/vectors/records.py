"""What weighted least squares trains on, dealt to the blocks of the schedule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.counts.cooccurrence import Cooccurrences
from textmine.errors import InputError
from textmine.kernels import glove as kernels
from textmine.memory import large_array
from textmine.parallel import ordered_map
from textmine.progress import Progress, silent

GROUPS = 16
PIECE = 1 << 20  # pairs worked on at once

Fit: TypeAlias = Callable[[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]], tuple[Any, Any]]
"""Target and weight (float64) of the pairs of rows and columns with the counts x."""


@dataclass
class Records:
    """`left` and `right` (int32, rows of the tables), `targets` and `weights` (float32).

    Word w has the row (w % GROUPS) * per_group + w // GROUPS. The records of the block of groups g <= h are
    `block(g, h)`, in random order; they are `size` in all.
    """

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    ends: NDArray[np.int64]

    @property
    def size(self) -> int:
        return self.left.size

    def block(self, g: int, h: int) -> slice:
        """Where the block's records are."""
        number = g * GROUPS + h
        return slice(int(self.ends[number - 1]) if number else 0, int(self.ends[number]))


def deal_records(
    counts: Cooccurrences,
    fit: Fit,
    *,
    diagonal: bool,
    both: bool,
    seed: int,
    room: int | None = None,
    directory: str | None = None,
    threads: int | None = None,
    on_progress: Progress = silent,
) -> Records:
    """Deal the pairs of `counts`, those of a word with itself only if `diagonal`.

    `both`: symmetric counts give a record for (i, j) and one for (j, i). More than `room` bytes of records go
    to files in `directory`. Raises InputError where there are none.
    """
    per_group = -(-len(counts.vocabulary.words) // GROUPS)

    def sides() -> Iterator[tuple[bool, Any, Any, Any]]:
        for start in range(0, counts.rows.size, PIECE):
            piece = slice(start, start + PIECE)
            rows, columns, weights = counts.rows[piece], counts.columns[piece], counts.weights[piece]
            other = rows != columns
            kept = slice(None) if diagonal else other
            yield False, rows[kept], columns[kept], weights[kept]
            if both:
                yield True, rows[other], columns[other], weights[other]
            on_progress("dealing pairs", min(start + PIECE, counts.rows.size), counts.rows.size)

    sizes = np.zeros(GROUPS * GROUPS, np.int64)
    for _, rows, columns, _ in sides():
        kernels.count_blocks(rows, columns, GROUPS, sizes)
    ends = np.cumsum(sizes)
    total = int(ends[-1])
    if not total:
        raise InputError("no two words stand near each other", "give more text, or a wider window")
    share = None if room is None else room // 4

    def column(kind: Any) -> NDArray[Any]:
        return large_array(total, kind, share, directory)

    left, right, targets, weights = map(column, (np.int32, np.int32, np.float32, np.float32))
    next_place = ends - sizes
    for swap, rows, columns, counted in sides():
        with np.errstate(over="ignore"):
            target, weight = fit(rows, columns, counted / counts.unit)
            weight = weight.astype(np.float32)
        if not np.isfinite(weight).all():
            raise InputError("the weights of pairs are beyond all numbers", "lower alpha, or raise x_max")
        kernels.deal(
            rows, columns, target.astype(np.float32), weight, GROUPS, per_group, swap,
            next_place, left, right, targets, weights,
        )  # fmt: skip
    records = Records(left, right, targets, weights, ends)

    def shuffle(number: int) -> None:
        block = records.block(*divmod(number, GROUPS))
        order = np.random.default_rng([seed, 0, number]).permutation(block.stop - block.start)
        for values in (left, right, targets, weights):
            values[block] = values[block][order]

    for _ in ordered_map(shuffle, np.flatnonzero(sizes).tolist(), threads):
        pass
    return records
