"""Chains of sentences whose long-run frequencies are a given target, by local changes.

The target is log pi(x) = (gamma log p(x) + prior[length of x]) / temperature, p an n-gram model (see
`textmine.kernels.language`). Candidates for a place come from a mixture of four distributions, which know the
units around the place but not the one at it: all units; those after the unit before; after the two before;
those before the unit after. They are read off the n-grams.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel, kernel_inner
from textmine.kernels.language import ModelArrays

Array: TypeAlias = NDArray[Any]
Number: TypeAlias = Any

EMPTY = -1
UNK, BOS, EOS, SPECIAL = 0, 1, 2, 3
STEP = np.uint64(0x9E37_79B9_7F4A_7C15)
REPLACE, INSERT, DELETE, SWAP, SHIFT = range(5)  # kinds of changes
MOST_REDRAWN = 100_000
LITTLE = 1e-3  # of what all words weigh: less is not drawn from by rejection
MOST_KEPT = 1 << 22  # words and weights of conditionals, 48 MB a chain
SHARES = (0.1, 0.3, 0.3, 0.3)  # of the four distributions of candidates


class ChainArrays(NamedTuple):
    """The sentence that a chain is at."""

    tokens: Array  # int32[most + 1]: its units and EOS
    owners: Array  # int32[most + 1]: the keyword (from 1) that a unit belongs to and may not leave; 0: free
    before: Array  # int32[most + 2]: the model's state before each token
    logs: Array  # float64[most + 1]: the log probability of each token
    length: Array  # int64[1]: EOS left out
    random: Array  # uint64[1]: the state of the generator


class SpareArrays(NamedTuple):
    """A sentence that may take its place: the same of it."""

    tokens: Array
    owners: Array
    before: Array
    logs: Array


class DrawTables(NamedTuple):
    """What candidates are drawn from; of words alone, as everywhere here."""

    words: Array  # float64[units]: the sums of the probabilities of units up to each
    below: Array  # float32[nodes]: those of the children of a node
    left_first: Array  # int64[units + 1]: where what stands before each unit begins in those that follow
    left_units: Array  # uint32: what stands before it, in order
    left_nodes: Array  # int32: the nodes of both
    left_below: Array  # float32: the sums of their probabilities


class CandidateLists(NamedTuple):
    """From where to where the candidates for a place are in DrawTables: those after the unit before it, after
    the two before, and before the unit after it."""

    one: int
    one_end: int
    two: int
    two_end: int
    left: int
    left_end: int


class Scratch(NamedTuple):
    """What `conditional` fills: `found` and `deltas` are its answer."""

    found: Array  # int32[units]
    deltas: Array  # float64[units]
    after: Array  # int32[units]
    seen: Array  # int32[units], zeros and left so
    path: Array  # int32, as long as tokens and one more
    sums: Array  # float64, likewise


class KeptConditionals(NamedTuple):
    """Conditionals of some places, each in a slot: see `fill_slot`."""

    places: Array  # int64[slots], -1: none
    counts: Array  # int64[slots]: of words told one by one
    units: Array  # int32[slots, units]
    sums: Array  # float64[slots, units]
    others: Array  # float64[slots]: what all other words weigh


@kernel_inner
def uniform(random: Array) -> float:
    """A number between 0 and 1, neither of both (splitmix64: Steele, Lea, Flood, Fast splittable pseudorandom
    number generators, 2014)."""
    random[0] += STEP
    value = random[0]
    value = (value ^ value >> np.uint64(30)) * np.uint64(0xBF58_476D_1CE4_E5B9)
    value = (value ^ value >> np.uint64(27)) * np.uint64(0x94D0_49BB_1331_11EB)
    value ^= value >> np.uint64(31)
    return (np.float64(value >> np.uint64(12)) + 0.5) * 2.0**-52


@kernel_inner
def search(low: int, stop: int, unit: int, units: Array) -> int:
    """Where `unit` is in `units` from `low` to `stop`, which are in order; -1 where it is not."""
    size = stop - low
    if size == 0:
        return -1
    while size > 1:
        half = size >> 1
        low += half if units[low + half] <= unit else 0
        size -= half
    return low if units[low] == unit else -1


@kernel_inner
def child(node: int, unit: int, first: Array, units: Array) -> int:
    """The child of `node` for `unit`, -1 where there is none."""
    return search(first[node], first[node + 1], unit, units)


@kernel_inner
def step(state: int, unit: Number, model: ModelArrays) -> tuple[float, int]:
    """log p(unit | state), and the state after it."""
    first, units, logs, backoffs, states, shorter = model
    total = 0.0
    node = -1
    while node < 0 and state != EMPTY:
        node = search(first[state], first[state + 1], unit, units)
        if node < 0:
            total += backoffs[state]
            state = shorter[state]
    if node < 0:
        node = int(unit)
    return total + logs[node], states[node]


@kernel_inner
def rescore(tokens: Array, before: Array, logs: Array, n: int, start: int, model: ModelArrays) -> None:
    """Fill `logs` and `before` from `start` on, up to where the model is in the state that is there."""
    for i in range(start, n + 1):
        logs[i], state = step(before[i], tokens[i], model)
        if state == before[i + 1]:
            break
        before[i + 1] = state


@kernel_inner
def follow(
    tokens: Array, before: Array, logs: Array, n: int, j: int, state: int, model: ModelArrays
) -> float:
    """What the tokens from place j on add to log p(x) if the model comes there in `state`.

    Up to where it is in the state in which it was there before: all that follows is as it was.
    """
    delta = 0.0
    while j <= n and state != before[j]:
        log, state = step(state, tokens[j], model)
        delta += log - logs[j]
        j += 1
    return delta


@kernel_inner
def change(
    tokens: Array, before: Array, logs: Array, n: int, i: int, unit: Number, kind: int, model: ModelArrays
) -> float:
    """What a change at place i adds to log p(x): `unit` instead of token i, or before it, or token i away."""
    state = before[i]
    delta = 0.0
    if kind != DELETE:
        delta, state = step(state, unit, model)
    if kind != INSERT:
        delta -= logs[i]
        i += 1
    return delta + follow(tokens, before, logs, n, i, state, model)


@kernel_inner
def below_limit(sums: Array, start: int, stop: int, limit: float) -> int:
    """The first place from `start` on whose sum is above `limit`; sums do not fall."""
    while stop - start > 1:
        middle = (start + stop - 1) >> 1
        if sums[middle] > limit:
            stop = middle + 1
        else:
            start = middle + 1
    return start


@kernel_inner
def lists(tokens: Array, i: int, right: int, model: ModelArrays, draws: DrawTables) -> CandidateLists:
    """The lists of candidates for place i before the unit `right`; those without words are empty."""
    first, units = model.first, model.units
    below, left_first, left_below = draws.below, draws.left_first, draws.left_below
    one, one_end, two, two_end = 0, 0, 0, 0
    node = tokens[i - 1] if i > 0 else BOS
    if node < first.size - 1:  # else a model of single units
        one, one_end = first[node], first[node + 1]
        if i > 0:
            node = child(tokens[i - 2] if i > 1 else BOS, node, first, units)
            if 0 <= node < first.size - 1:
                two, two_end = first[node], first[node + 1]
    left, left_end = left_first[right], left_first[right + 1]
    if one == one_end or below[one_end - 1] <= 0:
        one = one_end
    if two == two_end or below[two_end - 1] <= 0:
        two = two_end
    if left == left_end or left_below[left_end - 1] <= 0:
        left = left_end
    return CandidateLists(one, one_end, two, two_end, left, left_end)


@kernel_inner
def draw(found: CandidateLists, random: Array, model: ModelArrays, draws: DrawTables) -> Number:
    """A candidate out of `lists`."""
    one, one_end, two, two_end, left, left_end = found
    words, below, left_units, left_below = draws.words, draws.below, draws.left_units, draws.left_below
    share = uniform(random)
    limit = uniform(random)
    if share >= SHARES[0] + SHARES[1] + SHARES[2]:
        if left < left_end:
            return left_units[below_limit(left_below, left, left_end, limit * left_below[left_end - 1])]
    elif share >= SHARES[0]:
        start, stop = (one, one_end) if share < SHARES[0] + SHARES[1] else (two, two_end)
        if start < stop:
            return model.units[below_limit(below, start, stop, limit * below[stop - 1])]
    return below_limit(words, SPECIAL, words.size, limit * words[words.size - 1])


@kernel_inner
def part(sums: Array, start: int, stop: int, place: int) -> Number:
    """The probability that `draw` takes `place` of these sums."""
    return (sums[place] - (sums[place - 1] if place > start else 0.0)) / sums[stop - 1]


@kernel_inner
def density(found: CandidateLists, unit: Number, model: ModelArrays, draws: DrawTables) -> float:
    """The probability that `draw` gives `unit`."""
    one, one_end, two, two_end, left, left_end = found
    words, below, left_units, left_below = draws.words, draws.below, draws.left_units, draws.left_below
    alone = SHARES[0]
    total = 0.0
    if one < one_end:
        place = search(one, one_end, unit, model.units)
        if place >= 0:
            total += SHARES[1] * part(below, one, one_end, place)
    else:
        alone += SHARES[1]
    if two < two_end:
        place = search(two, two_end, unit, model.units)
        if place >= 0:
            total += SHARES[2] * part(below, two, two_end, place)
    else:
        alone += SHARES[2]
    if left < left_end:
        place = search(left, left_end, unit, left_units)
        if place >= 0:
            total += SHARES[3] * part(left_below, left, left_end, place)
    else:
        alone += SHARES[3]
    return float(total + alone * part(words, SPECIAL, words.size, unit))


@kernel_inner
def put(chain: ChainArrays, i: int, unit: int, kind: int, model: ModelArrays) -> None:
    """Make the change that `change` has weighed."""
    tokens, owners, before, logs = chain.tokens, chain.owners, chain.before, chain.logs
    n = chain.length[0]
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
    chain.length[0] = n
    rescore(tokens, before, logs, n, i, model)


@kernel_inner
def accepted(log_ratio: float, random: Array) -> bool:
    """True with probability min(1, exp(log_ratio))."""
    return log_ratio >= 0 or uniform(random) < math.exp(log_ratio)


@kernel_inner
def propose(
    chain: ChainArrays, kind: int, gamma: float, temperature: float, prior: Array, odds: float,
    model: ModelArrays, draws: DrawTables,
) -> tuple[int, Number, Number]:  # fmt: skip
    """A change of this kind at a place drawn from all: the place (-1: none is made), the unit that comes or
    goes, and the log of pi(y) q(x) / (pi(x) q(y)), with which it is to be accepted.

    `odds`: how often insertions are tried for each deletion. From n units there are n + 1 gaps to insert in,
    and from n + 1 units n + 1 to delete: the places cancel. Gaps within keywords and units of keywords count
    among the places, and nothing is done there; else their numbers would have to be in the ratio.
    """
    tokens, owners, before, logs, length, random = chain
    n = length[0]
    none = (-1, 0, 0.0)
    i = int(uniform(random) * (n + (kind == INSERT)))
    if kind == INSERT:
        if n + 1 >= prior.size or (0 < i < n and owners[i] and owners[i] == owners[i - 1]):
            return none
        found = lists(tokens, i, tokens[i], model, draws)
        unit = np.int64(draw(found, random, model, draws))
        ratio = (prior[n + 1] - prior[n]) / temperature - math.log(odds * density(found, unit, model, draws))
    else:
        if n == 0 or owners[i]:
            return none
        found = lists(tokens, i, tokens[i + 1], model, draws)
        unit = np.int64(tokens[i])
        here = density(found, unit, model, draws)
        if kind == DELETE:
            ratio = (prior[n - 1] - prior[n]) / temperature + math.log(odds * here)
        else:
            unit = np.int64(draw(found, random, model, draws))
            ratio = math.log(here / density(found, unit, model, draws))
    delta = change(tokens, before, logs, n, i, unit, kind, model)
    return i, unit, ratio + gamma * delta / temperature


@kernel_inner
def propose_from_python(
    chain: Any, kind: int, gamma: float, temperature: float, prior: Array, odds: float, model: Any, draws: Any
) -> tuple[int, Number, Number]:  # fmt: skip
    """`propose`, of bare tuples of the same arrays: numba looks at named ones for half as long again whenever
    Python hands them over."""
    return propose(
        ChainArrays(*chain), kind, gamma, temperature, prior, odds, ModelArrays(*model), DrawTables(*draws)
    )  # fmt: skip


@kernel_inner
def weigh(
    chain: ChainArrays, i: int, gamma: float, temperature: float, model: ModelArrays, draws: DrawTables,
    units: Array, weights: Array, drawn: bool,
) -> None:  # fmt: skip
    """Candidates for place i, and log weights to draw one of them by.

    If `drawn`, the first of `units` (int64) is the one that is there and the others are drawn from q, with
    weights pi(y) / q(y): given the set, each of it could have been the one that was there, so that pi stays
    as it is (H. Tjelmeland, Using all Metropolis-Hastings proposals to estimate mean values, 2004). Else they
    are all words, with weights pi(y).
    """
    tokens, before, logs, random = chain.tokens, chain.before, chain.logs, chain.random
    n = chain.length[0]
    listed = lists(tokens, i, tokens[i + 1], model, draws)
    for k in range(units.size):
        unit = np.int64(SPECIAL + k)
        if drawn:
            unit = np.int64(tokens[i] if k == 0 else draw(listed, random, model, draws))
        units[k] = unit
        weights[k] = 0.0
        if unit != tokens[i]:
            weights[k] = gamma * change(tokens, before, logs, n, i, unit, REPLACE, model) / temperature
        if drawn:
            weights[k] -= math.log(density(listed, unit, model, draws))


@kernel_inner
def choose(weights: Array, random: Array) -> int:
    """A place with a probability in the ratio of exp(weight): where weight + Gumbel noise is largest."""
    best, chosen = -math.inf, 0
    for k in range(weights.size):
        noisy = weights[k] - math.log(-math.log(uniform(random)))
        if noisy > best:
            best, chosen = noisy, k
    return chosen


@kernel_inner
def fill_ordinary(power: float, model: ModelArrays, sums: Array) -> float:
    """sums (float64[units]) = the weights of words that stand by themselves, p(w) times the weight of what
    comes after w unseen, to `power`: each with those before it, in units of the largest, whose log (without
    `power`) is returned."""
    largest = -math.inf
    for unit in range(SPECIAL, sums.size):
        largest = max(largest, alone(unit, model))
    total = 0.0
    for unit in range(sums.size):
        if unit >= SPECIAL:
            total += math.exp(power * (alone(unit, model) - largest))
        sums[unit] = total
    return largest


@kernel_inner
def alone(unit: Number, model: ModelArrays) -> float:
    """log p of a unit and the backoff weight after it, where no n-gram has it with those around it."""
    state: Number = model.states[unit]
    return float(model.logs[unit] + backed_off(state, model.backoffs, model.shorter))


@kernel_inner
def backed_off(state: int, backoffs: Array, shorter: Array) -> float:
    """The log weight of going from a state to no context at all."""
    total = 0.0
    while state != EMPTY:
        total += backoffs[state]
        state = shorter[state]
    return total


@kernel_inner
def rejoin(
    tokens: Array, before: Array, logs: Array, n: int, j: int, state: int, node: int, path: Array,
    sums: Array, last: int, model: ModelArrays,
) -> float:  # fmt: skip
    """`follow` for a place j and a unit before it that has been seen there, alone with token j in `node`.
    Where the model comes to `path`, the states from j to `last` with nothing before j, the rest is `sums`."""
    first, units, all_logs, backoffs, states, shorter = model
    start = j
    delta = 0.0
    while j <= min(last, n) and state != before[j] and state != path[j]:
        alone = j == start and shorter[state] == EMPTY
        found = node if alone else search(first[state], first[state + 1], tokens[j], units)
        if found < 0:
            delta += backoffs[state]
            state = shorter[state]
        else:
            delta += all_logs[found] - logs[j]
            state = states[found]
            j += 1
    if j > last:
        delta += follow(tokens, before, logs, n, j, state, model)
    elif state == path[j]:
        delta += sums[j]
    return float(delta)


@kernel_inner
def conditional(
    chain: ChainArrays, i: int, model: ModelArrays, draws: DrawTables, scratch: Scratch
) -> tuple[int, float]:
    """What each word at place i would add to log p(x), the rest of the sentence as it is.

    Few words need to be looked at one by one: those that n-grams have after what stands before the place, and
    those before the unit after it. They go to `found`, what they add to `deltas`. Their number, and what each
    other word adds beyond what it does `alone`.
    """
    first, units, logs, backoffs, states, shorter = model
    left_first, left_units, left_nodes = draws.left_first, draws.left_units, draws.left_nodes
    tokens, before, now = chain.tokens, chain.before, chain.logs
    found, deltas, after, seen, path, sums = scratch
    n = chain.length[0]
    count = 0
    rest = -float(now[i])
    state = before[i]
    while state != EMPTY:  # what longer contexts say comes before what shorter ones do
        for node in range(first[state], first[state + 1]):
            unit = np.int64(units[node])
            if unit >= SPECIAL and seen[unit] == 0:
                found[count], deltas[count], after[count] = unit, rest + logs[node], states[node]
                count += 1
                seen[unit] = count
        rest += backoffs[state]
        state = shorter[state]
    j = i + 1
    path[j] = EMPTY
    while j <= n and (j == i + 1 or path[j] != before[j]):
        log, path[j + 1] = step(path[j], tokens[j], model)
        sums[j] = log - now[j]
        j += 1
    last = j
    sums[last] = 0.0
    for j in range(last - 1, i, -1):
        sums[j] += sums[j + 1]
    right = tokens[i + 1]
    for place in range(left_first[right], left_first[right + 1]):
        unit = np.int64(left_units[place])
        if seen[unit] == 0:
            found[count], deltas[count], after[count] = unit, rest + logs[unit], states[unit]
            count += 1
            seen[unit] = count
        k = seen[unit] - 1
        node = left_nodes[place]
        deltas[k] += rejoin(tokens, before, now, n, i + 1, after[k], node, path, sums, last, model)
        after[k] = EMPTY - 1
    for k in range(count):
        seen[found[k]] = 0
        if after[k] != EMPTY - 1:
            deltas[k] += sums[i + 1] + backed_off(after[k], backoffs, shorter)
    return count, rest + sums[i + 1]


@kernel_inner
def fill_slot(
    chain: ChainArrays, i: int, slot: int, power: float, ordinary: Array, largest: float, model: ModelArrays,
    draws: DrawTables, scratch: Scratch, slots: KeptConditionals,
) -> None:  # fmt: skip
    """Keep the `conditional` of place i to `power`: words and sums of weights, and what all others have.
    `ordinary` and `largest` are those of `fill_ordinary`."""
    found, deltas, seen = scratch.found, scratch.deltas, scratch.seen
    places, counts, units, sums, others = slots
    count, rest = conditional(chain, i, model, draws, scratch)
    whole = ordinary[ordinary.size - 1]
    left = whole
    for k in range(count):
        left -= ordinary[found[k]] - ordinary[found[k] - 1]
    if left < LITTLE * whole:
        left = 0.0
        listed = count
        for k in range(listed):
            seen[found[k]] = 1
        for unit in range(SPECIAL, ordinary.size):
            if seen[unit] == 0:
                found[count], deltas[count] = unit, rest + alone(unit, model)
                count += 1
        for k in range(listed):
            seen[found[k]] = 0
    highest = power * (rest + largest) if left > 0 else -math.inf
    for k in range(count):
        highest = max(highest, power * deltas[k])
    total = 0.0
    for k in range(count):
        total += math.exp(power * deltas[k] - highest)
        units[slot, k], sums[slot, k] = found[k], total
    others[slot] = left * math.exp(power * (rest + largest) - highest) if left > 0 else 0.0
    places[slot], counts[slot] = i, count


@kernel_inner
def draw_kept(slot: int, ordinary: Array, slots: KeptConditionals, random: Array) -> Number:
    """A unit drawn from what `fill_slot` has kept."""
    units, sums, others = slots.units, slots.sums, slots.others
    count = slots.counts[slot]
    total = sums[slot, count - 1] if count else 0.0
    roll = uniform(random) * (total + others[slot])
    if roll < total:
        return np.int64(units[slot, below_limit(sums[slot], 0, count, roll)])
    while True:
        limit = uniform(random) * ordinary[ordinary.size - 1]
        unit = np.int64(below_limit(ordinary, SPECIAL, ordinary.size, limit))
        k = 0
        while k < count and units[slot, k] != unit:
            k += 1
        if k == count:
            return unit


@kernel_inner
def forget(places: Array, start: int, stop: int) -> None:
    """Conditionals of the places from `start` to `stop` are no longer what they were."""
    for slot in range(places.size):
        if start <= places[slot] < stop:
            places[slot] = -1


@kernel_inner
def free_place(chain: ChainArrays) -> int:
    """A place drawn from all, -1 where its unit is a keyword's."""
    n = chain.length[0]
    i = int(uniform(chain.random) * n)
    return -1 if n == 0 or chain.owners[i] else i


@kernel
def exchange(chain: ChainArrays, keywords: int, spare: SpareArrays, model: ModelArrays) -> float:
    """Into `spare`: the sentence with two keywords, drawn from all, in each other's place. What that adds to
    log p(x)."""
    tokens, owners, before, logs, length, random = chain
    n = length[0]
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
def shift(chain: ChainArrays, keywords: int, spare: SpareArrays, model: ModelArrays) -> tuple[bool, float]:
    """Into `spare`: the sentence with a keyword and the free unit before or after it, both drawn from all, in
    each other's place. Whether there is such a unit, and what that adds to log p(x). Drawn in the other
    direction, the same keyword goes back: the chances are the same."""
    tokens, owners, before, logs, length, random = chain
    n = length[0]
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
def put_exchanged(chain: ChainArrays, spare: SpareArrays) -> None:
    """Make the change that `exchange` or `shift` has weighed."""
    tokens, owners, before, logs = chain.tokens, chain.owners, chain.before, chain.logs
    n = chain.length[0]
    others, their_owners, their_before, their_logs = spare
    tokens[:n], owners[:n] = others[:n], their_owners[:n]
    before[: n + 2], logs[: n + 1] = their_before[: n + 2], their_logs[: n + 1]


@kernel_inner
def kind_of(shares: Array, random: Array) -> int:
    """A kind of change drawn by its share; they add up to 1."""
    roll = uniform(random)
    kind = REPLACE
    while kind < SHIFT and roll >= shares[kind]:
        roll -= shares[kind]
        kind += 1
    return kind


@kernel_inner
def heat(temperatures: Array, step: int, steps: int) -> float:
    """From the first to the last of two temperatures by equal factors."""
    if temperatures[1] == temperatures[0]:
        return float(temperatures[0])
    return float(temperatures[0] * (temperatures[1] / temperatures[0]) ** (step / max(steps - 1, 1)))


@kernel
def run(
    chain: ChainArrays, gibbs: int, start: int, done: int, steps: int, of: int, thin: int, gamma: float,
    temperatures: Array, shares: Array, keywords: int, prior: Array, reach: int, model: ModelArrays,
    draws: DrawTables, spare: SpareArrays, tried: Array, taken: Array, samples: Array, lengths: Array,
    totals: Array,
) -> None:  # fmt: skip
    """Of the steps from `start` on, of `of`, those from `done` to `steps`; after every `thin` of them the
    sentence goes to the next row of `samples` (int32), its length to `lengths` and log p to `totals`.

    A step is a change of a kind drawn by `shares` (REPLACE to SHIFT). `gibbs`: -1, units are replaced by
    Metropolis-Hastings; 0, drawn anew out of all; more, out of so many. `tried` and `taken` (int64[5]) count
    the changes of each kind.
    """
    tokens, logs, random = chain.tokens, chain.logs, chain.random
    size = max(gibbs, 1)
    units, weights = np.empty(size, np.int64), np.empty(size)
    words = draws.words.size if gibbs == 0 else 0
    kept = min(tokens.size, max(MOST_KEPT // words, 1)) if gibbs == 0 else 1
    slots = KeptConditionals(
        np.full(kept, -1), np.empty(kept, np.int64), np.empty((kept, words), np.int32),
        np.empty((kept, words)), np.empty(kept),
    )  # fmt: skip
    scratch = Scratch(
        np.empty(words, np.int32), np.empty(words), np.empty(words, np.int32), np.zeros(words, np.int32),
        np.empty(tokens.size + 1, np.int32), np.empty(tokens.size + 1),
    )  # fmt: skip
    ordinary, power, largest = np.empty(words), -1.0, 0.0
    odds = shares[INSERT] / shares[DELETE] if shares[DELETE] > 0 else 1.0
    for s in range(done, steps):
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
                put_exchanged(chain, spare)
                taken[kind] += 1
                forget(slots.places, 0, tokens.size)
        elif kind == REPLACE and gibbs >= 0:
            i = free_place(chain)
            if i >= 0 and gibbs == 0:
                if power != gamma / temperature:
                    power = gamma / temperature
                    largest = fill_ordinary(power, model, ordinary)
                    forget(slots.places, 0, tokens.size)
                slot = i % kept
                if slots.places[slot] != i:
                    fill_slot(chain, i, slot, power, ordinary, largest, model, draws, scratch, slots)
                unit = draw_kept(slot, ordinary, slots, random)
                if unit != tokens[i]:
                    put(chain, i, unit, REPLACE, model)
                    taken[kind] += 1
                    forget(slots.places, i - reach, i)  # its own does not look at what is there
                    forget(slots.places, i + 1, i + reach + 1)
            elif i >= 0:
                weigh(chain, i, gamma, temperature, model, draws, units, weights, True)
                k = choose(weights, random)
                if units[k] != tokens[i]:
                    put(chain, i, units[k], REPLACE, model)
                    taken[kind] += 1
        else:
            i, unit, ratio = propose(chain, kind, gamma, temperature, prior, odds, model, draws)
            if i >= 0 and accepted(ratio, random):
                put(chain, i, unit, kind, model)
                taken[kind] += 1
                forget(slots.places, 0, tokens.size)
        if (s + 1) % thin == 0:
            row = (s + 1) // thin - 1
            n = chain.length[0]
            samples[row, : n + 1] = tokens[: n + 1]
            lengths[row] = n
            totals[row] = logs[: n + 1].sum()


@kernel
def next_unit(state: int, path: Array, random: Array, model: ModelArrays, draws: DrawTables) -> Number:
    """A unit drawn from p(unit | state), the unknown and EOS among them. `path` (int64) is scratch.

    p is a mixture: the children of the state, or with what is left a unit drawn in the same way from the next
    shorter state, drawn anew if it is a child after all. Not for ever: where all units are children, and
    their shares do not add up to 1, one of them is taken in the end.
    """
    first, units, logs, shorter = model.first, model.units, model.logs, model.shorter
    words, below = draws.words, draws.below
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
    random: Array, longest: int, tries: int, model: ModelArrays, draws: DrawTables, path: Array, tokens: Array
) -> tuple[int, int]:
    """`tokens` = a sentence drawn from p unit by unit, and EOS: of those without unknown units and of at most
    `longest` units. Its length, -1 where `tries` sentences were others; how many were drawn."""
    for drawn in range(1, tries + 1):
        state = model.states[BOS]
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
