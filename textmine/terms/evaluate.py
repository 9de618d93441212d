"""How good a ranked list of terms is, against a list of the terms that are right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textmine.errors import InputError

CUTS = (100, 500, 1000, 5000)


@dataclass(frozen=True)
class Evaluation:
    """With n terms in the ranked list, g in the gold list and h in both:

    `precision_at` has h_k / k for each cut k up to n, h_k of the first k being right; `precision` h / n,
    `recall` h / g, `f1` 2 h / (n + g). `f1_at_gold` is 2 h_k / (k + g) at k = g (or n if that is less), the
    cut of one who knows how many there are; `best_f1` the largest of all cuts of `least` terms or more, at
    `best_cut`. `average_precision` is the mean over the gold list of h_k / k at the place k of each of its
    terms, 0 for those not found (C. Manning, P. Raghavan, H. Schuetze, Introduction to Information Retrieval,
    2008, chapter 8). All are from 0 to 1.
    """

    found: int
    gold: int
    right: int
    precision_at: dict[int, float]
    precision: float
    recall: float
    f1: float
    f1_at_gold: float
    best_f1: float
    best_cut: int
    average_precision: float


def evaluate_terms(
    ranked: Sequence[str], gold: Iterable[str], *, cuts: Sequence[int] = CUTS, least: int = 10
) -> Evaluation:
    """Compare a list, the best first, with what is right. A term that comes again counts where it was first.

    Raises InputError where one of the lists is empty.
    """
    terms = list(dict.fromkeys(ranked))
    wanted = frozenset(gold)
    if not terms or not wanted:
        raise InputError(
            f"there are no terms in the {'gold' if terms else 'ranked'} list", "give a term a line"
        )
    right, at, best, best_cut, average = 0, [0], 0.0, len(terms), 0.0
    for n, term in enumerate(terms, 1):
        if term in wanted:
            right += 1
            average += right / n
        at.append(right)
        f1 = 2 * right / (n + len(wanted))
        if n >= min(least, len(terms)) and f1 > best:
            best, best_cut = f1, n
    size = min(len(wanted), len(terms))
    return Evaluation(
        len(terms),
        len(wanted),
        right,
        {cut: at[cut] / cut for cut in cuts if cut <= len(terms)},
        right / len(terms),
        right / len(wanted),
        2 * right / (len(terms) + len(wanted)),
        2 * at[size] / (size + len(wanted)),
        best,
        best_cut,
        average / len(wanted),
    )
