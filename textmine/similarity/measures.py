"""Measures of likeness between texts, all asked in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.parallel import ordered_map
from textmine.similarity.bags import UNIT, Masses, count_rows, masses_of
from textmine.similarity.ground import Ground
from textmine.similarity.pairs import costs, padded, transport_distances
from textmine.similarity.parts import KnownParts
from textmine.vectors.model import WordVectors
from textmine.vectors.sentences import SentenceEncoder

Metric: TypeAlias = Literal["wmd", "wrd", "sinkhorn", "cosine", "sif", "usif"]
Pairs: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64]]
Texts: TypeAlias = Sequence[Sequence[str]]

REGULARISATION = 0.05  # of Sinkhorn's distance, in parts of the largest cost


@dataclass(frozen=True)
class Read:
    """Texts as a measure wants them: `coverage` (float64) is the share of each one's words that are known."""

    coverage: NDArray[np.float64]
    content: Any

    def __len__(self) -> int:
        return len(self.coverage)

    @property
    def empty(self) -> int:
        """How many of the texts have no word that counts."""
        if isinstance(self.content, Masses):
            return int((np.diff(self.content.starts) == 0).sum())
        return int(np.isnan(self.content).any(axis=1).sum())

    @classmethod
    def joined(cls, parts: Sequence[Read]) -> Read:
        """The texts of one after the other, at least one part."""
        contents = [part.content for part in parts]
        join = Masses.joined if isinstance(contents[0], Masses) else np.concatenate
        return cls(np.concatenate([part.coverage for part in parts]), join(contents))


class Measure(Protocol):
    """What the metrics have in common.

    `too_few`: how many different texts with known words there were to learn from what sentences have in
    common, where that was too few to tell, so that it is left in; else None.
    """

    too_few: int | None

    def read(self, texts: Texts) -> Read:
        """The texts, each its words in order, made ready to be compared; unknown words in their known parts.
        One thread at a time."""
        ...

    def distances(self, a: Read, b: Read, pairs: Pairs | None = None) -> NDArray[np.float64]:
        """float64: the distance of text pairs[0][k] of `a` from text pairs[1][k] of `b`, without `pairs` that
        of those with the same number; NaN where one has no word that counts."""
        ...

    def similarity(self, distances: NDArray[np.float64]) -> NDArray[np.float64]:
        """1 for equal texts, falling with the distance."""
        ...


class TransportMeasure:
    """Word Mover's and Word Rotator's Distance on a `Ground`.

    The similarity is 1 - d for the latter; for the former 1 - d^2 / 2 where all vectors have length 1
    (`unit`), the cosine of two words at this distance, else 1 / (1 + d).
    """

    def __init__(
        self,
        ground: Ground,
        vectors: WordVectors,
        *,
        unit: bool = False,
        threads: int | None = None,
        too_few: int | None = None,
    ) -> None:
        # Padded once, not with each batch; columns of 0 change no distance.
        self.ground = replace(ground, table=padded(ground.table))
        self.vectors = vectors
        self.words = KnownParts(vectors.rows)
        self.unit = unit
        self.threads = threads
        self.too_few = too_few

    def read(self, texts: Texts) -> Read:
        bags = count_rows(self.words.look_up(texts))
        return Read(bags.coverage, masses_of(bags, self.ground.weights))

    def distances(self, a: Read, b: Read, pairs: Pairs | None = None) -> NDArray[np.float64]:
        return self.solve(a, b, pairs)[0]

    def solve(
        self, a: Read, b: Read, pairs: Pairs | None = None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The distances, and the dual values that prove them."""
        return transport_distances(
            self.ground.table, self.ground.kind, a.content, b.content, pairs, threads=self.threads
        )

    def similarity(self, distances: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.ground.kind == "cosine":
            return 1 - distances
        return 1 - distances**2 / 2 if self.unit else 1 / (1 + distances)


class SinkhornMeasure(TransportMeasure):
    """Transport with an entropy term, by POT: min <C, P> + r sum P (log P - 1) (M. Cuturi, Sinkhorn
    Distances, 2013), of which <C, P> is the distance; r is REGULARISATION times the largest cost. Neither
    exact nor faster than the exact solver for texts: there to compare with."""

    def distances(self, a: Read, b: Read, pairs: Pairs | None = None) -> NDArray[np.float64]:
        import ot

        first, second = pairs if pairs is not None else (np.arange(len(a)), np.arange(len(b)))

        def one(places: tuple[int, int]) -> float:
            (rows, p), (others, q) = _part(a.content, places[0]), _part(b.content, places[1])
            if not len(rows) or not len(others):
                return float("nan")
            cost = costs(self.ground.table, self.ground.kind, rows, others)
            plan = ot.bregman.sinkhorn_log(p, q, cost, REGULARISATION * max(cost.max(), 1e-12), warn=False)
            return float((plan * cost).sum())

        return np.fromiter(
            ordered_map(one, zip(first.tolist(), second.tolist(), strict=True), self.threads),
            np.float64,
            len(first),
        )


def _part(masses: Masses, text: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    part = slice(masses.starts[text], masses.starts[text + 1])
    return masses.rows[part], masses.units[part] / UNIT


class CosineMeasure:
    """1 - the cosine of the sentence vectors of a fitted `SentenceEncoder`."""

    def __init__(self, encoder: SentenceEncoder, *, too_few: int | None = None) -> None:
        self.encoder = encoder
        self.too_few = too_few
        self.words = KnownParts(encoder.vectors.rows)

    def read(self, texts: Texts) -> Read:
        found = self.words.look_up(texts)
        known, rows = self.encoder.encode_rows(found)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        content = np.divide(rows, lengths, out=np.full_like(rows, np.nan), where=lengths > 0)
        return Read(known / np.maximum(found.tokens, 1), content)

    def distances(self, a: Read, b: Read, pairs: Pairs | None = None) -> NDArray[np.float64]:
        x, y = (a.content, b.content) if pairs is None else (a.content[pairs[0]], b.content[pairs[1]])
        # Equal texts get the same, 0 from each other, though products round as the size of a batch has it.
        values: NDArray[np.float64] = np.clip(np.round(1 - np.einsum("ij,ij->i", x, y), 12), 0, 2)
        return values

    def similarity(self, distances: NDArray[np.float64]) -> NDArray[np.float64]:
        return 1 - distances
