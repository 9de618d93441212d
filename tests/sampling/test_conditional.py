"""What every word would be worth at a place, against whole sentences scored one by one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.texts import LINES, ORDERS, PRUNINGS, Lines, trained
from textmine.kernels import sampling as kernels
from textmine.kernels.language import EOS
from textmine.sampling.chain import Sampler, Target


@given(LINES, ORDERS, PRUNINGS, st.data())
def test_every_word_against_the_whole_sentence(
    lines: Lines, order: int, prune: Sequence[int], data: st.DataObject
) -> None:
    model = trained(lines, order, prune)
    size = len(model.words)
    units = data.draw(st.lists(st.integers(3, size - 1), min_size=1, max_size=7))
    chain = Sampler(Target(model, np.zeros(len(units) + 1))).chain(1, units)
    arrays, draws, seen = chain._arrays, chain.sampler.draws, np.zeros(size, np.int32)
    found, deltas = np.empty(size, np.int32), np.empty(size)
    path, sums = np.empty(len(units) + 2, np.int32), np.empty(len(units) + 2)
    scratch = found, deltas, np.empty(size, np.int32), seen, path, sums
    old = float(model.score(np.array([*units, EOS], np.int32)).sum())
    for i in range(len(units)):
        count, rest = kernels.conditional(arrays, i, model.arrays, draws, scratch)
        there = dict(zip(found[:count].tolist(), deltas.tolist(), strict=False))
        assert len(there) == count and not seen.any()
        for unit in range(3, size):
            new = float(model.score(np.array([*units[:i], unit, *units[i + 1 :], EOS], np.int32)).sum())
            delta = there[unit] if unit in there else rest + kernels.alone(unit, model.arrays)
            assert delta == pytest.approx(new - old, abs=1e-6)
