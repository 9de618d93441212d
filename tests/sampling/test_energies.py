"""What sentences cost beside their improbability."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from textmine.sampling.energies import COPIED, Forbidden, Function, copied

UNITS = st.integers(3, 5)
SENTENCES = st.lists(UNITS, max_size=8)
WORDS = st.lists(st.lists(UNITS, min_size=1, max_size=4), max_size=4)


def holds(sentence: list[int], words: list[list[int]]) -> bool:
    """Whether one of the words is in the sentence, by their spelling."""
    text = "".join(map(str, sentence))
    return any("".join(map(str, word)) in text for word in words)


@given(SENTENCES, WORDS)
def test_words_that_are_forbidden(sentence: list[int], words: list[list[int]]) -> None:
    assert Forbidden(words).whole(sentence) == (math.inf if holds(sentence, words) else 0.0)


@given(SENTENCES, WORDS)
def test_changes_of_what_is_allowed(sentence: list[int], words: list[list[int]]) -> None:
    """Every insertion, deletion and replacement in a sentence without forbidden words."""
    energy = Forbidden(words)
    if holds(sentence, words):
        return
    changed = [(i, sentence[:i] + sentence[i + 1 :]) for i in range(len(sentence))]
    for unit in range(3, 6):
        changed += [(i, [*sentence[:i], unit, *sentence[i:]]) for i in range(len(sentence) + 1)]
        changed += [(i, [*sentence[:i], unit, *sentence[i + 1 :]]) for i in range(len(sentence))]
    for place, after in changed:
        assert energy.change(sentence, after, place) == energy.whole(after) - energy.whole(sentence)


def test_changes_look_no_further_than_they_reach() -> None:
    """A forbidden word elsewhere, which cannot be, goes unseen: a change costs what it touches."""
    energy = Forbidden([[3, 3]])
    sentence = [4] * 50 + [3, 3]
    assert energy.change(sentence, [5, *sentence[1:]], 0) == 0
    assert energy.change(sentence, [*sentence[:10], 3, 3, *sentence[12:]], 10) == math.inf


def test_nothing_and_empty_words_forbid_nothing() -> None:
    assert Forbidden([]).whole([3, 4]) == Forbidden([[], ()]).whole([]) == 0
    assert Forbidden([]).change([3], [3, 4], 1) == 0


def test_functions_are_asked_once() -> None:
    asked = []

    def length(units: tuple[int, ...]) -> float:
        asked.append(units)
        return float(len(units))

    energy = Function(length, kept=3)
    assert energy.whole([3, 4]) == 2 and energy.change([3, 4], [3, 4, 5], 2) == 1
    assert energy.whole((3, 4)) == 2 and energy.change([3, 4, 5], [3, 4], 2) == -1
    assert asked == [(3, 4), (3, 4, 5)]
    assert energy.whole([3]) + energy.whole([4]) + energy.whole([3, 4]) == 4  # the first has been forgotten
    assert asked == [(3, 4), (3, 4, 5), (3,), (4,), (3, 4)]


@given(st.lists(st.integers(0, 2), max_size=9), st.lists(st.integers(0, 2), max_size=9))
def test_copied_units_are_in_runs_of_the_source(units: list[int], source: list[int]) -> None:
    runs = [source[i : i + COPIED] for i in range(len(source) - COPIED + 1)]
    inside = [
        any(units[start : start + COPIED] in runs for start in range(max(i - COPIED + 1, 0), i + 1))
        for i in range(len(units))
    ]
    assert copied(units, source) == sum(inside)
