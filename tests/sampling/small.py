"""A small language model, and every sentence with its probability, for the tests of samplers."""

from __future__ import annotations

import math
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from itertools import combinations_with_replacement, permutations, product
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import chisquare

from textmine.corpus import Corpus
from textmine.corpus.token_store import encode_tokens
from textmine.kernels.language import EOS
from textmine.language.model import SPECIAL, LanguageModel
from textmine.language.train import train_language_model
from textmine.sampling.chain import Moves, Sampler
from textmine.sampling.sample import Drawn, Schedule, run_chains
from textmine.sampling.target import Target

WORDS = "abc"


def run(sampler: Sampler, **options: Any) -> Drawn:
    """`run_chains` with the options of its schedule and moves by name."""
    schedule, moves = (
        {field.name: options.pop(field.name) for field in fields(kind) if field.name in options}
        for kind in (Schedule, Moves)
    )
    return run_chains(sampler, Schedule(**schedule), Moves(**moves), **options)


@cache
def small_model(order: int = 3) -> LanguageModel:
    """Of 200 random sentences of 1 to 6 words."""
    random = np.random.default_rng(1)
    sizes = random.integers(1, 7, 200)
    lines = [" ".join(random.choice(list(WORDS), size, p=[0.5, 0.3, 0.2])) for size in sizes]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text"
        path.write_text("\n".join(lines))
        with Corpus([path]) as corpus:
            store = encode_tokens(corpus, folder, min_count=1)
        return train_language_model(store, order=order, directory=folder)[0]


def enumerated(target: Target) -> dict[tuple[int, ...], float]:
    """The probability of every sentence, from its definition."""
    weights: dict[tuple[int, ...], float] = defaultdict(float)
    for length, prior in enumerate(target.prior.tolist()):
        if prior > -math.inf:
            for units in placed(target, length):
                log = target.gamma * log_probability(target, units) + prior
                weights[units] += math.exp(log - sum(energy.whole(units) for energy in target.energies))
    total = sum(weights.values())
    return {units: weight / total for units, weight in weights.items() if weight}


def log_probability(target: Target, units: Sequence[int]) -> float:
    """log p of a sentence."""
    if target.lm is not None:
        return target.lm([tuple(units)])[0]
    return float(target.model.score(np.array([*units, EOS], np.int32)).sum())


def placed(target: Target, length: int) -> list[tuple[int, ...]]:
    """All sentences of a length, each as often as keywords can be placed in it."""
    free = length - sum(map(len, target.keywords))
    if free < 0:
        return []
    words = range(len(SPECIAL), len(target.model.words))
    orders = permutations(target.keywords) if target.any_order else [tuple(target.keywords)]
    found = []
    for keywords, units in product(list(orders), list(product(words, repeat=free))):
        for gaps in combinations_with_replacement(range(free + 1), len(keywords)):
            sentence: list[int] = []
            for start, stop, keyword in zip((0, *gaps), (*gaps, free), (*keywords, ()), strict=True):
                sentence += [*units[start:stop], *keyword]
            found.append(tuple(sentence))
    return found


def chance(sentences: Sequence[Sequence[int]], expected: dict[tuple[int, ...], float]) -> float:
    """The chance of such frequencies or stranger ones (chi-square), 0 where a sentence cannot be."""
    counts = Counter(map(tuple, sentences))
    if counts.keys() - expected.keys():
        return 0.0
    number = len(sentences)
    found, wanted = [0.0], [0.0]
    for units in sorted(expected, key=lambda units: expected[units]):
        if wanted[-1] >= 10:
            found.append(0.0)
            wanted.append(0.0)
        found[-1] += counts[units]
        wanted[-1] += expected[units] * number
    if wanted[-1] < 10:
        last = found.pop(), wanted.pop()
        found[-1] += last[0]
        wanted[-1] += last[1]
    return float(chisquare(found, np.array(wanted) * number / sum(wanted)).pvalue)
