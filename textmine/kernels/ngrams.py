"""Counting n-grams by sorting packed keys, and the trie of those that are frequent enough.

A key holds a node (an n-gram already counted, 0 at the start) above the next few units, `width` bits each.
Sorted keys bring equal n-grams together, so one scan gives the counts of all lengths the key covers and, from
the counts of what follows, the entropy of the next unit.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]
Number: TypeAlias = Any

FREE = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
MIX = np.uint64(0x9E37_79B9_7F4A_7C15)  # 2^64 / golden ratio: Fibonacci hashing spreads consecutive keys
HALF = np.uint64(32)
ONE, WORD, REST = np.uint64(1), np.uint64(6), np.uint64(63)


@kernel
def pack(
    units: Array, origin: int, step: int, places: Array, bases: Array, depth: int, k: int, width: int,
    first_word: int, out: Array,
) -> None:  # fmt: skip
    """out[i] (uint64) = the key of place origin + places[i] of `units`.

    The n-gram of a place reads from it onwards (`step` 1) or backwards (-1). `bases[i]` is the node of its
    first `depth` units, and the key goes on from there. What comes after a boundary is 0.
    """
    shift = np.uint64(width)
    for i in range(places.size):
        key = np.uint64(bases[i])
        at = origin + places[i] + step * depth
        j = 0
        while j < k:
            unit = units[at]
            key = key << shift | np.uint64(unit)
            j += 1
            at += step
            if unit < first_word:
                break
        out[i] = key << np.uint64(width * (k - j))


@kernel
def entropy_of(total: float, sum_c_log_c: float) -> float:
    """Nats, from counts c that add up to `total`; exactly 0 for a single count, where rounding leaves some
    1e-16."""
    entropy = math.log(total) - sum_c_log_c / total
    return entropy if entropy > 1e-12 else 0.0


@kernel
def scan(
    keys: Array, k: int, width: int, first_word: int, min_count: int, has_base: bool,
    state: Array, sums: Array, ends: Array, last: int, sizes: Array,
    level: Array, unit: Array, parent: Array, count: Array, entropy: Array, boundary: Array,
    node_keys: Array, base_entropy: Array, base_boundary: Array, room: int,
) -> int:  # fmt: skip
    """Take a sorted run of keys that follows the runs before it; `last` says that it is the last (keys may be
    empty).

    `state` (uint64[3]: the open key, whether there is one, then the count of the deepest level), `sums`
    (float64[k + 1, 2]: count and sum of c log c of the children of the open n-gram of each level) and `ends`
    (int64[k + 1]: how many of them are boundaries) carry over. N-grams of `min_count` and more are appended
    to the columns; sizes[j] counts those of level j (1 to k) and sizes[0] all. A parent is a place within its
    level (a base at level 1). Returns 0, or 1 when `room` is used up.
    """
    mask = np.uint64((1 << width) - 1)
    low = np.uint64(width)
    n = keys.size
    for i in range(n + 1):
        if i < n:
            key = keys[i]
            if state[1] == 0:
                state[0] = key
                state[1] = 1
                state[2] = 1
                continue
            if key == state[0]:
                state[2] += np.uint64(1)
                continue
            differing = (key ^ state[0]) >> low
            stays = k - 1  # the deepest level whose n-gram stays open
            while stays > 0 and differing != 0:
                differing >>= low
                stays -= 1
            if stays == 0 and differing != 0:
                stays = -1
        else:
            if not last or state[1] == 0:
                break
            key = np.uint64(0)
            stays = -1
        open_key = state[0]
        for j in range(k, stays, -1):
            total = np.float64(state[2]) if j == k else sums[j, 0]
            if total == 0.0:
                continue
            shift = np.uint64(width * (k - j))
            if j == 0:
                if has_base:
                    base_entropy[open_key >> shift] = max(
                        math.log(total) - sums[0, 1] / total, 0.0
                    )  # rounding can fall below
                    base_boundary[open_key >> shift] = ends[0]
                sums[0, 0] = 0.0
                sums[0, 1] = 0.0
                ends[0] = 0
                break
            last_unit = (open_key >> shift) & mask
            if total >= min_count and last_unit >= first_word:
                place = sizes[0]
                if place >= room:
                    return 1
                level[place] = j
                unit[place] = last_unit
                parent[place] = open_key >> np.uint64(width * k) if j == 1 else sizes[j - 1]
                count[place] = np.int64(total)
                if j == k:
                    node_keys[sizes[k]] = open_key
                else:
                    entropy[place] = entropy_of(total, sums[j, 1])
                    boundary[place] = ends[j]
                sizes[j] += 1
                sizes[0] += 1
            if j < k:
                sums[j, 0] = 0.0
                sums[j, 1] = 0.0
                ends[j] = 0
            sums[j - 1, 0] += total
            if last_unit < first_word:
                ends[j - 1] += np.int64(total)
            if total > 1.0:
                sums[j - 1, 1] += total * math.log(total)
        state[0] = key
        state[2] = 1
    return 0


@kernel
def place_in(table: Array, key: Number) -> Number:
    """The slot of an open-addressing table that holds `key`, or the free one where it belongs."""
    mask = np.uint64(table.size - 1)
    slot = (key * MIX >> HALF) & mask
    while table[slot] != key and table[slot] != FREE:
        slot = (slot + np.uint64(1)) & mask
    return slot


@kernel
def fill_table(keys: Array, values: Array, table: Array, kids: Array) -> None:
    """Enter distinct keys; `kids` gets the value in the slot of the key."""
    for i in range(keys.size):
        slot = place_in(table, keys[i])
        table[slot] = keys[i]
        kids[slot] = values[i]


@kernel
def fill_children(parent: Array, unit: Array, begin: int, table: Array, kids: Array) -> None:
    """Enter the nodes from `begin` on under the key parent << 32 | unit."""
    for node in range(begin, parent.size):
        key = np.uint64(parent[node]) << HALF | np.uint64(unit[node])
        slot = place_in(table, key)
        table[slot] = key
        kids[slot] = node


@kernel
def look_up(keys: Array, size: int, table: Array, kids: Array, out: Array) -> None:
    """out[i] = the value of keys[i], or -1, for the first `size` keys.

    Memory is what takes the time here. Hit or miss is chosen without a branch, so that the processor, which
    cannot guess it, goes on to the next keys while it waits.
    """
    mask = np.uint64(table.size - 1)
    for i in range(size):
        key = keys[i]
        slot = (key * MIX >> HALF) & mask
        there = table[slot]
        out[i] = kids[slot] if there == key else np.int32(-1)
        if (there != key) & (there != FREE):  # rare: the table is mostly empty
            slot = place_in(table, key)
            out[i] = kids[slot] if table[slot] == key else np.int32(-1)


@kernel
def mark_hashes(keys: Array, bits: Array) -> None:
    """Set the bit of each key's hash in `bits`, uint64[a power of two]."""
    mask = np.uint64(64 * bits.size - 1)
    for key in keys:
        bit = key * MIX >> HALF & mask
        bits[bit >> WORD] |= ONE << (bit & REST)


@kernel
def advance(
    units: Array, origin: int, step: int, places: Array, bases: Array, depth: int, k: int, width: int,
    first_word: int, table: Array, kids: Array, bits: Array, keys: Array, places_out: Array, nodes_out: Array,
) -> int:  # fmt: skip
    """Keep the places whose n-gram goes on for `k` more units as a node of `table`; returns how many there
    are.

    `keys` (uint64) is scratch as long as `places`.
    """
    shift = np.uint64(width)
    mask = np.uint64(64 * bits.size - 1)
    size = 0
    for i in range(places.size):
        key = np.uint64(bases[i])
        at = origin + places[i] + step * depth
        words = True
        for _ in range(k):
            words &= units[at] >= first_word
            key = key << shift | np.uint64(units[at])
            at += step
        keys[size] = key
        places_out[size] = places[i]
        bit = key * MIX >> HALF & mask
        size += words & (bits[bit >> WORD] >> (bit & REST) & ONE == ONE)
    look_up(keys, size, table, kids, nodes_out)
    found = 0
    for i in range(size):
        places_out[found] = places_out[i]
        nodes_out[found] = nodes_out[i]
        found += nodes_out[i] >= 0
    return found


@kernel
def link_suffixes(
    offsets: Array, parent: Array, unit: Array, roots: Array, table: Array, kids: Array, suffix: Array
) -> None:
    """suffix[w] = the node of w without its first unit, -1 for single units; `offsets` are the ends of the
    lengths."""
    for node in range(offsets[1]):
        suffix[node] = -1
    for node in range(offsets[1], parent.size):
        shorter = suffix[parent[node]]
        if shorter < 0:
            suffix[node] = roots[unit[node]]
        else:
            key = np.uint64(shorter) << HALF | np.uint64(unit[node])
            suffix[node] = kids[place_in(table, key)]


@kernel
def mirror(
    offsets: Array, parent: Array, unit: Array, suffix: Array, roots: Array, table: Array, kids: Array,
    first_unit: Array, mirrored: Array,
) -> None:  # fmt: skip
    """mirrored[w] = the node of the backward trie (`roots`, `table`, `kids`: its children) that spells w from
    its end."""
    for node in range(parent.size):
        if node < offsets[1]:
            first_unit[node] = unit[node]
            mirrored[node] = roots[unit[node]]
        else:
            first_unit[node] = first_unit[parent[node]]
            key = np.uint64(mirrored[suffix[node]]) << HALF | np.uint64(first_unit[node])
            mirrored[node] = kids[place_in(table, key)]


@kernel
def least_information(
    offsets: Array, parent: Array, suffix: Array, log_p: Array, cohesion: Array, tails: Array
) -> None:
    """cohesion[w] = the least over all splits of log p(w) - log p(left) - log p(right); infinity for single
    units.

    `tails` is scratch (int32[longest]).
    """
    for node in range(offsets[1]):
        cohesion[node] = np.inf
    length = 1
    for node in range(offsets[1], parent.size):
        while node >= offsets[length]:
            length += 1
        tail = suffix[node]
        for k in range(length - 1):  # tails[k]: the last length - 1 - k units
            tails[k] = tail
            tail = suffix[tail]
        head = parent[node]
        best = np.inf
        for size in range(1, length):  # of the tail; the head has length - size
            best = min(best, log_p[node] - log_p[head] - log_p[tails[length - 1 - size]])
            head = parent[head]
        cohesion[node] = best


@kernel
def walk(
    units: Array, first_word: int, depths: Array, offsets: Array, roots: Array, table: Array, kids: Array,
    active: Array, keys: Array, found: Array, out: Array,
) -> None:  # fmt: skip
    """out[i] = the node of the longest n-gram that begins at place i of `units`, or -1.

    `depths` are lengths at which `out` knows already: where an n-gram of that length begins, it has the node
    of the longest such one, and -1 where there is none. The last of `depths` is one more than the longest
    length, and `units` goes on for so many places after `out`. All places go on by one unit at a time, so
    that their look-ups overlap. `active` (int32), `keys` (uint64) and `found` (int32) are scratch as long as
    `out`.
    """
    size: Number = 0
    for i in range(out.size):
        unknown = out[i] < 0
        if unknown and units[i] >= first_word:
            out[i] = roots[units[i]]
        active[size] = i
        size += unknown and out[i] >= 0
    length = 1
    for depth in depths:
        while length < depth - 1 and size > 0:
            going = 0
            for j in range(size):
                i = active[j]
                keys[going] = np.uint64(out[i]) << HALF | np.uint64(units[i + length])
                active[going] = i
                going += units[i + length] >= first_word
            look_up(keys, going, table, kids, found)
            size = 0
            for j in range(going):
                i = active[j]
                hit = found[j] >= 0
                out[i] = found[j] if hit else out[i]
                active[size] = i
                size += hit
            length += 1
        if depth < offsets.size:  # what comes to this length is known
            size = 0
            for i in range(out.size):
                active[size] = i
                size += (out[i] >= offsets[depth - 1]) & (out[i] < offsets[depth])
            length = depth


@kernel
def number_wanted(parent: Array, wanted: Array, longest: Array, shorter: Array) -> None:
    """Number the wanted nodes 0, 1 .. in their order.

    longest[w] = the number of the longest wanted n-gram among w and its prefixes, shorter[n] that of the next
    one among the proper prefixes of number n; -1 for none.
    """
    size = 0
    for node in range(parent.size):
        above = longest[parent[node]] if parent[node] >= 0 else np.int32(-1)
        longest[node] = above
        if wanted[node]:
            longest[node] = size
            shorter[size] = above
            size += 1


@kernel
def count_documents(
    nodes: Array, documents: Array, longest: Array, shorter: Array, first: Array, latest: Array, counts: Array
) -> None:
    """counts[n] += 1 for every wanted n-gram (by its number, see `number_wanted`) that a document sees first
    at this place.

    `nodes` are the deepest nodes of the places, `documents` their documents (in order). `first` and `latest`
    are the documents that had n first and last, -1 for none.
    """
    for i in range(nodes.size):
        if nodes[i] < 0:
            continue
        number = longest[nodes[i]]
        document = documents[i]
        while number >= 0:
            if latest[number] != document:
                if latest[number] < 0:
                    first[number] = document
                latest[number] = document
                counts[number] += 1
            number = shorter[number]


@kernel
def fold(
    parent: Array,
    suffix: Array,
    count: Array,
    share: float,
    able: Array,
    wanted: Array,
    worth: float,
    score: Array,
    folded: Array,
) -> None:
    """Put the whole in the place of its parts: fill `folded`, extend `wanted` and `score`.

    An n-gram that is `able` and has at least `share` of the occurrences of a wanted one, one unit shorter,
    and at least `worth` of its score by itself is wanted too, with at least that score; and a wanted n-gram
    of which a wanted one, one unit longer, has so many is folded.
    """
    for node in range(parent.size):  # longer n-grams have larger numbers
        own = score[node]
        for shorter in (parent[node], suffix[node]):
            if shorter < 0 or not (wanted[shorter] and able[node]) or own < worth * score[shorter]:
                continue
            if count[node] >= share * count[shorter]:
                wanted[node] = True
                folded[shorter] = True
                score[node] = max(score[node], score[shorter])


@kernel
def find_examples(
    nodes: Array, documents: Array, start: int, longest: Array, shorter: Array, latest: Array, found: Array,
    places: Array,
) -> None:  # fmt: skip
    """places[n] (int64[wanted, N]) = the places of n in the first N documents that have it; found[n] of them
    are filled.

    `nodes` are the deepest nodes of the places from `start` on; the rest as for `count_documents`.
    """
    for i in range(nodes.size):
        if nodes[i] < 0:
            continue
        number = longest[nodes[i]]
        while number >= 0:
            if found[number] < places.shape[1] and latest[number] != documents[i]:
                latest[number] = documents[i]
                places[number, found[number]] = start + i
                found[number] += 1
            number = shorter[number]
