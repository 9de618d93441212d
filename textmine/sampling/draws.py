"""Tables to draw candidates from, out of a language model."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine.errors import ModelError
from textmine.kernels.sampling import SPECIAL, DrawTables
from textmine.language.model import LanguageModel

LEAST = 1e-9  # shared by all words
PIECE = 1 << 22  # nodes at a time


def draw_tables(model: LanguageModel) -> DrawTables:
    """The tables of a model. Raises ModelError for a model without words."""
    size = len(model.words)
    if size == SPECIAL:
        raise ModelError("the model has no words", "train one on text")
    shares = np.exp(model.logs[SPECIAL:size].astype(np.float64))
    shares += LEAST / (size - SPECIAL)  # so that sums rise with each word, however rare
    words = np.concatenate([np.zeros(SPECIAL), np.cumsum(shares)])
    below = np.zeros(len(model.units), np.float32)
    first = model.first
    contexts = len(first) - 1
    for start in range(0, contexts, PIECE):
        part = first[start : min(start + PIECE, contexts) + 1].astype(np.int64)
        if part[0] == part[-1]:
            continue
        nodes = slice(int(part[0]), int(part[-1]))
        shares = np.exp(model.logs[nodes].astype(np.float64)) * (model.units[nodes] >= SPECIAL)
        sums = np.concatenate([[0.0], np.cumsum(shares)])
        begins = np.repeat(sums[part[:-1] - part[0]], np.diff(part))
        below[nodes] = sums[1:] - begins
    return DrawTables(words, below, *_before(model, size))


def _before(model: LanguageModel, size: int) -> tuple[NDArray[Any], ...]:
    """For each unit what stands before it, the nodes of both, and the sums of their probabilities."""
    if model.order < 2:
        none = (np.empty(0, kind) for kind in (np.uint32, np.int32, np.float32))
        return np.zeros(size + 1, np.int64), *none
    pairs = slice(int(model.starts[1]), int(model.starts[2]))
    left = np.repeat(np.arange(size), np.diff(model.first[: size + 1]))
    kept = np.flatnonzero(left >= SPECIAL)
    right = model.units[pairs][kept]
    order = np.argsort(right, kind="stable")  # those before a unit stay in their order
    left, right, logs = left[kept][order], right[order], model.logs[pairs][kept][order].astype(np.float64)
    shares = np.exp(model.logs[left] + logs)
    first = np.searchsorted(right, np.arange(size + 1))
    sums = np.concatenate([[0.0], np.cumsum(shares)])
    nodes = (pairs.start + kept[order]).astype(np.int32)
    return first, left.astype(np.uint32), nodes, (sums[1:] - sums[first[right]]).astype(np.float32)
