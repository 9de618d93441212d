from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.language.reference_kneser_ney import discounts, kneser_ney
from tests.language.texts import (
    LINES,
    ORDERS,
    POEM_LINES,
    PRUNINGS,
    Entries,
    Lines,
    entries,
    store_of,
    trained,
)
from textmine.errors import InputError
from textmine.kernels.language import BOS, EOS, UNK
from textmine.language.kneser_ney import FALLBACK, Discounts
from textmine.language.model import LanguageModel
from textmine.language.train import train_language_model


def assert_same(found: Entries, expected: Entries) -> None:
    assert found.keys() == expected.keys()
    for ngram, values in expected.items():
        assert found[ngram] == pytest.approx(values, rel=1e-5, abs=1e-6), ngram


@given(LINES, st.integers(1, 5), PRUNINGS)
def test_against_the_formulas(lines: Lines, order: int, prune: Sequence[int]) -> None:
    assert_same(entries(trained(lines, order)), kneser_ney(lines, order))
    assert_same(entries(trained(lines, order, prune)), kneser_ney(lines, order, prune))


@pytest.mark.parametrize("prune", [(0,), (0, 1), (1,), (1, 2, 3)])
@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_of_a_text_with_discounts_of_its_own(order: int, prune: Sequence[int]) -> None:
    lines = POEM_LINES * 3 + [list(reversed(line)) for line in POEM_LINES] + [list("aabab")]
    assert_same(entries(trained(lines, order, prune)), kneser_ney(lines, order, prune))


def sums(model: LanguageModel) -> NDArray[np.float64]:
    """The sum of p(unit | context) over all units but BOS, for each context and an unknown one."""
    units = [unit for unit in range(len(model.words)) if unit != BOS]
    numbers = {word: unit for unit, word in enumerate(model.words)}
    found = []
    for ngram in [(), *entries(model)]:
        context = [numbers[word] for word in ngram]
        if BOS in context[1:] or EOS in context or len(context) >= model.order:
            continue
        # A sentence begins in the state after BOS, and nothing is known after the unknown.
        before = context[1:] if context[:1] == [BOS] else [UNK] * model.order + context
        tokens = np.array([[*before, unit, EOS] for unit in units], np.int32)
        logs = model.score(tokens.ravel()).reshape(tokens.shape)[:, -2]
        found.append(float(np.exp(logs).sum()))
    return np.array(found)


@given(LINES, ORDERS, PRUNINGS)
def test_probabilities_sum_to_one(lines: Lines, order: int, prune: Sequence[int]) -> None:
    np.testing.assert_allclose(sums(trained(lines, order, prune)), 1, atol=1e-5)


def test_probabilities_sum_to_one_with_discounts_of_its_own() -> None:
    np.testing.assert_allclose(sums(trained(POEM_LINES, 4)), 1, atol=1e-5)


@given(st.lists(st.integers(0, 7), max_size=60))
def test_discounts(counts: list[int]) -> None:
    found = Discounts.estimate(np.array(counts, np.int64))
    assert found.values == pytest.approx(discounts([count for count in counts if count]))
    assert found.estimated or found.values == FALLBACK
    assert found.of(np.array([0, 1, 2, 3, 9])).tolist() == [0, *found.values, found.values[2]]


def test_discounts_of_a_tiny_text_fall_back(tmp_path: Path) -> None:
    store = store_of(["ab", "cd"], tmp_path)
    _, found = train_language_model(store, order=3, directory=str(tmp_path))
    assert found == [Discounts(FALLBACK, False)] * 3


def test_a_discount_of_nothing_falls_back() -> None:
    # 2 - 3 Y n_3 / n_2 = 0 would make the weight of contexts whose words all came twice 0, its logarithm -inf
    counts = np.repeat([1, 2, 3, 4], [6, 3, 4, 1])
    y = 6 / (6 + 2 * 3)
    assert 2 - 3 * y * 4 / 3 == 0
    assert not Discounts.estimate(counts).estimated


@given(LINES, ORDERS, PRUNINGS)
def test_everything_is_finite(lines: Lines, order: int, prune: Sequence[int]) -> None:
    model = trained(lines, order, prune)
    assert np.isfinite(model.logs).all() and np.isfinite(model.backoffs).all()


@pytest.mark.parametrize("word", ["<s>", "</s>", "<unk>"])
def test_words_with_a_meaning_of_their_own_are_refused(word: str, tmp_path: Path) -> None:
    store = store_of([["a", word, "b"]], tmp_path)
    with pytest.raises(InputError, match=f"the text has the word {word}"):
        train_language_model(store, directory=str(tmp_path))


def test_memory_and_threads_do_not_matter() -> None:
    lines = POEM_LINES * 5
    models = []
    for room, threads in ((64, 1), (1 << 30, 2)):
        with tempfile.TemporaryDirectory() as directory:
            store = store_of(lines, directory)
            model, _ = train_language_model(store, room=room, threads=threads, directory=directory)
            models.append([array.tobytes() for array in (model.starts, *model.arrays)])
    assert models[0] == models[1]
