"""Unit ids on disk, read piece by piece by as many passes as are needed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.scripts import Unit, is_unspaced
from textmine.kernels import units as kernels
from textmine.parallel import ordered_map

CHUNK = 1 << 19  # units: 2 MB


class UnitStore:
    """A corpus as unit ids (uint32) and the places where documents begin (int64), in two files.

    Once finished: id 0 is the end of a line or document, ids below `first_word` are boundaries (punctuation,
    white space), the others units, the most frequent first (of equally frequent ones the one that comes first
    in code point order). `spellings[id]` is what is shown, `counts[id]` (int64) how often it occurs, `size`
    the number of ids, `words` the number of those that are units, `documents` the number of documents.
    """

    def __init__(self, directory: str, unit: Unit = "auto") -> None:
        self._unit = unit
        self._units = Path(directory) / "units"
        self._starts = Path(directory) / "starts"
        self._units_out = self._units.open("wb")
        self._starts_out = self._starts.open("wb")
        self.size = 0
        self.documents = 0
        self.counts = np.zeros(1 << 10, np.int64)
        self.first_word = 0
        self.words = 0
        self.spellings: list[str] = []

    def append(self, ids: NDArray[np.int32], starts: NDArray[np.int64]) -> None:
        """Add ids in their first numbering; `starts` are places in `ids`."""
        top = int(ids.max(initial=0))
        if top >= self.counts.size:
            self.counts = np.concatenate([self.counts, np.zeros(top + 1, np.int64)])
        kernels.add_counts(ids, self.counts)
        self._units_out.write(ids.data)  # not tofile: its errors do not say that the disk is full
        self._starts_out.write((starts + self.size).astype(np.int64).data)
        self.size += ids.size
        self.documents += starts.size

    def finish(self, spellings: list[str], is_word: NDArray[np.bool_]) -> None:
        """Renumber the ids for good; `is_word` says which of the first numbering are units."""
        self._units_out.close()
        self._starts_out.close()
        counts = self.counts[: len(spellings)]
        renumber = self._merge_case(spellings, is_word, counts)
        for _ in ordered_map(partial(self._renumber, renumber), self.chunks()):
            pass

    def _renumber(self, renumber: NDArray[np.uint32], chunk: tuple[int, int]) -> None:
        start, stop = chunk
        ids = np.fromfile(self._units, np.int32, stop - start, offset=4 * start)
        with self._units.open("r+b") as file:
            file.seek(4 * start)
            file.write(renumber[ids].data)

    def _merge_case(
        self, spellings: list[str], is_word: NDArray[np.bool_], counts: NDArray[np.int64]
    ) -> NDArray[np.uint32]:
        forms: dict[str, list[int]] = {}
        marks = []
        for number, (spelling, word) in enumerate(zip(spellings, is_word.tolist(), strict=True)):
            if word:
                forms.setdefault(spelling.lower(), []).append(number)
            else:
                marks.append(number)
        total = {form: int(counts[numbers].sum()) for form, numbers in forms.items()}
        order = sorted(forms, key=lambda form: (-total[form], form))
        renumber = np.zeros(len(spellings), np.uint32)
        renumber[marks] = np.arange(len(marks), dtype=np.uint32)
        self.first_word = len(marks)
        self.spellings = [spellings[number] for number in marks]
        for place, form in enumerate(order, len(marks)):
            renumber[forms[form]] = place
            shown = max(forms[form], key=lambda number: (counts[number], spellings[number]))
            self.spellings.append(spellings[shown])
        self.counts = np.concatenate([counts[marks], np.array([total[form] for form in order], np.int64)])
        self.words = int(self.counts[self.first_word :].sum())
        return renumber

    def kind(self) -> Literal["char", "word"]:
        """What most of its units are: single characters, or words."""
        sizes = np.array([len(spelling) for spelling in self.spellings[self.first_word :]])
        singles = self.counts[self.first_word :][sizes == 1].sum()
        return "char" if 2 * int(singles) >= self.words else "word"

    def spaced(self, unit: int) -> bool:
        """Whether a space parts this unit from another such unit, when both are written side by side."""
        if unit < self.first_word or self._unit == "char":
            return False
        return self._unit == "word" or not is_unspaced(self.spellings[unit][0])

    def read(self, start: int, stop: int) -> NDArray[np.uint32]:
        """The ids of places start to stop - 1; outside of the text they are 0."""
        inside = slice(max(start, 0), max(min(stop, self.size), 0))
        ids = np.empty(stop - start, np.uint32)
        ids[: max(inside.start - start, 0)] = 0
        ids[max(inside.stop - start, 0) :] = 0
        if inside.start < inside.stop:
            with self._units.open("rb") as file:
                file.seek(4 * inside.start)
                part: Any = ids[inside.start - start : inside.stop - start]
                file.readinto(part)
        return ids

    def chunks(self) -> Iterator[tuple[int, int]]:
        """(start, stop) of pieces of the text that are small enough to work on, in order."""
        return ((start, min(start + CHUNK, self.size)) for start in range(0, self.size, CHUNK))

    def document_numbers(self, start: int, stop: int) -> NDArray[np.int64]:
        """int64[stop - start]: the number of the document that each place belongs to, from 0."""
        if not self.documents:
            return np.zeros(stop - start, np.int64)
        starts = np.memmap(self._starts, np.int64, "r")
        first, last = np.searchsorted(starts, [start + 1, stop])
        numbers = np.zeros(stop - start, np.int64)
        numbers[starts[first:last] - start] = 1
        return np.cumsum(numbers) + max(int(first) - 1, 0)

    def windows(self, longest: int) -> NDArray[np.int64]:
        """int64[longest + 1]: at n, the number of places where n units stand in a row without a boundary."""

        def count(chunk: tuple[int, int]) -> NDArray[np.int64]:
            start, stop = chunk
            exact = np.zeros(longest + 1, np.int64)
            kernels.count_windows(self.read(start - longest, stop), longest, self.first_word, exact)
            return exact

        exact = sum(ordered_map(count, self.chunks()), np.zeros(longest + 1, np.int64))
        return np.cumsum(exact[::-1])[::-1]

    def remove(self) -> None:
        """Delete the files."""
        for path in (self._units, self._starts):
            if path.exists():
                path.unlink()
