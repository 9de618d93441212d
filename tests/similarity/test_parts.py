"""Unknown words in known parts."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.corpus.lookup import look_up
from textmine.similarity import parts as module
from textmine.similarity.parts import KnownParts

KNOWN = ["小", "男孩", "男", "一个", "黑", "狗", "us", "russia", "egypt", "s"]
ROWS = {word: row for row, word in enumerate(KNOWN)}


def known_parts(known: list[str]) -> KnownParts:
    return KnownParts({word: row for row, word in enumerate(known)})


@pytest.mark.parametrize(
    ("word", "cut"),
    [
        ("小男孩", ["小", "男孩"]),
        ("一个男孩", ["一个", "男孩"]),
        ("白男孩", ["男孩", "白男孩"]),
        ("男猫", ["男猫"]),
        ("小男", ["小", "男"]),
        ("us-russia", ["us", "russia"]),
        ("egypt's", ["egypt", "s"]),
        ("egypt’s", ["egypt", "s"]),
        ("pro-us", ["pro", "us"]),
        ("Russia’S", ["russia", "s"]),
        ("pro-moon", ["pro-moon"]),
        ("russiaus", ["russiaus"]),
        ("白猫", ["白猫"]),
        ("猫", ["猫"]),
        ("-", ["-"]),
        ("", [""]),
        ("小" * 21, ["小" * 21]),
    ],
)
def test_words_are_cut(word: str, cut: list[str]) -> None:
    assert known_parts(KNOWN).cut(word) == tuple(cut)


@given(st.sets(st.text("甲乙丙", min_size=1, max_size=3)), st.text("甲乙丙丁", min_size=1, max_size=7))
def test_the_cut_is_the_best_of_all(known: set[str], word: str) -> None:
    cuts = []
    for ends in product([False, True], repeat=len(word) - 1):
        parts, start = [], 0
        for place, end in enumerate([*ends, True], 1):
            if end:
                parts.append(word[start:place])
                start = place
        if all(part in known or len(part) == 1 for part in parts):
            unknown = sum(part not in known for part in parts)
            cuts.append((unknown, len(parts), [-len(part) for part in reversed(parts)], parts))
    best = min(cuts)[3]
    if any(part not in known for part in best):
        best = [*(part for part in best if len(part) > 1), word]
    assert known_parts(sorted(known)).cut(word) == ((word,) if word in known else tuple(best))


WORDS = [*KNOWN, "小狗", "黑小狗", "us-russia", "US", "Pro-Us", "x", "狗猫"]


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=5), max_size=6), st.sampled_from([1, 3, 1 << 18]))
def test_rows_are_those_of_the_parts(texts: list[list[str]], kept: int) -> None:
    parts = known_parts(KNOWN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "KEPT", kept)
        for _ in range(2):
            found = parts.look_up(texts)
            expected = look_up([[part for word in text for part in parts.cut(word)] for text in texts], ROWS)
            assert found.rows.tolist() == expected.rows.tolist()
            assert found.starts.tolist() == expected.starts.tolist()


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    parts = known_parts(KNOWN)
    for text in ("us", "us-us", "s/s", "us russia", "s-us", "us " + "s-us-" * 20):
        parts.look_up([text.split()])
        assert max(len(parts._codes), len(parts._codes.several)) <= 3
    assert all(len(word) <= module.LONGEST_KEPT for word in parts._codes)


def test_capitals_in_parts() -> None:
    parts = known_parts(["Bush", "Cheney", "e", "mail"])
    assert parts.cut("Bush-Cheney") == ("Bush", "Cheney")
    assert parts.cut("E-Mail") == ("e", "mail")


def test_small_letters_come_before_parts() -> None:
    parts = known_parts(["us", "Us", "pro", "pro-us"])
    assert [parts.cut(word) for word in ("US", "Us", "Pro-US", "PRO/x")] == [
        ("us",), ("Us",), ("pro-us",), ("pro", "x")
    ]  # fmt: skip
