from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.terms.reference_words import Table, cuts_of, every_cut
from textmine.kernels.cuts import add_words, cut_by_shares, cut_by_words

TEXTS = st.text("甲乙丙。", min_size=1, max_size=24).map(lambda text: text + "甲")


def sizes(cuts: list[int]) -> list[int]:
    """Lengths of the words, the last first."""
    return [b - a for a, b in itertools.pairwise(cuts)][::-1]


@given(TEXTS.filter(lambda text: max(map(len, text.split("。"))) < 10), st.integers(1, 4), st.integers(0, 99))
def test_best_words_against_all_ways(text: str, longest: int, seed: int) -> None:
    table = Table(text, longest)
    scores = np.random.default_rng(seed).integers(-3, 4, table.words.lengths.size).astype(float)
    begins = table.drawn_begins(seed)
    cut_by_words(table.clauses, table.ids, scores, begins)

    def worth(cuts: list[int]) -> tuple[float, list[int]]:
        words = [int(table.ids[a, b - a - 1]) for a, b in itertools.pairwise(cuts)]
        return (sum(scores[words]) if min(words) >= 0 else -np.inf), sizes(cuts)

    for start, end in table.clauses.tolist():
        best = max(every_cut(start, end, longest), key=worth)
        assert cuts_of(begins, start, end) == best and begins[start] and begins[end]
    assert begins[table.units.fixed].all()


@given(TEXTS.filter(lambda text: max(map(len, text.split("。"))) < 10), st.integers(1, 4), st.integers(0, 99))
def test_best_shares_against_all_ways(text: str, longest: int, seed: int) -> None:
    table = Table(text, longest)
    shares = np.zeros(table.ids.shape, np.uint16)
    drawn = [table.drawn_begins(seed + step) for step in range(5)]
    for begins in drawn:
        add_words(table.clauses, begins, shares)
    begins = table.units.fixed.copy()
    cut_by_shares(table.clauses, shares, 1.25, begins)

    def times(a: int, b: int) -> int:
        return sum(bool(one[a] and one[b] and not one[a + 1 : b].any()) for one in drawn)

    def worth(cuts: list[int]) -> tuple[float, list[int]]:
        values = [times(a, b) - 1.25 for a, b in itertools.pairwise(cuts)]
        return sum(values), [-size for size in sizes(cuts)]

    for start, end in table.clauses.tolist():
        best = max(every_cut(start, end, longest), key=worth)
        assert cuts_of(begins, start, end) == best and begins[start]


def test_a_higher_price_makes_longer_words() -> None:
    table = Table("甲乙丙甲乙丙", 3)
    shares = np.zeros(table.ids.shape, np.uint16)
    shares[1:7, 0], shares[1, 2], shares[4, 2] = 4, 9, 9
    found = []
    for price in (0.0, 2.0):
        begins = table.units.fixed.copy()
        cut_by_shares(table.clauses, shares, price, begins)
        found.append(cuts_of(begins, 1, 7))
    assert found == [[1, 2, 3, 4, 5, 6, 7], [1, 4, 7]]
