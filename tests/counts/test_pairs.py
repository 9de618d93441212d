from __future__ import annotations

import tempfile
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from textmine.counts.pairs import PairCounter

RUNS = st.lists(st.dictionaries(st.integers(0, 40), st.integers(1, 5), max_size=25), max_size=12)


@given(RUNS, st.sampled_from([0, 200, 1000, 10**6]), st.sampled_from([np.uint32, np.uint64]))
def test_sums_over_all_runs(runs: list[dict[int, int]], room: int, kind: type[np.unsignedinteger]) -> None:
    wanted: Counter[int] = Counter()
    with tempfile.TemporaryDirectory() as directory:
        counter = PairCounter(room, directory)
        for run in runs:
            wanted.update(run)
            counter.add(np.array(sorted(run), kind), np.array([run[key] for key in sorted(run)], np.int64))
        pieces = list(counter.pieces())
    keys = [key for piece, _ in pieces for key in piece.tolist()]
    assert keys == sorted(wanted)
    assert [total for _, sums in pieces for total in sums.tolist()] == [wanted[key] for key in keys]
