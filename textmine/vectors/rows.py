"""Rows of a word and its numbers, as text or binary."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.sources import Source
from textmine.errors import ModelError

_NUMBER = re.compile(rb"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_FRACTION = re.compile(rb"[-+]?[0-9]*\.[0-9]+(?:[eE][-+]?[0-9]+)?")
_LONGEST_WORD = 1 << 16  # bytes
_LONGEST_LINE = 1 << 25


class Table:
    """Words and their vectors as they come in; `promised` is how many rows the file's heading says."""

    def __init__(self, source: Source, dim: int, promised: int | None) -> None:
        self.source = source
        self.dim = dim
        self.promised = promised
        self.words: list[bytes] = []
        # Not what the heading promises: a broken one must not allocate more than the file can hold.
        self._matrix = np.empty((min(promised or 0, source.size // (2 * dim + 2)), dim), np.float32)

    def add(self, words: list[bytes], values: NDArray[np.float32]) -> None:
        start, end = len(self.words), len(self.words) + len(words)
        if end > len(self._matrix):
            self._matrix.resize((max(end, end * 5 // 4), self.dim), refcheck=False)
        self._matrix[start:end] = values
        self.words += words

    def broken(self, place: str, what: str) -> ModelError:
        """The error that says what is wrong where."""
        return ModelError(f"{self.source.name}, {place}: {what}", "mend the file or make it again")

    def finish(self) -> tuple[list[str], NDArray[np.float32], list[str]]:
        """Words, matrix and what was left out: the first row of a word counts."""
        if not self.words:
            raise ModelError(f"{self.source.name} has no vectors", "make it again")
        self._matrix.resize((len(self.words), self.dim), refcheck=False)
        matrix, losses = self._matrix, []
        try:
            words = b"\n".join(self.words).decode().split("\n")
        except UnicodeDecodeError:
            words = [word.decode(errors="replace") for word in self.words]
            damaged = sum("\ufffd" in word for word in words)
            losses.append(f"{self.source.name}: {damaged} words that are not UTF-8 are shown with \ufffd")
        first = dict(zip(reversed(words), range(len(words) - 1, -1, -1), strict=True))
        if len(first) < len(words):
            kept = np.array(sorted(first.values()))
            again = next(word for place, word in enumerate(words) if first[word] != place)
            losses.append(
                f"{self.source.name}: {len(words) - len(kept)} rows left out, their words stand there before "
                f"(such as {again!r})"
            )
            words, matrix = [words[place] for place in kept], matrix[kept]
        return words, matrix, losses


def read_text(chunks: Iterator[bytes], table: Table, first_line: int) -> None:
    """Lines `word number ... number`, their fields between spaces or tabs.

    What stands before the last `dim` fields is the word, so it may have spaces inside; but where it ends in
    something like .25, the line has a number too many. Blank lines are passed over. Raises ModelError with
    the line for anything else, and when there are not as many rows as promised.
    """
    pending, line = b"", first_line
    for chunk in chunks:
        data = pending + chunk
        end = data.rfind(b"\n") + 1
        line += _add_lines(table, data[:end], line)
        pending = data[end:]
        if len(pending) > _LONGEST_LINE:
            raise table.broken(f"line {line}", f"longer than {_LONGEST_LINE} bytes")
    if pending:
        _add_lines(table, pending, line)
    if table.promised is not None and len(table.words) != table.promised:
        raise table.broken("line 1", f"it promises {table.promised} words, but has {len(table.words)}")


def _add_lines(table: Table, data: bytes, first_line: int) -> int:
    """Take in whole lines; how many they are."""
    dim = table.dim
    plain = b"\t" not in data
    words, rests, places = [], [], []
    lines = data.split(b"\n")
    for place, line in enumerate(lines, first_line):
        line = line.rstrip()
        word, _, rest = line.partition(b" ")
        if not (plain and word and rest.count(b" ") == dim - 1):
            if not line:
                continue
            word, rest = _split(table, place, line)
        words.append(word)
        rests.append(rest)
        places.append(place)
    values = _parse(b" ".join(rests))
    if values.size != len(words) * dim or not np.isfinite(values).all():
        for place, rest in zip(places, rests, strict=True):
            _check_numbers(table, place, rest)
        raise table.broken(f"line {first_line} or later", "numbers that cannot be read")
    table.add(words, values.reshape(len(words), dim))
    return len(lines) - 1


def _split(table: Table, place: int, line: bytes) -> tuple[bytes, bytes]:
    """Word and numbers of a line with more or fewer spaces than others."""
    fields = line.rsplit(None, table.dim)
    word = fields[0]
    if len(fields) <= table.dim or (b" " in word and _FRACTION.fullmatch(word.split()[-1])):
        raise table.broken(f"line {place}", f"{len(line.split())} fields, not a word and {table.dim} numbers")
    return word, b" ".join(fields[1:])


def _check_numbers(table: Table, place: int, rest: bytes) -> None:
    fields = rest.split()
    if len(fields) != table.dim:
        raise table.broken(f"line {place}", f"{len(fields)} numbers after the word, not {table.dim}")
    for field in fields:
        if not (_NUMBER.fullmatch(field) and np.isfinite(_parse(field)).all()):
            raise table.broken(f"line {place}", f"{field.decode(errors='replace')!r} is not a finite number")


def _parse(text: bytes) -> NDArray[np.float32]:
    """The numbers in `text`, or none when something else is among them."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # older numpy warns of what newer numpy refuses
        try:
            return np.fromstring(text, np.float32, sep=" ")
        except (DeprecationWarning, ValueError):
            return np.empty(0, np.float32)


def read_binary(chunks: Iterator[bytes], table: Table, start: int) -> None:
    """Records of a word, a space and `dim` little-endian float32, each perhaps after a line feed.

    `start` is the byte of the file where they begin. Raises ModelError with the byte when the file ends early
    or goes on after the rows promised, and for numbers that are not finite.
    """
    size = 4 * table.dim
    promised = table.promised or 0
    data = b""
    position = 0
    for chunk in chunks:
        start += position
        data, position = data[position:] + chunk, 0
        words: list[bytes] = []
        vectors: list[bytes] = []
        while len(table.words) + len(words) < promised:
            space = data.find(b" ", position, position + _LONGEST_WORD)
            if space < 0 and len(data) - position > _LONGEST_WORD:
                raise table.broken(f"byte {start + position}", "a word that does not end")
            if space < 0 or space + 1 + size > len(data):
                break
            word = data[position:space].lstrip(b"\n")
            if not word or b"\n" in word:
                raise table.broken(f"byte {start + position}", "no word where one should begin")
            words.append(word)
            vectors.append(data[space + 1 : space + 1 + size])
            position = space + 1 + size
        values = np.frombuffer(b"".join(vectors), "<f4").reshape(len(words), table.dim)
        finite = np.isfinite(values).all(axis=1)
        if not finite.all():
            number = int(np.argmin(finite))
            word = words[number]
            raise table.broken(
                f"entry {len(table.words) + number + 1} ({word.decode(errors='replace')!r})",
                "numbers that are not finite",
            )
        table.add(words, values)
    rest = data[position:]
    if len(table.words) < promised:
        raise table.broken(
            f"byte {start + len(data)}",
            f"the file ends in entry {len(table.words) + 1} of the {promised} that it promises",
        )
    if rest.strip():
        raise table.broken(
            f"byte {start + position}", f"more bytes follow the {promised} entries that it promises"
        )
