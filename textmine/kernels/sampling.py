"""Chains of sentences whose long-run frequencies are a given target, by local changes.

The target is log pi(x) = (gamma log p(x) + prior[length of x]) / temperature, p an n-gram model (see
`textmine.kernels.language`, whose arrays make up the tuple `model`). A chain is a tuple of arrays:

tokens   int32[most + 1]    the sentence, its units and EOS
owners   int32[most + 1]    the keyword (from 1) that a unit belongs to and may not leave; 0: free
before   int32[most + 2]    the model's state before each token
logs     float64[most + 1]  the log probability of each token
numbers  int64[1]           the length, EOS left out
total    float64[1]         log p(x)
random   uint64[1]          the state of the generator

Candidates for a place come from a mixture of four distributions, which know the units around the place but
not the one at it: all units; those after the unit before; after the two before; those before the unit after.
They are read off the n-grams; `draws` is (words, below, left_first, left_units, left_below): the sums of the
probabilities of units up to each (float64[units]; of words alone, as everywhere here), those of a node's
children (float32[nodes]), and for each unit what stands before it (uint32, in order) with the sums of the
probabilities of both (float32).
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]
Number: TypeAlias = Any

EMPTY = -1
UNK, BOS, EOS, SPECIAL = 0, 1, 2, 3
STEP = np.uint64(0x9E37_79B9_7F4A_7C15)
REPLACE, INSERT, DELETE, SWAP, SHIFT = range(5)  # kinds of changes
MOST_REDRAWN = 100_000
SHARES = (0.1, 0.3, 0.3, 0.3)  # of the four distributions of candidates


@kernel
def uniform(random: Array) -> float:
    """A number between 0 and 1, neither of both (splitmix64: Steele, Lea, Flood, Fast splittable pseudorandom
    number generators, 2014)."""
    random[0] += STEP
    value = random[0]
    value = (value ^ value >> np.uint64(30)) * np.uint64(0xBF58_476D_1CE4_E5B9)
    value = (value ^ value >> np.uint64(27)) * np.uint64(0x94D0_49BB_1331_11EB)
    value ^= value >> np.uint64(31)
    return (np.float64(value >> np.uint64(12)) + 0.5) * 2.0**-52


@kernel
def child(node: int, unit: int, first: Array, units: Array) -> int:
    """The child of `node` for `unit`, -1 where there is none."""
    low = first[node]
    size = first[node + 1] - low
    if size == 0:
        return -1
    while size > 1:
        half = size >> 1
        low += half if units[low + half] <= unit else 0
        size -= half
    return low if units[low] == unit else -1


@kernel
def step(state: int, unit: Number, model: Any) -> tuple[float, int]:
    """log p(unit | state), and the state after it."""
    first, units, logs, backoffs, states, shorter = model
    total = 0.0
    while state != EMPTY:
        node = child(state, unit, first, units)
        if node >= 0:
            return total + logs[node], states[node]
        total += backoffs[state]
        state = shorter[state]
    return total + logs[unit], states[unit]


@kernel
def rescore(tokens: Array, before: Array, logs: Array, n: int, start: int, model: Any) -> None:
    """Fill `logs` and `before` from `start` on, up to where the model is in the state that is there."""
    for i in range(start, n + 1):
        logs[i], state = step(before[i], tokens[i], model)
        if state == before[i + 1]:
            break
        before[i + 1] = state


@kernel
def change(
    tokens: Array, before: Array, logs: Array, n: int, i: int, unit: Number, kind: int, model: Any
) -> float:
    """What a change at place i adds to log p(x): `unit` in the place of token i, before it, or token i away.

    Goes on until the model is in the state in which it was there before: all that follows is as it was.
    """
    state = before[i]
    delta = 0.0
    if kind != DELETE:
        delta, state = step(state, unit, model)
    j = i
    if kind != INSERT:
        delta -= logs[i]
        j += 1
    while j <= n and state != before[j]:
        log, state = step(state, tokens[j], model)
        delta += log - logs[j]
        j += 1
    return delta


@kernel
def below_limit(sums: Array, start: int, stop: int, limit: float) -> int:
    """The first place from `start` on whose sum is above `limit`; sums do not fall."""
    while stop - start > 1:
        middle = (start + stop - 1) >> 1
        if sums[middle] > limit:
            stop = middle + 1
        else:
            start = middle + 1
    return start


@kernel
def contexts(tokens: Array, i: int, first: Array, units: Array) -> tuple[int, int]:
    """The nodes of the one and the two units before place i, EMPTY where there is none."""
    most = first.size - 1
    one = tokens[i - 1] if i > 0 else BOS
    if one >= most:  # a model of single units
        return EMPTY, EMPTY
    if i == 0:
        return one, EMPTY
    two = child(tokens[i - 2] if i > 1 else BOS, one, first, units)
    return one, two if 0 <= two < most else EMPTY


@kernel
def draw(tokens: Array, i: int, right: int, random: Array, model: Any, draws: Any) -> Number:
    """A candidate for place i before the unit `right`."""
    first, units = model[0], model[1]
    words, below, left_first, left_units, left_below = draws
    share = uniform(random)
    limit = uniform(random)
    one, two = contexts(tokens, i, first, units)
    node = EMPTY
    if SHARES[0] <= share < SHARES[0] + SHARES[1]:
        node = one
    elif SHARES[0] + SHARES[1] <= share < SHARES[0] + SHARES[1] + SHARES[2]:
        node = two
    elif share >= SHARES[0] + SHARES[1] + SHARES[2]:
        start, stop = left_first[right], left_first[right + 1]
        if start < stop and left_below[stop - 1] > 0:
            return left_units[below_limit(left_below, start, stop, limit * left_below[stop - 1])]
    if node != EMPTY:
        start, stop = first[node], first[node + 1]
        if start < stop and below[stop - 1] > 0:
            return units[below_limit(below, start, stop, limit * below[stop - 1])]
    return below_limit(words, SPECIAL, words.size, limit * words[words.size - 1])


@kernel
def part(sums: Array, start: int, stop: int, place: int) -> Number:
    """The probability that `draw` takes `place` of these sums."""
    return (sums[place] - (sums[place - 1] if place > start else 0.0)) / sums[stop - 1]


@kernel
def density(tokens: Array, i: int, unit: Number, right: int, model: Any, draws: Any) -> float:
    """The probability that `draw` gives `unit`."""
    first, units = model[0], model[1]
    words, below, left_first, left_units, left_below = draws
    all_units = part(words, SPECIAL, words.size, unit)
    total = SHARES[0] * all_units
    one, two = contexts(tokens, i, first, units)
    for kind in range(1, 3):
        node = one if kind == 1 else two
        known = False
        if node != EMPTY:
            start, stop = first[node], first[node + 1]
            if start < stop and below[stop - 1] > 0:
                known = True
                place = child(node, unit, first, units)
                if place >= 0:
                    total += SHARES[kind] * part(below, start, stop, place)
        if not known:
            total += SHARES[kind] * all_units
    start, stop = left_first[right], left_first[right + 1]
    if start < stop and left_below[stop - 1] > 0:
        place = start + np.searchsorted(left_units[start:stop], np.uint32(unit))
        if place < stop and left_units[place] == unit:
            total += SHARES[3] * part(left_below, start, stop, place)
    else:
        total += SHARES[3] * all_units
    return float(total)


@kernel
def put(chain: Any, i: int, unit: int, kind: int, delta: float, model: Any) -> None:
    """Make the change that `change` has weighed: it adds `delta`."""
    tokens, owners, before, logs, numbers, total, _ = chain
    n = numbers[0]
    if kind == REPLACE:
        tokens[i] = unit
    elif kind == INSERT:
        n += 1
        for j in range(n, i, -1):
            tokens[j], owners[j], logs[j] = tokens[j - 1], owners[j - 1], logs[j - 1]
            before[j + 1] = before[j]
        before[i + 1] = before[i]
        tokens[i], owners[i] = unit, 0
    else:
        for j in range(i, n):
            tokens[j], owners[j], logs[j] = tokens[j + 1], owners[j + 1], logs[j + 1]
            before[j + 1] = before[j + 2]
        n -= 1
    numbers[0] = n
    total[0] += delta
    rescore(tokens, before, logs, n, i, model)


@kernel
def accepted(log_ratio: float, random: Array) -> bool:
    """True with probability min(1, exp(log_ratio))."""
    return log_ratio >= 0 or uniform(random) < math.exp(log_ratio)


@kernel
def propose(
    chain: Any, kind: int, gamma: float, temperature: float, prior: Array, odds: float, model: Any, draws: Any
) -> tuple[int, Number, float, Number]:  # fmt: skip
    """A change of this kind at a place drawn from all: the place (-1: none is made), the unit that comes or
    goes, what it adds to log p(x), and the log of pi(y) q(x) / (pi(x) q(y)), with which it is to be accepted.

    `odds`: how often insertions are tried for each deletion. From n units there are n + 1 gaps to insert in,
    and from n + 1 units n + 1 to delete: the places cancel. Gaps within keywords and units of keywords count
    among the places, and nothing is done there; else their numbers would have to be in the ratio.
    """
    tokens, owners, before, logs, numbers, _total, random = chain
    n = numbers[0]
    none = (-1, 0, 0.0, 0.0)
    i = int(uniform(random) * (n + (kind == INSERT)))
    if kind == INSERT:
        if n + 1 >= prior.size or (0 < i < n and owners[i] and owners[i] == owners[i - 1]):
            return none
        right = tokens[i]
        unit = np.int64(draw(tokens, i, right, random, model, draws))
        ratio = (prior[n + 1] - prior[n]) / temperature
        ratio -= math.log(odds * density(tokens, i, unit, right, model, draws))
    else:
        if n == 0 or owners[i]:
            return none
        right = tokens[i + 1]
        unit = np.int64(tokens[i])
        here = math.log(density(tokens, i, unit, right, model, draws))
        if kind == DELETE:
            ratio = (prior[n - 1] - prior[n]) / temperature + math.log(odds) + here
        else:
            unit = np.int64(draw(tokens, i, right, random, model, draws))
            ratio = here - math.log(density(tokens, i, unit, right, model, draws))
    delta = change(tokens, before, logs, n, i, unit, kind, model)
    return i, unit, delta, ratio + gamma * delta / temperature


@kernel
def weigh(
    chain: Any, i: int, gamma: float, temperature: float, model: Any, draws: Any, units: Array, deltas: Array,
    weights: Array, drawn: bool,
) -> None:  # fmt: skip
    """Candidates for place i, what each adds to log p(x), and log weights to draw one of them by.

    If `drawn`, the first of `units` (int64) is the one that is there and the others are drawn from q, with
    weights pi(y) / q(y): given the set, each of it could have been the one that was there, so that pi stays
    as it is (H. Tjelmeland, Using all Metropolis-Hastings proposals to estimate mean values, 2004). Else they
    are all words, with weights pi(y).
    """
    tokens, _owners, before, logs, numbers, _total, random = chain
    n = numbers[0]
    for k in range(units.size):
        unit = np.int64(SPECIAL + k)
        if drawn:
            unit = np.int64(tokens[i] if k == 0 else draw(tokens, i, tokens[i + 1], random, model, draws))
        units[k] = unit
        deltas[k] = 0.0
        if unit != tokens[i]:
            deltas[k] = change(tokens, before, logs, n, i, unit, REPLACE, model)
        weights[k] = gamma * deltas[k] / temperature
        if drawn:
            weights[k] -= math.log(density(tokens, i, unit, tokens[i + 1], model, draws))


@kernel
def choose(weights: Array, random: Array) -> int:
    """A place with a probability in the ratio of exp(weight): where weight + Gumbel noise is largest."""
    best, chosen = -math.inf, 0
    for k in range(weights.size):
        noisy = weights[k] - math.log(-math.log(uniform(random)))
        if noisy > best:
            best, chosen = noisy, k
    return chosen


@kernel
def free_place(chain: Any) -> int:
    """A place drawn from all, -1 where its unit is a keyword's."""
    _tokens, owners, _before, _logs, numbers, _total, random = chain
    i = int(uniform(random) * numbers[0])
    return -1 if numbers[0] == 0 or owners[i] else i


@kernel
def exchange(chain: Any, keywords: int, spare: Any, model: Any) -> float:
    """Into `spare` (arrays as tokens, owners, before and logs of the chain): the sentence with two keywords,
    drawn from all, in each other's place. What that adds to log p(x)."""
    tokens, owners, before, logs, numbers, _total, random = chain
    n = numbers[0]
    one = 1 + int(uniform(random) * keywords)
    other = 1 + int(uniform(random) * (keywords - 1))
    other += other >= one
    others, their_owners, their_before, their_logs = spare
    size = 0
    i = 0
    while i < n:
        owner = owners[i]
        wanted = other if owner == one else one if owner == other else 0
        if wanted == 0:
            others[size], their_owners[size] = tokens[i], owner
            size += 1
            i += 1
            continue
        for j in range(n):
            if owners[j] == wanted:
                others[size], their_owners[size] = tokens[j], wanted
                size += 1
        while i < n and owners[i] == owner:
            i += 1
    others[n] = EOS
    their_before[:] = EMPTY - 1
    their_before[0] = before[0]
    rescore(others, their_before, their_logs, n, 0, model)
    return float(their_logs[: n + 1].sum() - logs[: n + 1].sum())


@kernel
def shift(chain: Any, keywords: int, spare: Any, model: Any) -> tuple[bool, float]:
    """Into `spare`: the sentence with a keyword and the free unit before or after it, both drawn from all, in
    each other's place. Whether there is such a unit, and what that adds to log p(x). Drawn in the other
    direction, the same keyword goes back: the chances are the same."""
    tokens, owners, before, logs, numbers, _total, random = chain
    n = numbers[0]
    keyword = 1 + int(uniform(random) * keywords)
    after = uniform(random) < 0.5
    start = 0
    while owners[start] != keyword:
        start += 1
    stop = start
    while stop < n and owners[stop] == keyword:
        stop += 1
    free = stop if after else start - 1
    if free < 0 or free >= n or owners[free]:
        return False, 0.0
    others, their_owners, their_before, their_logs = spare
    others[: n + 1], their_owners[:n] = tokens[: n + 1], owners[:n]
    if after:
        others[start], their_owners[start] = tokens[free], 0
    else:
        others[stop - 1], their_owners[stop - 1] = tokens[free], 0
    step_by = 1 if after else -1
    for i in range(start, stop):
        others[i + step_by], their_owners[i + step_by] = tokens[i], keyword
    their_before[:] = EMPTY - 1
    their_before[0] = before[0]
    rescore(others, their_before, their_logs, n, 0, model)
    return True, float(their_logs[: n + 1].sum() - logs[: n + 1].sum())


@kernel
def put_exchanged(chain: Any, spare: Any, delta: float) -> None:
    """Make the change that `exchange` or `shift` has weighed."""
    tokens, owners, before, logs, numbers, total, _random = chain
    n = numbers[0]
    others, their_owners, their_before, their_logs = spare
    tokens[:n], owners[:n] = others[:n], their_owners[:n]
    before[: n + 2], logs[: n + 1] = their_before[: n + 2], their_logs[: n + 1]
    total[0] += delta


@kernel
def kind_of(shares: Array, random: Array) -> int:
    """A kind of change drawn by its share; they add up to 1."""
    roll = uniform(random)
    kind = REPLACE
    while kind < SHIFT and roll >= shares[kind]:
        roll -= shares[kind]
        kind += 1
    return kind


@kernel
def heat(temperatures: Array, step: int, steps: int) -> float:
    """From the first to the last of two temperatures by equal factors."""
    if temperatures[1] == temperatures[0]:
        return float(temperatures[0])
    return float(temperatures[0] * (temperatures[1] / temperatures[0]) ** (step / max(steps - 1, 1)))


@kernel
def run(
    chain: Any, gibbs: int, start: int, steps: int, of: int, thin: int, gamma: float, temperatures: Array,
    shares: Array, keywords: int, prior: Array, model: Any, draws: Any, spare: Any, tried: Array,
    taken: Array, samples: Array, lengths: Array, totals: Array,
) -> None:  # fmt: skip
    """Steps `start` to start + steps - 1 of `of`; after every `thin` of them the sentence goes to the next
    row of `samples` (int32), its length to `lengths` and log p to `totals`.

    A step is a change of a kind drawn by `shares` (REPLACE to SHIFT). `gibbs`: -1, units are replaced by
    Metropolis-Hastings; 0, drawn anew out of all; more, out of so many. `tried` and `taken` (int64[5]) count
    the changes of each kind.
    """
    tokens, _owners, _before, logs, numbers, _total, random = chain
    size = draws[0].size - SPECIAL if gibbs == 0 else max(gibbs, 1)
    units, deltas, weights = np.empty(size, np.int64), np.empty(size), np.empty(size)
    odds = shares[INSERT] / shares[DELETE] if shares[DELETE] > 0 else 1.0
    for s in range(steps):
        temperature = heat(temperatures, start + s, of)
        kind = kind_of(shares, random)
        tried[kind] += 1
        if kind >= SWAP:
            possible, delta = False, 0.0
            if kind == SHIFT and keywords > 0:
                possible, delta = shift(chain, keywords, spare, model)
            elif kind == SWAP and keywords > 1:
                possible, delta = True, exchange(chain, keywords, spare, model)
            if possible and accepted(gamma * delta / temperature, random):
                put_exchanged(chain, spare, delta)
                taken[kind] += 1
        elif kind == REPLACE and gibbs >= 0:
            i = free_place(chain)
            if i >= 0:
                weigh(chain, i, gamma, temperature, model, draws, units, deltas, weights, gibbs > 0)
                k = choose(weights, random)
                if units[k] != tokens[i]:
                    put(chain, i, units[k], REPLACE, deltas[k], model)
                    taken[kind] += 1
        else:
            i, unit, delta, ratio = propose(chain, kind, gamma, temperature, prior, odds, model, draws)
            if i >= 0 and accepted(ratio, random):
                put(chain, i, unit, kind, delta, model)
                taken[kind] += 1
        if (s + 1) % thin == 0:
            row = (s + 1) // thin - 1
            n = numbers[0]
            samples[row, : n + 1] = tokens[: n + 1]
            lengths[row] = n
            totals[row] = logs[: n + 1].sum()


@kernel
def next_unit(state: int, path: Array, random: Array, model: Any, draws: Any) -> Number:
    """A unit drawn from p(unit | state), the unknown and EOS among them. `path` (int64) is scratch.

    p is a mixture: the children of the state, or with what is left a unit drawn in the same way from the next
    shorter state, drawn anew if it is a child after all. Not for ever: where all units are children, and
    their shares do not add up to 1, one of them is taken in the end.
    """
    first, units, logs, _backoffs, _states, shorter = model
    words, below = draws[0], draws[1]
    size = redrawn = 0
    path[0] = state
    while True:
        node = path[size]
        roll = uniform(random)
        unit: Number = np.int64(-1)
        if node == EMPTY:
            for special in (UNK, EOS):
                share = math.exp(logs[special])
                if unit < 0 and roll < share:
                    unit = np.int64(special)
                roll -= share
            if unit < 0:
                roll = min(max(roll, 0.0), words[words.size - 1] * (1 - 1e-16))
                unit = np.int64(below_limit(words, SPECIAL, words.size, roll))
        else:
            start, stop = first[node], first[node + 1]
            for special in range(start, min(start + SPECIAL, stop)):
                if units[special] >= SPECIAL:
                    break
                share = math.exp(logs[special])
                if unit < 0 and roll < share:
                    unit = np.int64(units[special])
                roll -= share
            if unit < 0 and start < stop and roll < below[stop - 1]:
                unit = np.int64(units[below_limit(below, start, stop, roll)])
            if unit < 0:
                size += 1
                path[size] = shorter[node]
                continue
        above = size - 1
        while above >= 0 and child(path[above], unit, first, units) < 0:
            above -= 1
        redrawn += 1
        if above < 0 or redrawn > MOST_REDRAWN:
            return unit
        size = above + 1


@kernel
def ancestral(
    random: Array, longest: int, tries: int, model: Any, draws: Any, path: Array, tokens: Array
) -> tuple[int, int]:
    """`tokens` = a sentence drawn from p unit by unit, and EOS: of those without unknown units and of at most
    `longest` units. Its length, -1 where `tries` sentences were others; how many were drawn."""
    _first, _units, _logs, _backoffs, states, _shorter = model
    for drawn in range(1, tries + 1):
        state = states[BOS]
        n = 0
        while True:
            unit = next_unit(state, path, random, model, draws)
            if unit == EOS:
                tokens[n] = EOS
                return n, drawn
            if unit == UNK or n == longest:
                break
            tokens[n] = unit
            n += 1
            _, state = step(state, unit, model)
    return -1, tries
