"""Wholes in the place of parts; the other kernels are tested where they are used, in counts and terms."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import Gram
from tests.terms import reference_contrast as reference
from textmine.kernels.ngrams import fold


class Folding:
    """The n-grams of a text of single digits as the arrays of a trie, folded."""

    def __init__(self, text: str, longest: int, least: int) -> None:
        runs = [[*map(int, run)] for run in text.split(" ")]
        every: Counter[Gram] = Counter()
        for run in runs:
            for at in range(len(run)):
                every.update(tuple(run[at : at + size]) for size in range(1, min(longest, len(run) - at) + 1))
        self.grams = sorted((g for g in every if every[g] >= least), key=lambda gram: (len(gram), gram))
        self.counts = {gram: every[gram] for gram in self.grams}
        numbers = {gram: number for number, gram in enumerate(self.grams)} | {(): -1}
        self.parent = np.array([numbers[gram[:-1]] for gram in self.grams], np.int32)
        self.suffix = np.array([numbers[gram[1:]] for gram in self.grams], np.int32)

    def fold(
        self, share: float, able: set[Gram], wanted: set[Gram], worth: float, score: dict[Gram, float]
    ) -> tuple[set[Gram], dict[Gram, float], set[Gram]]:
        columns = [np.array([gram in some for gram in self.grams], np.bool_) for some in (able, wanted, ())]
        scores = np.array([score[gram] for gram in self.grams])
        fold(
            self.parent, self.suffix, np.array([*self.counts.values()], np.int64), share, columns[0],
            columns[1], worth, scores, columns[2],
        )  # fmt: skip
        every = np.array(len(self.grams) * [None])
        every[:] = self.grams
        found = dict(zip(self.grams, scores.tolist(), strict=True))
        return set(every[columns[1]].tolist()), found, set(every[columns[2]].tolist())


@given(
    st.text(st.sampled_from("0001123 "), min_size=1, max_size=80),
    st.integers(1, 5),
    st.integers(1, 2),
    st.sampled_from([0.3, 0.6, 0.95, 1.0]),
    st.sampled_from([0.0, 0.5, 0.9, 1.0, 2.0]),
    st.integers(0, 99),
)
def test_against_the_plain_version(
    text: str, longest: int, least: int, share: float, worth: float, seed: int
) -> None:
    made = Folding(text, longest, least)
    generator = np.random.default_rng(seed)
    able, wanted = ({gram for gram in made.grams if generator.random() < 0.6} for _ in range(2))
    score = {gram: float(generator.uniform(0, 3)) for gram in made.grams}
    found = made.fold(share, able, wanted, worth, score)
    assert found == reference.folded(made.counts, share, able, wanted, worth, score)


NAMES = "0123 " * 9 + "0 1 2 3 0 1 2 3 "  # 01, 12, 23, 012, 123 and 0123, each 9 times
WHOLE = (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("score", "worth", "folded"),
    [
        (0.4, 0.5, False),
        (0.5, 0.5, True),
        (0.0, 0.0, True),
        (0.999, 1.0, False),
        (1.0, 1.0, True),
        (3.0, 1.0, True),
    ],
)
def test_a_whole_must_be_worth_its_parts(score: float, worth: float, folded: bool) -> None:
    made = Folding(NAMES, 4, 2)
    parts: set[Gram] = {(0, 1, 2), (1, 2, 3)}
    scores = dict.fromkeys(made.grams, 0.1) | dict.fromkeys(parts, 1.0) | {WHOLE: score}
    wanted, found, gone = made.fold(0.95, {WHOLE}, parts, worth, scores)
    assert (WHOLE in wanted, gone) == ((True, parts) if folded else (False, set()))
    assert found == scores | ({WHOLE: max(score, 1.0)} if folded else {})


def test_what_a_whole_takes_from_one_part_does_not_make_it_worth_the_other() -> None:
    made = Folding(NAMES, 4, 2)
    parts: set[Gram] = {(0, 1, 2), (1, 2, 3)}
    for low, high in (((0, 1, 2), (1, 2, 3)), ((1, 2, 3), (0, 1, 2))):
        scores = dict.fromkeys(made.grams, 0.1) | {low: 12.0, high: 24.0, WHOLE: 6.0}
        _, found, gone = made.fold(0.95, {WHOLE}, parts, 0.5, scores)
        assert gone == {low} and found[WHOLE] == 12.0


def test_parts_of_parts() -> None:
    """The score of the best part goes up to the whole, length by length, where each is worth it."""
    made = Folding(NAMES, 4, 2)
    phrases = {gram for gram in made.grams if len(gram) > 1}
    scores = dict.fromkeys(made.grams, 1.0) | {(1, 2): 2.0}
    wanted, found, gone = made.fold(0.95, phrases, phrases, 0.5, scores)
    assert wanted == phrases and gone == phrases - {WHOLE}
    assert found[WHOLE] == found[0, 1, 2] == found[1, 2, 3] == 2.0 and found[0, 1] == 1.0
    # Half of the score of 12 is more than the longer ones have; the other parts still go.
    _, found, gone = made.fold(0.95, phrases, phrases, 0.51, scores)
    assert gone == {(0, 1), (2, 3), (0, 1, 2), (1, 2, 3)} and found[WHOLE] == 1.0
