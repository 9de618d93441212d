"""Sentences by search: how fast chains are, and what they make of keywords.

    python benchmarks/sampling.py speed TEXT [--order 5] [--runs 5]
    python benchmarks/sampling.py keywords TEXT [--steps 400000] [--bonus 4.5] [--gamma 1]

speed: a model of the characters of TEXT, a line a sentence, and chains of sentences of 20 characters on one
core: Metropolis, and Gibbs with 64 candidates for a position. Beside them, where KenLM's Python package is
installed, the plain loop one would write: Metropolis on the same model, with candidates drawn by their
frequency alone, which is quicker than our way to draw, and the whole changed sentence given to
`kenlm.Model.score`. Changes made are those accepted that change something; effective samples are those of log
p (see `effective_sample_size`).
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
from numpy.typing import NDArray

from textmine.language.model import LanguageModel
from textmine.sampling.chain import Chain, Sampler, Target
from textmine.sampling.diagnostics import effective_sample_size
from textmine.sampling.sample import has_keywords, run_chains

LENGTH, CANDIDATES, NOTED = 20, 64, 20
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
    rows = [
        ("Metropolis", *rates(Ours(sampler.chain(1)), 400_000, runs)),
        (f"Gibbs, {CANDIDATES} candidates", *rates(Ours(sampler.chain(2), CANDIDATES), 40_000, runs)),
    ]
    theirs = kenlm_model(model)
    if theirs is not None:
        rows.append(
            ("Metropolis, a plain loop over kenlm", *rates(Plain(model, theirs.score), 200_000, runs))
        )
    print_table(
        ("chain", "changes tried a second", "changes made", "effective samples"),
        [(name, *(f"{figure:,.0f}" for figure in figures)) for name, *figures in rows],
    )
    if theirs is not None:
        tried, made, samples = (ours / plain for ours, plain in zip(rows[0][1:], rows[-1][1:], strict=True))
        print(f"\nMetropolis beside the plain loop: {tried:.1f}, {made:.0f} and {samples:.0f} times")


def rates(chain: Ours | Plain, steps: int, runs: int) -> tuple[float, float, float]:
    """A second, the median of the runs: changes tried, changes made; over all runs effective samples of log
    p. Before them the chain comes to sentences as it likes them."""
    chain.run(steps)
    seconds, logs, before = [], [], chain.made
    for _ in range(runs):
        start = time.perf_counter()
        logs.append(chain.run(steps))
        seconds.append(time.perf_counter() - start)
    effective = effective_sample_size(np.concatenate(logs)[None])
    middle = statistics.median(seconds)
    return steps / middle, (chain.made - before) / runs / middle, effective / runs / middle


class Ours:
    def __init__(self, chain: Chain, candidates: int | None = None) -> None:
        self.chain, self.candidates = chain, candidates

    @property
    def made(self) -> int:
        return int(self.chain.taken.sum())

    def run(self, steps: int) -> NDArray[np.float64]:
        """log p after every NOTED-th step."""
        return self.chain.run(steps // NOTED, thin=NOTED, gibbs=self.candidates).log_probabilities


class Plain:
    """Metropolis in a few lines."""

    def __init__(self, model: LanguageModel, score: Callable[[str], float]) -> None:
        self.words, self.score = model.words[3:], score
        shares = np.exp(model.logs[3 : len(model.words)].astype(float)).tolist()
        self.shares = dict(zip(self.words, shares, strict=True))
        self.sums = list(itertools.accumulate(shares))
        self.random, self.made = random.Random(1), 0
        self.sentence = [self._word() for _ in range(LENGTH)]
        self.log = score(" ".join(self.sentence))

    def _word(self) -> str:
        return self.words[bisect.bisect(self.sums, self.random.random() * self.sums[-1] * (1 - 1e-12))]

    def run(self, steps: int) -> NDArray[np.float64]:
        """log p after every NOTED-th step."""
        logs = []
        for step in range(1, steps + 1):
            place = int(self.random.random() * LENGTH)
            old, new = self.sentence[place], self._word()
            self.sentence[place] = new
            log = self.score(" ".join(self.sentence))
            if self.random.random() < 10 ** (log - self.log) * self.shares[old] / self.shares[new]:
                self.log = log
                self.made += new != old
            else:
                self.sentence[place] = old
            if step % NOTED == 0:
                logs.append(self.log * math.log(10))
        return np.array(logs)


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
        chains=4,
        steps=steps,
        burn_in=steps // 5 if method == "edit" else 0,
        thin=steps // 1000,
        shares=(0.5, 0.25, 0.25, 0.0),
        temperatures=(1.0, 1.0) if method == "edit" else (2.0, 0.05),
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
