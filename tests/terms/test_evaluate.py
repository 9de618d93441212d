from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.errors import InputError
from textmine.terms.evaluate import evaluate_terms

TERMS = st.lists(st.text("abc", min_size=1, max_size=2), min_size=1, max_size=20)


@given(TERMS, TERMS, st.integers(1, 12))
def test_against_the_definitions(ranked: list[str], gold: list[str], least: int) -> None:
    found = evaluate_terms(ranked, gold, cuts=(1, 3, 50), least=least)
    terms = [term for place, term in enumerate(ranked) if term not in ranked[:place]]
    right = [term in gold for term in terms]
    n, g = len(terms), len(set(gold))
    assert (found.found, found.gold, found.right) == (n, g, sum(right))
    precision = {k: sum(right[:k]) / k for k in range(1, n + 1)}
    f1 = {k: 2 * sum(right[:k]) / (k + g) for k in range(1, n + 1)}
    assert found.precision_at == {k: precision[k] for k in (1, 3) if k <= n}
    assert (found.precision, found.recall, found.f1) == (precision[n], sum(right) / g, f1[n])
    assert found.f1_at_gold == f1[min(n, g)]
    assert found.best_f1 == max(f1[k] for k in f1 if k >= min(least, n)) == f1[found.best_cut]
    average = sum(precision[k] for k in range(1, n + 1) if right[k - 1]) / g
    assert found.average_precision == pytest.approx(average)


def test_a_perfect_list() -> None:
    found = evaluate_terms(["a", "b"], ["b", "a"], cuts=(2, 3))
    assert (found.precision, found.recall, found.f1_at_gold, found.average_precision) == (1, 1, 1, 1)
    assert found.precision_at == {2: 1.0}


@pytest.mark.parametrize(("ranked", "gold", "which"), [([], ["a"], "ranked"), (["a"], [], "gold")])
def test_nothing_to_compare(ranked: list[str], gold: list[str], which: str) -> None:
    with pytest.raises(InputError, match=f"no terms in the {which} list"):
        evaluate_terms(ranked, gold)
