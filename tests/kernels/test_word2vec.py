from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.vectors import reference_word2vec as reference
from textmine.kernels import word2vec as kernels

IDS = st.lists(st.integers(0, 6), max_size=60).map(lambda ids: np.array(ids, np.int32))
STREAMS = st.integers(0, (1 << 64) - 1).map(np.uint64)
LOSSES = {
    "negative": kernels.NEGATIVE,
    "random-softmax": kernels.SOFTMAX,
    "hierarchical": kernels.HIERARCHICAL,
}
Array = NDArray[Any]
# Paths of six words over five inner nodes.
STARTS = np.array([0, 1, 3, 6, 10, 15, 18])
NODES = np.array([0, 1, 0, 2, 1, 0, 3, 2, 1, 0, 4, 3, 2, 1, 0, 4, 3, 2], np.int32)
CODES = np.array([0, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1], np.int8)
# Two groups of words to draw from: 3 and 1, and the others.
GROUP, SLOTS, WORDS = np.array([1, 0, 1, 0, 1, 1], np.uint8), np.array([0, 2, 6]), [3, 1, 0, 5, 4, 2]
THRESHOLDS = np.array([1 << 31, 1 << 32, 3 << 30, 1 << 32, 1 << 30, 1 << 32], np.uint64)
ALIASES = np.array([1, 1, 3, 1, 0, 3], np.int32)


@given(IDS, st.integers(1, 9), STREAMS)
def test_windows(ids: Array, window: int, stream: np.uint64) -> None:
    samples = reference.windows(ids.tolist(), window, int(stream))
    bags = np.zeros(ids.size + 1, np.int64)
    members, targets = np.empty(2 * window * ids.size, np.int32), np.empty_like(ids)
    count = kernels.gather_windows(ids, window, stream, bags, members, targets)
    assert targets[:count].tolist() == [target for _, target in samples]
    found = [sorted(members[bags[s] : bags[s + 1]].tolist()) for s in range(count)]
    assert found == [sorted(bag) for bag, _ in samples]


@given(IDS, st.integers(1, 9), STREAMS, st.booleans())
def test_pairs_are_sorted_into_blocks(ids: Array, window: int, stream: np.uint64, shared: bool) -> None:
    group = np.array([0, 1, 2, 3, 0, 1], np.uint8)
    sizes, none = np.zeros(16, np.int64), np.empty(0, np.int32)
    kernels.sort_pairs(ids, window, stream, group, 4, shared, sizes, none, none)
    ends = np.cumsum(sizes)
    contexts, targets = np.empty((2, ends[-1]), np.int32)
    places = ends - sizes
    kernels.sort_pairs(ids, window, stream, group, 4, shared, places, contexts, targets)
    assert (places == ends).all()
    samples = reference.windows(ids.tolist(), window, int(stream))
    wanted = Counter((word, target) for bag, target in samples for word in bag)
    assert Counter(zip(contexts.tolist(), targets.tolist(), strict=True)) == wanted
    for block in range(16):
        part = slice(ends[block] - sizes[block], ends[block])
        for a, b in zip(group[contexts[part]].tolist(), group[targets[part]].tolist(), strict=True):
            assert block == (min(a, b) * 4 + max(a, b) if shared else a * 4 + b)


@given(st.lists(st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=20), min_size=1, max_size=4))
def test_alias_tables_draw_by_weight(pieces: list[list[float]]) -> None:
    starts = np.cumsum([0, *map(len, pieces)])
    thresholds, aliases, stack = (np.empty(starts[-1], kind) for kind in (np.uint64, np.int32, np.int32))
    kernels.build_alias(np.concatenate(pieces), starts, thresholds, aliases, stack)
    for weights, start, stop in zip(pieces, starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        drawn = reference.slot_probabilities(thresholds[start:stop].tolist(), aliases[start:stop].tolist())
        assert drawn == pytest.approx(np.array(weights) / sum(weights), abs=1e-8)


@given(st.integers(0, 1 << 32), STREAMS)
@settings(max_examples=10)
def test_subsampling(keep: int, stream: np.uint64) -> None:
    ids = np.tile(np.array([1, 2, 0], np.int32), 3_000)
    out = np.empty_like(ids)
    out = out[: kernels.subsample(ids, np.array([0, keep, 1 << 32], np.uint64), stream, out)]
    counts = np.bincount(out, minlength=3)
    assert counts[0] == counts[2] == 3_000
    assert abs(counts[1] / 3_000 - keep / 2**32) < 0.05


def train(
    loss: str, tables: list[Array], samples: list[reference.Sample], rate: float, stream: int, adagrad: bool
) -> float:
    """The kernel on `samples`, drawing 3 words for each."""
    bags = np.cumsum([0, *(len(bag) for bag, _ in samples)])
    members = np.array([word for bag, _ in samples for word in bag], np.int32)
    targets = np.array([target for _, target in samples], np.int32)
    squares = [np.ones(len(table) if adagrad else 0) for table in tables]
    cost = kernels.train(
        tables[0], squares[0], tables[-1], squares[-1], 0, targets.size, bags, members, targets,
        LOSSES[loss], np.float32(rate), 3, np.uint64(stream), GROUP, SLOTS, np.array(WORDS, np.int32),
        THRESHOLDS, ALIASES, STARTS, NODES, CODES,
    )  # fmt: skip
    return float(cost)


def choose(loss: str, samples: list[reference.Sample], stream: int) -> list[tuple[list[int], list[int]]]:
    """The rows that each of `samples` meets, and their signs."""
    chosen = []
    for s, (_, target) in enumerate(samples):
        if loss == "hierarchical":
            path = slice(STARTS[target], STARTS[target + 1])
            chosen.append((NODES[path].tolist(), (1 - 2 * CODES[path]).tolist()))
            continue
        own = slice(SLOTS[GROUP[target]], SLOTS[GROUP[target] + 1])
        bits = (reference.random_bits(stream, 3 * s + k) for k in range(3))
        slots = (reference.draw(THRESHOLDS[own].tolist(), ALIASES[own].tolist(), b) for b in bits)
        others = [word for word in (WORDS[own][slot] for slot in slots) if word != target]
        chosen.append(([target, *others], [1] + [-1] * len(others)))
    return chosen


SAMPLES = st.lists(
    st.tuples(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.integers(0, 5)), min_size=1, max_size=12
)
CASES = [
    (loss, shared) for loss in LOSSES for shared in (False, True) if not (shared and loss == "hierarchical")
]


@pytest.mark.parametrize(("loss", "shared"), CASES)
@given(samples=SAMPLES, stream=st.integers(0, (1 << 64) - 1), adagrad=st.booleans(), dim=st.integers(1, 40))
@settings(max_examples=25)
def test_training_against_a_plain_trainer(
    loss: str, shared: bool, samples: list[reference.Sample], stream: int, adagrad: bool, dim: int
) -> None:
    random = np.random.default_rng(dim)
    tables = [random.normal(0, 0.5, (6, dim)).astype(np.float32) for _ in range(1 if shared else 2)]
    plain = [table.astype(np.float64) for table in tables]
    cost = reference.train(plain[0], plain[-1], samples, choose(loss, samples, stream), loss, 0.1, adagrad)
    assert train(loss, tables, samples, 0.1, stream, adagrad) == pytest.approx(cost, rel=1e-4)
    for table, wanted in zip(tables, plain, strict=True):
        assert table == pytest.approx(wanted, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize(("loss", "shared"), CASES)
def test_steps_follow_the_gradient(loss: str, shared: bool) -> None:
    """A small step of SGD against finite differences of the loss."""
    random = np.random.default_rng(5)
    tables = [random.normal(0, 0.5, (6, 7)).astype(np.float32) for _ in range(1 if shared else 2)]
    samples: list[reference.Sample] = [([5], 4)]
    stream = next(s for s in range(99) if len(set(choose(loss, samples, s)[0][0])) >= 3)
    rows, signs = choose(loss, samples, stream)[0]
    before = [table.astype(np.float64) for table in tables]

    def cost() -> float:
        return reference.sample_loss(loss, before[0][5], before[-1][rows], signs)

    rate = 1e-2
    assert train(loss, tables, samples, rate, stream, False) == pytest.approx(cost(), rel=1e-5)
    for table, moved in zip(before, tables, strict=True):
        steps = (table - moved) / rate
        for place in np.ndindex(table.shape):
            value = table[place]
            table[place] = value + 1e-5
            above = cost()
            table[place] = value - 1e-5
            below = cost()
            table[place] = value
            assert steps[place] == pytest.approx((above - below) / 2e-5, rel=0.02, abs=2e-3)
