from __future__ import annotations

import json
from pathlib import Path

import pytest

from textmine.errors import InputError
from textmine.terms.listed import read_terms


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
