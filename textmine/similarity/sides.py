"""The two sides of a comparison: where their texts come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from operator import attrgetter
from typing import Literal, TypeAlias

from textmine.corpus import Corpus
from textmine.errors import InputError

Side: TypeAlias = Callable[[], Iterator[str]]
Couple: TypeAlias = tuple[str, str]

SAMPLE = 20_000  # texts of each side that tell what all have in common, and that vectors are trained on
SAMPLE_CHARACTERS = 1 << 24  # and no more of a side


@dataclass(frozen=True)
class Sample:
    """The first texts of `sides` sides, at most `largest` of each; `whole`: these are all."""

    texts: list[str]
    sides: int
    largest: int
    whole: bool


@dataclass
class Sides:
    """The texts of both sides, A and B, which may be the `same`; each call of `a`, `b` and `couples` (text i
    of A with text i of B) goes through them anew. `wider` counts the lines of pairs that had more than two
    columns, after a pass that came to its end."""

    same: bool
    a: Side
    b: Side
    couples: Callable[[], Iterator[Couple]]
    wider: int = 0

    @classmethod
    def of_corpora(cls, a: Corpus, b: Corpus, unit: Literal["line", "file"] = "line") -> Sides:
        """The documents of two corpora, which may be one. Couples raise InputError where one has more."""

        def side(corpus: Corpus) -> Side:
            return lambda: map(attrgetter("text"), corpus.documents())

        return cls(a is b, side(a), side(b), lambda: _side_by_side(side(a)(), side(b)(), unit))

    @classmethod
    def of_texts(cls, a: Sequence[str], b: Sequence[str] | None = None) -> Sides:
        """Texts in memory; without `b` both sides are `a`."""
        other = a if b is None else b
        return cls(b is None, lambda: iter(a), lambda: iter(other), lambda: zip(a, other, strict=True))

    @classmethod
    def of_pairs(cls, corpus: Corpus) -> Sides:
        """Two texts a line, a tab between them. Raises InputError for a line without one."""

        def couples() -> Iterator[Couple]:
            wider = 0
            for line in corpus.documents():
                fields = line.text.split("\t")
                if len(fields) < 2:
                    raise InputError(
                        f"{line.source}, line {line.line}: no tab",
                        "write two texts a line, a tab between them",
                    )
                wider += len(fields) > 2
                yield fields[0], fields[1]
            sides.wider = wider

        def side(place: int) -> Side:
            return lambda: (couple[place] for couple in couples())

        sides = cls(False, side(0), side(1), couples)
        return sides

    @property
    def different(self) -> tuple[Side, ...]:
        """Each side, once where both are the same."""
        return (self.a,) if self.same else (self.a, self.b)

    def sample(self, *, of_b_alone: bool = False) -> Sample:
        """Texts that tell what they have in common: of a search those of B alone, as what it finds does not
        depend on what else is asked for."""
        parts = [_first(side()) for side in ((self.b,) if of_b_alone else self.different)]
        return Sample(
            [text for texts, _ in parts for text in texts],
            len(parts),
            max(len(texts) for texts, _ in parts),
            all(whole for _, whole in parts),
        )


def _first(texts: Iterator[str]) -> tuple[list[str], bool]:
    """The first texts of a side, and whether these are all."""
    taken: list[str] = []
    room = SAMPLE_CHARACTERS
    for text in texts:
        if len(taken) == SAMPLE or room <= 0:
            return taken, False
        taken.append(text[:room])
        room -= len(text)
    return taken, room >= 0


def _side_by_side(a: Iterator[str], b: Iterator[str], unit: str) -> Iterator[Couple]:
    for number, (x, y) in enumerate(zip_longest(a, b)):
        if x is None or y is None:
            others = "matrix (all with all) or search" if unit == "file" else "matrix, search or documents"
            units = unit if number == 1 else f"{unit}s"
            raise InputError(
                f"{'A' if x is None else 'B'} ends after {number} {units}, the other goes on",
                f"give as many of both, or choose `mode` {others}",
            )
        yield x, y
