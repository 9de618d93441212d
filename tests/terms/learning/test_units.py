from __future__ import annotations

import itertools
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.corpus.scripts import ALONE
from textmine.terms.learning.units import FREQUENT, LONGEST_CLAUSE, split_units


def pieces(text: str) -> list[str]:
    """The units, boundaries in brackets, without the edges."""
    units = split_units(text)
    assert (units.places[0], units.places[-1]) == (0, len(text)) and units.places[-2] == len(text)
    named = zip(itertools.pairwise(units.places.tolist()), units.fixed.tolist(), strict=True)
    return [f"[{text[a:b]}]" if fixed else text[a:b] for (a, b), fixed in named][1:-1]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("三顾茅庐", "三 顾 茅 庐"),
        ("約30万人", "約 30万 人"),
        ("涨3.5%了", "涨 3.5% 了"),
        ("占５０％", "占 ５０％"),
        ("1/3和10:30", "1/3 和 10:30"),
        ("1,234.5元", "1,234.5 元"),
        ("1/x/3", "1 [/] x [/] 3"),
        ("3：", "3 [：]"),
        ("%3", "[%] 3"),
        ("二十一回", "二十一 回"),
        ("二○○○年", "二○○○ 年"),
        ("第二 十", "第 二 [ ] 十"),
        ("5 3/", "5 [ ] 3 [/]"),
        ("/3 5", "[/] 3 [ ] 5"),
        ("Windows 10里don't用", "Windows [ ] 10 里 don't 用"),
        ("道——他……去", "道 [——] 他 [……] 去"),
        ("是。”他！？", "是 [。] [”] 他 [！] [？]"),
        ("か\u3099く\u0301", "か\u3099 く\u0301"),
        (" \n\t天\r\n", "[ ] [\n] [\t] 天 [\r] [\n]"),
        ("好👍🏽啊", "好 [👍] [🏽] 啊"),
        ("①号", "① 号"),
        ("__init__与_a_b在_3", "__init__ 与 _a_b 在 _3"),
        ("_ __，_天", "[_] [ ] [__] [，] [_] 天"),
    ],
)
def test_rules(text: str, wanted: str) -> None:
    """White space comes each by itself, so the list is put together as it is written here."""
    assert " ".join(pieces(text)) == wanted


def test_no_text() -> None:
    units = split_units("")
    assert units.ids.tolist() == [0, 0] and units.fixed.all() and units.places.tolist() == [0, 0, 0]
    assert units.clauses().shape == (0, 2)


def test_clauses() -> None:
    units = split_units("，天地。\n玄 黄！！")
    found = [[*range(start, end)] for start, end in units.clauses().tolist()]
    assert [["，天地。\n玄 黄！"[i - 1] for i in clause] for clause in found] == [
        ["天", "地"],
        ["玄"],
        ["黄"],
    ]


@pytest.mark.parametrize("size", [1, LONGEST_CLAUSE, LONGEST_CLAUSE + 1, 3 * LONGEST_CLAUSE])
def test_long_clauses_are_parted(size: int) -> None:
    """By boundaries that are empty, and never at an end."""
    text = "天" * size + "。玄" + "黄 " + "地" * size
    units = split_units(text)
    places = units.places
    clauses = [text[places[start] : places[end]] for start, end in units.clauses().tolist()]
    parts = ["天" * min(LONGEST_CLAUSE, size - at) for at in range(0, size, LONGEST_CLAUSE)]
    assert clauses == [*parts, "玄黄", *(part.replace("天", "地") for part in parts)]
    assert (np.diff(places)[units.ids > 0] == 1).all() and places[-1] == len(text)
    assert units.fixed[units.ids == 0].all()


def names(text: str) -> dict[str, int]:
    """The id of each unit that stands between stops."""
    units = split_units(text)
    places = units.places.tolist()
    return {text[a:b]: i for i, (a, b) in zip(units.ids.tolist(), itertools.pairwise(places), strict=True)}


def test_rare_numbers_and_names_share_an_id_with_their_like() -> None:
    rare = names("1997。42。30万。50万。5%。7%。二十一。三百。Wei。Shu。一。二。天。地")
    groups = ("1997", "42"), ("30万", "50万"), ("5%", "7%"), ("二十一", "三百"), ("Wei", "Shu")
    assert all(len({rare[name] for name in group}) == 1 for group in groups)
    alone = [group[0] for group in groups] + ["一", "二", "天", "地", "。"]
    assert len({rare[name] for name in alone}) == len(alone)


@pytest.mark.parametrize("name", ["1997", "30万", "二十一", "Wei"])
def test_frequent_numbers_and_names_have_an_id_of_their_own(name: str) -> None:
    other = {"1997": "42", "30万": "50万", "二十一": "三百", "Wei": "Shu"}[name]
    for times, alike in ((FREQUENT - 1, True), (FREQUENT, False)):
        ids = names(f"{name}。" * times + other)
        assert (ids[name] == ids[other]) == alike


def test_letters_without_runs_are_words_of_their_own() -> None:
    """Of each script that the atoms take apart, no two are one, however rare."""
    for first, last in ALONE:
        letters = [chr(code) for code in range(first, last) if unicodedata.category(chr(code)) == "Lo"][:40]
        singles = [letter for letter in letters if unicodedata.numeric(letter, None) is None]
        assert len(set(names("。".join(singles)).values()) - {0}) == len(singles) + 1 > 5


def test_rare_roman_numerals_are_numerals() -> None:
    found = names("ⅡⅢ。Wei。二十")
    assert found["ⅡⅢ"] == found["二十"] != found["Wei"]


def test_widths_are_one() -> None:
    ids = names("Ｗｅｉ。Wei。" * (FREQUENT // 2) + "Shu")
    assert ids["Ｗｅｉ"] == ids["Wei"] != ids["Shu"]


@given(
    st.text(st.sampled_from("天地一万○3０.,/:%％ \n　。——…aéＡ_'\u0301\u200b\ufe0f👍")) | st.text(max_size=30)
)
def test_units_are_the_text(text: str) -> None:
    units = split_units(text)
    places = units.places.tolist()
    assert places[0] == places[1] == 0 and places[-2:] == [len(text)] * 2
    assert all(a < b for a, b in itertools.pairwise(places[1:-1]))
    assert units.fixed[0] and units.fixed[-1] and units.ids[0] == units.ids[-1] == 0
    assert units.ids.size == units.fixed.size == len(places) - 1
    by_name: dict[str, set[int]] = {}
    for (a, b), number, fixed in zip(
        itertools.pairwise(places), units.ids.tolist(), units.fixed.tolist(), strict=True
    ):
        piece = text[a:b]
        by_name.setdefault(piece, set()).add(number)
        assert (number == 0) == (not piece or piece.isspace())
        if piece and not fixed:
            assert unicodedata.category(piece.lstrip("_")[0])[0] in "LMN" or piece[0] == "○"
    assert all(len(numbers) == 1 for numbers in by_name.values())
