"""Every sampler against the probabilities of all sentences of a small space."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.sampling.small import chance, enumerated, run, small_model
from textmine.errors import InputError
from textmine.kernels import sampling as kernels
from textmine.kernels.language import EOS, ModelArrays
from textmine.sampling.chain import Moves, Sampler
from textmine.sampling.energies import Energy, Forbidden, Function
from textmine.sampling.target import Target

NO = -math.inf
FOUR = np.array([NO, NO, NO, NO, 0])
FIVE = np.array([NO, NO, NO, NO, NO, 0])
UP_TO_FOUR = np.array([0, 0.3, 0.1, 0, -0.2])
UP_TO_FIVE = np.array([NO, NO, 0, 0.3, 0.1, 0])
EDIT, ANY = (0.5, 0.25, 0.25, 0.0), (0.4, 0.2, 0.2, 0.2)
SHIFTED = (0.3, 0.2, 0.2, 0.1, 0.2)
LONELY = (0.2, 0.5, 0.3, 0.0)  # insertions and deletions in another ratio
SAMPLES, FEWER = 200_000, 8_000
ENERGIES: list[Energy] = [Forbidden([[5, 5], [3, 4, 3]]), Function(lambda units: 0.5 * units.count(4))]

CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "metropolis": ({"prior": FOUR}, {"thin": 12}),
    "metropolis, gamma": ({"prior": FOUR, "gamma": 0.5}, {"thin": 12}),
    "gibbs of all": ({"prior": FOUR}, {"thin": 12, "gibbs": 0}),
    "gibbs of 4": ({"prior": FOUR, "gamma": 0.7}, {"thin": 12, "gibbs": 4}),
    "edit": ({"prior": UP_TO_FOUR}, {"thin": 12, "shares": EDIT}),
    "edit, more insertions": ({"prior": UP_TO_FOUR, "gamma": 0.7}, {"thin": 12, "shares": LONELY}),
    "edit with gibbs": ({"prior": UP_TO_FOUR}, {"thin": 12, "shares": EDIT, "gibbs": 3}),
    "keywords": (
        {"prior": UP_TO_FIVE, "gamma": 0.7, "keywords": [[3], [4, 5]]},
        {"thin": 40, "shares": EDIT},
    ),
    "keywords in any order": (
        {"prior": UP_TO_FIVE, "gamma": 0.7, "keywords": [[3], [4, 5]], "any_order": True},
        {"thin": 60, "shares": ANY},
    ),
    "keywords that move at one length": (
        {"prior": FIVE, "gamma": 0.7, "keywords": [[3], [4, 5]]},
        {"thin": 40, "shares": (0.5, 0, 0, 0, 0.5)},
    ),
    "keywords that move": (
        {"prior": UP_TO_FIVE, "gamma": 0.7, "keywords": [[3, 3], [4]], "any_order": True},
        {"thin": 100, "shares": SHIFTED},
    ),
    "three keywords": (
        {"prior": UP_TO_FIVE, "keywords": [[3], [4], [5, 3]], "any_order": True},
        {"thin": 60, "shares": ANY},
    ),
}
BESIDE = ("metropolis, gamma", "three keywords")  # with the same ways to change sentences as others


def sentences(target: Target, number: int, seed: int = 7, **options: Any) -> list[list[int]]:
    """Of four chains, each with a thousand steps to begin with."""
    thin = options.pop("thin", 1)
    found = run(
        Sampler(target), steps=1000 + number // 4 * thin, burn_in=1000, thin=thin, seed=seed, **options
    )
    return [units for samples in found.samples for units in samples.sentences()]


@pytest.mark.parametrize("name", CASES)
def test_frequencies_are_probabilities(name: str) -> None:
    given, options = CASES[name]
    target = Target(small_model(), **given)
    number = FEWER if name in BESIDE else SAMPLES
    assert chance(sentences(target, number, **options), enumerated(target)) > 0.001


@pytest.mark.parametrize("order", [1, 2])
def test_models_of_other_orders(order: int) -> None:
    target = Target(small_model(order), UP_TO_FOUR)
    assert chance(sentences(target, FEWER, thin=20, shares=EDIT), enumerated(target)) > 0.001


@pytest.mark.parametrize("name", ["metropolis", "gibbs of 4", "edit", "keywords in any order"])
def test_energies_count(name: str) -> None:
    given, options = CASES[name]
    energies = ENERGIES if name != "keywords in any order" else ENERGIES[1:]
    target = Target(small_model(), energies=energies, **given)
    number = 2000 if target.keywords else FEWER  # the former take longer to change
    assert chance(sentences(target, number, **options), enumerated(target)) > 0.001


@pytest.mark.parametrize("shares", [(1.0, 0, 0, 0), EDIT])
def test_energies_that_say_nothing_change_nothing(shares: tuple[float, ...]) -> None:
    """Step by step or compiled, chains are the same."""
    plain = sentences(Target(small_model(), UP_TO_FOUR), 2000, shares=shares)
    nothing = Function(lambda units: 0.0)
    assert sentences(Target(small_model(), UP_TO_FOUR, energies=[nothing]), 2000, shares=shares) == plain


def test_wrong_acceptance_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test of the test: the ratio of proposals left out, insertions not weighed against deletions, and
    each change accepted a little too easily."""
    quiet: list[Energy] = [Function(lambda units: 0.0)]  # by Python, where kernels can be put off
    target = Target(small_model(), UP_TO_FOUR, energies=quiet)
    expected = enumerated(target)
    density, lists, propose = kernels.density, kernels.lists, kernels.propose_from_python
    assert chance(sentences(target, FEWER, thin=20, shares=EDIT), expected) > 0.001

    def without_candidates(chain: Any, kind: int, *given: Any) -> Any:
        tokens = chain[0].copy()
        i, unit, ratio = propose(chain, kind, *given)
        if i >= 0 and kind != kernels.REPLACE:
            right = tokens[i] if kind == kernels.INSERT else tokens[i + 1]
            sign = 1 if kind == kernels.INSERT else -1
            tables = ModelArrays(*given[-2]), kernels.DrawTables(*given[-1])
            ratio += sign * math.log(density(lists(tokens, i, right, *tables), unit, *tables))
        return i, unit, ratio

    def without_odds(chain: Any, kind: int, *given: Any) -> Any:
        gamma, temperature, prior, _, *rest = given
        return propose(chain, kind, gamma, temperature, prior, 1.0, *rest)

    def too_easily(chain: Any, kind: int, *given: Any) -> Any:
        i, unit, ratio = propose(chain, kind, *given)
        return i, unit, ratio + 0.2 * (kind == kernels.INSERT)

    for wrong, shares in ((without_candidates, EDIT), (without_odds, LONELY), (too_easily, EDIT)):
        monkeypatch.setattr(kernels, "propose_from_python", wrong)
        assert chance(sentences(target, FEWER, thin=20, shares=shares), expected) < 1e-6


def test_log_probabilities_are_the_models() -> None:
    model = small_model()
    target = Target(model, UP_TO_FIVE, keywords=[[3], [4, 5]], any_order=True)
    chain = Sampler(target).chain(1)
    samples = chain.run(500, thin=7, moves=Moves(SHIFTED))
    for units, log in zip(samples.sentences(), samples.log_probabilities.tolist(), strict=True):
        assert log == pytest.approx(float(model.score(np.array([*units, EOS], np.int32)).sum()))
    assert chain.log_probability == pytest.approx(samples.log_probabilities[-1])
    assert (chain.taken <= chain.tried).all() and chain.tried.sum() == 3500 and (chain.taken > 0).all()


def test_cooled_chains_end_in_a_mode() -> None:
    target = Target(small_model(), FOUR)
    best = max(enumerated(target).values())
    for seed in range(3):
        chain = Sampler(target).chain(seed)
        last = chain.run(1, thin=3000, moves=Moves(temperatures=(3.0, 0.02))).sentences()[0]
        assert enumerated(target)[tuple(last)] == pytest.approx(best)


def test_candidates_come_as_often_as_their_density_says() -> None:
    sampler = Sampler(Target(small_model(), FOUR))
    model, draws = sampler.target.model.arrays, sampler.draws
    random = np.array([9], np.uint64)
    tokens = np.array([3, 5, 4, 3, EOS], np.int32)
    for i in range(5):
        lists = kernels.lists(tokens, i, int(tokens[i]), model, draws)
        shares = [kernels.density(lists, unit, model, draws) for unit in range(3, 6)]
        assert sum(shares) == pytest.approx(1, abs=1e-6)
        drawn = [kernels.draw(lists, random, model, draws) for _ in range(20_000)]
        assert chance([[unit] for unit in drawn], {(u,): p for u, p in enumerate(shares, 3)}) > 0.001


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"prior": np.array([0.0, 0]), "keywords": [[3, 4]]}, "no length allowed has room"),
        ({"prior": FOUR, "keywords": [[3, 4]], "energies": [Forbidden([[3, 4]])]}, "leave no sentence"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        Sampler(Target(small_model(), **given)).chain(1)


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.5, 0, 0.5), (0.4, 0.2, 0.2, 0.2)])
def test_changes_that_cannot_be_right_are_refused(shares: tuple[float, ...]) -> None:
    chain = Sampler(Target(small_model(), UP_TO_FIVE, keywords=[[3], [4]])).chain(1)
    with pytest.raises(InputError):
        chain.run(10, Moves(shares))
