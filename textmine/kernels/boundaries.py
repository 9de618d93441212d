"""A classifier of places between units: does a word begin here? Logistic regression on what stands around."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]
Number: TypeAlias = Any  # an integer, of numpy's in compiled code

AROUND = 3  # units on either side that are looked at
FEATURES = 13
MIX = np.uint64(0x9E37_79B9_7F4A_7C15)  # 2^64 / golden ratio
HALF = np.uint64(32)


@kernel
def joined(value: Number, unit: Number) -> Number:
    """A hash of what `value` stands for and one unit more."""
    mixed = (np.uint64(value) ^ np.uint64(unit)) * MIX
    return mixed ^ (mixed >> HALF)


@kernel
def find_features(units: Array, place: Number, mask: Number, out: Array) -> None:
    """Fill out[FEATURES] with the hashes of the n-grams around the boundary before `place`.

    With a b c | d e f around it: b, c, d, e, bc, cd, de, bcd, cde, bcde, abc, def, and b with e.
    """
    a, b, c = units[place - 3], units[place - 2], units[place - 1]
    d, e, f = units[place], units[place + 1], units[place + 2]
    zero = np.uint64(0)
    bc, cd, de = joined(joined(zero, b), c), joined(joined(zero, c), d), joined(joined(zero, d), e)
    out[0], out[1], out[2], out[3] = joined(zero, b), joined(zero, c), joined(zero, d), joined(zero, e)
    out[4], out[5], out[6] = bc, cd, de
    out[7], out[8], out[9] = joined(bc, d), joined(cd, e), joined(joined(bc, d), e)
    out[10] = joined(joined(joined(zero, a), b), c)
    out[11] = joined(de, f)
    out[12] = joined(joined(zero, b), e)
    for k in range(FEATURES):
        out[k] = joined(out[k], k + 1) & mask


@kernel
def fit(
    units: Array, places: Array, begins: Array, weights: Array, squares: Array, rate: float, decay: float
) -> None:
    """One pass over `places` in their order: AdaGrad on the log loss, with `decay` times each weight."""
    mask = np.uint64(weights.size - 1)
    features = np.empty(FEATURES, np.uint64)
    for i in range(places.size):
        find_features(units, places[i], mask, features)
        score = 0.0
        for k in range(FEATURES):
            score += weights[features[k]]
        error = 1.0 / (1.0 + math.exp(-score)) - begins[places[i]]
        for k in range(FEATURES):
            slope = error + decay * weights[features[k]]
            squares[features[k]] += slope * slope
            weights[features[k]] -= rate * slope / math.sqrt(squares[features[k]])


@kernel
def score_places(units: Array, places: Array, weights: Array, out: Array) -> None:
    """out[i] = log odds that a word begins at i, for each of the places."""
    mask = np.uint64(weights.size - 1)
    features = np.empty(FEATURES, np.uint64)
    for i in range(places.size):
        find_features(units, places[i], mask, features)
        score = 0.0
        for k in range(FEATURES):
            score += weights[features[k]]
        out[places[i]] = score
