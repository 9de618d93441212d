"""Tables and records: on a terminal they fit it, and nothing is lost in silence; elsewhere nothing is cut."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import iter_graphemes, wcswidth

from tests.cli.program import PROBE, textmine_process
from tests.terminal.ends import run
from tests.terminal.tables import STYLE, cells
from textmine.cli.cells import ELLIPSIS, STEERING, cut, text_of, visible, width
from textmine.cli.table import LEAST, write_records, write_table

DATA = Path(__file__).parents[2] / "data"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
# Wide, with combining marks (é, Thai, Hindi, Arabic), with joiners and selectors, and with what steers.
SCRIPTS = [
    "三國", "e\u0301", "น้ำ", "हिन्दी", "مُحَمَّد", "👨‍👩‍👧", "❤️",
    "葛\U000e0100", "\u202e", "\x1b[2J", "a", " ", "｡ﾞ",
]  # fmt: skip
MIXED = st.lists(st.sampled_from(SCRIPTS), max_size=30).map("".join)
CELL = st.one_of(MIXED, TEXT)
NUMBER = st.one_of(st.integers(-(10**9), 10**9), st.floats(width=32), st.none())


class Screen(io.StringIO):
    """A terminal that remembers."""

    def isatty(self) -> bool:
        return True


def table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], window: int | None, spare: Sequence[str] = ()
) -> list[str]:
    """The lines of a table, on a terminal of that many columns or in a file."""
    stream = io.StringIO() if window is None else Screen()
    with mock.patch.dict(os.environ, {"COLUMNS": str(window), "NO_COLOR": "1"}):
        write_table(stream, columns, rows, spare)
    return stream.getvalue().removesuffix("\n").split("\n")


@given(CELL)
def test_nothing_steers_the_terminal_and_all_else_stands(text: str) -> None:
    assert not STEERING.search(visible(text)) and wcswidth(visible(text)) >= 0
    assert STEERING.search(text) or visible(text) == text


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("三国", 4),
        ("e\u0301", 1),
        ("น้ำ", 2),
        ("का", 2),
        ("👨‍👩‍👧", 2),
        ("❤️", 2),
        ("葛\U000e0100", 2),
        ("ｱ", 1),
        ("", 0),
    ],
)
def test_widths_are_those_of_terminals(text: str, places: int) -> None:
    assert width(text) == places


@given(CELL, st.integers(1, 70))
def test_a_cut_takes_nothing_apart(text: str, places: int) -> None:
    text = visible(text)
    shown = cut(text, places)
    assert width(shown) <= places
    if shown != text:
        kept = list(iter_graphemes(shown.removesuffix(ELLIPSIS)))
        assert width(text) > places and shown.endswith(ELLIPSIS)
        assert kept == list(iter_graphemes(text))[: len(kept)]
        assert width(shown) >= places - 1  # all that has room


@given(st.lists(st.tuples(CELL, NUMBER, CELL), max_size=5))
def test_in_a_file_every_cell_is_whole(rows: list[tuple[object, ...]]) -> None:
    shown = cells(table(("a", "number", "b"), rows, None))
    assert shown == [["a", "number", "b"], *([visible(text_of(c)).strip(" ") for c in row] for row in rows)]


@given(
    st.lists(st.tuples(CELL, NUMBER, CELL, NUMBER, NUMBER), max_size=5),
    st.integers(LEAST, 150),
    st.permutations(["a", "number", "b", "another_number"]),
)
def test_on_a_terminal_no_line_is_wider_and_nothing_is_lost_in_silence(
    rows: list[tuple[object, ...]], window: int, spare: list[str]
) -> None:
    columns = ("a", "number", "b", "another_number", "last")
    lines = table(columns, rows, window, spare)
    assert max(map(width, lines)) <= window
    names, *shown = cells(lines[: 2 + len(rows)])
    foot = " ".join(lines[2 + len(rows) :])
    left = re.findall(r"[a-z_]+", foot.partition(":")[2].partition("(")[0])
    assert sorted(names + left) == sorted(columns) and names == [name for name in columns if name in names]
    assert left == [name for name in columns if name in left] and ("--show" in foot) == bool(left)
    for row, texts in zip(rows, shown, strict=True):
        for cell, name, text in zip(row, columns, texts_by(names, texts, columns), strict=True):
            if text is None:
                continue
            whole = visible(text_of(cell)).strip(" ")
            if "number" in name or name == "last":
                assert text == whole
            else:
                assert text == whole or (text.endswith(ELLIPSIS) and width(whole) > min(LEAST, window) - 2)


def texts_by(names: list[str], texts: list[str], columns: Sequence[str]) -> list[str | None]:
    """The texts of a row in the order of all columns, None for those left out."""
    shown = dict(zip(names, texts, strict=True))
    return [shown.get(name) for name in columns]


def test_what_is_spare_goes_first_then_the_last() -> None:
    row = [(1, 2, 3, 4)]
    names = ("first", "second", "third", "fourth")
    assert cells(table(names, row, 19, ("second",))[:3])[0] == ["first", "third"]
    assert cells(table(names, row, 20, ("second",))[:3])[0] == ["first", "third", "fourth"]
    assert cells(table(names, row, 20)[:3])[0] == ["first", "second", "third"]


def test_what_is_spare_makes_room_for_texts() -> None:
    row = [("x" * 41, 1, "y" * 41)]
    names = ("text", "number", "other")
    assert cells(table(names, row, 84, ("number",))[:3])[1] == ["x" * 41, "y" * 41]
    assert cells(table(names, row, 84)[:3])[1] == ["x" * 36 + "…", "1", "y" * 36 + "…"]
    assert cells(table(names, row, 60, ("number",))[:3])[1] == ["x" * 28 + "…", "y" * 28 + "…"]


def test_points_stand_under_each_other_but_for_exponents() -> None:
    rows = [(52.871, 1e-7, 5), (7, 2.5, None), (132677.0, 10.0, 12), (0.25, None, 7)]
    assert table(("score", "p", "count"), rows, None) == [
        "     score      p  count",
        "──────────  ─────  ─────",
        "    52.871  1e-07      5",
        "     7        2.5",
        "132677         10     12",
        "     0.25              7",
    ]


def test_many_columns_left_out_are_counted() -> None:
    names = ["sentence", *(f"v{number}" for number in range(1, 101))]
    lines = table(names, [("x " * 50, *[0.123456] * 100)], 80)
    assert cells(lines[:3])[0] == ["sentence", *(f"v{number}" for number in range(1, 7))]
    assert lines[2].startswith("x x x x x x x x x x…  0.1")
    assert "v7, v8, v9, v10, v11, v12, v13, v14 and 86 more" in " ".join(lines[3:])


@given(st.lists(st.tuples(CELL, NUMBER, st.lists(CELL, max_size=3)), max_size=3))
def test_records_have_every_cell_whole(rows: list[tuple[object, object, list[str]]]) -> None:
    stream = Screen()
    with mock.patch.dict(os.environ, {"NO_COLOR": "1"}):
        write_records(stream, ("text", "number", "examples"), rows)
    wanted = ""
    for number, (text, value, parts) in enumerate(rows, 1):
        wanted += f"──── {number} ────\n"
        for name, part in (
            ("text", text),
            ("number", value),
            *zip_longest(["examples"], parts or [""], fillvalue=""),
        ):
            wanted += f"{name:<10}{visible(text_of(part))}".rstrip(" ") + "\n"
    assert stream.getvalue() == wanted


@pytest.mark.parametrize("format", ["table", "record"])
def test_styles_are_for_terminals_that_know_them(format: str) -> None:
    def shown(**environment: str) -> bytes:
        done = run(("rows", "--format", format), out="terminal", program=PROBE, environment=environment)
        assert (done.code, done.err) == (0, b"")
        return done.screen.replace(b"\r\n", b"\n")

    styled, plain = (
        shown(NO_COLOR="").decode(),
        textmine_process("rows", "--format", format, program=PROBE).stdout,
    )
    assert "\x1b" not in plain and "\x1b" in styled and STYLE.sub("", styled) == plain
    assert shown(NO_COLOR="1") == shown(TERM="dumb") == plain.encode()


@pytest.mark.parametrize(
    ("size", "told", "columns"), [(30, "", 30), (0, "", 80), (100, "31", 31), (30, "x", 30), (30, "-1", 30)]
)
def test_the_width_is_that_of_the_terminal_unless_told(size: int, told: str, columns: int) -> None:
    long = ("rows", "--format", "table", "--long")
    done = run(long, out="terminal", program=PROBE, size=(24, size), environment={"COLUMNS": told})
    assert max(width(STYLE.sub("", line.decode())) for line in done.shown) == columns


@pytest.mark.parametrize("columns", [80, 120])
def test_terms_against_a_background_fit(columns: int, tmp_path: Path) -> None:
    part = "".join((DATA / "three-kingdoms.txt").read_text("utf-8").splitlines(keepends=True)[:200])
    (tmp_path / "part.txt").write_text(part, "utf-8")
    options = ("--background", "jieba", "--top", "9")
    line = ("discover-terms", tmp_path / "part.txt", *options)
    done = run(line, out="terminal", size=(24, columns), environment={"COLUMNS": ""})
    lines = [STYLE.sub("", line.decode()) for line in done.shown]
    assert done.code == 0 and max(map(width, lines)) <= columns
    names = cells(lines[:11])[0]
    assert {"term", "count", "score", "background", "log_odds", "g2", "ratio", "dispersion"} <= set(names)
    left = "left out for want of room: " in lines[11] and set(re.findall(r"[a-z]+_?[a-z]+", lines[11]))
    assert left and {"right_entropy"} <= left
