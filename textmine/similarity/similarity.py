"""How alike texts are: a pair, text i and text i of two sides, all of one side and all of the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmine.parallel import read_ahead
from textmine.progress import Progress, silent
from textmine.similarity.explain import explain
from textmine.similarity.index import TextIndex
from textmine.similarity.matrix import write_matrix, write_symmetric_matrix
from textmine.similarity.measures import Read
from textmine.similarity.reader import Distances, Reader, batches
from textmine.similarity.sides import Couple, Sides


class WordMove(NamedTuple):
    """`mass` of the word `source` goes to the word `target` at `cost` each: mass * cost of the distance."""

    source: str
    target: str
    mass: float
    cost: float


class Similarity(Reader):
    """Compares texts by a `measure` (of `build_measure`); `split` gives the words of a text, in order."""

    def distance(self, a: str, b: str) -> float:
        """The distance of two texts, NaN where one has no word that counts."""
        return float(self.measure.distances(self.read_batch([a]), self.read_batch([b]))[0])

    def lines(self, couples: Iterable[Couple]) -> Iterator[tuple[list[Couple], Distances]]:
        """Text i with text i, some couples at a time."""
        first = 0
        for batch, a, b in read_ahead(
            self._read_couples(couples)
        ):  # the next are read while these are solved
            found = self.distances(a, b)
            yield batch, replace(found, a=found.a + first, b=found.b + first)
            first += len(batch)

    def moves(self, couples: Iterable[Couple]) -> Iterator[list[WordMove] | None]:
        """Which words go where from text i to text i, the dearest first; None where one has no word that
        counts. Raises ValueError for a measure that is not solved exactly."""
        measure = self.exact
        if measure is None:
            raise ValueError("only what is solved exactly has a plan")
        words = measure.vectors.words
        for batch, a, b in self._read_couples(couples):
            for text in range(len(batch)):
                moves, plan = explain(measure.ground, a.content, b.content, text, text)
                if plan is None:
                    yield None
                    continue
                yield [
                    WordMove(words[move.source], words[move.target], move.mass, move.cost) for move in moves
                ]

    def all_pairs(self, sides: Sides, on_progress: Progress = silent) -> Iterator[Distances]:
        """Each text of A with all of B, a text of A at a time; where B is A, with those that come after
        it."""
        b = self.read(sides.b())
        yield from self._against(sides, b, _height(sides, b), on_progress)

    def matrix(
        self, a: Sequence[str], b: Sequence[str] | None = None, on_progress: Progress = silent
    ) -> NDArray[np.float64]:
        """The distances of each text of `a` from each of `b`, or of `a` itself, as a float64 array of shape
        (len(a), len(b)); NaN where there is none."""
        sides = Sides.of_texts(a, b)
        read = self.read(sides.b())
        matrix = np.empty((len(a), len(read)))
        rows = self._against(sides, read, len(a), on_progress)
        for row, values in enumerate(self._upper(rows, read) if sides.same else _values(rows)):
            matrix[row] = values
        if sides.same:
            matrix += np.triu(matrix, 1).T
        return matrix

    def save_matrix(
        self, sides: Sides, path: Path, tmp_dir: Path | None = None, on_progress: Progress = silent
    ) -> int:
        """Write the distances of each text of A from each of B as a `.npy` file, as `matrix` has them, with
        only some rows in memory; of a square the half above the diagonal goes to a file in `tmp_dir` first,
        else beside `path`. Returns how many pairs have no distance."""
        b = self.read(sides.b())
        height = _height(sides, b)
        missing = 0

        def counted() -> Iterator[Distances]:
            nonlocal missing
            for found in self._against(sides, b, height, on_progress):
                missing += int(np.isnan(found.distances).sum())
                yield found

        if sides.same:
            write_symmetric_matrix(path, height, self._upper(counted(), b), tmp_dir)
        else:
            write_matrix(path, (height, len(b)), _values(counted()))
        return missing

    def index(self, texts: Iterable[str], *, keep: bool = False) -> TextIndex:
        """The texts made ready to be searched; `keep`: as they are written, too, as a file of them needs."""
        return TextIndex.of(self, texts, keep=keep)

    def _read_couples(self, couples: Iterable[Couple]) -> Iterator[tuple[list[Couple], Read, Read]]:
        for batch in batches(couples, lambda couple: max(map(len, couple))):
            a, b = (self.read_batch(texts) for texts in zip(*batch, strict=True))
            yield batch, a, b

    def _against(self, sides: Sides, b: Read, height: int, on_progress: Progress) -> Iterator[Distances]:
        done, pairs = 0, height * (height - 1) // 2 if sides.same else height * len(b)
        for number, text in enumerate(sides.a()):
            places = np.arange(number + 1 if sides.same else 0, len(b))
            found = self.distances(self.read([text]), b, (np.zeros_like(places), places))
            yield replace(found, a=np.full(len(places), number))
            done += len(places)
            on_progress("comparing", done, pairs)

    def _upper(self, rows: Iterable[Distances], b: Read) -> Iterator[NDArray[np.float64]]:
        """Row after row, 0 before the diagonal; on it 0, or NaN for a text without a value."""
        valued = np.zeros(len(b), bool)
        for number, found in enumerate(rows):
            known = ~np.isnan(found.distances)
            valued[number + 1 :] |= known
            row = np.zeros(len(b))
            row[number + 1 :] = found.distances
            # A text that has a distance from another has one from itself; of others the measure knows.
            if not valued[number] and not known.any():
                itself = np.array([number])
                if np.isnan(self.measure.distances(b, b, (itself, itself))).any():
                    row[number] = np.nan
            yield row


def _values(rows: Iterable[Distances]) -> Iterator[NDArray[np.float64]]:
    return (found.distances for found in rows)


def _height(sides: Sides, b: Read) -> int:
    """How many texts A has."""
    return len(b) if sides.same else sum(1 for _ in sides.a())
