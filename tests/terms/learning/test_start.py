from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import entropy
from tests.terms.reference_words import cuts_of
from textmine.terms.learning.start import autonomies, count_pieces, first_cuts
from textmine.terms.learning.substrings import find_substrings
from textmine.terms.learning.units import Units, split_units

TEXTS = st.text("甲甲乙乙丙。 ", min_size=1, max_size=60).map(lambda text: text + "甲")
Gram = tuple[int, ...]


def plain_autonomies(units: Units, longest: int) -> dict[Gram, float]:
    """a(w): the sum of both sides of how much more is left open after w than after w without its last unit,
    in standard deviations from the mean of the n-grams of its length."""
    ids, size = units.ids.tolist(), units.ids.size
    places: dict[Gram, list[int]] = {}
    for length in range(1, longest + 1):
        for at in range(size - length + 1):
            if not units.fixed[at : at + length].any():
                places.setdefault(tuple(ids[at : at + length]), []).append(at)
    places = {gram: at for gram, at in places.items() if len(at) > 1 or len(gram) == 1}
    outset = entropy(Counter(number for number, fixed in zip(ids, units.fixed, strict=True) if not fixed))
    found = dict.fromkeys(places, 0.0)
    for side in (1, -1):
        left_open = {
            gram: entropy(Counter(ids[i + (len(gram) if side > 0 else -1)] for i in at))
            for gram, at in places.items()
        }
        for length in range(1, longest + 1):
            level = [gram for gram in places if len(gram) == length]
            shorter = {gram: gram[:-1] if side > 0 else gram[1:] for gram in level}
            steps = [left_open[g] - (left_open[shorter[g]] if length > 1 else outset) for g in level]
            if level and np.std(steps) > 1e-9:
                for gram, step in zip(level, steps, strict=True):
                    found[gram] += float((step - np.mean(steps)) / np.std(steps))
    return found


@given(TEXTS, st.integers(1, 5))
def test_autonomies_against_the_plain_version(text: str, longest: int) -> None:
    units = split_units(text)
    substrings = find_substrings(units, longest)
    found = autonomies(units, substrings)
    wanted = plain_autonomies(units, longest)
    for number, (at, length) in enumerate(zip(substrings.example, substrings.lengths, strict=True)):
        gram = tuple(units.ids[at : at + length].tolist())
        assert found[number] == pytest.approx(wanted.pop(gram, 0.0), abs=1e-7)
    assert not wanted


@given(TEXTS, st.integers(1, 5))
def test_first_words_hold_no_boundary(text: str, longest: int) -> None:
    units = split_units(text)
    substrings = find_substrings(units, longest)
    begins = first_cuts(units, substrings, autonomies(units, substrings))
    assert begins[units.fixed].all()
    words: Counter[int] = Counter(units.ids[units.fixed].tolist())
    for start, end in units.clauses().tolist():
        cuts = cuts_of(begins, start, end)
        assert begins[start]
        words.update(int(substrings.ids[a, b - a - 1]) for a, b in itertools.pairwise(cuts))
    assert min(words) >= 0
    assert count_pieces(begins, substrings).tolist() == [
        words[number] for number in range(substrings.lengths.size)
    ]


def test_first_words_are_what_comes_together() -> None:
    """玄德 stands in many places, its parts in no others."""
    random = np.random.default_rng(1)
    text = "".join(
        ("玄德" if random.random() < 0.3 else chr(0x6708 + random.integers(30))) for _ in range(900)
    )
    units = split_units(text)
    substrings = find_substrings(units, 4)
    begins = first_cuts(units, substrings, autonomies(units, substrings))
    begins = np.append(begins[~units.fixed], True)
    at = [i for i in range(len(text)) if text.startswith("玄德", i)]
    words = [begins[i] and not begins[i + 1] and begins[i + 2] for i in at]
    assert len(at) > 100 and sum(words) > 0.9 * len(at)
