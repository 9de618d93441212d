"""Searches for sentences, from words to rows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.sampling.small import small_model
from textmine.errors import InputError
from textmine.language.codec import Codec
from textmine.sampling.energies import Units
from textmine.sampling.neural import CausalModel
from textmine.sampling.options import SamplingOptions
from textmine.sampling.search import Search
from textmine.sampling.sentences import Sentences

QUICK: dict[str, Any] = {"chains": 2, "steps": 2000, "thin": 5}


def search(**options: Any) -> Search:
    return Search(Codec(small_model()), SamplingOptions(**options))


def found(**options: Any) -> Sentences:
    return search(**options).run(threads=1)


def test_sentences_have_what_is_asked_for() -> None:
    sentences = found(keywords=["ab", "c"], forbid=["aa"], length=(4, 7), **QUICK)
    assert sentences.method == "edit" and sentences.has_target and 0 < sentences.accepted["replace"] < 1
    for text in sentences.texts:
        assert 4 <= len(text) <= 7 and "aa" not in text and text.find("c", text.find("ab") + 2) > 0
    energies = [sentence.energy for sentence in sentences.best]
    assert energies == sorted(energies) and len(energies) == len(sentences.different)


def test_sentences_add_up_what_chains_had() -> None:
    sentences = found(length=(1, 4), gamma=0.5, **QUICK)
    visits = list(sentences.visits())
    assert len(visits) == sentences.kept == 2 * 320
    counts = Counter(visit.text for visit in visits)
    assert {sentence.text: sentence.count for sentence in sentences.different} == counts
    for sentence in sentences.different:
        first = next(visit for visit in visits if visit.text == sentence.text)
        assert (sentence.chain, sentence.step) == (first.chain, first.step)
        log = small_model().log_probability(sentence.text)
        assert sentence.log_probability == pytest.approx(log, abs=1e-5)
        assert sentence.energy == pytest.approx(-0.5 * log, abs=1e-5)


def test_annealing_gives_the_best_of_each_chain() -> None:
    sentences = found(method="annealing", length=(6, 9), **QUICK)
    best: dict[int, tuple[float, str]] = {}
    for visit in sentences.visits():
        best[visit.chain] = min(best.get(visit.chain, (math.inf, "")), (visit.energy, visit.text))
    assert set(sentences.texts) == {text for _, text in best.values()}
    assert not sentences.has_target


def test_stories_end_with_the_best() -> None:
    sentences = found(keywords=["b"], any_order=True, **QUICK)
    story = list(sentences.story())
    assert story[0][:2] == (0, "start") and story[-1].text == sentences.best[0].text
    assert {change.change for change in story[1:]} <= {"replace", "insert", "delete", "shift"}


@pytest.mark.parametrize("method", ["ancestral", "rejection"])
def test_sentences_one_by_one(method: Any) -> None:
    sentences = found(method=method, steps=50, length=(2, 5))
    assert sentences.kept == 50 <= sentences.drawn.tried[0] and not sentences.has_target
    assert sum(sentence.count for sentence in sentences.best) == 50


def test_sentences_come_near_a_text() -> None:
    def like(text: str) -> float:
        return text.count("c") / max(len(text), 1)

    near = search(near="abcabc", beta=20, **QUICK)
    with pytest.raises(InputError, match="no likeness"):
        near.run()
    near.liken(like)
    assert like(near.run().texts[0]) > 0.7
    novel = search(near="abcabc", beta=0, novelty=9, **QUICK)
    novel.liken(like)
    assert not any(run in novel.run().texts[0] for run in ("abc", "bca", "cab"))


class Shorter:
    """Stands for a causal model: knows all but c, and likes short texts."""

    path = "folder"

    def knows(self, texts: Sequence[str]) -> list[bool]:
        return ["c" not in text for text in texts]

    def log_probabilities(self, texts: Sequence[str]) -> list[float]:
        return [-2.0 * len(text) for text in texts]


def test_p_and_candidates_from_elsewhere() -> None:
    asked = []

    def candidates(left: Units, right: Units) -> NDArray[np.float64]:
        asked.append((left, right))
        return np.array([0, 0, 0, 0.5, 0.5, 0])

    elsewhere = search(keywords=["ab"], chains=2)
    assert elsewhere.schedule.steps == 200_000
    assert elsewhere.score_by(cast(CausalModel, Shorter())) == 1
    elsewhere.propose_by(candidates)
    assert elsewhere.schedule.steps == 2000
    sentences = elsewhere.run()
    assert asked and sentences.texts[0] == "ab" and "c" not in "".join(sentences.texts)
    assert [best.log_probability for best in sentences.best] == [-2 * len(text) for text in sentences.texts]
    with pytest.raises(InputError, match="the tokenizer of folder does not know 'c'"):
        search(keywords=["ac"]).score_by(cast(CausalModel, Shorter()))


def test_few_samples_do_not_tell() -> None:
    assert found(keywords=["a"], chains=2, steps=100, thin=40).mixing is None
    mixing = found(keywords=["a"], **QUICK).mixing
    assert mixing is not None and mixing.stuck == 0 and mixing.r_hat > 0.9


def test_the_usual_method() -> None:
    assert SamplingOptions().chosen_method == SamplingOptions(length=(3, 3)).chosen_method == "ancestral"
    for asked in ({"keywords": ["a"]}, {"gamma": 0.5}, {"near": "a"}, {"thin": 1}):
        assert SamplingOptions(**asked).chosen_method == "edit"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"method": "ancestral", "keywords": ["a"]}, "ancestral can do nothing with keywords;"),
        ({"method": "rejection", "thin": 2, "near": "a"}, "nothing with near, thin;"),
        ({"method": "edit", "candidates": 3}, "nothing with candidates;"),
        ({"method": "gibbs", "length": (2, 3)}, "gibbs keeps the length;"),
        ({"method": "rejection", "gamma": 0.5}, "a gamma of 1 and more only;"),
        ({"keywords": ["a"], "novelty": 2}, "novelty weigh the likeness"),
        ({"keywords": ["ax"]}, "never seen 'x' of 'ax'"),
        ({"keywords": ["ab"], "forbid": ["b"]}, "the keyword 'ab' has in it"),
        ({"near": "xyz"}, "never seen anything of 'xyz'"),
    ],
)
def test_what_cannot_be(options: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        search(**options)
