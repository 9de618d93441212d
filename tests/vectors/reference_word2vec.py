"""Word2vec, slow and plain: loops, lists and float64."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Sample = tuple[list[int], int]  # the words that predict, the word predicted

MASK = (1 << 64) - 1


def random_bits(stream: int, place: int) -> int:
    """The output of SplitMix64 (Steele, Lea, Flood, 2014) for the state stream + place * golden ratio."""
    x = (stream + place * 0x9E3779B97F4A7C15) & MASK
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & MASK
    return x ^ (x >> 31)


def windows(ids: Sequence[int], window: int, stream: int) -> list[Sample]:
    """The words (numbers from 0) around each word of a text of ids (0 ends a line), where there are any."""
    samples = []
    for place, word in enumerate(ids):
        if not word:
            continue
        width = 1 + ((random_bits(stream, place) >> 32) * window >> 32)
        near: list[int] = []
        for step in (-1, 1):
            other = place + step
            while 0 <= other < len(ids) and ids[other] and abs(other - place) <= width:
                near.append(ids[other] - 1)
                other += step
        if near:
            samples.append((near, word - 1))
    return samples


def slot_probabilities(thresholds: Sequence[int], aliases: Sequence[int]) -> Floats:
    """How likely an alias table draws each of its slots."""
    out = np.zeros(len(thresholds))
    for slot, (threshold, alias) in enumerate(zip(thresholds, aliases, strict=True)):
        out[slot] += threshold / 2**32
        out[alias] += 1 - threshold / 2**32
    return out / len(out)


def draw(thresholds: Sequence[int], aliases: Sequence[int], bits: int) -> int:
    """The slot that 64 random bits choose from an alias table."""
    slot = (bits >> 32) * len(thresholds) >> 32
    return slot if bits & 0xFFFFFFFF < thresholds[slot] else aliases[slot]


def sample_loss(loss: str, hidden: Floats, outputs: Floats, signs: Sequence[int]) -> float:
    """Of one sample, by the rows it meets: the first is the right one for random-softmax; for the others
    `signs` says which are (1, -1)."""
    scores = outputs @ hidden
    if loss == "random-softmax":
        return math.log(sum(math.exp(score) for score in scores)) - float(scores[0])
    return sum(math.log1p(math.exp(-sign * score)) for sign, score in zip(signs, scores, strict=True))


def train(
    inputs: Floats,
    outputs: Floats,
    samples: Sequence[Sample],
    chosen: Sequence[tuple[Sequence[int], Sequence[int]]],
    loss: str,
    rate: float,
    adagrad: bool = False,
) -> float:
    """Steps of SGD (or AdaGrad, one sum a row, from 1 on) in place, sample by sample; the sum of the losses.

    chosen[s]: the output rows that sample s meets and their signs. `outputs` may be `inputs`.
    """
    sums = {id(table): np.ones(len(table)) for table in (inputs, outputs)}

    def move(table: Floats, row: int, gradient: Floats) -> None:
        sums[id(table)][row] += np.mean(gradient**2)
        table[row] -= rate / (math.sqrt(sums[id(table)][row]) if adagrad else 1) * gradient

    total = 0.0
    for (bag, _), (rows, signs) in zip(samples, chosen, strict=True):
        hidden = np.array([inputs[word] for word in bag]).sum(axis=0)
        if loss != "random-softmax":
            hidden /= len(bag)
        total += sample_loss(loss, hidden, outputs[list(rows)], signs)
        scores = outputs[list(rows)] @ hidden
        if loss == "random-softmax":
            slopes = np.exp(scores) / np.exp(scores).sum()
            slopes[0] -= 1
        else:
            slopes = -np.array(signs) / (1 + np.exp(np.array(signs) * scores))
        by_hidden = np.zeros_like(hidden)
        for row, slope in zip(rows, slopes.tolist(), strict=True):
            by_hidden += slope * outputs[row]
            move(outputs, row, slope * hidden)
        for word in bag:
            move(inputs, word, by_hidden)
    return total
