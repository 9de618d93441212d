"""What every word would be worth at a place, against whole sentences scored one by one."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.texts import LINES, ORDERS, PRUNINGS, Lines, trained
from textmine.kernels import sampling as kernels
from textmine.kernels.language import EOS
from textmine.language.arpa import read_arpa
from textmine.language.model import LanguageModel
from textmine.sampling.chain import Sampler
from textmine.sampling.target import Target

UNITS = ("<s>", "a", "b", "c", "</s>")


@st.composite
def strange_models(draw: st.DrawFn) -> LanguageModel:
    """As no training makes them: n-grams of any units, also ends and beginnings within, backoffs above 1."""
    order = draw(st.integers(1, 3))
    log, backoff = st.floats(-3, -0.1), st.floats(-1, 0.5)
    sections: list[list[tuple[str, ...]]] = [[("<unk>",), *((unit,) for unit in UNITS)]]
    for n in range(2, order + 1):
        ngram = st.tuples(*[st.sampled_from(UNITS)] * n)
        sections.append(draw(st.lists(ngram, min_size=1, max_size=12, unique=True)))
    lines = ["\\data\\", *(f"ngram {n}={len(ngrams)}" for n, ngrams in enumerate(sections, 1))]
    for n, ngrams in enumerate(sections, 1):
        lines += ["", f"\\{n}-grams:"]
        for units in ngrams:
            more = f"\t{draw(backoff):.3f}" if n < order else ""
            lines.append(f"{draw(log):.3f}\t{' '.join(units)}{more}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.arpa")
        path.write_text("\n".join([*lines, "", "\\end\\", ""]))
        return read_arpa(path)


@given(LINES, ORDERS, PRUNINGS, st.data())
def test_every_word_against_the_whole_sentence(
    lines: Lines, order: int, prune: Sequence[int], data: st.DataObject
) -> None:
    compare(trained(lines, order, prune), data)


@given(strange_models(), st.data())
def test_models_of_other_programs(model: LanguageModel, data: st.DataObject) -> None:
    compare(model, data)


def compare(model: LanguageModel, data: st.DataObject) -> None:
    size = len(model.words)
    units = data.draw(st.lists(st.integers(3, size - 1), min_size=1, max_size=7))
    chain = Sampler(Target(model, np.zeros(len(units) + 1))).chain(1, units)
    arrays, draws, seen = chain._arrays, chain.sampler.draws, np.zeros(size, np.int32)
    found, deltas = np.empty(size, np.int32), np.empty(size)
    path, sums = np.empty(len(units) + 2, np.int32), np.empty(len(units) + 2)
    scratch = kernels.Scratch(found, deltas, np.empty(size, np.int32), seen, path, sums)
    old = float(model.score(np.array([*units, EOS], np.int32)).sum())
    for i in range(len(units)):
        count, rest = kernels.conditional(arrays, i, model.arrays, draws, scratch)
        there = dict(zip(found[:count].tolist(), deltas.tolist(), strict=False))
        assert len(there) == count and not seen.any()
        for unit in range(3, size):
            new = float(model.score(np.array([*units[:i], unit, *units[i + 1 :], EOS], np.int32)).sum())
            delta = there[unit] if unit in there else rest + kernels.alone(unit, model.arrays)
            assert delta == pytest.approx(new - old, abs=1e-6)


@given(strange_models(), st.sampled_from([0.0, 0.3, 1.0, 30.0, 1000.0]), st.data())
def test_what_is_kept_of_a_place(model: LanguageModel, power: float, data: st.DataObject) -> None:
    """The probability of every word, however sharp the target is."""
    size = len(model.words)
    units = data.draw(st.lists(st.integers(3, size - 1), min_size=1, max_size=5))
    chain = Sampler(Target(model, np.zeros(len(units) + 1))).chain(1, units)
    found, deltas, after = np.empty(size, np.int32), np.empty(size), np.empty(size, np.int32)
    path, sums = np.empty(len(units) + 2, np.int32), np.empty(len(units) + 2)
    scratch = kernels.Scratch(found, deltas, after, np.zeros(size, np.int32), path, sums)
    ordinary = np.empty(size)
    largest = kernels.fill_ordinary(power, model.arrays, ordinary)
    slots = kernels.KeptConditionals(
        np.full(1, -1), np.zeros(1, int), np.empty((1, size), np.int32), np.empty((1, size)), np.empty(1)
    )
    random = np.array([3], np.uint64)
    for i in range(len(units)):
        tables = model.arrays, chain.sampler.draws, scratch, slots
        kernels.fill_slot(chain._arrays, i, 0, power, ordinary, largest, *tables)
        _, [count], [words], [weights], [others] = slots
        shares = np.zeros(size)
        rest = np.diff(ordinary, prepend=0)
        rest[words[:count]] = 0
        if others:
            shares = others * rest / rest.sum()
        shares[words[:count]] = np.diff(weights[:count], prepend=0)
        changed = [[*units[:i], unit, *units[i + 1 :], EOS] for unit in range(3, size)]
        logs = power * np.array([model.score(np.array(tokens, np.int32)).sum() for tokens in changed])
        expected = np.exp(logs - logs.max())
        assert shares[3:] / shares.sum() == pytest.approx(expected / expected.sum(), abs=1e-9 * (power + 1))
        drawn = [int(kernels.draw_kept(0, ordinary, slots, random)) for _ in range(20)]
        assert all(shares[unit] > 0 for unit in drawn)
