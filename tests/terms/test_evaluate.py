from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.errors import InputError
from textmine.terms.evaluate import evaluate_terms, read_terms

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


@pytest.mark.parametrize(
    "text",
    [
        "曹操\n\n machine learning \n曹操\n",
        "曹操\t12\nmachine learning\tx\ty\n",
        "曹操 12\nmachine learning 3\n",
        "曹操 12 nr\nmachine learning 3 n\n",
        "term\tcount\n曹操\t12\nmachine learning\t3\n",
        '\ufeffterm,count\n曹操,12\n"machine learning",3\n',
        '{"term": "曹操", "count": 1}\n{"count": 2, "term": "machine learning"}\n',
    ],
)
def test_formats(text: str, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text(text, "utf-8")
    assert read_terms(path) == ["曹操", "machine learning"]


def test_lower_case(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("Wind\nwind\nWIND TURBINE\n")
    assert read_terms(path, lower=True) == ["wind", "wind turbine"]
    assert read_terms(path) == ["Wind", "wind", "WIND TURBINE"]


@pytest.mark.parametrize(
    "text",
    [
        '{"term": "a"}\n{"word": "b"}\n',
        '{"term": "a"}\nb\n',
        '{"term": "a"}\n[1]\n',
        '{"term": "a"}\n{"term": 3}\n',
        "term\tcount\na\t1\n\t2\n",
        "term,count\na,1\n,2\n",
    ],
)
def test_rows_without_a_term(text: str, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text(text)
    with pytest.raises(InputError, match=r"line \d: a row without a term"):
        read_terms(path)


@pytest.mark.parametrize("text", ["term\tcount\n", "term,count\n", "\t1\n"])
def test_no_terms(text: str, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text(text)
    with pytest.raises(InputError, match="holds no terms"):
        read_terms(path)


def test_rows_of_json_are_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("".join(json.dumps({"term": term}) + "\n" for term in ("貂蝉", 'a"b', "c,d")))
    assert read_terms(path) == ["貂蝉", 'a"b', "c,d"]
