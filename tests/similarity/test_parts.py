"""Unknown words in known parts."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.similarity import parts as module
from textmine.similarity.parts import KnownParts

KNOWN = ["小", "男孩", "男", "一个", "黑", "狗", "us", "russia", "egypt", "s"]


def known_parts(known: list[str]) -> KnownParts:
    return KnownParts(lambda word: known.index(word) if word in known else None)


@pytest.mark.parametrize(
    ("word", "cut"),
    [
        ("小男孩", ["小", "男孩"]),
        ("一个男孩", ["一个", "男孩"]),
        ("白男孩", ["白", "男孩"]),
        ("us-russia", ["us", "russia"]),
        ("egypt's", ["egypt", "s"]),
        ("egypt’s", ["egypt", "s"]),
        ("pro-us", ["pro", "us"]),
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
    assert known_parts(KNOWN)(["us", word, "us"]) == ["us", *cut, "us"]


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
    best = min(cuts)[3] if any(part in known for part in min(cuts)[3]) else [word]
    assert known_parts(sorted(known))([word]) == ([word] if word in known else best)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    parts = known_parts(KNOWN)
    for _ in range(3):
        assert parts(["黑狗", "小狗", "小黑", "黑小"]) == ["黑", "狗", "小", "狗", "小", "黑", "黑", "小"]
