"""Interpolated modified Kneser-Ney with dictionaries, as the formulas say it: slow and plain."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from tests.language.texts import Entries, Lines, Ngram

FALLBACK = [0.5, 1.0, 1.5]


def ngram_counts(lines: Lines, order: int) -> Counter[Ngram]:
    """Every n-gram of 2 to `order` units, and single words and ends; empty lines are no sentences."""
    counts: Counter[Ngram] = Counter()
    for line in lines:
        if line:
            units = ["<s>", *line, "</s>"]
            for start in range(len(units)):
                for stop in range(start + 1, min(start + order, len(units)) + 1):
                    counts[tuple(units[start:stop])] += 1
    del counts[("<s>",)]
    return counts


def discounts(counts: list[int]) -> list[float]:
    n = [counts.count(k) for k in range(5)]
    if not (n[1] and n[2] and n[3]):
        return FALLBACK
    y = n[1] / (n[1] + 2 * n[2])
    d = [k - (k + 1) * y * n[k + 1] / n[k] for k in (1, 2, 3)]
    return d if all(0 < d[k - 1] <= k for k in (1, 2, 3)) else FALLBACK


def kneser_ney(lines: Lines, order: int, prune: Sequence[int] = (0,)) -> Entries:
    """The n-grams of the model with their log p and log backoff weight."""
    counts = ngram_counts(lines, order)
    adjusted: Counter[Ngram] = Counter()
    for ngram, count in counts.items():
        if len(ngram) == order or ngram[0] == "<s>":
            adjusted[ngram] = count
        if len(ngram) > 1 and ngram[1:] in counts:
            adjusted[ngram[1:]] += 1
    off = {
        length: discounts([count for ngram, count in adjusted.items() if len(ngram) == length])
        for length in range(1, order + 1)
    }
    vocabulary = sorted({ngram[0] for ngram in counts if len(ngram) == 1} | {"<unk>"})

    def kept(ngram: Ngram) -> bool:
        if len(ngram) == 1:
            return True
        return counts[ngram] > prune[min(len(ngram) - 2, len(prune) - 1)]

    def discount(ngram: Ngram) -> float:
        return off[len(ngram)][min(adjusted[ngram], 3) - 1] if adjusted[ngram] else 0.0

    def children(history: Ngram) -> list[Ngram]:
        return [(*history, word) for word in vocabulary if adjusted[(*history, word)]]

    def weight(history: Ngram) -> float:
        """g(h): what the discounts take, and all of what is left out."""
        all_of_it = children(history)
        total = sum(adjusted[ngram] for ngram in all_of_it)
        return sum(discount(ngram) if kept(ngram) else adjusted[ngram] for ngram in all_of_it) / total

    def probability(ngram: Ngram) -> float:
        """Of an n-gram of the text, its pruned part with it; the model's where it is kept."""
        history, word = ngram[:-1], ngram[-1]
        total = sum(adjusted[other] for other in children(history))
        own = (adjusted[ngram] - discount(ngram)) / total
        shorter = probability((*history[1:], word)) if history else 1 / len(vocabulary)
        return own + weight(history) * shorter

    made: Entries = {}
    for ngram in [*counts, ("<unk>",)]:
        if kept(ngram):
            backoff = weight(ngram) if len(ngram) < order and children(ngram) else 1.0
            made[ngram] = math.log(probability(ngram)), math.log(backoff)
    if order > 1:
        made[("<s>",)] = 0.0, math.log(weight(("<s>",)))
    else:
        made[("<s>",)] = 0.0, 0.0
    return made
