"""What the corpus is counted in: characters, or words.

The text is encoded once, into a file of unit ids that every later pass streams from.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.corpus import Corpus
from textmine.corpus.scripts import Unit, is_unspaced
from textmine.corpus.store import UnitStore
from textmine.errors import InputError
from textmine.kernels import units as kernels
from textmine.parallel import read_ahead
from textmine.progress import Progress

CODE_POINTS = 0x110000


def encode_units(corpus: Corpus, unit: Unit, directory: str, on_progress: Progress) -> UnitStore:
    """Encode the corpus into a `UnitStore` in `directory`.

    A unit is a character ("char": any letter, mark or digit), a run of letters and digits ("word"), or by
    script ("auto": a character of a script written without spaces, such as Chinese, else a run). A hyphen or
    apostrophe between letters and a point or comma between digits belong to the run; one white space between
    two runs does not part them. Units that differ in case only are one, shown in their most frequent
    spelling.

    Raises InputError where the text holds neither letters nor digits.
    """
    encoder = _Encoder(unit)
    store = UnitStore(directory, unit)
    for ids, starts in read_ahead(encoder.encode(corpus, on_progress)):
        store.append(ids, starts)
    if not any(encoder.is_word):
        raise InputError("the text holds neither letters nor digits", "check that this is the right file")
    store.finish(encoder.spellings, np.frombuffer(encoder.is_word, np.uint8) != 0)
    return store


def starts_table(text_size: int, starts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """uint8[text_size + 1]: 1 where a document begins."""
    table = np.zeros(text_size + 1, np.uint8)
    table[starts] = 1
    return table


class _Encoder:
    """Gives ids to units in the order in which they first appear."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._kinds = np.zeros(CODE_POINTS, np.uint8)
        self._kinds[kernels.END] = kernels.NEWLINE
        self._table = np.full(CODE_POINTS, -1, np.int32)
        self._runs: dict[int, int] = {}
        self.spellings = ["\n"]
        self.is_word = array("B", [0])
        self._table[kernels.END] = 0

    def encode(
        self, corpus: Corpus, on_progress: Progress
    ) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]:
        """Ids, and where in them documents begin, block by block; what a block leaves open goes with the
        next."""
        rest, rest_starts = "", np.empty(0, np.int64)
        for block in read_ahead(corpus.blocks(on_progress)):
            text = rest + block.text
            starts = np.concatenate([rest_starts, block.starts + len(rest)])
            ids, begins, done = self._encode(text, starts, last=False)
            cut = int(np.searchsorted(starts, done))
            yield ids, np.searchsorted(begins, starts[:cut])
            rest, rest_starts = text[done:], starts[cut:] - done
        ids, begins, _ = self._encode(rest, rest_starts, last=True)
        yield ids, np.searchsorted(begins, rest_starts)

    def _encode(
        self, text: str, starts: NDArray[np.int64], *, last: bool
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        self._classify(codes)
        tokens = np.empty(codes.size, np.uint64)
        begins, sizes = np.empty((2, codes.size), np.int32)
        is_start = starts_table(codes.size, starts)
        found, done = kernels.split_units(codes, self._kinds, is_start, last, tokens, begins, sizes)
        tokens, begins, sizes = tokens[:found], begins[:found], sizes[:found]
        ids = np.empty(found, np.int32)
        unknown = np.empty(found, np.int32)
        new = kernels.number_tokens(tokens, begins, sizes, self._table, ids, unknown)
        self._number(text, tokens, begins, sizes, ids, unknown[:new])
        return ids, begins, done

    def _number(
        self,
        text: str,
        tokens: NDArray[np.uint64],
        begins: NDArray[np.int32],
        sizes: NDArray[np.int32],
        ids: NDArray[np.int32],
        unknown: NDArray[np.int32],
    ) -> None:
        """Give ids to what is new in this block, in the order of first appearance whatever the block size."""
        runs = np.flatnonzero(ids == -1)
        runs = runs[tokens[runs] >= kernels.RUN]
        distinct, first, which = np.unique(tokens[runs], return_index=True, return_inverse=True)
        first = runs[first]
        hashes = distinct.tolist()
        known = np.fromiter((self._runs.get(value, -1) for value in hashes), np.int32, len(hashes))
        fresh = np.flatnonzero(known < 0)
        for place in np.sort(np.concatenate([unknown, first[fresh].astype(np.int32)])).tolist():
            begin = int(begins[place])
            spelling = text[begin : begin + int(sizes[place])]
            token = int(tokens[place])
            if token >= int(kernels.RUN):
                self._runs[token] = len(self.spellings)
            else:
                self._table[token] = len(self.spellings)
            self.is_word.append(len(spelling) > 1 or int(self._kinds[token]) >= kernels.SINGLE)
            self.spellings.append(spelling)
        known[fresh] = [self._runs[hashes[i]] for i in fresh.tolist()]
        ids[runs] = known[which]
        late = np.flatnonzero(ids < 0)
        ids[late] = self._table[tokens[late]]

    def _classify(self, codes: NDArray[np.uint32]) -> None:
        """Look up the kinds of code points that come for the first time."""
        new = np.empty(CODE_POINTS, np.uint32)
        for code in new[: kernels.new_codes(codes, self._kinds, new)].tolist():
            self._kinds[code] = self._kind(code)

    def _kind(self, code: int) -> int:
        category = unicodedata.category(chr(code))
        if category[0] not in "LMN":
            space = category == "Zs" or chr(code).isspace()
            return kernels.SPACE if space else kernels.BOUNDARY
        if self._unit == "char":
            return kernels.SINGLE
        if self._unit == "auto" and is_unspaced(chr(code)):
            return kernels.SINGLE
        return kernels.DIGIT if category[0] == "N" else kernels.LETTER
