from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.terms.reference_words import (
    Counted,
    Table,
    count_all,
    cuts_of,
    every_cut,
    log_joint,
    word_numbers,
)
from textmine.kernels import word_bigrams as kernels

TEXTS = st.text("甲乙丙。", min_size=1, max_size=60).map(lambda text: text + "甲")
STRENGTHS = np.array([1.0, 0.6, 10.0, 0.7])


@given(TEXTS, st.integers(1, 4), st.integers(0, 99))
def test_counts_against_the_plain_version(text: str, longest: int, seed: int) -> None:
    table = Table(text, longest)
    begins = table.drawn_begins(seed)
    table.count(begins, table.clauses)
    table.check(count_all(table.ids, begins, table.clauses))
    some = np.random.default_rng(seed).random(len(table.clauses)) < 0.5
    table.count(begins, table.clauses[some], -1)
    table.check(count_all(table.ids, begins, table.clauses[~some]))
    table.count(begins, table.clauses[~some], -1)
    assert not table.numbers.any() and not table.uses.any() and not table.totals[:2].any()


def test_the_table_of_pairs_is_copied_without_what_is_gone() -> None:
    text = "。".join(f"{chr(0x4E00 + a)}{chr(0x4E00 + b)}" for a, b in itertools.product(range(12), repeat=2))
    table = Table(text, 2)
    begins = np.ones(table.units.ids.size, np.bool_)
    table.count(begins, table.clauses)
    table.count(begins, table.clauses[::3], -1)
    pairs = table.pairs()
    assert table.totals[kernels.SLOTS] == np.count_nonzero(table.keys) > len(pairs)
    keys, uses = np.zeros(256, np.uint64), np.zeros(256, np.int32)
    assert kernels.copy_pairs(table.keys, table.uses, keys, uses) == len(pairs) == np.count_nonzero(uses)
    table.keys, table.uses = keys, uses
    assert table.pairs() == pairs
    table.count(begins, table.clauses[::3])
    table.check(count_all(table.ids, begins, table.clauses))


class Drawing:
    """A text whose clause `at` is cut anew, given the cuts of the others."""

    def __init__(self, text: str, longest: int, at: int) -> None:
        self.table = Table(text, longest)
        self.clauses = self.table.clauses[at : at + 1]
        self.begins = self.table.drawn_begins(3)
        others = np.delete(self.table.clauses, at, axis=0)
        self.table.count(self.begins, others)
        self.counted = count_all(self.table.ids, self.begins, others)
        random = np.random.default_rng(8)
        units = self.table.units.ids
        self.opening, self.closing = random.uniform(0.1, 0.6, (2, int(units.max()) + 1))
        self.following = random.uniform(0.2, 0.9, units.size)
        self.tilts = random.uniform(0.5, 2, self.table.words.lengths.size + 1)
        self.begin_weights = random.uniform(0.1, 0.5, units.size).astype(np.float32)
        self.inner_weights = random.uniform(0.5, 1, units.size).astype(np.float32)

    def draw(self, seed: int, clauses: np.ndarray | None = None) -> float:
        table = self.table
        return kernels.sample_clauses(
            self.clauses if clauses is None else clauses, self.begins, table.ids, table.units.ids,
            *table.counts, STRENGTHS, self.opening, self.following, self.closing, self.tilts,
            self.begin_weights, self.inner_weights, seed,
        )  # fmt: skip

    def logs(self, cuts: list[int]) -> tuple[float, float]:
        """log p of a way to cut the clause, and that with the weights."""
        words = word_numbers(self.table.ids, cuts, cuts[0] - 1)
        edges = [*itertools.pairwise(cuts), (cuts[-1], cuts[-1] + 1)]
        units = self.table.units.ids
        plain = weights = 0.0
        for (first, second), (a, b) in zip(itertools.pairwise(words), edges, strict=True):
            spelling = (
                self.opening[units[a]] * self.closing[units[b - 1]] * np.prod(self.following[a + 1 : b])
            )
            alone = self.counted.word(second, spelling, STRENGTHS)
            plain += math.log(self.counted.pair(first, second, alone, STRENGTHS))
            if b <= cuts[-1]:
                weights += math.log(self.tilts[second if second >= 0 else -1] * self.begin_weights[a])
                weights += float(np.log(self.inner_weights[a + 1 : b]).sum())
        return plain, plain + weights


TEXT = "甲乙丙甲乙。甲乙丁丙甲。丙甲乙戊。丁丁甲乙丙。甲乙。丙甲。甲乙丙。"
DRAWS = 12000


def misfit(drawing: Drawing, times: dict[tuple[int, ...], int], longest: int) -> float:
    """Chi square of drawn cuts, in standard deviations above its mean."""
    start, end = drawing.clauses[0].tolist()
    ways = [*every_cut(start, end, longest)]
    chances = np.exp([drawing.logs(cuts)[1] for cuts in ways])
    wanted = chances / chances.sum() * DRAWS
    found = np.array([times.get(tuple(cuts), 0) for cuts in ways])
    assert found.sum() == DRAWS
    often = wanted >= 5
    found, wanted = (np.append(every[often], every[~often].sum() + 1e-9) for every in (found, wanted))
    freedom = int(often.sum())
    return float((((found - wanted) ** 2 / wanted).sum() - freedom) / math.sqrt(2 * freedom))


@pytest.mark.parametrize(("at", "longest"), [(0, 3), (1, 5), (2, 4), (0, 2)])
def test_drawn_cuts_have_the_probabilities_of_the_model(at: int, longest: int) -> None:
    drawing = Drawing(TEXT, longest, at)
    times: dict[tuple[int, ...], int] = {}
    start, end = drawing.clauses[0].tolist()
    for seed in np.random.default_rng(1).integers(1 << 62, size=DRAWS).tolist():
        value = drawing.draw(seed)
        cuts = cuts_of(drawing.begins, start, end)
        times[tuple(cuts)] = times.get(tuple(cuts), 0) + 1
        if times[tuple(cuts)] == 1:
            assert value == pytest.approx(drawing.logs(cuts)[0], rel=1e-9)
    assert misfit(drawing, times, longest) < 4
    # What is drawn tells weights apart that differ by a third.
    for weights, change in itertools.product(
        (drawing.begin_weights[start + 1 : end], drawing.inner_weights[start + 1 : end]), (0.7, 1.4)
    ):
        weights[1] *= change
        assert misfit(drawing, times, longest) > 4
        weights[1] /= change


def test_clauses_are_drawn_by_their_place() -> None:
    """In whatever company they are; the log probabilities add up."""
    drawing = Drawing(TEXT, 4, 0)
    values = [drawing.draw(77, drawing.table.clauses[k : k + 1]) for k in range(len(drawing.table.clauses))]
    alone = drawing.begins.copy()
    drawing.begins[:] = drawing.table.drawn_begins(1)
    assert drawing.draw(77, drawing.table.clauses[::-1]) == pytest.approx(sum(values), rel=1e-12)
    assert drawing.begins.tolist() == alone.tolist()
    drawing.draw(78, drawing.table.clauses)
    assert drawing.begins.tolist() != alone.tolist()


class Moving:
    """A text in single units or in words drawn at random, whose types can be moved."""

    def __init__(self, text: str, longest: int, begins: np.ndarray | None = None) -> None:
        self.table = Table(text, longest, 1 << 13)
        units = self.table.units
        self.begins = np.ones(units.ids.size, np.bool_) if begins is None else begins
        self.table.count(self.begins, self.table.clauses)
        random = np.random.default_rng(4)
        words = self.table.words
        self.spelling = np.log(0.05) * words.lengths + random.normal(0, 0.3, words.lengths.size)
        self.tilts = random.normal(0, 0.5, words.lengths.size + 1)
        self.places = [np.flatnonzero((self.table.ids == k).any(axis=1)) for k in range(words.lengths.size)]
        self.candidates = np.flatnonzero(words.lengths > 1)

    def move(self, candidates: np.ndarray, strengths: np.ndarray) -> int:
        offsets = np.cumsum([0, *map(len, self.places)])
        changed: int = kernels.move_types(
            candidates, np.concatenate(self.places).astype(np.int32), offsets, self.table.words.lengths,
            self.table.ids, self.begins, self.table.units.fixed, *self.table.counts, strengths,
            self.spelling, self.tilts, max(map(len, self.places)),
        )  # fmt: skip
        return changed

    def recount(self) -> Counted:
        return count_all(self.table.ids, self.begins, self.table.clauses)

    def joint(self, strengths: np.ndarray) -> float:
        sequences = [
            word_numbers(self.table.ids, cuts_of(self.begins, start, end), start - 1)
            for start, end in self.table.clauses.tolist()
        ]
        return log_joint(sequences, self.spelling, strengths, self.tilts)


@given(TEXTS, st.integers(2, 5), st.integers(0, 99))
def test_moved_types_are_counted(text: str, longest: int, seed: int) -> None:
    first = Table(text, longest)
    moving = Moving(text, longest, first.drawn_begins(seed))
    before = moving.begins.copy()
    changed = moving.move(moving.candidates, STRENGTHS)
    moving.table.check(moving.recount())
    assert (moving.begins != before).sum() <= changed
    assert moving.begins[moving.table.units.fixed].all() and moving.begins[moving.table.clauses[:, 0]].all()


@given(st.text("甲甲乙乙丙。", min_size=20, max_size=50), st.sampled_from([0.0, 0.6]))
def test_moves_make_the_text_no_less_probable(text: str, discount: float) -> None:
    """From single units, so that no word is rare, and without a discount of words, with which the
    probability of the whole does not depend on the order."""
    moving = Moving(text + "甲", 4)
    strengths = np.array([1.0, discount, 10.0, 0.0])
    value = moving.joint(strengths)
    for candidate in [*moving.candidates] * 2:
        changed = moving.move(np.array([candidate]), strengths)
        now = moving.joint(strengths)
        assert now >= value - 1e-9 and (changed > 0 or now == value)
        value = now


@pytest.mark.parametrize("seed", [None, 2, 3])
def test_a_word_is_joined_and_split_everywhere_at_once(seed: int | None) -> None:
    """Whatever the cuts are at first: 玄德 is one word, and 曹 and 操, which often stand alone, are two."""
    text = "玄德。" * 30 + "曹。操。" * 30 + "操曹。" * 2
    moving = Moving(text, 2, None if seed is None else Table(text, 2).drawn_begins(seed))
    moving.tilts[:], moving.spelling[:] = 0, np.log(0.05) * moving.table.words.lengths
    assert moving.move(moving.candidates, STRENGTHS) > 0
    inner = moving.begins[2:][~moving.table.units.fixed[1:-1] & ~moving.table.units.fixed[2:]]
    assert inner.tolist() == [False] * 30 + [True] * 2
    assert moving.move(moving.candidates, STRENGTHS) == 0
