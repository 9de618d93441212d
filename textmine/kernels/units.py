"""From code points to units: single characters, or runs of letters and digits.

A token is a 64-bit number: the code point of a unit of one character, else `RUN` plus a hash of the run's
characters (FNV-1a, 63 bits). Boundaries (punctuation, symbols, white space) are tokens of their own, so that
they can be told apart as neighbours; the end of a document and any other line break are the token `END`.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel

Array: TypeAlias = NDArray[Any]

UNKNOWN, BOUNDARY, SPACE, NEWLINE, SINGLE, LETTER, DIGIT = range(7)  # kinds of code points
END = 10  # the token of a line's end: "\n"
RETURN = 13  # "\r"
RUN = np.uint64(1 << 63)
LONGEST_RUN = 256  # code points; a longer run is cut, so that a unit fits in any block
FNV_START = np.uint64(0xCBF29CE484222325)
FNV_PRIME = np.uint64(0x100000001B3)
JOINS_LETTERS = np.array([0x27, 0x2D, 0x2019, 0x2010, 0x2011], np.uint32)  # ' - ’ ‐ and the unbreaking hyphen
JOINS_DIGITS = np.array([0x2C, 0x2E], np.uint32)  # , .


@kernel
def new_codes(codes: Array, kinds: Array, out: Array) -> int:
    """Fill `out` with the different code points whose kind is unknown, and take them for boundaries; returns
    how many there are."""
    size = 0
    for code in codes:
        if kinds[code] == UNKNOWN:
            kinds[code] = BOUNDARY
            out[size] = code
            size += 1
    return size


@kernel
def split_units(
    codes: Array, kinds: Array, is_start: Array, last: bool, tokens: Array, begins: Array, sizes: Array
) -> tuple[int, int]:
    """Fill `tokens` (uint64), `begins` and `sizes` (int32, code points) with the units and boundaries of
    `codes`.

    `kinds` is the kind of every code point, `is_start` (one longer than `codes`) marks where documents begin.
    One white space between two runs joins them: it gives no token. Unless `last`, what might go on in the
    next block is left. Returns the number of tokens and the number of code points that are done with.
    """
    n = codes.size
    found = 0
    i = 0
    while i < n:
        kind = kinds[codes[i]]
        if kind in (LETTER, DIGIT):
            j = i + 1
            joined = False
            while j < n and j - i < LONGEST_RUN:
                next_kind = kinds[codes[j]]
                if next_kind in (LETTER, DIGIT):
                    j += 1
                    continue
                if j + 1 >= n:
                    break
                before, after = kinds[codes[j - 1]], kinds[codes[j + 1]]
                joined = False
                if after in (LETTER, DIGIT):
                    for mark in JOINS_LETTERS:
                        joined = joined or codes[j] == mark
                    if before == DIGIT and after == DIGIT:
                        for mark in JOINS_DIGITS:
                            joined = joined or codes[j] == mark
                if not joined or j + 1 - i >= LONGEST_RUN:
                    break
                j += 2
            if not last and j + 3 >= n:
                return found, i  # the run, or the space after it, may go on
            if j - i == 1:
                tokens[found] = codes[i]
            else:
                value = FNV_START
                for k in range(i, j):
                    value = (value ^ np.uint64(codes[k])) * FNV_PRIME
                tokens[found] = value | RUN
            begins[found] = i
            sizes[found] = j - i
            found += 1
            i = j
            if j + 1 < n and codes[j] == RETURN and codes[j + 1] == END:
                j += 1  # a line may end in two characters
            if j + 1 < n and not is_start[j + 1]:
                between, after = kinds[codes[j]], kinds[codes[j + 1]]
                if between in (SPACE, NEWLINE) and after in (LETTER, DIGIT):
                    i = j + 1
            continue
        tokens[found] = codes[i]
        begins[found] = i
        sizes[found] = 1
        found += 1
        i += 1
    return found, n


@kernel
def number_tokens(
    tokens: Array, begins: Array, sizes: Array, table: Array, ids: Array, unknown: Array
) -> int:
    """Fill `ids` (int32) for tokens of one character from `table` (code point -> id, -1 when new).

    Runs get -1. Returns how many positions of new single characters were written to `unknown` (their first
    occurrences; `table` marks them with -2 so that each comes once).
    """
    new = 0
    for i in range(tokens.size):
        token = tokens[i]
        if token >= RUN:
            ids[i] = -1
            continue
        value = table[token]
        if value == -1:
            unknown[new] = i
            new += 1
            table[token] = -2
        ids[i] = value
    return new


@kernel
def add_counts(ids: Array, counts: Array) -> None:
    """counts[id] += 1 for every id."""
    for i in range(ids.size):
        counts[ids[i]] += 1


@kernel
def count_windows(units: Array, begin: int, first_word: int, windows: Array) -> None:
    """windows[n] += the number of places from `begin` on where a row of n words ends, for n below its last;
    there, of n and more.

    `begin` units before the first place suffice to tell when it is the last n.
    """
    longest = windows.size - 1
    run = 0
    for i in range(units.size):
        run = min(run + 1, longest) if units[i] >= first_word else 0
        if run > 0 and i >= begin:
            windows[run] += 1
