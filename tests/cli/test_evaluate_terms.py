from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import textmine
from tests.cli.small import message, rows

ENTITIES = Path(__file__).parents[2] / "data" / "three-kingdoms.entities.txt"


def test_a_list_by_hand(tmp_path: Path) -> None:
    (tmp_path / "ranked").write_text("a\nb\nC\nd\n")
    (tmp_path / "gold").write_text("a\nc\ne\n")
    done = textmine("evaluate-terms", "ranked", "--gold", "gold", "--at", "1,3,9", "--lower", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "measure\tterms\tvalue",
        "precision\t1\t1",
        "precision\t3\t0.666667",
        "precision\t4\t0.5",
        "recall\t4\t0.666667",
        "f1\t4\t0.571429",
        "f1 at gold size\t3\t0.666667",
        "best f1\t4\t0.571429",
        "average precision\t4\t0.555556",
        "right\t4\t2",
        "gold\t3\t3",
    ]


def test_what_discover_terms_finds(tmp_path: Path) -> None:
    """Through a pipe, and the same from a file of any format."""
    text = ENTITIES.with_name("three-kingdoms.txt").read_text("utf-8")[:60_000]
    (tmp_path / "text").write_text(text, "utf-8")
    tables = []
    for name in ("rows.tsv", "rows.csv", "rows.jsonl"):
        assert textmine("discover-terms", "text", "-o", name, folder=tmp_path).returncode == 0
        tables.append(rows(textmine("evaluate-terms", name, "--gold", ENTITIES, folder=tmp_path).stdout))
    assert textmine("discover-terms", "text", "--lexicon", "lexicon", folder=tmp_path).returncode == 0
    piped = textmine(
        "evaluate-terms", "-", "--gold", ENTITIES, stdin=(tmp_path / "rows.tsv").read_text("utf-8")
    )
    tables.append(rows(piped.stdout))
    assert tables[0] == tables[1] == tables[2] == tables[3]
    values = {(row["measure"], row["terms"]): float(row["value"]) for row in tables[0]}
    assert values["precision", "100"] > 0.1
    lexicon = rows(textmine("evaluate-terms", "lexicon", "--gold", ENTITIES, folder=tmp_path).stdout)
    assert lexicon[-2:] == tables[0][-2:]  # as many right


@pytest.mark.parametrize(
    ("options", "code", "what"),
    [
        (("ranked", "--gold", "gone"), 1, "gone"),
        (("gone", "--gold", "ranked"), 1, "gone"),
        (("ranked", "--gold", "empty"), 1, "empty"),
        (("ranked", "--gold", "ranked", "--at", "0"), 2, "--at: '0' is no list of places"),
        (("ranked", "--gold", "ranked", "--at", "1,x"), 2, "write 100,500,1000"),
        (("-", "--gold", "-"), 2, "cannot both be standard input"),
        (("ranked",), 2, "--gold"),
    ],
)
def test_bad_input(options: tuple[str, ...], code: int, what: str, tmp_path: Path) -> None:
    (tmp_path / "ranked").write_text("a\n")
    (tmp_path / "empty").write_text("")
    done = textmine("evaluate-terms", *options, "-o", "out", folder=tmp_path)
    assert done.returncode == code and what in message(done.stderr) and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_another_encoding(tmp_path: Path) -> None:
    for name, text in (("ranked", "曹操\n德曰\n"), ("gold", "曹操\n刘备\n")):
        (tmp_path / name).write_text(text, "gb18030")
    refused = textmine("evaluate-terms", "ranked", "--gold", "gold", folder=tmp_path)
    assert refused.returncode == 1 and "is not UTF-8" in refused.stderr
    done = textmine("evaluate-terms", "ranked", "--gold", "gold", "--encoding", "gb18030", folder=tmp_path)
    assert done.returncode == 0 and done.stdout.endswith("right\t2\t1\ngold\t2\t2\n")
