"""A model of word bigrams over text that is being cut: counting, sampling cuts, moving whole word types.

p(w | u) = (c(u, w) - d)+ / (c(u) + b) + (b + d k(u)) / (c(u) + b) p(w),
p(w) = (h(w) - e)+ / (H + s) + (s + e W) / (H + s) g(w)

c counts pairs of neighbouring words, k(u) is how many different words come after u, h(w) how many different
ones come before w, H their sum, W the number of different words and g(w) the probability of spelling w.
This is the hierarchical Pitman-Yor model with one table for each kind of pair. g(w) = q(x_1) p(x_2 | x_1)
.. p(end | x_n) is taken from `opening` and `closing` (by unit) and `following` (by place).

`ids[i, l - 1]` is the number of the n-gram of l units at place i, -1 where it holds a boundary, -2 where it
comes only once in the text: such a word has the number `rare`, one more than the last, is another at each
place, and unknown wherever it is looked at. `numbers` holds what the model counts: `AFTER` c(u),
`KINDS_AFTER` k(u), `KINDS_BEFORE` h(w), `PIECES` how often w is a word; `totals` holds H, W and the slots in
use of the table of pairs (`keys`, `uses`).
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]
Number: TypeAlias = Any  # an integer, of numpy's in compiled code

AFTER, KINDS_AFTER, KINDS_BEFORE, PIECES = range(4)
PAIRS, WORDS, SLOTS = range(3)
MIX = np.uint64(0x9E37_79B9_7F4A_7C15)  # 2^64 / golden ratio
HALF = np.uint64(32)
UNIT_INTERVAL = 1.0 / 9007199254740992.0  # 2^-53


@kernel
def pair_key(first: Number, second: Number) -> Number:
    """The pair as one number, which is not 0."""
    return (np.uint64(first) + np.uint64(1)) << HALF | np.uint64(second)


@kernel
def slot_of(key: Number, keys: Array) -> Number:
    """Where the pair of this key is in the table, or would go."""
    mask = np.uint64(keys.size - 1)
    mixed = (key ^ (key >> np.uint64(29))) * MIX
    slot = (mixed ^ (mixed >> HALF)) & mask
    while keys[slot] != np.uint64(0) and keys[slot] != key:
        slot = (slot + np.uint64(1)) & mask
    return slot


@kernel
def add_pair(
    first: Number, second: Number, sign: Number, keys: Array, uses: Array, numbers: Array, totals: Array
) -> None:
    """Count one pair more (`sign` 1) or less (-1). Each with a rare word in it is one of its own, which
    nobody looks up."""
    rare = numbers.shape[1] - 1
    before: Number = 0
    if first != rare and second != rare:
        key = pair_key(first, second)
        slot = slot_of(key, keys)
        if keys[slot] == np.uint64(0):
            keys[slot] = key
            totals[SLOTS] += 1
        before = uses[slot]
        uses[slot] = before + sign
    numbers[AFTER, first] += sign
    if before == 0 or before + sign == 0:
        numbers[KINDS_AFTER, first] += sign
        numbers[KINDS_BEFORE, second] += sign
        totals[PAIRS] += sign


@kernel
def add_piece(word: Number, sign: Number, numbers: Array, totals: Array) -> None:
    """Count one use of a word more or less; each rare word is one of its own."""
    before = numbers[PIECES, word]
    numbers[PIECES, word] = before + sign
    if word == numbers.shape[1] - 1 or before == 0 or before + sign == 0:
        totals[WORDS] += sign


@kernel
def copy_pairs(old_keys: Array, old_uses: Array, keys: Array, uses: Array) -> Number:
    """Put the pairs that are in use into another, empty table; how many there are."""
    copied = 0
    for i in range(old_keys.size):
        if old_uses[i] > 0:
            key = old_keys[i]
            slot = slot_of(key, keys)
            keys[slot] = key
            uses[slot] = old_uses[i]
            copied += 1
    return copied


@kernel
def count_clauses(
    clauses: Array,
    begins: Array,
    ids: Array,
    sign: Number,
    keys: Array,
    uses: Array,
    numbers: Array,
    totals: Array,
) -> None:
    """Count the words and pairs of the clauses [clauses[k, 0], clauses[k, 1]), with the boundaries around
    them as words before and after, once more or less."""
    rare = numbers.shape[1] - 1
    for k in range(clauses.shape[0]):
        at, end = clauses[k, 0], clauses[k, 1]
        before: Number = ids[at - 1, 0]
        while at <= end:
            stop = at + 1
            while stop < end and not begins[stop]:
                stop += 1
            word: Number = ids[at, stop - at - 1]
            if word < 0:
                word = rare
            add_piece(word, sign, numbers, totals)
            add_pair(before, word, sign, keys, uses, numbers, totals)
            before = word
            at = stop


@kernel
def word_probability(
    word: Number, spelling: Number, numbers: Array, totals: Array, strengths: Array
) -> Number:
    """p(w): strengths are b, d, s, e of the formulas above."""
    base, discount = strengths[2], strengths[3]
    known = 0.0
    if word < numbers.shape[1] - 1 and numbers[KINDS_BEFORE, word] > 0:
        known = numbers[KINDS_BEFORE, word] - discount
    return (known + (base + discount * totals[WORDS]) * spelling) / (totals[PAIRS] + base)


@kernel
def pair_probability(
    first: Number, second: Number, alone: Number, keys: Array, uses: Array, numbers: Array, strengths: Array
) -> Number:
    """p(second | first), where p(second) = `alone`."""
    rare = numbers.shape[1] - 1
    if first == rare or numbers[AFTER, first] == 0:
        return alone
    base, discount = strengths[0], strengths[1]
    seen = 0.0
    if second != rare and numbers[KINDS_BEFORE, second] > 0:
        slot = slot_of(pair_key(first, second), keys)
        if keys[slot] != np.uint64(0) and uses[slot] > 0:
            seen = uses[slot] - discount
    return (seen + (base + discount * numbers[KINDS_AFTER, first]) * alone) / (numbers[AFTER, first] + base)


@kernel
def sample_clauses(
    clauses: Array,
    begins: Array,
    ids: Array,
    units: Array,
    keys: Array,
    uses: Array,
    numbers: Array,
    totals: Array,
    strengths: Array,
    opening: Array,
    following: Array,
    closing: Array,
    tilts: Array,
    begin_weights: Array,
    inner_weights: Array,
    seed: Number,
) -> float:
    """Draw the cuts of each clause anew, given the counts of all others; the log probability of what was
    drawn.

    Forward: a[j, l] is the probability of the units up to j with a last word of l units, summed over the cuts
    before it. Backward: words are drawn from the end, each by a[j, l] p(next word | this word). The
    probability of a word at place i is multiplied by tilts[word], begin_weights[i] and the inner_weights of
    its other places; what is returned leaves these out. A clause draws from a stream of its own, by `seed`
    and its place, so that it does not matter which thread gets it.
    """
    longest_word = ids.shape[1]
    rare = numbers.shape[1] - 1
    size = 1
    for k in range(clauses.shape[0]):
        size = max(size, clauses[k, 1] - clauses[k, 0])
    a = np.zeros((size + 1, longest_word + 1))
    alone = np.zeros((size + 1, longest_word + 1))
    words = np.zeros((size + 1, longest_word + 1), np.int32)
    scale = np.ones(size + 1)
    weights = np.zeros(longest_word + 1)
    chances = np.zeros(longest_word + 1)
    likelihood = 0.0
    for k in range(clauses.shape[0]):
        start, n = clauses[k, 0], clauses[k, 1] - clauses[k, 0]
        before: Number = ids[start - 1, 0]
        for j in range(1, n + 1):
            total = 0.0
            undo = 1.0  # brings what is known at the word's beginning to the scale of j - 1
            spelled = closing[units[start + j - 1]]
            inside = 1.0
            for length in range(1, min(longest_word, j) + 1):
                i = j - length
                if length > 1:
                    undo /= scale[i + 1]
                    spelled *= following[start + i + 1]
                    inside *= inner_weights[start + i + 1]
                word: Number = ids[start + i, length - 1]
                if word < 0:
                    word = rare
                words[j, length] = word
                chance = word_probability(
                    word, spelled * opening[units[start + i]], numbers, totals, strengths
                )
                alone[j, length] = chance
                reached = 0.0
                if i == 0:
                    reached = pair_probability(before, word, chance, keys, uses, numbers, strengths)
                else:
                    for last in range(1, min(longest_word, i) + 1):
                        reached += a[i, last] * pair_probability(
                            words[i, last], word, chance, keys, uses, numbers, strengths
                        )
                reached *= undo * tilts[word] * begin_weights[start + i] * inside
                a[j, length] = reached
                total += reached
            scale[j] = total
            for length in range(1, min(longest_word, j) + 1):
                a[j, length] /= total
        following_word: Number = ids[start + n, 0]
        following_alone = word_probability(
            following_word,
            opening[units[start + n]] * closing[units[start + n]],
            numbers,
            totals,
            strengths,
        )
        # splitmix64
        state = (np.uint64(seed) + np.uint64(start)) * MIX
        j = n
        while j > 0:
            total = 0.0
            for length in range(1, min(longest_word, j) + 1):
                chances[length] = pair_probability(
                    words[j, length], following_word, following_alone, keys, uses, numbers, strengths
                )
                weights[length] = a[j, length] * chances[length]
                total += weights[length]
            state += MIX
            z = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58_476D_1CE4_E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D0_49BB_1331_11EB)
            z ^= z >> np.uint64(31)
            point = np.float64(z >> np.uint64(11)) * UNIT_INTERVAL * total
            chosen = 0
            for length in range(1, min(longest_word, j) + 1):
                if weights[length] > 0.0:
                    chosen = length
                    point -= weights[length]
                    if point < 0.0:
                        break
            likelihood += math.log(chances[chosen])
            following_word, following_alone = words[j, chosen], alone[j, chosen]
            for place in range(start + j - chosen + 1, start + j):
                begins[place] = False
            begins[start + j - chosen] = True
            j -= chosen
        likelihood += math.log(
            pair_probability(before, following_word, following_alone, keys, uses, numbers, strengths)
        )
    return likelihood


@kernel
def log_pair(
    first: Number,
    second: Number,
    keys: Array,
    uses: Array,
    numbers: Array,
    totals: Array,
    strengths: Array,
    spellings: Array,
) -> Number:
    """log of what the pair counts once more: the first term of p(second | first) where it has a count, else
    the second, and of that likewise the first term of p(second) where it is known, else the second."""
    rare = numbers.shape[1] - 1
    discount, base = strengths[1], strengths[0]
    whole = numbers[AFTER, first] + base
    if first == rare:  # nothing is known of what follows it
        whole, base, discount = 1.0, 1.0, 0.0
    elif second < rare:
        slot = slot_of(pair_key(first, second), keys)
        if keys[slot] != np.uint64(0) and uses[slot] > 0:
            return math.log((uses[slot] - discount) / whole)
    new = math.log((base + discount * numbers[KINDS_AFTER, first]) / whole)
    if second < rare and numbers[KINDS_BEFORE, second] > 0:
        return new + math.log((numbers[KINDS_BEFORE, second] - strengths[3]) / (totals[PAIRS] + strengths[2]))
    new += math.log((strengths[2] + strengths[3] * totals[WORDS]) / (totals[PAIRS] + strengths[2]))
    return new + spellings[second] if second < rare else new  # spelled alike in all ways that are compared


@kernel
def add_site(
    joined: bool,
    sign: Number,
    before: Number,
    word: Number,
    left: Number,
    right: Number,
    after: Number,
    keys: Array,
    uses: Array,
    numbers: Array,
    totals: Array,
) -> None:
    """Count the pairs of one place where `word` is one word, or `left` and `right`, once more or less."""
    if joined:
        add_pair(before, word, sign, keys, uses, numbers, totals)
        add_pair(word, after, sign, keys, uses, numbers, totals)
    else:
        add_pair(before, left, sign, keys, uses, numbers, totals)
        add_pair(left, right, sign, keys, uses, numbers, totals)
        add_pair(right, after, sign, keys, uses, numbers, totals)


@kernel
def move_types(
    candidates: Array,
    places: Array,
    offsets: Array,
    lengths: Array,
    ids: Array,
    begins: Array,
    fixed: Array,
    keys: Array,
    uses: Array,
    numbers: Array,
    totals: Array,
    strengths: Array,
    spellings: Array,
    tilts: Array,
    longest_list: int,
) -> Number:
    """Join or split all uses of a word at once where that makes the text more probable; how many uses
    changed.

    Each candidate is looked at with each cut into two parts. Its sites are the places (`places` from
    offsets[w]) where it is a word or exactly these two parts are. Their pairs are taken out of the counts,
    put back one after the other as one word, as two, and as they were, each by `log_pair` at that moment,
    and the best of the three stays. Sites that touch the one before are left out, as they share
    a pair with it. `longest_list`: the most places a candidate has.
    """
    rare = numbers.shape[1] - 1
    at = np.empty(longest_list, np.int64)
    before = np.empty(longest_list, np.int64)
    after = np.empty(longest_list, np.int64)
    is_joined = np.empty(longest_list, np.bool_)
    changed = 0
    for index in range(candidates.size):
        word = candidates[index]
        length = np.int64(lengths[word])
        example = places[offsets[word]]
        for cut in range(1, length):
            left, right = ids[example, cut - 1], ids[example + cut, length - cut - 1]
            sites = 0
            joined_sites = 0
            last = np.int64(-1)
            for q in range(offsets[word], offsets[word + 1]):
                place = np.int64(places[q])
                stop = place + length
                if place <= last or not begins[place] or not begins[stop]:
                    continue
                inner = 0
                for x in range(place + 1, stop):
                    inner += begins[x]
                if inner > 1 or (inner == 1 and not begins[place + cut]):
                    continue
                start = place - 1
                while not begins[start]:
                    start -= 1
                end = stop + 1
                if not fixed[stop]:
                    while not begins[end]:
                        end += 1
                neighbour = ids[start, place - start - 1]
                before[sites] = neighbour if neighbour >= 0 else rare
                neighbour = ids[stop, end - stop - 1]
                after[sites] = neighbour if neighbour >= 0 else rare
                at[sites] = place
                is_joined[sites] = inner == 0
                joined_sites += inner == 0
                sites += 1
                last = stop
            if sites < 2:
                continue
            for s in range(sites):
                add_site(
                    is_joined[s], -1, before[s], word, left, right, after[s], keys, uses, numbers, totals
                )
            best = -np.inf
            choice = 0
            for way in range(3):  # split, joined, as it was
                if way == 2 and (joined_sites == 0 or joined_sites == sites):
                    continue
                value = 0.0
                for s in range(sites):
                    joined = is_joined[s] if way == 2 else way == 1
                    if joined:
                        value += log_pair(before[s], word, keys, uses, numbers, totals, strengths, spellings)
                        add_pair(before[s], word, 1, keys, uses, numbers, totals)
                        value += log_pair(word, after[s], keys, uses, numbers, totals, strengths, spellings)
                        add_pair(word, after[s], 1, keys, uses, numbers, totals)
                        value += tilts[word]
                    else:
                        value += log_pair(before[s], left, keys, uses, numbers, totals, strengths, spellings)
                        add_pair(before[s], left, 1, keys, uses, numbers, totals)
                        value += log_pair(left, right, keys, uses, numbers, totals, strengths, spellings)
                        add_pair(left, right, 1, keys, uses, numbers, totals)
                        value += log_pair(right, after[s], keys, uses, numbers, totals, strengths, spellings)
                        add_pair(right, after[s], 1, keys, uses, numbers, totals)
                        value += tilts[left] + tilts[right]
                for s in range(sites):
                    joined = is_joined[s] if way == 2 else way == 1
                    add_site(joined, -1, before[s], word, left, right, after[s], keys, uses, numbers, totals)
                if value > best:
                    best, choice = value, way
            for s in range(sites):
                joined = is_joined[s] if choice == 2 else choice == 1
                add_site(joined, 1, before[s], word, left, right, after[s], keys, uses, numbers, totals)
                if joined != is_joined[s]:
                    begins[at[s] + cut] = not joined
                    sign = 1 if joined else -1
                    add_piece(word, sign, numbers, totals)
                    add_piece(left, -sign, numbers, totals)
                    add_piece(right, -sign, numbers, totals)
                    changed += 1
    return changed
