"""One block of pairs of words, trained by AdaGrad."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel, kernel_fast

Array: TypeAlias = NDArray[Any]

ONE, HALF, MOST = np.float32(1.0), np.float32(0.5), np.float32(100.0)


@kernel
def deal(
    rows: Array, columns: Array, target: Array, weight: Array, groups: int, per_group: int, swap: bool,
    next_place: Array, left: Array, right: Array, targets: Array, weights: Array,
) -> None:  # fmt: skip
    """Deal pairs to blocks.

    Word w is in group w % groups and has the row (w % groups) * per_group + w // groups of the tables. The
    pairs of block (g, h), g <= h, go to the places from next_place[g * groups + h] on. `swap`: row and column
    change places.
    """
    for i in range(rows.size):
        a, b = rows[i], columns[i]
        if swap:
            a, b = b, a
        g, h = a % groups, b % groups
        block = min(g, h) * groups + max(g, h)
        place = next_place[block]
        next_place[block] = place + 1
        left[place] = g * per_group + a // groups
        right[place] = h * per_group + b // groups
        targets[place] = target[i]
        weights[place] = weight[i]


@kernel
def count_blocks(rows: Array, columns: Array, groups: int, counts: Array) -> None:
    """counts[g * groups + h] += 1 for each pair of groups g <= h."""
    for i in range(rows.size):
        g, h = rows[i] % groups, columns[i] % groups
        counts[min(g, h) * groups + max(g, h)] += 1


@kernel_fast
def train_simpler(
    left: Array, right: Array, targets: Array, weights: Array,
    u: Array, squares_u: Array, v: Array, squares_v: Array, rate: float,
) -> float:  # fmt: skip
    """One pass over a block of pairs for J = sum f (<u_i, v_j> - t)^2 / 2; returns J as met on the way.

    AdaGrad: G += g^2, w -= rate g / sqrt(G), with G in `squares_u` and `squares_v`. All tables are float32 of
    the same shape; v may be u.
    """
    cost = 0.0
    step = np.float32(rate)
    for n in range(left.size):
        x, y = u[left[n]], v[right[n]]
        squares_x, squares_y = squares_u[left[n]], squares_v[right[n]]
        product = np.float32(0.0)
        for k in range(x.size):
            product += x[k] * y[k]
        error = product - targets[n]
        slope = weights[n] * error
        cost += HALF * slope * error
        for k in range(x.size):
            here, there = x[k], y[k]
            to_x, to_y = slope * there, slope * here
            square_x = squares_x[k] + to_x * to_x
            square_y = squares_y[k] + to_y * to_y
            squares_x[k] = square_x
            squares_y[k] = square_y
            x[k] = here - step * to_x / math.sqrt(square_x)
            y[k] = there - step * to_y / math.sqrt(square_y)
    return cost


@kernel_fast
def train_glove(
    left: Array, right: Array, targets: Array, weights: Array,
    u: Array, squares_u: Array, v: Array, squares_v: Array, rate: float, one: int,
) -> float:  # fmt: skip
    """The same for J = sum f (<u_i, v_j> + b_i + c_j - t)^2 / 2 with free biases, by the steps of Stanford's
    program: s = rate g with |g| at most 100, w -= s / sqrt(G), then G += s^2.

    A bias is a column like others: u has b at `one` and 1 at `one` + 1, v has 1 at `one` and c at `one` + 1,
    and the ones are put back after each step.
    """
    cost = 0.0
    step = np.float32(rate)
    for n in range(left.size):
        x, y = u[left[n]], v[right[n]]
        squares_x, squares_y = squares_u[left[n]], squares_v[right[n]]
        product = np.float32(0.0)
        for k in range(x.size):
            product += x[k] * y[k]
        error = product - targets[n]
        slope = weights[n] * error
        cost += HALF * slope * error
        for k in range(x.size):
            here, there = x[k], y[k]
            to_x = step * min(max(slope * there, -MOST), MOST)
            to_y = step * min(max(slope * here, -MOST), MOST)
            square_x, square_y = squares_x[k], squares_y[k]
            squares_x[k] = square_x + to_x * to_x
            squares_y[k] = square_y + to_y * to_y
            x[k] = here - to_x / math.sqrt(square_x)
            y[k] = there - to_y / math.sqrt(square_y)
        y[one] = ONE
        x[one + 1] = ONE
    return cost
