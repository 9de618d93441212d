"""The rows of `textmine similarity`, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from textmine.cli.progress import Reporter
from textmine.cli.remarks import counted

if TYPE_CHECKING:
    from textmine.similarity.index import Hits, TextIndex
    from textmine.similarity.reader import Distances
    from textmine.similarity.sides import Couple
    from textmine.similarity.similarity import WordMove

Row: TypeAlias = tuple[object, ...]

LITTLE = 0.5  # of the words with a vector, on average: a sign that texts and vectors do not go together


class Rows:
    """Makes rows for the writer; `empty` counts what has no value."""

    def __init__(self, report: Reporter, *, certificate: bool = False, show_texts: bool = False) -> None:
        self.report = report
        self.certificate = certificate
        self.show_texts = show_texts
        self.empty = 0
        self._covered = 0.0
        self._texts = 0

    def lines(self, parts: Iterable[tuple[list[Couple], Distances]]) -> Iterator[Row]:
        """A row for each couple."""
        for couples, distances in parts:
            yield from self._with_texts(self._cells(distances), couples)

    def pairs(self, parts: Iterable[Distances]) -> Iterator[Row]:
        """A row for each pair, without the texts."""
        for distances in parts:
            yield from self._cells(distances)

    def found(self, answers: Iterable[tuple[str, Hits]], index: TextIndex, name: str) -> Iterator[Row]:
        """A row for each text that a query has found in the index, called `name`; at the end a line tells
        what is never found, and what the bounds have spared."""
        solved = compared = 0
        for query, hits in answers:
            solved, compared = solved + hits.solved, compared + hits.compared
            self.empty += hits.empty
            texts = index.texts
            couples = [] if texts is None else ((query, texts[place]) for place in hits.b.tolist())
            yield from self._with_texts(self._cells(hits), couples)
        if compared:
            self.report.note(
                f"{solved / compared:.1%} of the distances were solved, bounds ruled out the rest"
            )
        if lost := index.empty:
            self.report.note(f"{counted(lost, 'text')} of {name} without a word that counts: never found")

    def moves(self, plans: Iterable[list[WordMove] | None]) -> Iterator[Row]:
        """A row for each move; empty cells where there is no value."""
        for number, plan in enumerate(plans, 1):
            if plan is None:
                self.empty += 1
                yield number, number, None, None, None, None, None
                continue
            for source, target, mass, cost in plan:
                yield number, number, source, target, mass, cost, mass * cost

    def tell(self, tokenizer: str | None) -> None:
        """Remarks on all rows; `tokenizer` is what cut the texts."""
        coverage = self._covered / self._texts if self._texts else 1.0
        if coverage < LITTLE:
            self.report.note(
                f"a vector is known for {coverage:.0%} of the words only (cut by {tokenizer}): take "
                "vectors of the texts' language, or another --tokenizer"
            )
        if self.empty:
            self.report.note(f"{self.empty} without a value: a text has no word that counts")

    def _cells(self, part: Distances) -> Iterator[Row]:
        """The cells but for the texts, nothing where there is no value."""
        import numpy as np

        self._covered += float(part.coverage_a.sum() + part.coverage_b.sum())
        self._texts += 2 * len(part)
        cells: list[list[Any]] = [
            column.tolist()
            for column in (
                part.a + 1, part.b + 1, part.distances, part.similarities, part.coverage_a, part.coverage_b
            )
        ]  # fmt: skip
        if self.certificate:
            assert part.duals is not None
            cells += [part.duals.tolist(), np.abs(part.distances - part.duals).tolist()]
        missing = np.flatnonzero(np.isnan(part.distances)).tolist()
        self.empty += len(missing)
        for place in missing:
            for column in (*cells[2:4], *cells[6:]):
                column[place] = None
        return zip(*cells, strict=True)

    def _with_texts(self, rows: Iterator[Row], couples: Iterable[Couple]) -> Iterator[Row]:
        """The rows, with the texts themselves if they are asked for."""
        if not self.show_texts:
            return rows
        return ((*row, *couple) for row, couple in zip(rows, couples, strict=True))
