"""Sentences drawn one by one, and from several chains."""

from __future__ import annotations

import math
from collections import Counter
from itertools import permutations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling.small import chance, enumerated, run, small_model
from textmine.errors import InputError, ResourceError
from textmine.kernels import sampling as kernels
from textmine.kernels.language import BOS, EOS, UNK
from textmine.language.arpa import read_arpa
from textmine.language.model import LanguageModel
from textmine.sampling import chain as sampling_chain
from textmine.sampling import sample
from textmine.sampling.chain import Moves, Sampler
from textmine.sampling.draws import draw_tables
from textmine.sampling.energies import Energy, Forbidden, Function
from textmine.sampling.sample import Drawn, draw_sentences, has_keywords
from textmine.sampling.target import Target

NO = -math.inf
FLAT, UP_TO_FOUR = np.zeros(5), np.array([NO, 0.3, 0.1, 0, -0.2])
SAMPLES, FEWER = 200_000, 20_000
EDIT, ANY = (0.5, 0.25, 0.25, 0.0), (0.4, 0.2, 0.2, 0.2)
UNKNOWN_IN_NGRAMS = f"""\\data\\
ngram 1=5
ngram 2=4

\\1-grams:
-1 <unk>
-99 <s> {math.log10(0.5 / 0.6)}
-0.52287875 </s>
-0.39794001 a {math.log10(0.3 / 0.4)}
-0.69897000 b

\\2-grams:
-0.30103000 <s> a
-0.69897000 a <unk>
-0.39794001 a </s>
-1 a b

\\end\\
"""


def once(target: Target) -> dict[tuple[int, ...], float]:
    """The probability of every sentence that has its keywords, counted once."""
    free = Target(target.model, target.prior, target.gamma, energies=target.energies)
    fitting = {units: p for units, p in enumerated(free).items() if plainly(units, target)}
    total = sum(fitting.values())
    return {units: p / total for units, p in fitting.items()}


def plainly(units: tuple[int, ...], target: Target) -> bool:
    """Whether the keywords are in a sentence: somewhere between other units, by trying all."""
    orders = permutations(target.keywords) if target.any_order else [tuple(target.keywords)]
    for keywords in orders:
        for starts in product(range(len(units) + 1), repeat=len(keywords)):
            ends = [start + len(word) for start, word in zip(starts, keywords, strict=True)]
            apart = all(end <= start for end, start in zip(ends, starts[1:], strict=False))
            if apart and all(
                units[start:end] == tuple(word)
                for start, end, word in zip(starts, ends, keywords, strict=True)
            ):
                return True
    return False


@pytest.mark.parametrize("order", [1, 3])
def test_sentences_unit_by_unit(order: int) -> None:
    target = Target(small_model(order), FLAT)
    samples, drawn = draw_sentences(Sampler(target), SAMPLES)
    assert chance(samples.sentences(), enumerated(target)) > 0.001
    assert drawn > SAMPLES  # some were too long
    assert samples.tokens[np.arange(SAMPLES), samples.lengths].tolist() == [EOS] * SAMPLES


def test_lengths_that_are_not_allowed() -> None:
    """Only they: a weight for each of the others is for other methods."""
    allowed = np.where(UP_TO_FOUR > NO, 0, UP_TO_FOUR)
    samples, _ = draw_sentences(Sampler(Target(small_model(), UP_TO_FOUR)), FEWER)
    assert chance(samples.sentences(), enumerated(Target(small_model(), allowed))) > 0.001


CASES: dict[str, tuple[dict[str, Any], int]] = {
    "length prior": ({"prior": UP_TO_FOUR}, SAMPLES),
    "gamma 2": ({"prior": np.zeros(3), "gamma": 2.0}, FEWER),
    "keywords": ({"prior": UP_TO_FOUR, "keywords": [[3], [4, 3]]}, FEWER),
    "keywords in any order": ({"prior": FLAT, "keywords": [[3], [4], [3]], "any_order": True}, FEWER),
    "energies": (
        {"prior": FLAT, "energies": [Forbidden([[3, 3], [5]]), Function(lambda units: 0.5 * len(units))]},
        FEWER,
    ),
    "all": (
        {"prior": UP_TO_FOUR, "gamma": 1.3, "keywords": [[3], [4]], "energies": [Forbidden([[3, 3, 4]])]},
        FEWER // 4,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_rejection(name: str) -> None:
    given, number = CASES[name]
    target = Target(small_model(), **given)
    samples, drawn = draw_sentences(Sampler(target), number, reject=True)
    assert chance(samples.sentences(), once(target)) > 0.001 and drawn > number
    for units, log in list(zip(samples.sentences(), samples.log_probabilities.tolist(), strict=True))[:500]:
        assert log == float(target.model.score(np.array([*units, EOS], np.int32)).sum())


def test_each_sentence_counts_once() -> None:
    """Rejection tells sentences from placings of keywords, edit does not."""
    target = Target(small_model(), FLAT, keywords=[[3]])
    samples, _ = draw_sentences(Sampler(target), FEWER, reject=True)
    assert chance(samples.sentences(), enumerated(target)) < 1e-6


@pytest.mark.parametrize("order", [1, 2, 3])
def test_units_come_as_often_as_the_model_says(order: int) -> None:
    model = small_model(order)
    for state in {model.states[BOS], *model.states[-4:].tolist()}:
        check_units(model, int(state))


def test_unknown_units_in_n_grams(tmp_path: Path) -> None:
    path = tmp_path / "m.arpa"
    path.write_text(UNKNOWN_IN_NGRAMS)
    model = read_arpa(path)
    expected = check_units(model, int(model.states[model.numbers["a"]]))
    assert expected == pytest.approx({EOS: 0.4, UNK: 0.2, 3: 0.3, 4: 0.1}, rel=1e-5)


def check_units(model: LanguageModel, state: int) -> dict[int, float]:
    """Compares what is drawn after a state with the probabilities, which are given back."""
    draws, random = draw_tables(model), np.array([11], np.uint64)
    path = np.empty(model.order + 1, np.int64)
    units = [unit for unit in range(len(model.words)) if unit != BOS]
    expected = {unit: math.exp(kernels.step(state, unit, model.arrays)[0]) for unit in units}
    assert sum(expected.values()) == pytest.approx(1, abs=1e-4)
    drawn = [[int(kernels.next_unit(state, path, random, model.arrays, draws))] for _ in range(FEWER)]
    assert chance(drawn, {(unit,): p for unit, p in expected.items()}) > 0.001
    return expected


@pytest.mark.parametrize(
    ("given", "reject"),
    [
        ({"prior": np.array([NO] * 40 + [0])}, False),
        ({"prior": FLAT, "keywords": [[3], [4]], "energies": [Forbidden([[3]])]}, True),
    ],
)
def test_nothing_fits(given: dict[str, Any], reject: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "TRIES", 1000)
    with pytest.raises(ResourceError, match="of 1000 sentences drawn in a row none fits; allow more"):
        draw_sentences(Sampler(Target(small_model(), **given)), 5, reject=reject)


def test_the_last_try_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "TRIES", 1)
    samples, drawn = draw_sentences(Sampler(Target(small_model(), np.zeros(200))), 1)
    assert drawn == len(samples.lengths) == 1


def test_sentences_depend_on_the_seed() -> None:
    sampler = Sampler(Target(small_model(), FLAT))
    texts = [draw_sentences(sampler, 50, seed=seed)[0].sentences() for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]
    assert draw_sentences(sampler, 20)[0].sentences() == texts[0][:20]


UNITS = st.integers(3, 5)
WORDS = st.lists(st.lists(UNITS, min_size=1, max_size=3), max_size=3)


@given(st.lists(UNITS, max_size=7), WORDS, st.booleans())
def test_keywords_are_there(units: list[int], keywords: list[list[int]], any_order: bool) -> None:
    words = [tuple(word) for word in keywords]
    target = Target(small_model(), FLAT, keywords=words, any_order=any_order)
    assert has_keywords(units, keywords, any_order) == plainly(tuple(units), target)


def drawn(sampler: Sampler, **options: Any) -> Drawn:
    return run(sampler, **({"chains": 3, "steps": 700, "burn_in": 110, "thin": 7} | options))


def same(one: Drawn, other: Drawn) -> bool:
    return (
        [part.sentences() for part in one.samples] == [part.sentences() for part in other.samples]
        and [part.log_probabilities.tolist() for part in one.samples]
        == [part.log_probabilities.tolist() for part in other.samples]
        and all(
            getattr(one, name).tolist() == getattr(other, name).tolist()
            for name in ("steps", "tried", "taken")
        )
    )


WAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "metropolis": ({"prior": np.array([NO] * 6 + [0])}, {}),
    "gibbs": ({"prior": np.array([NO] * 6 + [0])}, {"gibbs": 2}),
    "edit": ({"prior": np.zeros(9), "keywords": [[3], [4, 5]]}, {"shares": EDIT}),
    "annealing": (
        {"prior": np.zeros(9), "keywords": [[3], [4, 5]], "any_order": True},
        {"shares": ANY, "temperatures": (3.0, 0.1), "burn_in": 0},
    ),
    "energies": (
        {"prior": np.zeros(9), "energies": [Function(lambda units: 0.1 * len(set(units)))]},
        {"shares": EDIT, "steps": 200},
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_chains_depend_on_seeds_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not on threads, nor on other chains, nor on the blocks in which they are run."""
    given, options = WAYS[name]
    sampler = Sampler(Target(small_model(), **given))
    found = drawn(sampler, **options, threads=1)
    assert same(found, drawn(sampler, **options, threads=3))
    assert not same(found, drawn(sampler, **options, seed=2))
    texts = [part.sentences() for part in found.samples]
    assert texts[0] != texts[1] != texts[2] != texts[0]
    assert [part.sentences() for part in drawn(sampler, **options, chains=2).samples] == texts[:2]
    for blocks in (1, 7, 10_000):
        monkeypatch.setattr(sample, "BLOCKS", blocks)
        assert same(found, drawn(sampler, **options))
    monkeypatch.setattr(sample, "MOST_BLOCKS", 3)
    monkeypatch.setattr(sampling_chain, "PIECE", 13)
    monkeypatch.setattr(sampling_chain, "GIBBS_PIECE", 7)
    assert same(found, drawn(sampler, **options))


@pytest.mark.parametrize("name", WAYS)
def test_which_steps_are_kept(name: str) -> None:
    """Of the chain that `Chain.run` gives step by step, every `thin`-th after the first `burn_in`."""
    given, options = WAYS[name]
    sampler = Sampler(Target(small_model(), **given))
    found = drawn(sampler, **(options | {"steps": 200, "burn_in": 30, "thin": 7}))
    assert found.steps.tolist() == list(range(37, 200, 7))
    moves = {name: value for name, value in options.items() if name not in ("steps", "burn_in")}
    for number, samples in enumerate(found.samples):
        chain = sampler.chain((1, number))
        whole = chain.run(200, Moves(**moves))
        assert samples.sentences() == [whole.sentences()[step - 1] for step in found.steps.tolist()]
        assert samples.log_probabilities.tolist() == whole.log_probabilities[found.steps - 1].tolist()
    assert found.tried.sum() == 3 * (30 + 7 * (170 // 7))


def test_temperatures_go_from_the_first_to_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """By equal factors over all steps, those left out and those kept."""
    met: list[float] = []
    heat = kernels.heat

    def noted(temperatures: Any, step: int, steps: int) -> float:
        met.append(heat(temperatures, step, steps))
        return met[-1]

    monkeypatch.setattr(kernels, "heat", noted)
    quiet: list[Energy] = [Function(lambda units: 0.0)]  # by Python, where kernels can be put off
    sampler = Sampler(Target(small_model(), FLAT, energies=quiet))
    drawn(sampler, chains=1, steps=120, burn_in=20, thin=5, temperatures=(4.0, 0.25))
    assert met == pytest.approx((4.0 * (1 / 16) ** (np.arange(120) / 119)).tolist())


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int | None]] = []
    sampler = Sampler(Target(small_model(), FLAT))
    drawn(sampler, on_progress=lambda *given: told.append(given), steps=705)
    done = [step for _, step, _ in told]
    assert {(stage, total) for stage, _, total in told} == {("sampling", 705)}
    assert done == sorted(set(done)) and done[-1] == 110 + 85 * 7
    told.clear()
    draw_sentences(sampler, 5, on_progress=lambda *given: told.append(given))
    assert told == [("sampling", number, 5) for number in range(1, 6)]


def test_nothing_would_be_kept() -> None:
    for options in (
        {"steps": 100, "burn_in": 94},
        {"steps": 100, "burn_in": 200},
        {"steps": 3, "burn_in": 0},
    ):
        with pytest.raises(InputError, match="kept: none; raise `steps`"):
            drawn(Sampler(Target(small_model(), FLAT)), **options)


def first(target: Target, seed: int) -> tuple[int, ...]:
    chain = Sampler(target).chain(seed)
    return tuple(chain.tokens[: int(chain.length[0])].tolist())


def test_beginnings_that_constraints_allow() -> None:
    """Between keywords that may not touch, and without units that most sentences have."""
    forbidden = [Forbidden([[3, 3], [4, 4, 4], [4, 3, 5]])]
    words = [(3,), (3, 4), (4, 4)]
    target = Target(small_model(), np.zeros(12), keywords=words, energies=forbidden)
    starts = [first(target, seed) for seed in range(30)]
    assert all(plainly(units, target) and forbidden[0].whole(units) == 0 for units in starts)
    long = Target(small_model(), np.array([NO] * 30 + [0]), energies=[Forbidden([[3], [4, 4]])])
    starts = [first(long, seed) for seed in range(30)]
    assert all(len(units) == 30 and long.energies[0].whole(units) == 0 for units in starts)
    assert len(set(starts)) == 30


def test_beginnings_have_keywords_in_any_place() -> None:
    target = Target(small_model(), np.array([NO] * 4 + [0]), keywords=[(3, 4)])
    places = Counter("".join(map(str, first(target, seed))).find("34") for seed in range(100))
    assert set(places) == {0, 1, 2}
