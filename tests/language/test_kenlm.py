"""Another program reads what we write: KenLM's Python package, where it is installed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.language.texts import trained
from textmine.language.arpa import write_arpa

kenlm = pytest.importorskip("kenlm")
WORDS = [*"天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往", "cat", "<x>", "\u3000"]


def lines_of(seed: int, count: int, words: Sequence[str]) -> list[list[str]]:
    random = np.random.default_rng(seed)
    weights = 1 / np.arange(1, len(words) + 1)
    return [
        [words[i] for i in random.choice(len(words), random.integers(1, 15), p=weights / weights.sum())]
        for _ in range(count)
    ]


@pytest.mark.parametrize(("order", "prune"), [(2, (0,)), (5, (0,)), (5, (0, 1)), (4, (1, 2))])
def test_kenlm_gives_the_same_scores(order: int, prune: Sequence[int], tmp_path: Path) -> None:
    model = trained(lines_of(1, 400, WORDS[:-1]), order, prune)
    write_arpa(model, tmp_path / "m.arpa")
    theirs = kenlm.Model(str(tmp_path / "m.arpa"))
    asked = lines_of(2, 200, ["unknown", *WORDS[:-1]])
    tokens, _ = model.encode(asked)
    expected = [row for line in asked for row in theirs.full_scores(" ".join(line), bos=True, eos=True)]
    np.testing.assert_allclose(model.score(tokens) / math.log(10), [row[0] for row in expected], atol=1e-4)
    assert [row[2] for row in expected] == (tokens == 0).tolist() and (tokens == 0).any()
    for line in asked:
        ours = model.log_probability(line) / math.log(10)
        assert ours == pytest.approx(theirs.score(" ".join(line)), abs=1e-4)
