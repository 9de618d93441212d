"""From texts to distances: a measure, and how text is cut into the words that it wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from textmine.similarity.measures import Measure, Pairs, Read, TransportMeasure

Split: TypeAlias = Callable[[str], list[str]]
Item = TypeVar("Item")

BATCH = 16384  # texts read, and pairs compared, at a time
CHARACTERS = 1 << 22  # of a side, from which on there are no more in a batch


@dataclass(frozen=True)
class Distances:
    """Pairs of texts and how far they are from each other, a number a pair.

    `a` and `b` (int64, from 0): which text of the one side, and which of the other. `distances` and
    `similarities` (float64; 1 for equal texts): NaN where one has no word that counts. `coverage_a` and
    `coverage_b` (float64): the shares of their words that are known. `duals` (float64): the dual values,
    which prove the distances; None of a measure that is not solved exactly.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    distances: NDArray[np.float64]
    similarities: NDArray[np.float64]
    coverage_a: NDArray[np.float64]
    coverage_b: NDArray[np.float64]
    duals: NDArray[np.float64] | None

    def __len__(self) -> int:
        return len(self.a)

    def rows(self) -> list[dict[str, Any]]:
        """The columns of each pair by name, as the command writes them, lines from 1; None where there is no
        value."""
        values = {
            "line_a": self.a + 1,
            "line_b": self.b + 1,
            "distance": self.distances,
            "similarity": self.similarities,
            "coverage_a": self.coverage_a,
            "coverage_b": self.coverage_b,
        }
        cells = zip(*(column.tolist() for column in values.values()), strict=True)
        return [
            {name: None if cell != cell else cell for name, cell in zip(values, row, strict=True)}
            for row in cells
        ]


class Reader:
    """Reads texts for a `measure`; `split` gives the words of a text, in order. Any number of threads may
    read at once."""

    def __init__(self, measure: Measure, split: Split = str.split) -> None:
        self.measure = measure
        self.split = split
        self._lock = Lock()  # a measure reads for one thread at a time

    @property
    def exact(self) -> TransportMeasure | None:
        """The measure where it is solved exactly: then there are dual values, plans and an index."""
        return self.measure if type(self.measure) is TransportMeasure else None

    def read(self, texts: Iterable[str]) -> Read:
        """The texts as the measure wants them."""
        parts = [self.read_batch(batch) for batch in batches(texts, len)]
        return Read.joined(parts) if parts else self.read_batch([])

    def read_batch(self, texts: Iterable[str]) -> Read:
        """A few texts."""
        words = list(map(self.split, texts))
        with self._lock:
            return self.measure.read(words)

    def distances(self, a: Read, b: Read, pairs: Pairs | None = None) -> Distances:
        """Of text pairs[0][k] of `a` from text pairs[1][k] of `b`; without `pairs` of those with the same
        number."""
        first, second = (np.arange(len(a)),) * 2 if pairs is None else pairs
        duals = None
        if self.exact is not None:
            values, duals = self.exact.solve(a, b, pairs)
        else:
            values = self.measure.distances(a, b, pairs)
        similarities = self.measure.similarity(values)
        return Distances(first, second, values, similarities, a.coverage[first], b.coverage[second], duals)


def batches(items: Iterable[Item], size: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Some items at a time, fewer where they are long; `size`: the characters of one."""
    batch: list[Item] = []
    room = CHARACTERS
    for item in items:
        batch.append(item)
        room -= size(item)
        if room <= 0 or len(batch) == BATCH:
            yield batch
            batch, room = [], CHARACTERS
    if batch:
        yield batch
