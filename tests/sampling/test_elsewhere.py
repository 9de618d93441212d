"""Chains whose p or candidates come from elsewhere, here from plain functions, and every sentence of a small
space."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.sampling.small import chance, enumerated, run, small_model
from textmine.errors import InputError
from textmine.kernels import sampling as kernels
from textmine.sampling.chain import ANY_WORD, Chain, Sampler
from textmine.sampling.energies import Forbidden, Function, Recent, Units
from textmine.sampling.sample import draw_sentences
from textmine.sampling.target import Target

NO = -math.inf
THREE = np.array([NO, NO, NO, 0.0])
UP_TO_THREE = np.array([NO, 0.3, 0.1, 0.0])
UP_TO_FOUR = np.array([NO, NO, 0.3, 0.1, 0.0])
EDIT = (0.4, 0.4, 0.2)  # insertions and deletions in another ratio
SHIFTED = (0.3, 0.25, 0.25, 0.0, 0.2)
ANY = (0.3, 0.2, 0.2, 0.1, 0.2)
THIN = 16

CASES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "p": ("p", {"prior": UP_TO_THREE, "gamma": 0.7}, {"shares": EDIT}),
    "p, gibbs": ("p", {"prior": THREE}, {"gibbs": 3}),
    "p, gibbs of all": ("p", {"prior": THREE}, {"gibbs": 0}),
    "p, keywords": (
        "p",
        {"prior": UP_TO_FOUR, "gamma": 0.5, "keywords": [[3], [4]], "any_order": True},
        {"shares": ANY},
    ),
    "candidates": ("candidates", {"prior": THREE}, {}),
    "candidates, edit": ("candidates", {"prior": UP_TO_THREE, "gamma": 0.7}, {"shares": EDIT}),
    "candidates, a keyword": (
        "candidates",
        {"prior": UP_TO_FOUR, "gamma": 0.7, "keywords": [[3, 4]]},
        {"shares": SHIFTED},
    ),
    "candidates, gibbs": ("candidates", {"prior": THREE}, {"gibbs": 3}),
    "both": ("both", {"prior": UP_TO_THREE}, {"shares": EDIT}),
    "both, a keyword, gibbs": (
        "both",
        {"prior": UP_TO_FOUR, "gamma": 0.7, "keywords": [[4]]},
        {"shares": SHIFTED, "gibbs": 2},
    ),
}


def scores(sentences: Sequence[Units]) -> list[float]:
    """Some number for each."""
    return [-0.5 * len(units) + math.sin(sum(k * u for k, u in enumerate(units, 2))) for units in sentences]


def candidates(left: Units, right: Units) -> NDArray[np.float64]:
    """Of the three words, in shares that differ from place to place."""
    shares = np.zeros(6)
    shares[3:] = [math.exp(1.5 * math.sin(u * (1 + sum(left)) + len(right))) for u in (3, 4, 5)]
    shares /= shares.sum()
    return shares


def made(which: str, given: dict[str, Any]) -> Sampler:
    target = Target(small_model(), **given, lm=scores if which in ("p", "both") else None)
    return Sampler(target, candidates if which in ("candidates", "both") else None)


def drawn(sampler: Sampler, number: int, **options: Any) -> list[list[int]]:
    thin = options.pop("thin", THIN)
    found = run(sampler, steps=500 + number // 4 * thin, burn_in=500, thin=thin, seed=3, **options)
    return [units for samples in found.samples for units in samples.sentences()]


@pytest.mark.parametrize("name", CASES)
def test_frequencies_are_probabilities(name: str) -> None:
    which, given, options = CASES[name]
    sampler = made(which, given)
    assert chance(drawn(sampler, 4000, **options), enumerated(sampler.target)) > 0.001


def test_energies_and_temperatures_count() -> None:
    energies = [Forbidden([[5, 5], [3, 4]]), Function(lambda units: 0.5 * units.count(4))]
    sampler = made("both", {"prior": UP_TO_THREE, "energies": energies})
    assert chance(drawn(sampler, 3000, shares=EDIT), enumerated(sampler.target)) > 0.001
    half = Target(small_model(), UP_TO_THREE / 2, 0.5, lm=scores)
    warm = drawn(made("both", {"prior": UP_TO_THREE}), 3000, shares=EDIT, temperatures=(2.0, 2.0))
    assert chance(warm, enumerated(half)) > 0.001


def test_targets_differ() -> None:
    """Draws by one p are no draws by another."""
    for which, other in (("p", "candidates"), ("candidates", "both")):
        sentences = drawn(made(which, {"prior": UP_TO_THREE}), 2000, shares=EDIT)
        assert chance(sentences, enumerated(made(other, {"prior": UP_TO_THREE}).target)) < 1e-6


propose, weigh, shares_of = Chain._propose, Chain._weigh, Chain._shares


def without_shares(chain: Chain, kind: int, *given: Any) -> Any:
    i, unit, ratio = propose(chain, kind, *given)
    if i >= 0:
        shares = shares_of(chain, i, kind)
        ratio += math.log(shares[unit]) if kind != kernels.DELETE else 0.0
        ratio -= math.log(shares[chain.tokens[i]]) if kind != kernels.INSERT else 0.0
    return i, unit, ratio


def without_odds(chain: Chain, kind: int, odds: float, temperature: float) -> Any:
    return propose(chain, kind, 1.0, temperature)


def without_division(chain: Chain, i: int, *given: Any) -> Any:
    units, weights = weigh(chain, i, *given)
    return units, weights + np.log(shares_of(chain, i, kernels.REPLACE)[units])


def knowing(chain: Chain, i: int, kind: int) -> Any:
    """The more of the first word where the last is."""
    shares = shares_of(chain, i, kind)
    shares[3] += chain.tokens[i] == 5
    return shares / shares.sum()


@pytest.mark.parametrize(
    ("name", "wrong", "case"),
    [
        ("_propose", without_shares, "candidates, edit"),
        ("_propose", without_shares, "candidates"),
        ("_propose", without_odds, "candidates, edit"),
        ("_propose", without_odds, "both"),
        ("_weigh", without_division, "candidates, gibbs"),
        ("_shares", knowing, "candidates"),
        ("_shares", knowing, "candidates, gibbs"),
    ],
)
def test_wrong_ratios_are_found_out(
    name: str, wrong: Callable[..., Any], case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test of the test."""
    which, given, options = CASES[case]
    monkeypatch.setattr(Chain, name, wrong)
    assert chance(drawn(made(which, given), 4000, **options), enumerated(made(which, given).target)) < 1e-6


def test_every_word_can_be_proposed() -> None:
    def two(left: Units, right: Units) -> NDArray[np.float64]:
        return np.array([0, 0, 0, 0.7, 0.3, 0])

    chain = Sampler(Target(small_model(), UP_TO_THREE), two).chain(1, [3, 5])
    shares = chain._shares(1, kernels.REPLACE)
    words = np.exp(small_model().logs[3:6].astype(float))
    assert shares[5] == pytest.approx(ANY_WORD * words[2] / words.sum()) and shares.sum() == pytest.approx(1)
    units = [[chain._drawn(shares)] for _ in range(4000)]
    assert chance(units, {(unit,): shares[unit] for unit in (3, 4, 5)}) > 0.001


def test_log_probabilities_are_those_of_p() -> None:
    given = {"prior": UP_TO_THREE, "gamma": 0.7, "energies": [Function(lambda units: 9.0)]}
    found = run(made("both", given), chains=1, steps=300, burn_in=0, thin=1, shares=EDIT).samples[0]
    assert found.log_probabilities.tolist() == scores([tuple(units) for units in found.sentences()])


def test_what_cannot_be_comes_never() -> None:
    def no_b_first(sentences: Sequence[Units]) -> list[float]:
        return [
            NO if units[0] == 4 else score for units, score in zip(sentences, scores(sentences), strict=True)
        ]

    for options in ({"shares": EDIT}, {"gibbs": 3}, {"gibbs": 0}):
        for gamma in (0.0, 1.0):
            sampler = Sampler(Target(small_model(), UP_TO_THREE, gamma, lm=no_b_first))
            found = run(sampler, steps=200, burn_in=0, thin=1, first=[3, 4, 5], **options)
            assert not [units for one in found.samples for units in one.sentences() if units[0] == 4]
    with pytest.raises(InputError, match="leave no sentence to begin with"):
        sampler.chain(1, [4])


def test_what_is_forbidden_is_not_asked_for() -> None:
    asked: list[Units] = []

    def noted(sentences: Sequence[Units]) -> list[float]:
        asked.extend(sentences)
        return scores(sentences)

    target = Target(small_model(), UP_TO_THREE, energies=[Forbidden([[4]])], lm=noted)
    run(Sampler(target), chains=1, steps=300, burn_in=0, thin=1, shares=EDIT)
    assert asked and not [units for units in asked if 4 in units]
    assert len(asked) == len(set(asked))


def test_scores_asked_for_lately_are_remembered() -> None:
    asked: list[list[Units]] = []

    def lengths(sentences: Sequence[Units]) -> list[float]:
        asked.append(list(sentences))
        return [float(len(units)) for units in sentences]

    recent = Recent(lengths, kept=3)
    assert recent([(3,), (3, 4), (3,)]) == [1, 2, 1] and asked == [[(3,), (3, 4)]]
    assert recent([(3,), ()]) == [1, 0] and recent([(3, 4), (3,)]) == [2, 1] and asked[1:] == [[()]]
    assert recent([(5, 5, 5)]) == [3] and recent([()]) == [0]  # which had been forgotten
    assert asked[2:] == [[(5, 5, 5)], [()]]
    assert recent([(unit,) for unit in range(9)]) == [1] * 9


def test_independent_draws_are_of_the_ngrams_only() -> None:
    with pytest.raises(InputError, match="only a chain"):
        draw_sentences(made("p", {"prior": UP_TO_THREE}), 3)
