"""What is said on a terminal is wrapped at words; in a pipe one line stays one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.program import PROBE, probe
from tests.terminal.ends import run
from textmine.cli.cells import width
from textmine.cli.wrap import INDENT, wrapped

WORD = st.text(st.sampled_from("abc;é玄德"), min_size=1, max_size=30)


@given(st.lists(WORD, min_size=1, max_size=30).map(" ".join), st.integers(20, 100))
def test_nothing_is_lost_and_every_line_fits(line: str, columns: int) -> None:
    first, *others = wrapped(line, columns)
    assert " ".join([first, *(other.removeprefix(INDENT) for other in others)]) == line
    for piece in (first, *others):  # none is too wide but for a word that is so by itself
        assert width(piece) < columns or max(map(width, piece.split(" "))) + len(INDENT) >= columns
    for before, after in zip((first, *others), others, strict=False):  # nor shorter than it need be
        assert width(before) + 1 + width(after.split()[0]) >= columns


@pytest.mark.parametrize("columns", [None, 0, 5])
def test_without_a_width_nothing_is_broken(columns: int | None) -> None:
    assert wrapped("a b " * 100, columns) == ["a b " * 100]


def test_width_is_that_of_the_screen() -> None:
    assert [width(text) for text in ("ab", "玄德", "e\u0301", "ﾊﾝ", "，")] == [2, 4, 1, 2, 2]


def test_errors_and_usage_are_wrapped_on_a_terminal_only() -> None:
    wrong = ("options", "--output", "no/such/folder/玄德曹操孔明/of/this/long/name/out.tsv")
    piped = probe(*wrong).stderr.splitlines()
    assert len(piped) == 2
    narrow = run(wrong, program=PROBE, err="terminal", size=(24, 60)).shown
    assert len(narrow) > 2 and all(width(line.decode()) < 60 for line in narrow)
    assert " ".join(line.decode().strip() for line in narrow) == " ".join(piped)
    told = run(wrong, program=PROBE, err="terminal", size=(24, 60), environment={"COLUMNS": "1000"}).shown
    assert [line.decode() for line in told] == piped


def test_what_is_quoted_breaks_no_line_and_steers_no_terminal() -> None:
    done = probe("options", "--output", "no\nsuch/\x1b[2Jfolder\t/out.tsv")
    assert len(done.stderr.splitlines()) == 2
    assert r"there is no folder no\nsuch/\x1b[2Jfolder\t; make it first" in done.stderr
