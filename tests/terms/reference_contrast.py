"""Slow, plain versions of what weighs terms against other text and by where they stand."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from tests import reference
from tests.reference import Gram

Words = tuple[str, ...]


def spelled_ngrams(text: str, unit: str, longest: int) -> Counter[Words]:
    """Every n-gram of the text's units, in lower case, that no boundary parts."""
    found: Counter[Words] = Counter()
    run: list[str] = []
    for spelling, is_unit, _ in reference.units(text, reference.starts(text, "line"), unit):
        run = [*run, spelling.lower()] if is_unit else []
        found.update(tuple(run[-size:]) for size in range(1, min(longest, len(run)) + 1))
    return found


# a term seen c times among n units here, b times among m units elsewhere


def log_odds(c: float, n: float, b: float, m: float) -> float:
    """As if either text went on for a tenth of the smaller one, in which all is as in both together."""
    more = min(n, m)
    a = more * (c + b) / (n + m)
    here, there = ((seen + a) / max(size + more - seen - a, 1) for seen, size in ((c, n), (b, m)))
    return (math.log(here) - math.log(there)) / math.sqrt(1 / (c + a) + 1 / (b + a))


def log_likelihood(c: float, n: float, b: float, m: float) -> float:
    """Twice the sum of observed times log of observed by expected; below 0 where there are fewer here."""
    found = 0.0
    for seen, size in ((c, n), (b, m)):
        if seen:
            found += 2 * seen * math.log(seen / (size * (c + b) / (n + m)))
    return max(found, 0.0) * (1 if c / n >= b / m else -1)


def frequency_ratio(c: float, n: float, b: float, m: float) -> float:
    return ((c + 0.5) / n) / ((b + 0.5) / m)


def difference(c: float, n: float, b: float, m: float) -> float:
    return (c / n - b / m) / (c / n + b / m)


# where terms stand


def context_weights(text: Sequence[int], score: Mapping[Gram, float], rounds: int, sure: int) -> list[float]:
    """Of each n-gram, in the order of `score`; the text is ids, outside of it stands id 0."""
    often = Counter(text)
    padded = [0, *text, 0]
    places: dict[Gram, list[tuple[int, int]]] = {gram: [] for gram in score}
    for at in range(1, len(padded) - 1):
        for size in {len(gram) for gram in score}:
            gram = tuple(padded[at : at + size])
            if gram in places and at + size < len(padded):
                places[gram].append((padded[at - 1], padded[at + size]))
    weight = dict.fromkeys(score, 1.0)
    for _ in range(rounds):
        best = sorted(score, key=lambda gram: (-score[gram] * weight[gram], len(gram), gram))[:sure]
        sides = []
        for side in (0, 1):
            seen = Counter(pair[side] for gram in best for pair in places[gram])
            chance = {unit: seen.total() * often[unit] / len(text) for unit in {0, *often}}
            sides.append(
                {u: math.log((seen[u] + 0.2 * e + 5) / (e + 0.2 * e + 5)) for u, e in chance.items()}
            )
        left, right = sides
        for gram, pairs in places.items():
            weight[gram] = math.exp(sum(left[u] + right[v] for u, v in pairs) / (len(pairs) + 2))
    return list(weight.values())


def c_values(counts: Mapping[Gram, int]) -> list[float]:
    """Of all terms of a list and their counts."""

    def is_in(part: Gram, whole: Gram) -> bool:
        size = len(part)
        return size < len(whole) and any(whole[at : at + size] == part for at in range(len(whole)))

    found = []
    for gram, count in counts.items():
        around = [counts[whole] for whole in counts if is_in(gram, whole)]
        alone = count - (sum(around) / len(around) if around else 0)
        found.append(math.log2(len(gram) + 1) * alone)
    return found


def folded(
    counts: Mapping[Gram, int],
    share: float,
    able: set[Gram],
    wanted: set[Gram],
    worth: float,
    score: Mapping[Gram, float],
) -> tuple[set[Gram], dict[Gram, float], set[Gram]]:
    """The wanted n-grams with the wholes that take the place of parts, all scores, and those parts."""
    wanted, found, parts = set(wanted), dict(score), set()
    for whole in sorted(counts, key=lambda gram: (len(gram), gram)):
        for part in (whole[:-1], whole[1:]):
            may = part in wanted and whole in able and score[whole] >= worth * found[part]
            if may and counts[whole] >= share * counts[part]:
                wanted.add(whole)
                parts.add(part)
                found[whole] = max(found[whole], found[part])
    return wanted, found, parts
