from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.terms import reference_contrast as reference
from textmine.terms import contrast as module
from textmine.terms.background import Background, Kind, ListBackground
from textmine.terms.contrast import contrast

MEASURES = ("log_odds", "log_likelihood", "frequency_ratio", "difference")
SIGNED = ("log_odds", "log_likelihood", "difference")
SIZE = st.integers(2, 10**9)
Case = tuple[int, int, int, int]


@st.composite
def cases(draw: st.DrawFn, least: int = 0) -> Case:
    """c of n here, b of m there."""
    n, m = draw(SIZE), draw(SIZE)
    return draw(st.integers(1, n - 1)), n, draw(st.integers(least, m - 1)), m


def measured(measure: str, *several: Case) -> list[float]:
    c, n, b, m = np.array(several, np.float64).T
    run: Callable[..., Any] = getattr(module, measure)
    found = run(c, n[0], b, m)
    assert found.dtype == np.float64 and found.shape == c.shape
    return list(found.tolist())


@pytest.mark.parametrize("measure", MEASURES)
@given(case=cases())
def test_by_the_formula(measure: str, case: Case) -> None:
    expected = getattr(reference, measure)(*case)
    assert measured(measure, case) == [pytest.approx(expected, rel=1e-6, abs=1e-5)]


@pytest.mark.parametrize("measure", SIGNED)
@given(case=cases(least=1))
def test_the_other_way_round(measure: str, case: Case) -> None:
    c, n, b, m = case
    (found,), (swapped,) = measured(measure, case), measured(measure, (b, m, c, n))
    assert found == pytest.approx(-swapped, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("measure", SIGNED)
@given(case=cases())
def test_the_sign_tells_where_it_is_more_frequent(measure: str, case: Case) -> None:
    c, n, b, m = case
    here, there = c / n, b / m
    assume(abs(here - there) > 0.01 * (here + there) and max(here, there) < 0.5)
    (found,) = measured(measure, case)
    assert found > 0 if here > there else found < 0


@pytest.mark.parametrize("measure", MEASURES)
@settings(max_examples=30)
@given(cases=st.lists(st.integers(1, 10**6), min_size=1, max_size=9))
def test_a_text_against_itself(measure: str, cases: list[int]) -> None:
    found = measured(measure, *((c, 10**7, c, 10**7) for c in cases))
    assert found == pytest.approx([float(measure == "frequency_ratio")] * len(cases), abs=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
@settings(max_examples=30)
@given(n=SIZE, m=SIZE, share=st.floats(0, 1))
def test_finite_for_what_the_background_lacks(measure: str, n: int, m: int, share: float) -> None:
    (found,) = measured(measure, (max(1, int(n * share)), n, 0, m))
    assert np.isfinite(found)


@pytest.mark.parametrize("measure", MEASURES)
def test_more_here_is_more_special_more_there_less(measure: str) -> None:
    n, m = 10**5, 10**6
    by_here = measured(measure, *((c, n, 50, m) for c in (1, 5, 20, 100, 1000)))
    # Log odds are in standard deviations, which are large for what was hardly ever seen there.
    least = 50 if measure == "log_odds" else 0
    by_there = measured(measure, *((50, n, least + b, m) for b in (0, 5, 50, 500, 5000)))
    assert by_here == sorted(set(by_here)) and by_there == sorted(set(by_there), reverse=True)


def test_values_by_hand() -> None:
    """30 of 1,000 words here, 10 of 1,000 there, 20 expected in both: 2 (30 log 1.5 + 10 log 0.5)."""
    assert measured("log_likelihood", (30, 1000, 10, 1000)) == [pytest.approx(10.465, abs=0.001)]
    assert measured("difference", (30, 1000, 10, 1000)) == [pytest.approx(0.5)]
    assert measured("frequency_ratio", (30, 1000, 10, 2000)) == [pytest.approx(2 * 30.5 / 10.5)]


def test_log_odds_draw_rare_terms_towards_zero() -> None:
    """Twice as frequent here, but seen a few times only."""
    few, many = measured("log_odds", (4, 10**6, 2, 10**6), (400, 10**6, 200, 10**6))
    assert 0 < few < 1.5 and many > 5


# backgrounds together


class Counts:
    """A text with these counts."""

    name = "counts"

    def __init__(self, units: int, **counts: int) -> None:
        self.units, self._counts = units, counts

    def size(self, kind: Kind) -> float:
        return self.units

    def counts(self, terms: Sequence[str], grams: Sequence[Sequence[str]]) -> np.ndarray[Any, Any]:
        return np.array([self._counts.get(term, 0) for term in terms], np.float64)


TERMS = ["甲", "乙", "丙"]
GRAMS = [["甲"], ["乙"], ["丙"]]
COUNT = np.array([9, 5, 3])


def measures_of(b: list[float], m: list[float]) -> list[list[float]]:
    return [
        b,
        *(
            [getattr(reference, name)(c, 100, *rest) for c, *rest in zip(COUNT.tolist(), b, m, strict=True)]
            for name in MEASURES
        ),
    ]


def contrasted(*backgrounds: Any, kind: Kind = "char") -> list[list[float]]:
    found = contrast(COUNT, 100, kind, backgrounds, TERMS, GRAMS)
    columns = (found.background, found.log_odds, found.g2, found.ratio, found.difference)
    assert all(column.dtype == np.float64 for column in columns)
    return [column.tolist() for column in columns]


def test_counts_and_sizes_add_up() -> None:
    found = contrasted(Counts(1000, 甲=7, 乙=1), Counts(50, 甲=2), Counts(500))
    for column, expected in zip(found, measures_of([9, 1, 0], [1550, 1550, 1550]), strict=True):
        assert column == pytest.approx(expected)
    assert found[0] == [9, 1, 0]
    assert contrasted(Counts(500), Counts(50, 甲=2), Counts(1000, 甲=7, 乙=1)) == found


def test_a_list_says_nothing_of_what_it_lacks() -> None:
    """丙 is in neither list: the text alone speaks of it."""
    one, two = ListBackground("one", {"甲": 7.0, "x": 93}), ListBackground("two", {"甲": 1.0, "乙": 2.0})
    found = contrasted(Counts(1000, 丙=4), one, two)
    for column, expected in zip(found, measures_of([8, 2, 4], [1103, 1003, 1000]), strict=True):
        assert column == pytest.approx(expected)


def test_what_no_list_has_counts_as_absent() -> None:
    one, two = ListBackground("one", {"x": 93}), ListBackground("two", {"甲": 1.0, "乙": 2.0})
    found = contrasted(one, two)
    for column, expected in zip(found, measures_of([1, 2, 0], [3, 3, 96]), strict=True):
        assert column == pytest.approx(expected)


def test_a_list_is_as_large_as_the_kind_of_its_units() -> None:
    words = ListBackground("words", {"甲": 4.0, "三個字": 3.0})
    assert contrasted(words, kind="char")[3] == pytest.approx(measures_of([4, 0, 0], [13] * 3)[3])
    assert contrasted(words, kind="word")[3] == pytest.approx(measures_of([4, 0, 0], [7] * 3)[3])


def test_no_terms_at_all() -> None:
    backgrounds: list[Background] = [Counts(10, 甲=1), ListBackground("one", {"甲": 1})]
    found = contrast(np.array([], np.int64), 100, "char", backgrounds, [], [])
    assert found.background.shape == found.log_odds.shape == found.g2.shape == found.ratio.shape == (0,)
