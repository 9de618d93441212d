"""From text to the units that words are made of, by plain rules on Unicode's properties."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from textmine.words.segmenter import atom_starts, stands_alone

FREQUENT = 20  # a run of digits or letters that comes so often is a unit of its own, others share one a kind
RATIOS = "/:／：∶"
PERCENTS = "%％‰"
ZERO = "○"  # written for the numeral 〇
LONGEST_CLAUSE = 250  # units
BOUNDARY, WORD, DIGITS, NUMERAL, RATIO, PERCENT, LETTERS, SPACE, UNDERSCORE = range(9)


@dataclass
class Units:
    """`ids` (int32) of the units of a text and where they begin in it, `places` (int64, one more: the end).

    `fixed` (bool): a boundary, which no word contains: punctuation, a symbol, white space or nothing. The
    first and the last unit are boundaries and may be empty, others are so within long clauses.
    """

    ids: NDArray[np.int32]
    places: NDArray[np.int64]
    fixed: NDArray[np.bool_]

    def clauses(self) -> NDArray[np.int64]:
        """int64[n, 2]: where the runs of units between boundaries begin and end."""
        fixed = np.flatnonzero(self.fixed)
        begin, end = fixed[:-1] + 1, fixed[1:]
        full = end > begin
        return np.stack((begin[full], end[full]), axis=1)


def split_units(text: str) -> Units:
    """The units of `text`.

    A unit is a character with the marks on it, or a run of letters and digits of scripts that put
    spaces between words, as in `Segmenter`; besides, a number: a run of digits with the numerals after it
    (30万), parts of it with a point, comma, slash or colon between them (3.5, 1/3) and with a percent sign
    behind; a run of two or more numerals (letters such as 一 and 万 that Unicode gives a numeric value,
    and ○); and a run of one punctuation mark (——). Numbers and runs of letters that come less than 20 times
    share an id with others of their shape: digits with what follows them, numerals, letters. After each 250
    units without a boundary there is an empty one.
    """
    starts = atom_starts(text)
    kinds = _kinds(text, starts)
    edged = np.pad(kinds, 1, constant_values=BOUNDARY)
    before, after = edged[:-2], edged[2:]
    number = (kinds == DIGITS) | (kinds == NUMERAL)
    glued = (kinds == NUMERAL) & ((before == DIGITS) | (before == NUMERAL))
    glued |= (kinds == PERCENT) & (before == DIGITS)
    inner = (kinds == RATIO) & (before == DIGITS) & (after == DIGITS)
    glued |= inner | (number & np.roll(inner, 1))
    first = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)[starts]
    single = np.append(starts, len(text))[1:] - starts == 1
    mark = (kinds == BOUNDARY) & single
    glued |= mark & np.roll(mark, 1) & (first == np.roll(first, 1))
    glued[:1] = False
    places = starts[~glued]
    runs = np.flatnonzero(~glued)
    kinds = kinds[runs]
    ids = _ids(text, places, kinds, np.append(runs, glued.size)[1:] - runs > 1)
    fixed = (kinds == BOUNDARY) | (kinds == SPACE) | (kinds == RATIO) | (kinds == PERCENT)
    at = np.arange(fixed.size)
    since = at - np.maximum.accumulate(np.where(fixed, at, -1)) - 1
    # Text without boundaries is to be dealt to folds, too: what is drawn anew is foreseen by the others.
    empty = np.flatnonzero(~fixed & (since > 0) & (since % LONGEST_CLAUSE == 0))
    edge = np.array([len(text), len(text)], np.int64)
    return Units(
        np.concatenate(([0], np.insert(ids, empty, 0), [0])).astype(np.int32),
        np.concatenate(([0], np.insert(places, empty, places[empty]), edge)),
        np.concatenate(([True], np.insert(fixed, empty, True), [True])),
    )


def _ids(
    text: str, places: NDArray[np.int64], kinds: NDArray[np.uint8], several: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Numbers of the units in the order in which they appear, from 1; 0 is white space and what is empty."""
    ends = np.append(places, len(text))[1:]
    names = [text[start:end] for start, end in zip(places.tolist(), ends.tolist(), strict=True)]
    shaped = np.flatnonzero((kinds == DIGITS) | (kinds == LETTERS) | ((kinds == NUMERAL) & several)).tolist()
    for i in shaped:
        names[i] = unicodedata.normalize("NFKC", names[i])
    counts = Counter(names[i] for i in shaped)
    for i in shaped:
        if counts[names[i]] < FREQUENT:
            names[i] = _shape(names[i], int(kinds[i]))
    for i in np.flatnonzero(kinds == SPACE).tolist():
        names[i] = ""
    numbers: dict[str, int] = {"": 0}
    return np.fromiter((numbers.setdefault(name, len(numbers)) for name in names), np.int32, len(names))


def _shape(name: str, kind: int) -> str:
    """What stands for a rare number or run of letters: two blanks, which no text has in a unit, and its
    kind."""
    if kind == DIGITS:
        return "  9" + "".join(c for c in name if _kind(c) in (NUMERAL, PERCENT))
    return "  一" if kind == NUMERAL else "  a"


def _kinds(text: str, starts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """uint8: the kind of each atom, by its first character that is no underscore."""
    kinds = np.fromiter((_kind(text[start]) for start in starts.tolist()), np.uint8, starts.size)
    for i in np.flatnonzero(kinds == UNDERSCORE).tolist():
        end = int(starts[i + 1]) if i + 1 < starts.size else len(text)
        name = text[starts[i] : end].lstrip("_")
        kinds[i] = _kind(name[0]) if name else BOUNDARY
    return kinds


@lru_cache(maxsize=1 << 16)
def _kind(character: str) -> int:
    category = unicodedata.category(character)
    if character.isspace():
        return SPACE
    if category == "Nd":
        return DIGITS
    if character == ZERO or (category in ("Lo", "Nl") and unicodedata.numeric(character, None) is not None):
        return NUMERAL
    if character == "_":
        return UNDERSCORE
    if character in RATIOS:
        return RATIO
    if character in PERCENTS:
        return PERCENT
    if category[0] in "LMN":
        return WORD if category == "No" or stands_alone(character) else LETTERS
    return BOUNDARY
