"""`discover_terms` with backgrounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from tests.reference import residual_idf
from tests.terms import reference_contrast as reference
from textmine import memory
from textmine.corpus import store as store_module
from textmine.errors import InputError, ResourceError
from textmine.memory import MB
from textmine.terms import finder
from textmine.terms.background import (
    Background,
    ListBackground,
    TextBackground,
    count_background,
    named_background,
)
from textmine.terms.discover import Discovery, Term, discover_terms
from textmine.terms.finder import Method, Rank

PLENTY = 10**10  # the process that runs the tests may have grown large
METHODS: tuple[Method, ...] = get_args(Method)
DATA = Path(__file__).parents[2] / "data"


def discover(path: Path, *backgrounds: Any, **options: Any) -> Discovery:
    return discover_terms([path], background=backgrounds, **{"memory": PLENTY, "reject": ["none"], **options})


@cache
def background_of(*paths: Path, **options: Any) -> TextBackground:
    return count_background(paths, memory=PLENTY, **options)


def lines(path: Path, name: str, start: int, stop: int) -> Path:
    path.write_text("".join((DATA / name).open(encoding="utf-8").readlines()[start:stop]), "utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Beginning and end of the novel and of the Jargon File."""
    folder = tmp_path_factory.mktemp("texts")
    lines(folder / "novel.txt", "three-kingdoms.txt", 0, 80)
    lines(folder / "end.txt", "three-kingdoms.txt", -80, 2000)
    lines(folder / "jargon.txt", "jargon-file.txt", 0, 250)
    lines(folder / "letters.txt", "jargon-file.txt", -250, 5000)
    return folder


PAIRS = {"char": ("novel.txt", "end.txt"), "word": ("jargon.txt", "letters.txt")}


def columns(terms: Sequence[Term], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(term, name) for name in names) for term in terms]


@pytest.mark.parametrize("kind", PAIRS)
def test_all_figures_are_exact(folder: Path, kind: str) -> None:
    text, other = (folder / name for name in PAIRS[kind])
    found = discover(text, background_of(other))
    spelled = other.read_text("utf-8")
    there = reference.spelled_ngrams(spelled, "auto", 12 if kind == "char" else 5)
    m = sum(count for gram, count in there.items() if len(gram) == 1)
    documents = found.documents
    assert found.unit == kind and len(found.terms) > 100
    for term in found.terms:
        gram = tuple(term.term.lower() if kind == "char" else term.term.lower().split(" "))
        seen = there[gram] if there[gram] >= 2 else 0
        case = (term.count, found.units, seen, m)
        assert term.background == seen
        assert term.log_odds == pytest.approx(reference.log_odds(*case), abs=1e-6)
        assert term.g2 == pytest.approx(reference.log_likelihood(*case), abs=1e-6)
        assert term.ratio == pytest.approx(reference.frequency_ratio(*case))
        chance = documents * (1 - math.exp(-term.count / documents))
        assert term.dispersion == pytest.approx(term.documents / chance)
        burst = residual_idf(term.count, term.documents, documents)
        assert burst == pytest.approx(max(-math.log(term.documents / chance), 0), abs=1e-9)
    assert sum(term.background > 0 for term in found.terms if term.background is not None) > 20


def test_without_a_background_nothing_is_said_of_one(folder: Path) -> None:
    for rank in ("score", "termhood"):
        ranked: Rank = "score" if rank == "score" else "termhood"
        told = columns(
            discover(folder / "novel.txt", rank=ranked).terms,
            "background", "log_odds", "g2", "ratio", "dispersion",
        )  # fmt: skip
        assert set(told) == {(None,) * 5}


def shuffled(counts: dict[str, int], seed: int) -> str:
    """Lines of ten words each, in any order."""
    words = [word for word, count in counts.items() for _ in range(count)]
    order = [words[i] for i in np.random.default_rng(seed).permutation(len(words)).tolist()]
    return "".join("".join(order[at : at + 10]) + "\n" for at in range(0, len(order), 10))


FILLERS = {chr(0x4E00 + 37 * i): 20 for i in range(60)}


def test_what_both_texts_share_sinks(tmp_path: Path) -> None:
    """張飛 is twice as frequent as 曹操 in the text, but just as frequent elsewhere; 劉備 is more frequent
    there."""
    text, other = tmp_path / "text.txt", tmp_path / "other.txt"
    text.write_text(shuffled({"張飛": 60, "曹操": 30, "劉備": 60} | FILLERS, 1), "utf-8")
    other.write_text(shuffled({"張飛": 60, "劉備": 120} | FILLERS, 2), "utf-8")
    names = ["張飛", "曹操", "劉備"]
    alone = {term.term: term for term in discover(text).terms}
    against = {term.term: term for term in discover(text, background_of(other)).terms}
    assert alone.keys() == against.keys() >= set(names)
    assert [against[name].background for name in names] == [60, 0, 120]
    assert alone["張飛"].score > alone["曹操"].score
    score = {name: against[name].score for name in names}
    assert score["曹操"] > 10 * abs(score["張飛"]) and score["劉備"] < 0
    best = max(against.values(), key=lambda term: term.score)
    assert best.term == "曹操"
    keyness = discover(text, background_of(other), rank="keyness").terms
    assert keyness[0].term == "曹操" and keyness[-1].term == "劉備"


def test_runs_of_letters_among_chinese(tmp_path: Path) -> None:
    """A single unit has no cohesion, and yet can be a term."""
    text, other = tmp_path / "text.txt", tmp_path / "other.txt"
    text.write_text(shuffled({"GDP": 60, "DNA": 30, "經濟": 60} | FILLERS, 1), "utf-8")
    other.write_text(shuffled({"DNA": 60, "經濟": 60} | FILLERS, 2), "utf-8")
    found = discover(text, background_of(other))
    assert found.unit == "char" and found.terms[0].term == "GDP"
    scores = {term.term: term.score for term in found.terms}
    assert scores["GDP"] > 10 * abs(scores["經濟"]) and scores["DNA"] < 0


@pytest.mark.parametrize("kind", PAIRS)
def test_a_text_against_itself(folder: Path, kind: str) -> None:
    """Nothing is special about it, and every term is there."""
    path = folder / PAIRS[kind][0]
    found = discover(path, background_of(path))
    assert found.terms
    for term in found.terms:
        assert term.background == term.count and term.ratio == pytest.approx(1)
        assert (term.log_odds, term.g2, term.score) == pytest.approx((0, 0, 0), abs=1e-6)


# what the score is


def special_of(term: Term, found: Discovery, background: TextBackground) -> float:
    assert term.background is not None
    return reference.difference(term.count, found.units, term.background, background.size(found.unit))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", PAIRS)
def test_best_first_by_every_method(
    folder: Path, kind: str, method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where contexts say nothing, the score is that of the method times the difference."""
    monkeypatch.setattr(finder, "context_weight", lambda *arguments: 1.0)
    text, other = (folder / name for name in PAIRS[kind])
    background = background_of(other)
    alone = {term.term: term for term in discover(text, method=method).terms}
    found = discover(text, background, method=method)
    assert {term.term for term in found.terms} == alone.keys() and len(alone) > 2
    scores = [term.score for term in found.terms]
    assert scores == sorted(scores, reverse=True) and np.isfinite(scores).all()
    for term in found.terms:
        special = special_of(term, found, background)
        assert (term.score > 0) <= (special > 0) and (term.score < 0) <= (special < 0)
        if method not in finder.BY_AUTONOMY or kind == "word":
            assert term.score == pytest.approx(alone[term.term].score * special)
        ours = (alone[term.term].count, alone[term.term].documents, alone[term.term].cohesion)
        assert (term.count, term.documents, term.cohesion) == ours


def test_chinese_scores_are_termhood_times_difference(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contexts aside."""
    monkeypatch.setattr(finder, "context_weight", lambda *arguments: 1.0)
    text, background = folder / "novel.txt", background_of(folder / "end.txt")
    found = discover(text, background)
    termhood = {term.term: term.score for term in discover(text, rank="termhood").terms}
    for term in found.terms:
        special = special_of(term, found, background)
        assert term.score == pytest.approx(termhood[term.term] * special)


@pytest.mark.parametrize("kind", PAIRS)
def test_keyness_is_the_log_odds(folder: Path, kind: str) -> None:
    text, other = (folder / name for name in PAIRS[kind])
    found = discover(text, background_of(other), rank="keyness").terms
    assert [term.score for term in found] == [term.log_odds for term in found]
    by_log_odds = discover(text, background_of(other), sort="log_odds").terms
    assert columns(found, "log_odds") == columns(by_log_odds, "log_odds")
    assert {term.term for term in found} == {term.term for term in by_log_odds}


@pytest.mark.parametrize("kind", PAIRS)
def test_termhood_needs_no_background(folder: Path, kind: str) -> None:
    text, other = (folder / name for name in PAIRS[kind])
    alone = discover(text, rank="termhood").terms
    found = discover(text, background_of(other), rank="termhood").terms
    assert columns(found, "term", "score") == columns(alone, "term", "score")
    assert columns(discover(text).terms, "term", "score") != columns(alone, "term", "score")


def test_termhood_of_spaced_languages_is_the_c_value(folder: Path) -> None:
    found = discover(folder / "jargon.txt", rank="termhood", min_count=3).terms
    numbers: dict[str, int] = {}
    counts = {
        tuple(numbers.setdefault(word, len(numbers)) for word in term.term.lower().split(" ")): term.count
        for term in found
    }
    assert len(counts) == len(found) > 150
    assert [term.score for term in found] == pytest.approx(reference.c_values(counts))


@pytest.mark.parametrize("column", ["background", "log_odds", "g2", "ratio", "dispersion"])
def test_sorted_by_a_column_of_the_contrast(folder: Path, column: str) -> None:
    background = background_of(folder / "end.txt")
    found = discover(folder / "novel.txt", background, sort=column).terms
    assert columns(found, column) == sorted(columns(found, column), reverse=True)
    assert len(set(columns(found, column))) > 9
    with pytest.raises(InputError, match=f"no column '{column}' to sort by; choose one of term count"):
        discover(folder / "novel.txt", sort=column)


def test_dropped_terms_and_the_first_few(folder: Path) -> None:
    background = background_of(folder / "end.txt")
    every = discover(folder / "novel.txt", background).terms
    first = every[0].term
    found = discover(folder / "novel.txt", background, stop=[first], top=5, examples=1)
    assert columns(found.terms, "term", "score") == columns(every[1:6], "term", "score")
    assert all(term.examples for term in found.terms) and found.found == len(every) - 1


@pytest.mark.parametrize("kind", PAIRS)
def test_scores_are_weighed_by_where_terms_stand(
    folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of `--rank score`, after the background has had its say; others are not. Of characters by the
    root; a score below 0 is divided by it, so that a good place is never a fault."""
    text, background = folder / PAIRS[kind][0], background_of(folder / PAIRS[kind][1])

    def scores(weight: float | None, rank: Rank = "score") -> dict[str, float]:
        with monkeypatch.context() as patch:
            if weight is not None:
                patch.setattr(finder, "context_weight", lambda *arguments: weight)
            found = discover(text, background, rank=rank).terms
        return {term.term: term.score for term in found}

    once, more, weighed = scores(1.0), scores(4.0), scores(None)
    weight = 4 if kind == "word" else 2
    assert all(
        more[term] == (once[term] * weight if once[term] > 0 else once[term] / weight) for term in once
    )
    assert min(once.values()) < 0 < max(once.values())
    assert weighed.keys() == once.keys() and list(weighed) != list(once)
    assert scores(1.0, "termhood") == scores(None, "termhood")
    assert scores(1.0, "keyness") == scores(None, "keyness")


def test_contexts_say_nothing_of_chinese_without_a_background(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = discover(folder / "novel.txt")
    monkeypatch.setattr(finder, "context_weight", lambda *arguments: 4.0)
    assert discover(folder / "novel.txt") == expected


# backgrounds


def test_several_backgrounds(folder: Path, tmp_path: Path) -> None:
    """Texts, a file and a list of words; their counts add up."""
    background_of(folder / "end.txt").save(tmp_path / "end.stats")
    end, jieba = TextBackground.load(tmp_path / "end.stats"), named_background("jieba")
    assert jieba is not None
    several: list[Background] = [background_of(folder / "novel.txt"), end, jieba]
    found = discover(folder / "novel.txt", *several).terms
    assert found == discover(folder / "novel.txt", *several[::-1]).terms
    for term in found:
        each = [float(one.counts([term.term], [[*term.term]])[0]) for one in several]
        assert term.background == np.nansum(each)
    assert sum(term.background > term.count for term in found if term.background is not None) > 50


def test_phrases_that_no_list_has_count_as_absent(folder: Path) -> None:
    words = ListBackground("words", {"the": 1e6, "hacker": 50.0})
    found = {term.term.lower(): term for term in discover(folder / "jargon.txt", words).terms}
    assert found["hacker"].background == 50 and found["baggy pantsing"].background == 0


def test_units_of_another_kind(folder: Path, tmp_path: Path) -> None:
    novel, jargon = background_of(folder / "novel.txt"), background_of(folder / "letters.txt")
    for text, background in (("jargon.txt", novel), ("novel.txt", jargon)):
        with pytest.raises(InputError, match=r"in \w+s \(unit auto\), the text in .* same unit for both"):
            discover(folder / text, background, tmp_dir=tmp_path)
    with pytest.raises(InputError, match=r"\(unit auto\), the text in chars \(unit char\)"):
        discover(folder / "novel.txt", novel, unit="char", tmp_dir=tmp_path)
    assert list(tmp_path.iterdir()) == []
    found = discover(folder / "novel.txt", background_of(folder / "end.txt", unit="char"), unit="char")
    assert len(found.terms) > 100


def test_nothing_to_hold_the_terms_against(folder: Path) -> None:
    with pytest.raises(InputError, match="nothing to hold the terms against; give a background"):
        discover(folder / "novel.txt", rank="keyness")


def test_hardly_any_text(tmp_path: Path) -> None:
    for text in ("甲", "甲乙", "，甲", "a b"):
        (tmp_path / "text.txt").write_text(text, "utf-8")
        assert discover(tmp_path / "text.txt", background_of(tmp_path / "text.txt")).terms == []


# what makes no difference


@pytest.mark.parametrize("kind", PAIRS)
def test_threads_and_pieces(folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, other = (folder / name for name in PAIRS[kind])
    expected = discover(text, background_of(other), threads=1)
    assert discover(text, background_of(other, threads=3), threads=3) == expected
    monkeypatch.setattr(store_module, "CHUNK", 2999)
    found = discover(text, background_of(other, threads=2), threads=2)
    assert discover(text, background_of(other), threads=1) == found
    ours = sorted(columns(expected.terms, "term", "count", "documents", "background", "g2", "dispersion"))
    assert (
        sorted(columns(found.terms, "term", "count", "documents", "background", "g2", "dispersion")) == ours
    )


def test_again_in_a_process_that_holds_much(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By default a run may take more than the process holds already."""
    first = discover(folder / "novel.txt", memory=None)
    assert discover(folder / "novel.txt", memory=None) == first
    monkeypatch.setattr(memory, "used", lambda: 2000 * MB)
    assert discover(folder / "novel.txt", memory=None) == first
    assert count_background([folder / "end.txt"]).size("char") > 0
    with pytest.raises(ResourceError, match="600M of memory is too little"):
        discover(folder / "novel.txt", memory=600 * MB)
