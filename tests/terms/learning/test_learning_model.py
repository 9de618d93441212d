from __future__ import annotations

import itertools
from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from tests.terms.reference_words import (
    ALPHABET,
    Table,
    check_counts,
    count_all,
    cuts_of,
    f1,
    pairs_in_use,
    planted,
    word_spans,
)
from textmine.kernels import boundaries, cuts
from textmine.kernels import word_bigrams as kernels
from textmine.terms.learning.model import SegmentationModel
from textmine.terms.learning.spelling import Spelling
from textmine.terms.learning.units import Units, split_units

RARE = -2


@lru_cache(maxsize=1)
def text_units() -> Units:
    return split_units(planted(3000)[0])


def new(threads: int = 1, seed: int = 1, max_length: int = 4) -> SegmentationModel:
    model = SegmentationModel(text_units(), max_length, 3, seed, threads)
    model.count()
    return model


def check(model: SegmentationModel) -> None:
    """The counts are those of the words in place."""
    pairs = pairs_in_use(model._keys, model._uses)
    counted = count_all(model._ids, model.begins, model.clauses)
    check_counts(pairs, model._numbers, model._totals, counted)
    assert model._totals[2] == np.count_nonzero(model._keys)
    edges = {int(number) for number in text_units().ids[text_units().fixed]}
    assert model.types == counted.types - len(edges & counted.pieces.keys())
    soft = ~text_units().fixed
    assert model.tokens == np.count_nonzero(model.begins & soft) and model.begins[~soft].all()
    longest = np.diff(np.flatnonzero(model.begins)).max()
    assert longest <= model._ids.shape[1]


def run(model: SegmentationModel, sweeps: int) -> list[float]:
    """A few rounds of all that a model does."""
    values: list[float] = []
    for number in range(sweeps):
        if number % 2:
            model.classify(number)
            done = [*model.move_types(number)]
            assert done[-1][0] == done[-1][1]
        values += model.sweep(number)
        model.average()
    return values


def test_counts_are_those_of_the_words_in_place() -> None:
    model = new()
    check(model)
    for number in range(4):
        [*model.sweep(number)]
        check(model)
        if number % 2:
            model.classify(number)
            before = model.begins.copy()
            [*model.move_types(number)]
            check(model)
            assert (model.begins != before).any() or number > 1
    counts = {name: value.copy() for name, value in vars(model).items() if name in ("_numbers", "_totals")}
    model.count()
    assert (model._numbers == counts["_numbers"]).all() and (model._totals[:2] == counts["_totals"][:2]).all()


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_do_not_matter(threads: int) -> None:
    one, more = new(), new(threads)
    assert run(one, 3) == run(more, 3)
    assert one.begins.tolist() == more.begins.tolist() and one.shares.tolist() == more.shares.tolist()


def test_other_seeds_draw_otherwise() -> None:
    one, other = new(), new(seed=2)
    assert run(one, 1) != run(other, 1) and one.begins.tolist() != other.begins.tolist()


def test_nats_of_a_sweep_are_of_all_characters() -> None:
    """The folds' are added up; from cuts at random they fall as words get better."""
    model = new()
    model.begins[:] = Table(planted(3000)[0], 4).drawn_begins(1)
    model.count()
    first = [*model.sweep(0)]
    assert len(first) == model.folds == 50 and first == sorted(first)
    later = [[*model.sweep(number)][-1] for number in range(1, 8)]
    assert later[-1] < 0.9 * first[-1] and 1 < later[-1] < np.log(len(ALPHABET))


def test_the_classifier_weighs_places_within_clauses_only() -> None:
    model = new()
    run(model, 2)
    units = text_units()
    edge = units.fixed.copy()
    edge[model.clauses[:, 0]] = True
    begin, inner = model._begin_weights, model._inner_weights
    assert (begin[edge] == 1).all() and (inner[edge] == 1).all()
    assert (begin > 0).all() and (inner > 0).all() and max(begin.max(), inner.max()) == 1
    # Powers of two probabilities that add up to 1: of 2, less in little text.
    power = 2 * edge.size / (edge.size + 20_000)
    np.testing.assert_allclose(begin[~edge] ** (1 / power) + inner[~edge] ** (1 / power), 1, rtol=1e-5)
    known = begin[~edge] > inner[~edge]
    assert (known == model.begins[~edge]).mean() > 0.8


def test_best_cuts() -> None:
    model = new()
    assert model.best_cuts(0.25).tolist() == model.begins.tolist()
    run(model, 3)
    shares, averaged = model.shares.copy(), model.averaged
    assert averaged == 3 and shares.sum(1).max() == 3
    model.shares[:] = 0
    model.averaged = 0
    model.average()
    assert model.best_cuts(0.25).tolist() == model.begins.tolist()
    assert model.shares.sum() == model.tokens
    model.shares[:], model.averaged = shares, averaged
    fewer, more = (np.count_nonzero(model.best_cuts(price)) for price in (0.9, 0.0))
    assert fewer < more


def test_moving_and_sweeping_finds_what_was_planted() -> None:
    _, clauses = planted(3000)
    right = word_spans(clauses)

    def found(begins: np.ndarray) -> set[tuple[int, int]]:
        soft = np.flatnonzero(~text_units().fixed)
        starts = np.flatnonzero(begins[soft])
        return set(itertools.pairwise([*starts.tolist(), soft.size]))

    model = new()
    start = f1(found(model.begins), right)
    run(model, 8)
    assert f1(found(model.best_cuts(0.25)), right) > max(start + 0.05, 0.93)


def test_words_of_one_unit() -> None:
    model = new(max_length=1)
    model.classify(0)
    assert [*model.move_types(0)] == []
    assert [*model.sweep(0)][-1] == pytest.approx([*model.sweep(1)][-1], rel=0.01)
    assert model.begins.all() and model.tokens == np.count_nonzero(~text_units().fixed)


def test_each_half_is_weighed_by_what_holds_in_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    model = new()
    learned: dict[int, set[int]] = {}
    weighed: dict[int, set[int]] = {}

    def fit(
        units: np.ndarray, places: np.ndarray, begins: np.ndarray, weights: np.ndarray, *_: object
    ) -> None:
        learned.setdefault(id(weights), set()).update(places.tolist())
        assert (begins[places] == model.begins[places - boundaries.AROUND]).all()

    def score_places(units: np.ndarray, places: np.ndarray, weights: np.ndarray, out: np.ndarray) -> None:
        weighed.setdefault(id(weights), set()).update(places.tolist())

    monkeypatch.setattr(boundaries, "fit", fit)
    monkeypatch.setattr(boundaries, "score_places", score_places)
    model.classify(0)
    assert learned.keys() == weighed.keys() and len(learned) == 2
    one, other = learned.values()
    assert not one & other and min(len(one), len(other)) > 0.4 * len(one | other)
    assert all(weighed[key] == (one | other) - learned[key] for key in learned)
    clause = np.cumsum(text_units().fixed)
    assert not {clause[place - boundaries.AROUND] for place in one} & {
        clause[place - boundaries.AROUND] for place in other
    }


def test_the_table_of_pairs_stays_small_where_text_repeats_itself() -> None:
    """Each n-gram has thousands of places here, which might make as many new pairs, but do not."""
    model = SegmentationModel(split_units(f"{''.join(ALPHABET[:20])}。" * 2000), 12, 4, 1, 1)
    model.count()
    [*model.move_types(5)]
    assert np.count_nonzero(model._uses) < 100 and model._keys.size <= 1 << 22


def test_the_code_length_of_cuts_leaves_them_as_they_are() -> None:
    model = new()
    run(model, 2)
    begins, weights = model.begins.copy(), model._begin_weights.copy()
    found = model.code_length()
    check(model)
    assert model.begins.tolist() == begins.tolist() and (model._begin_weights == weights).all()
    assert found == pytest.approx([*model.sweep(9)][-1], rel=0.02)
    model.begins[:] = Table(planted(3000)[0], 4).drawn_begins(1)
    assert model.code_length() > 1.1 * found


def test_spelling_is_learned_from_the_other_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    """From each word once, be it rare or not, and from none that only the drawn fold has."""
    model = new()
    model.begins[:] = Table(planted(3000)[0], 4).drawn_begins(1)  # with words that come once
    model.count()
    ids, edges = text_units().ids.tolist(), set(text_units().ids[text_units().fixed].tolist())
    drawn: list[np.ndarray] = []
    learned: list[Counter[tuple[int, ...]]] = []
    learn, draw = model._speller.learn, kernels.sample_clauses

    def listen(starts: np.ndarray, lengths: np.ndarray) -> Spelling:
        learned.append(Counter(tuple(ids[a : a + n]) for a, n in zip(starts, lengths, strict=True)))
        drawn.append(model.begins.copy())
        return learn(starts, lengths)

    monkeypatch.setattr(model._speller, "learn", listen)
    folds: list[set[int]] = []

    def hear(clauses: np.ndarray, *rest: Any) -> float:
        folds[-1].update(clauses[:, 0].tolist())
        return float(draw(clauses, *rest))

    monkeypatch.setattr(kernels, "sample_clauses", hear)
    sweep = model.sweep(0)
    for _ in range(model.folds):
        folds.append(set())
        next(sweep)
    assert sum(map(len, folds)) == len(set.union(*folds)) == len(model.clauses)
    for fold, begins, words in zip(folds, drawn, learned, strict=True):
        wanted: set[tuple[int, ...]] = set()
        for start, end in model.clauses.tolist():
            if start not in fold:
                wanted.update(tuple(ids[a:b]) for a, b in itertools.pairwise(cuts_of(begins, start, end)))
        assert {word: count for word, count in words.items() if word[0] not in edges} == dict.fromkeys(
            wanted, 1
        )


def test_discounts_are_those_of_kneser_and_ney() -> None:
    """From how many counts are one and two: of pairs, and of the kinds of words before a word, where each
    rare word has one."""
    model = new()
    model.begins[:] = Table(planted(3000)[0], 4).drawn_begins(1)
    model.count()
    model._fit_strengths()
    counted = count_all(model._ids, model.begins, model.clauses)
    kinds: Counter[int] = Counter()
    for (_, second), times in counted.kinds():
        if second >= 0:
            kinds[second] += times
    rare = [1] * counted.pieces[RARE]
    of_pairs = itertools.chain.from_iterable(
        [1] * count if RARE in pair else [count] for pair, count in counted.pairs.items()
    )
    for found, counts in (
        (model._strengths[1], [*of_pairs]),
        (model._strengths[3], [*kinds.values(), *rare]),
    ):
        assert found == pytest.approx(counts.count(1) / (counts.count(1) + 2 * counts.count(2)))
    assert rare
    assert model._strengths[2] == min(counted.types, 3000)


def test_the_price_is_in_shares_of_the_drawn_cuts() -> None:
    model = new()
    run(model, 3)
    begins = model.begins.copy()
    cuts.cut_by_shares(model.clauses, model.shares, 0.9 * 3, begins)
    assert model.best_cuts(0.9).tolist() == begins.tolist() != model.best_cuts(0.3).tolist()
