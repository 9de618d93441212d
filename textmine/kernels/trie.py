"""A compact trie over sequences of integer units, and the walks over it.

Units are non-negative integers below 2^32: code points, or ids of characters or words. The trie is four
arrays:

first  int32[top unit + 1]  the node below the root for a unit, -1 where no word begins with it
keys   uint64[2^b]          open-addressing hash table of node << 32 | unit, `FREE` where empty
kids   int32[2^b]           the node that the key in the same slot leads to
words  int32[nodes]         the index of the sequence that ends at a node, or -1; node 0 is the root

The hash table is at most half full. Most walks end at the second unit, so the first has a direct table. A
double array was half as fast to walk and took 100 times as long to build.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]
Number: TypeAlias = Any  # an integer, of numpy's in compiled code

FREE = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
MIX = np.uint64(0x9E37_79B9_7F4A_7C15)  # 2^64 / golden ratio: Fibonacci hashing spreads consecutive keys
HALF = np.uint64(32)

# An entry of a segmenter's table of code points: unit (0 when not in the lexicon), kind, hard or not.
UNIT = np.uint32((1 << 24) - 1)
KIND = np.uint32(24)
OTHER, SPACE, NEWLINE, LETTER, DIGIT, MARK, INNER, INNER_DIGIT = range(8)  # the first three begin an atom
HARD = np.uint32(1 << 31)  # no token can begin before this character and reach it
SPAN = 1 << 16  # code points: the longest stretch that is segmented at once
SCALE = 1 << 17  # costs are multiples of it and each word adds 1, so that of equal costs the fewest words win


class Trie(NamedTuple):
    """The arrays above, in the order in which the kernels take them."""

    first: NDArray[np.int32]
    keys: NDArray[np.uint64]
    kids: NDArray[np.int32]
    words: NDArray[np.int32]


def build_trie(units: NDArray[np.int32], offsets: NDArray[np.int64]) -> Trie:
    """The trie of the sequences units[offsets[i]:offsets[i + 1]], each of which ends at a node with `words`
    == i.

    Sequences must not be empty, and come in any order; of equal ones the last counts. Units are int32, not
    negative. Memory: 4 bytes times the top unit, 24 to 48 bytes a unit of input while building, somewhat less
    after.
    """
    slots = 1 << max(2, int(2 * units.size - 1).bit_length())
    first = np.full(int(units.max(initial=0)) + 1, -1, np.int32)
    keys = np.full(slots, FREE, np.uint64)
    kids = np.zeros(slots, np.int32)
    words = np.full(units.size + 1, -1, np.int32)
    nodes = build(units, offsets, first, keys, kids, words)
    return Trie(first, keys, kids, words[:nodes].copy())


@kernel
def root_child(unit: Number, first: Array) -> Number:
    """The node that `unit` leads to from the root, or -1."""
    return first[unit] if unit < first.size else np.int32(-1)


@kernel
def child(node: Number, unit: Number, keys: Array, kids: Array) -> Number:
    """The node that `unit` leads to from `node`, which is not the root, or -1.

    Inlined. The root has a function of its own because with both cases in one, numba keeps counting
    references to the arrays at every call: a tenth of the speed.
    """
    mask = np.uint64(keys.size - 1)
    key = (np.uint64(node) << HALF) | np.uint64(unit)
    slot = ((key * MIX) >> HALF) & mask
    while keys[slot] != key:
        if keys[slot] == FREE:
            return np.int32(-1)
        slot = (slot + np.uint64(1)) & mask
    return kids[slot]


@kernel
def build(units: Array, offsets: Array, first: Array, keys: Array, kids: Array, words: Array) -> Number:
    """Fill the arrays of an empty trie (see `build_trie` for their sizes); the number of its nodes."""
    mask = np.uint64(keys.size - 1)
    nodes = np.int32(1)
    for word in range(offsets.size - 1):
        unit = units[offsets[word]]
        node = first[unit]
        if node < 0:
            node = nodes
            nodes += np.int32(1)
            first[unit] = node
        for at in range(offsets[word] + 1, offsets[word + 1]):
            unit = units[at]
            below = child(node, unit, keys, kids)
            if below < 0:
                below = nodes
                nodes += np.int32(1)
                key = (np.uint64(node) << HALF) | np.uint64(unit)
                slot = ((key * MIX) >> HALF) & mask
                while keys[slot] != FREE:
                    slot = (slot + np.uint64(1)) & mask
                keys[slot] = key
                kids[slot] = below
            node = below
        words[node] = word
    return nodes


@kernel
def longest_matches(text: Array, first: Array, keys: Array, kids: Array, words: Array, found: Array) -> None:
    """found[i] = the index of the longest sequence of the trie that begins at text[i], or -1."""
    for start in range(text.size):
        best: Number = np.int32(-1)
        node = root_child(text[start], first)
        at = start
        while node >= 0:
            if words[node] >= 0:
                best = words[node]
            at += 1
            if at == text.size:
                break
            node = child(node, text[at], keys, kids)
        found[start] = best


@kernel
def span_end(codes: Array, start: Number, table: Array) -> Number:
    """Where the stretch from `start` ends that can be segmented without looking at what surrounds it.

    That is after a line feed, or before a hard character; failing both, after `SPAN` code points or rather
    before the last white space among them.
    """
    space = 0
    for at in range(start, codes.size):
        entry = table[codes[at]]
        kind = (entry >> KIND) & np.uint32(7)
        if at > start and entry & HARD:
            return at
        if kind == NEWLINE:
            return at + 1
        if at - start == SPAN:
            return space if space > start else at
        if kind == SPACE:
            space = at
    return codes.size


@kernel
def open_span(codes: Array, table: Array) -> Number:
    """Where the stretch begins that more text after `codes` could still change; `codes.size` when none."""
    start = 0
    while start < codes.size:
        end = span_end(codes, start, table)
        if end == codes.size:
            last = (table[codes[end - 1]] >> KIND) & np.uint32(7)
            return end if last == NEWLINE else start
        start = end
    return start


@kernel
def mark_words(
    codes: Array,
    table: Array,
    first: Array,
    keys: Array,
    kids: Array,
    costs: Array,
    unknown: Number,
    begins: Array,
) -> None:
    """begins[i] = 1 where a token of the cheapest path begins in `codes` (uint32 code points), else 0.

    costs[node] is the cost of the word that ends at a node of the trie, negative where none does; `unknown`
    that of any other atom; both are multiples of `SCALE` plus 1. White space costs nothing. Words begin and
    end between atoms: a character with the marks on it, or a whole run of letters and digits. Within a
    stretch the path is found from its end backwards, so of equal paths the one whose earlier words are longer
    is kept.
    """
    units = np.empty(SPAN, np.uint32)
    starts = np.empty(SPAN + 1, np.bool_)
    blank = np.empty(SPAN, np.bool_)
    best = np.empty(SPAN + 1, np.int64)
    steps = np.empty(SPAN, np.int32)
    begins[:] = 0
    origin = 0
    while origin < codes.size:
        size = span_end(codes, origin, table) - origin
        run: Number = OTHER  # LETTER or DIGIT while in a run: the kind of its last character
        before = np.uint32(SPACE)
        for k in range(size):
            entry = table[codes[origin + k]]
            kind = (entry >> KIND) & np.uint32(7)
            units[k] = entry & UNIT
            blank[k] = kind in (SPACE, NEWLINE)
            joined = False
            if kind == MARK:
                joined = before not in (SPACE, NEWLINE)
            elif kind in (LETTER, DIGIT):
                joined = run != OTHER
                run = np.int64(kind)
            elif kind in (INNER, INNER_DIGIT) and run != OTHER and k + 1 < size:
                after = (table[codes[origin + k + 1]] >> KIND) & np.uint32(7)
                joined = after == run and (kind == INNER or after == DIGIT)
            if not joined and kind not in (LETTER, DIGIT):
                run = OTHER
            starts[k] = not joined
            before = kind
        starts[size] = True
        best[size] = 0
        after_atom = size
        for k in range(size - 1, -1, -1):
            if not starts[k]:
                continue
            cost = best[after_atom] if blank[k] else best[after_atom] + unknown
            end = after_atom
            after_atom = k
            node = root_child(units[k], first)
            at = k
            while node >= 0:
                at += 1
                if costs[node] >= 0 and starts[at] and costs[node] + best[at] <= cost:
                    cost = costs[node] + best[at]
                    end = at
                if at == size:
                    break
                node = child(node, units[at], keys, kids)
            best[k] = cost
            steps[k] = end - k
        k = 0
        while k < size:
            begins[origin + k] = 1
            k += steps[k]
        origin += size


@kernel
def join_words(codes: Array, table: Array, begins: Array, glue: bool, out: Array) -> Number:
    """Write `codes` as UTF-8 with a space between tokens that have no white space there; the bytes written.

    `glue`: whether one goes before the first token, too. `out` needs 5 bytes a code point.
    """
    size = 0
    for at in range(codes.size):
        code = codes[at]
        kind = (table[code] >> KIND) & np.uint32(7)
        blank = kind in (SPACE, NEWLINE)
        if begins[at] and glue and not blank:
            out[size] = 32
            size += 1
        glue = not blank
        if code < 0x80:
            out[size] = code
            size += 1
        elif code < 0x800:
            out[size] = 0xC0 | code >> 6
            out[size + 1] = 0x80 | code & 0x3F
            size += 2
        elif code < 0x10000:
            out[size] = 0xE0 | code >> 12
            out[size + 1] = 0x80 | code >> 6 & 0x3F
            out[size + 2] = 0x80 | code & 0x3F
            size += 3
        else:
            out[size] = 0xF0 | code >> 18
            out[size + 1] = 0x80 | code >> 12 & 0x3F
            out[size + 2] = 0x80 | code >> 6 & 0x3F
            out[size + 3] = 0x80 | code & 0x3F
            size += 4
    return size
