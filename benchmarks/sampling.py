"""Sentences by search: how fast chains are, and what they make of keywords.

    python benchmarks/sampling.py speed TEXT [--order 5] [--runs 5]
    python benchmarks/sampling.py keywords TEXT [--steps 400000] [--bonus 1.5] [--gamma 1]

speed: a model of the characters of TEXT, a line a sentence, and chains of sentences of 20 characters on one
core: Metropolis, Gibbs by 64 candidates for a position, and Gibbs by the full conditional over all
characters. Beside each, where KenLM's Python package is installed, the plain loop one would write on the same
model, the whole changed sentence given to `kenlm.Model.score` for each candidate. Its Metropolis draws
candidates by their frequency alone, which is quicker than our way to draw, and once more with our candidates,
drawn and weighed by our kernels one call at a time; its Gibbs scores 64 characters drawn so, or all. All
chains begin with the same sentence. Changes made are those that put another character in the place.
keywords: TEXT is cut into sentences at 。！？; of ten, nine train a model and one is held out. For each of
the sets of keywords below, four chains of `edit` and four of `annealing`, with the settings of `textmine
sample --keywords .. --steps .. --length-bonus .. --gamma ..`. A row shows the sample of the lowest energy,
its log probability per character, that of the held-out sentences of its length, 2 more or less (the
yardstick), and how long the longest part of it is that the model has seen. Log probabilities are natural and
have the sentence's end in them.
"""

from __future__ import annotations

import argparse
import bisect
import itertools
import math
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from common import print_table
from language import kenlm_model, trained

from textmine.kernels import sampling as kernels
from textmine.kernels.language import EOS
from textmine.language.model import LanguageModel
from textmine.sampling.chain import Chain, Moves, Sampler
from textmine.sampling.sample import Schedule, has_keywords, run_chains
from textmine.sampling.search import COLD, HOT, IN_ORDER
from textmine.sampling.target import Target

LENGTH, CANDIDATES = 20, 64
MORE = 30  # characters at most beside the keywords
SETS = [
    *("曹操,刘备", "刘备,关羽,张飞", "孔明,周瑜,赤壁", "吕布,貂蝉", "赵云,长坂", "诸葛亮,荆州", "孙权,江东"),
    *("司马懿,街亭", "姜维,邓艾", "董卓,洛阳", "袁绍,官渡", "黄忠,夏侯渊", "马超,潼关", "庞统,落凤坡"),
    *("鲁肃,荆州,孙权", "关公,华佗", "曹丕,许昌", "孟获,孔明", "陆逊,白帝城", "魏延,汉中,孔明"),
]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=["speed", "keywords"])
    parser.add_argument("text", type=Path, metavar="TEXT")
    parser.add_argument("--order", type=int, default=5)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--steps", type=int, default=400_000)
    parser.add_argument("--bonus", type=float, default=1.5)
    parser.add_argument("--gamma", type=float, default=1.0)
    given = parser.parse_args()
    if given.part == "speed":
        speed(trained(given.text, given.order), given.runs)
    else:
        keywords(given.text, given.order, given.steps, given.bonus, given.gamma)


def speed(model: LanguageModel, runs: int) -> None:
    prior = np.full(LENGTH + 1, -math.inf)
    prior[LENGTH] = 0
    sampler = Sampler(Target(model, prior))
    warm = sampler.chain(1)
    warm.run(1, thin=400_000)
    first = warm.tokens[:LENGTH].tolist()
    some, every = f"Gibbs, {CANDIDATES} candidates", "Gibbs, all characters"
    ours = [
        ("Metropolis", None, 400_000),
        (some, CANDIDATES, 40_000),
        (every, 0, 20_000),
    ]
    rows = [
        (name, *rates(Ours(sampler.chain(2, first), number), steps, runs)) for name, number, steps in ours
    ]
    theirs = kenlm_model(model)
    if theirs is not None:
        words = [model.words[unit] for unit in first]
        plain = [
            (0, "Metropolis, plain loop", Plain(model, theirs.score, words), 200_000),
            (0, "the same with our candidates", SameCandidates(model, theirs.score, words, sampler), 50_000),
            (1, f"{some}, plain loop", PlainGibbs(model, theirs.score, words, CANDIDATES), 4000),
            (2, f"{every}, plain loop", PlainGibbs(model, theirs.score, words, 0), 100),
        ]
        for row, name, chain, steps in plain:
            tried, made = rates(chain, steps, runs)
            rows.append((name, tried, made, rows[row][1] / tried, rows[row][2] / made if made else math.nan))
    print_table(
        ("chain", "positions a second", "changes made", "ours is faster by", "makes more by"),
        [
            (
                name,
                *(f"{figure:,.0f}" for figure in figures[:2]),
                *(f"{ratio:.1f}" for ratio in figures[2:] or [1, 1]),
            )
            for name, *figures in rows
        ],
    )


def rates(chain: Ours | Plain, steps: int, runs: int) -> tuple[float, float]:
    """Changes tried and made a second, the median of the runs; before them the chain comes to sentences as it
    likes them."""
    chain.run(steps)
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        chain.run(steps)
        seconds.append(time.perf_counter() - start)
    rate = steps / statistics.median(seconds)
    return rate, rate * chain.share_made()


class Ours:
    def __init__(self, chain: Chain, candidates: int | None = None) -> None:
        self.chain, self.candidates = chain, candidates

    def run(self, steps: int) -> None:
        self.chain.run(1, Moves(gibbs=self.candidates), thin=steps)

    def share_made(self) -> float:
        tokens = self.chain.run(50_000, Moves(gibbs=self.candidates)).tokens
        return float((np.diff(tokens, axis=0) != 0).any(axis=1).mean())


class Plain:
    """Metropolis in a few lines."""

    def __init__(self, model: LanguageModel, score: Callable[[str], float], first: list[str]) -> None:
        self.words, self.score = model.words[3:], score
        shares = np.exp(model.logs[3 : len(model.words)].astype(float)).tolist()
        self.shares = dict(zip(self.words, shares, strict=True))
        self.sums = list(itertools.accumulate(shares))
        self.random, self.tried, self.made = random.Random(1), 0, 0
        self.sentence = list(first)
        self.log = score(" ".join(first))

    def _word(self) -> str:
        return self.words[bisect.bisect(self.sums, self.random.random() * self.sums[-1] * (1 - 1e-12))]

    def candidate(self, place: int) -> tuple[str, float]:
        """A word for the place, and how likely the one there is to come up for each time that this one is."""
        word = self._word()
        return word, self.shares[self.sentence[place]] / self.shares[word]

    def share_made(self) -> float:
        return self.made / self.tried

    def run(self, steps: int) -> None:
        self.tried += steps
        for _ in range(steps):
            place = int(self.random.random() * LENGTH)
            old = self.sentence[place]
            new, ratio = self.candidate(place)
            self.sentence[place] = new
            log = self.score(" ".join(self.sentence))
            if self.random.random() < 10 ** (log - self.log) * ratio:
                self.log = log
                self.made += new != old
            else:
                self.sentence[place] = old


class SameCandidates(Plain):
    def __init__(
        self, model: LanguageModel, score: Callable[[str], float], first: list[str], sampler: Sampler
    ) -> None:
        super().__init__(model, score, first)
        self.tables = model.arrays, sampler.draws
        self.units, self.state = model.numbers, np.array([1], np.uint64)

    def candidate(self, place: int) -> tuple[str, float]:
        tokens = np.array([*(self.units[word] for word in self.sentence), EOS], np.int32)
        lists = kernels.lists(tokens, place, int(tokens[place + 1]), *self.tables)
        old, new = int(tokens[place]), kernels.draw(lists, self.state, *self.tables)
        there, here = (kernels.density(lists, unit, *self.tables) for unit in (old, new))
        return self.words[new - 3], there / here


class PlainGibbs(Plain):
    """A place drawn anew out of so many words and the one there; 0: out of all."""

    def __init__(
        self, model: LanguageModel, score: Callable[[str], float], first: list[str], candidates: int
    ) -> None:
        super().__init__(model, score, first)
        self.candidates = candidates

    def run(self, steps: int) -> None:
        self.tried += steps
        for _ in range(steps):
            place = int(self.random.random() * LENGTH)
            old = self.sentence[place]
            words = self.words
            if self.candidates:
                words = [old, *(self._word() for _ in range(self.candidates - 1))]
            logs = []
            for word in words:
                self.sentence[place] = word
                logs.append(self.score(" ".join(self.sentence)))
            most = max(logs)
            weights = [10 ** (log - most) for log in logs]
            if self.candidates:
                weights = [weight / self.shares[word] for weight, word in zip(weights, words, strict=True)]
            new = self.sentence[place] = self.random.choices(words, weights)[0]
            self.made += new != old


def keywords(text: Path, order: int, steps: int, bonus: float, gamma: float) -> None:
    sentences = cut(text)
    held_out = sentences[9::10]
    known = [sentence for number, sentence in enumerate(sentences) if number % 10 != 9]
    with tempfile.TemporaryDirectory() as work:
        Path(work, "text.txt").write_text("\n".join(known), "utf-8")
        model = trained(Path(work, "text.txt"), order)
    yardsticks = [
        (len(sentence), model.log_probability(sentence) / len(sentence))
        for sentence in held_out
        if set(sentence) <= model.numbers.keys()
    ]
    print(f"{len(known):,} sentences train, {len(yardsticks):,} of known characters are held out\n")
    seen = "\n".join(known)
    for method in ("edit", "annealing"):
        rows, reached, complete, figures = [], 0, 0, []
        for words in SETS:
            best, log, whole = search(model, words.split(","), method, steps, bonus, gamma)
            complete += whole
            figure = log / len(best)
            yardstick = statistics.fmean(log for n, log in yardsticks if abs(n - len(best)) <= 2)
            reached += figure >= yardstick
            figures.append((figure, yardstick))
            rows.append((words, best, f"{figure:.2f}", f"{yardstick:.2f}", copied(best, seen)))
        print_table((method, "best sample", "log p a character", "held out", "longest copy"), rows)
        means = [statistics.fmean(column) for column in zip(*figures, strict=True)]
        print(
            f"\n{method}: the best sample reaches the yardstick in {reached} of {len(SETS)} sets, on average "
            f"{means[0]:.2f} against {means[1]:.2f}; all samples have their keywords in {complete}\n"
        )


def cut(text: Path) -> list[str]:
    """The sentences, without white space, with the quotation marks that close behind them."""
    found = re.findall(r"[^。！？]+[。！？]+[”’』」）]*", "".join(text.read_text("utf-8").split()))
    return [sentence for sentence in found if len(sentence) > 1]


def search(
    model: LanguageModel, words: list[str], method: str, steps: int, bonus: float, gamma: float
) -> tuple[str, float, bool]:
    """The sample of the lowest energy, its log probability, and whether all samples have the keywords."""
    units = [[model.numbers[character] for character in word] for word in words]
    needed = sum(map(len, words))
    prior = np.full(needed + MORE + 1, -math.inf)
    prior[needed:] = bonus * np.arange(needed, needed + MORE + 1)
    target = Target(model, prior, gamma, units)
    found = run_chains(
        Sampler(target),
        Schedule(steps=steps, burn_in=steps // 5 if method == "edit" else 0, thin=steps // 1000),
        Moves(IN_ORDER, temperatures=(1.0, 1.0) if method == "edit" else (HOT, COLD)),
    )
    samples = [
        (units, log)
        for part in found.samples
        for units, log in zip(part.sentences(), part.log_probabilities.tolist(), strict=True)
    ]
    best, log = max(samples, key=lambda sample: target.log_weight(sample[1], sample[0]))
    whole = all(has_keywords(sentence, units, any_order=False) for sentence, _ in samples)
    return "".join(model.words[unit] for unit in best), log, whole


def copied(sentence: str, seen: str) -> int:
    """How many characters the longest part has that stands in the text."""
    size = 0
    for start in range(len(sentence)):
        while start + size < len(sentence) and sentence[start : start + size + 1] in seen:
            size += 1
    return size


if __name__ == "__main__":
    main()
