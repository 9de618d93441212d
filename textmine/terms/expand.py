"""From a few seed words to the terms of their field: a walk over vectors that stops before it drifts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine.errors import InputError, refuse_strings
from textmine.progress import Progress, silent
from textmine.terms.term_vectors import folded, no_vector, term_rows
from textmine.vectors.cluster import unit_rows
from textmine.vectors.model import WordVectors
from textmine.vectors.search import row_blocks

MIN_SIMILARITY, MAX_SIMILARITY, ALPHA = 0.6, 1.0, 0.25
BEFOREHAND = 2  # as many seeds are taken to have stood, before any is seen, ...
USUAL_SIMILARITY, USUAL_PLACE = 2.0, 4 / 3  # ... at a mean of -ln u of these, which weigh 1/2 and 1/4
DIGITS = 9  # of a cosine: those behind depend on the number of threads, and must not decide between equals

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Widened:
    """A term: its `similarity` to the seeds from -1 to 1 (None without a vector), and for those that the walk
    met the `steps` from the seeds (0: a seed) and the term `through` which it came (None for a seed). `count`
    where the terms came with theirs."""

    term: str
    similarity: float | None
    steps: int | None
    through: str | None
    count: int | None = None


@dataclass(frozen=True)
class Expansion:
    """`terms`: the seeds, the terms that were reached, and the others, each of the three in the order of
    `expand_terms`, in which `similarity_weight` and `place_weight`, from 0 to 1, are the exponents.
    `nearest` is the greatest cosine of the first step, of what is neither seed nor negative (None: there is
    nothing else). `unknown_seeds` and `unknown_negative` have no vector, `without_vector` is the number of
    terms that have none."""

    terms: list[Widened]
    similarity_weight: float
    place_weight: float
    nearest: float | None
    unknown_seeds: list[str]
    unknown_negative: list[str]
    without_vector: int

    def rows(self, every: bool = False) -> list[dict[str, Any]]:
        """The columns of each term by name, as the command writes them: of the seeds and what was reached, or
        of `every` term."""
        return [asdict(term) for term in self.terms if every or term.steps is not None]


def expand_terms(
    vectors: WordVectors,
    terms: Iterable[str] | Mapping[str, int | None],
    seeds: Iterable[str],
    *,
    negative: Iterable[str] = (),
    min_similarity: float = MIN_SIMILARITY,
    max_similarity: float = MAX_SIMILARITY,
    alpha: float = ALPHA,
    max_steps: int | None = None,
    on_progress: Progress = silent,
) -> Expansion:
    """Walk from the seeds to the `terms` (the best first, with their counts in a mapping) that are used like
    them.

    v_t are the vectors less the mean of all there are, scaled to length 1. The direction that is looked
    for is d = c - n: the mean of v over the seeds, scaled to length 1, less that over the negative words (0
    without). A term's similarity is the cosine of v_t and d.

    The walk goes breadth first. Step i + 1 reaches those terms, no negative words and not met before, that

        cos(v_t, v_s + d) >= min_similarity + (max_similarity - min_similarity) (1 - exp(-alpha i))

    for a term s that step i has reached (step 0: the seeds), and comes through the s where this is greatest;
    it ends with a step that reaches nothing, or after `max_steps`. (J. Su, "Unsupervised mining of a domain's
    vocabulary", spaces.ac.cn/archives/6540, 2019; there v is not less the mean, nor c of length 1.)

    Order: by r^w R^W, the least first, of the rank r by similarity (no vector: 0) and the place R in `terms`.
    The seeds say what each of the two is worth. With u = r / n, or R / n, of n terms, words of other fields
    have any u from 0 to 1 alike; those of the field are taken to have the density a u^(a - 1). The likelihood
    ratio of the two is then a u^-w with w = 1 - a, and ratios are multiplied. The likeliest a is 1 over the
    mean of -ln u over the seeds, where r is a seed's rank by its similarity to the other seeds; BEFOREHAND
    made-up seeds are added to them, and w is 0 at least. A seed that is not in `terms` is listed, too.

    Words that are equal when `folded` are one, in the spelling that comes first in `terms`, else in `seeds`;
    `term_rows` finds their vectors. The result does not depend on the number of threads.

    Raises InputError where no term or no seed has a vector, for a word that is a seed and negative, and for a
    min_similarity above max_similarity.

    >>> terms = tm.discover_terms("data/jargon-file.txt").lexicon()
    >>> vectors = tm.load_vectors("data/jargon.npz")
    >>> widened = tm.expand_terms(vectors, terms, ["hacker", "crash"], min_similarity=0.5)
    >>> [(row["term"], row["steps"]) for row in widened.rows()]
    [('hacker', 0), ('crash', 0), ('culture', 1)]
    """
    refuse_strings(terms=terms, seeds=seeds, negative=negative)
    counts = terms if isinstance(terms, Mapping) else {}
    spelled: dict[str, str] = {}
    terms, seeds, negative = (
        list(dict.fromkeys(spelled.setdefault(folded(word), word) for word in words))
        for words in (terms, seeds, negative)
    )
    if both := set(seeds).intersection(negative):
        raise InputError(f"{min(both)!r} is both a seed and negative", "take it off one of the lists")
    if min_similarity > max_similarity:
        raise InputError(
            f"the least similarity, {min_similarity:g}, is above the greatest, {max_similarity:g}",
            "lower the one or raise the other",
        )
    listed = list(dict.fromkeys([*terms, *seeds, *negative]))
    rows = term_rows(vectors, listed)
    place = {term: number for number, term in enumerate(listed)}
    space = _Space(vectors, rows)
    if not space.has[: len(terms)].any():
        raise no_vector(len(terms))
    known = [place[term] for term in seeds if space.has[place[term]]]
    repelling = [place[term] for term in negative if space.has[place[term]]]
    if not known:
        raise InputError(
            "none of the seeds has a vector", "choose seeds that are words of the text, such as terms listed"
        )
    away = space.centre(repelling)
    direction = space.centre(known) - away
    similarity = space.cosines_with(direction)
    steps, through, nearest = _walk(
        space,
        direction,
        known,
        repelling,
        min_similarity,
        max_similarity,
        alpha,
        math.inf if max_steps is None else max_steps,
        on_progress,
    )
    weights = (
        _weight(space.places(known, away), USUAL_SIMILARITY),
        _weight(
            np.array([place[term] + 1 for term in seeds if place[term] < len(terms)]) / len(terms),
            USUAL_PLACE,
        ),
    )
    return Expansion(
        [
            Widened(
                listed[number],
                float(similarity[number]) if space.has[number] else None,
                None if steps[number] < 0 else int(steps[number]),
                None if through[number] < 0 else listed[through[number]],
                counts.get(listed[number]),
            )
            for number in _order(similarity, steps, *weights).tolist()
            if number < len(terms) or steps[number] == 0
        ],
        *weights,
        nearest,
        [term for term in seeds if not space.has[place[term]]],
        [term for term in negative if not space.has[place[term]]],
        int(np.count_nonzero(~space.has[: len(terms)])),
    )


class _Space:
    """The directions of terms. `rows` (terms,) are their rows in the vectors, -1: none, which are zeros."""

    def __init__(self, vectors: WordVectors, rows: NDArray[np.int64]) -> None:
        self._matrix, self._rows = vectors.matrix, rows
        self._mean = vectors.matrix.mean(axis=0, dtype=np.float64)
        self.size, self.has = rows.size, rows >= 0

    def units(self, numbers: NDArray[np.int64] | slice) -> Floats:
        """float64 (numbers, dim): of length 1, or zeros."""
        rows = self._rows[numbers]
        units = unit_rows(self._matrix[rows], self._mean)
        units[~self.has[numbers]] = 0
        return units

    def centre(self, numbers: list[int]) -> Floats:
        """The mean direction of these, of length 1; zeros of none, and where they cancel out."""
        return _scaled(self.units(np.array(numbers, np.int64)).sum(axis=0))

    def cosines_with(self, direction: Floats) -> Floats:
        """The cosine of every term with a direction, (terms,)."""
        aim, cosines = _scaled(direction), np.empty(self.size)
        for block in row_blocks(self.size, aim.size):
            cosines[block] = np.einsum("ij,j->i", self.units(block), aim)
        return cosines.round(DIGITS)

    def places(self, seeds: list[int], away: Floats) -> Floats:
        """r / n of each of the seeds, by its cosine with the direction of the other seeds; none of one."""
        if len(seeds) < 2:
            return np.empty(0)
        units = self.units(np.array(seeds))
        queries = _scaled(_scaled(units.sum(axis=0) - units) - away)
        own = np.einsum("ij,ij->i", units, queries).round(DIGITS)
        above = -np.sum((units @ queries.T).round(DIGITS) > own, axis=0)  # the seeds themselves do not count
        for block in row_blocks(self.size, queries.shape[1], len(queries)):
            above += np.sum((self.units(block) @ queries.T).round(DIGITS) > own, axis=0)
        places: Floats = (above + 1) / self.size
        return places

    def nearest(self, queries: Floats) -> tuple[NDArray[np.int64], Floats]:
        """For every term the number of the nearest of the queries (queries, dim), and the cosine."""
        which, best = np.zeros(self.size, np.int64), np.empty(self.size)
        for block in row_blocks(self.size, queries.shape[1], len(queries)):
            cosines = (self.units(block) @ queries.T).round(DIGITS)
            which[block] = cosines.argmax(axis=1)
            best[block] = cosines.max(axis=1)
        return which, best


def _walk(
    space: _Space,
    direction: Floats,
    seeds: list[int],
    barred: list[int],
    low: float,
    high: float,
    alpha: float,
    most: float,
    on_progress: Progress,
) -> tuple[NDArray[np.int64], NDArray[np.int64], float | None]:
    """The step at which each term was reached and the number of the term it came through, -1: none; the
    greatest cosine of the first step."""
    steps, through = np.full((2, space.size), -1)
    front = np.array(seeds)
    steps[front] = 0
    free = space.has.copy()
    free[[*seeds, *barred]] = False
    nearest = None
    step = 0
    while front.size and step < most:
        threshold = low + (high - low) * (1 - math.exp(-alpha * step))
        which, best = space.nearest(_scaled(space.units(front) + direction))
        if step == 0 and free.any():
            nearest = float(best[free].max())
        reached = np.flatnonzero(free & (best >= threshold))
        step += 1
        steps[reached], through[reached] = step, front[which[reached]]
        free[reached] = False
        front = reached
        on_progress("walking", step, None)
    return steps, through, nearest


def _weight(places: Floats, usual: float) -> float:
    """w of `expand_terms` by the u of the seeds and a usual mean of -ln u."""
    a = (places.size + BEFOREHAND) / (-np.log(places).sum() + BEFOREHAND * usual)
    return max(1 - float(a), 0.0)


def _order(
    similarity: Floats, steps: NDArray[np.int64], similarity_weight: float, place_weight: float
) -> NDArray[np.int64]:
    """The terms in the order of `expand_terms`."""
    ranks = np.arange(1, similarity.size + 1)
    by_similarity = np.empty(similarity.size)
    by_similarity[np.argsort(-similarity, kind="stable")] = ranks
    value = similarity_weight * np.log(by_similarity) + place_weight * np.log(ranks)
    part = np.where(steps == 0, 0, np.where(steps > 0, 1, 2))
    return np.lexsort((value.round(DIGITS), part))


def _scaled(vectors: Floats) -> Floats:
    """The last axis scaled to length 1; what is next to nothing is zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Floats = vectors / np.where(lengths > 10.0**-DIGITS, lengths, np.inf)
    return scaled
