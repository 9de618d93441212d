from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.errors import InputError
from textmine.terms.learning import substrings
from textmine.terms.learning.substrings import BROKEN, ONCE, find_substrings
from textmine.terms.learning.units import split_units


@given(st.text("甲乙丙。 ", max_size=60), st.integers(1, 6))
def test_against_a_plain_count(text: str, longest: int) -> None:
    units = split_units(text)
    found = find_substrings(units, longest)
    ids, size = units.ids.tolist(), units.ids.size
    assert found.ids.shape == (size, longest)
    grams = {
        (at, length): tuple(ids[at : at + length])
        for at in range(size)
        for length in range(1, longest + 1)
        if length == 1 or (at + length <= size and not units.fixed[at : at + length].any())
    }
    counts = Counter(grams.values())
    numbers: dict[tuple[int, ...], int] = {}
    for at in range(size):
        for length in range(1, longest + 1):
            number = int(found.ids[at, length - 1])
            gram = grams.get((at, length), ())
            if length == 1:
                assert number == ids[at]
            elif counts[gram] < 2:
                assert number == (ONCE if gram else BROKEN)
            if number >= 0:
                assert numbers.setdefault(gram, number) == number
                assert (found.lengths[number], found.counts[number]) == (length, counts[gram])
                example = int(found.example[number])
                assert grams[example, length] == gram
    wanted = {gram for gram, count in counts.items() if count > 1 or len(gram) == 1}
    assert set(numbers) == wanted and sorted(numbers.values()) == [*range(len(wanted))]
    assert found.lengths.size == found.counts.size == found.example.size == len(wanted)
    assert sorted(found.lengths.tolist()) == found.lengths.tolist()


def test_more_strings_than_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    units = split_units("甲乙。甲乙。丙丁")  # five units and a pair that comes twice: numbers 0 to 6
    monkeypatch.setattr(substrings, "MOST", 7)
    assert find_substrings(units, 2).lengths.size == 7
    monkeypatch.setattr(substrings, "MOST", 6)
    with pytest.raises(InputError, match="more than 6 strings come twice in the text; take a part of it"):
        find_substrings(units, 2)
