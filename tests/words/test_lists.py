from __future__ import annotations

import json
from pathlib import Path

import pytest

from textmine.errors import InputError
from textmine.words.lists import TermList, read_term_list, read_terms


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


@pytest.mark.parametrize(
    "text",
    [
        "term\tcount\tscore\tknown\n曹操\t12\t3.5\ttrue\n貂蝉\t\t2\tfalse\n曹操\t99\t9\t\n",
        "term,count,score,known\r\n曹操,12,3.5,true\r\n貂蝉,,2,\r\n",
        '{"term": "曹操", "count": 12, "score": 3.5}\n{"term": "貂蝉", "score": 2, "count": null}\n',
    ],
)
def test_numbers(text: str, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text(text, "utf-8", newline="")
    listed = read_term_list(path, ("ratio", "score", "count", "known"))
    assert listed.terms == ["曹操", "貂蝉"] and list(listed.numbers) == ["score", "count"]
    assert listed.numbers["score"] == [3.5, 2] and listed.numbers["count"] == pytest.approx(
        [12, float("nan")], nan_ok=True
    )


def test_counts_of_a_lexicon(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("machine learning 12 n\n\n貂蝉 3\n", "utf-8")
    assert read_term_list(path, ["count"]).numbers["count"] == [12, 3]
    path.write_text("machine learning\n貂蝉\n", "utf-8")
    assert read_term_list(path, ["count"]).numbers == {}


def test_a_lexicon_has_a_count_in_every_line(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("windows 95\nwindows 98 se\noffice\n\n")
    assert read_term_list(path, ["count"]) == TermList(["windows 95", "windows 98 se", "office"], {})
    path.write_text("windows 95\noffice 97\t3\n")
    assert read_terms(path) == ["windows 95", "office 97"]


def test_the_column_of_terms_need_not_come_first(tmp_path: Path) -> None:
    """As in the clusters of expand-terms."""
    for separator in "\t,":
        path = tmp_path / "groups"
        rows = (("cluster", "weight", "term", "count"), ("1", "2.5", "rotor blade", "7"))
        path.write_text("".join(separator.join(row) + "\n" for row in rows), encoding="utf-8")
        assert read_term_list(path, ["count"]) == TermList(["rotor blade"], {"count": [7.0]})


def test_what_the_reader_of_csv_refuses_is_a_row_without_a_term(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_bytes(b"term,count\na\rb,3\n")
    with pytest.raises(InputError, match="line 2: a row without a term"):
        read_terms(path)
