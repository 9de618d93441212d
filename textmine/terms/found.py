"""What a method of term discovery finds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Found:
    """Words as nodes of an `NgramTrie`, in the order of its nodes.

    `nodes` (int32) are n-grams of two units and more. Aligned with them are `score` (float64, larger is
    better) and `pieces` (int64), how often the word is a piece of the method's segmentation of the text.
    """

    nodes: NDArray[np.int32]
    score: NDArray[np.float64]
    pieces: NDArray[np.int64]
