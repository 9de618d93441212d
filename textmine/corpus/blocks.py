"""Text in pieces of bounded size that know where documents begin."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

DocumentKind: TypeAlias = Literal["line", "paragraph", "file"]

_LOOK_BACK = 1000
_BLANK_LINE = re.compile(r"\n\s*\n\s*")
_ZERO_WIDTH_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive text of one source.

    `starts` (int64, increasing) are the offsets in `text`, in code points, where a document begins. If it is
    empty or `starts[0] > 0`, the block begins inside the document of the block before. Every document ends
    with a newline, which is added where the source lacks it. `line` is the line of `text[0]` in `source`,
    from 1.
    """

    text: str
    starts: NDArray[np.int64]
    source: str
    line: int


class Document(NamedTuple):
    """One whole document: its text without the newline at its end, and the line of `source` it begins on,
    from 1.

    A paragraph comes without the white space around it.
    """

    text: str
    source: str
    line: int


def text_blocks(chunks: Iterable[str], source: str, unit: DocumentKind, block_size: int) -> Iterator[Block]:
    """Blocks of at most `block_size` (>= 2) code points of running text, cut at line ends where lines are
    that short.

    A document is a line (ended by a newline, with or without a carriage return), a paragraph (white space
    with two or more newlines separates them; one begins at its first character that is not white space) or
    the whole source.
    """
    find_starts = _START_FINDERS[unit]()
    line = 1
    for text in _pieces(chunks, block_size):
        yield Block(text, find_starts(text), source, line)
        line += text.count("\n")


def record_blocks(
    records: Iterable[tuple[int, str]], source: str, unit: DocumentKind, block_size: int
) -> Iterator[tuple[Block, list[int]]]:
    """Blocks of records `(line, text)`, each with the lines of the documents that start in it.

    A document is a record ("line"), a paragraph of a record, or all records together ("file").
    """
    texts: list[str] = []
    lines: list[int] = []
    length = 0
    first = True

    def block() -> tuple[Block, list[int]]:
        nonlocal first
        starts = np.cumsum([0, *map(len, texts[:-1])], dtype=np.int64)
        if unit == "file":
            starts = starts[: int(first)]
        first = False
        return Block("".join(texts), starts, source, lines[0]), lines[: len(starts)]

    for line, text in _paragraphs(records) if unit == "paragraph" else records:
        if not text.endswith("\n"):
            text += "\n"
        if texts and length + len(text) > block_size:
            yield block()
            texts, lines, length = [], [], 0
        if len(text) > block_size:
            for number, piece in enumerate(_pieces([text], block_size)):
                starts = np.zeros(int(number == 0 and (first or unit != "file")), dtype=np.int64)
                yield Block(piece, starts, source, line), [line] * len(starts)
            first = False
        else:
            texts.append(text)
            lines.append(line)
            length += len(text)
    if texts:
        yield block()


def cut(text: str, start: int, end: int) -> int:
    """Where to cut `text` after `start`, at or before `end` (< len(text), >= start + 2); `start` for nowhere.

    After the last newline; if there is none, after white space, after punctuation or between any two
    characters, the best of these within the last 1000 characters; never inside a CR LF or before a mark that
    joins the character before it.
    """
    newline = text.rfind("\n", start, end) + 1
    if newline > start:
        return newline
    window = range(end, max(start, end - _LOOK_BACK), -1)
    wanted: tuple[Callable[[str], bool], ...] = (str.isspace, _is_punctuation, lambda character: True)
    for accept in wanted:
        for at in window:
            if accept(text[at - 1]) and not _joined(text, at):
                return at
    return start


def newline_offsets(text: str) -> NDArray[np.int64]:
    """Offsets of the newlines in `text`."""
    data = text.encode("utf-16-le", "surrogatepass")
    if len(data) == 2 * len(text):
        return np.flatnonzero(np.frombuffer(data, "<u2") == ord("\n"))
    return np.flatnonzero(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4") == ord("\n"))


def _pieces(chunks: Iterable[str], limit: int) -> Iterator[str]:
    rest = ""
    for chunk in _with_final_newline(chunks):
        text = rest + chunk
        start = 0
        while len(text) - start > limit:
            end = cut(text, start, start + limit)
            if end == start:  # nothing but marks, more than any writing has
                end += limit
            yield text[start:end]
            start = end
        end = text.rfind("\n", start) + 1
        if end:
            yield text[start:end]
            start = end
        rest = text[start:]


def _with_final_newline(chunks: Iterable[str]) -> Iterator[str]:
    last = ""
    for chunk in chunks:
        if chunk:
            if last:
                yield last
            last = chunk
    if last:
        yield last if last.endswith("\n") else last + "\n"


def _joined(text: str, at: int) -> bool:
    """Whether the characters before and after `at` belong together, to a reader or to Unicode
    normalisation."""
    before, after = text[at - 1], text[at]
    if after < "\u0300":
        return before == "\r" and after == "\n"
    if _ZERO_WIDTH_JOINER in (before, after):
        return True
    first = unicodedata.normalize("NFKD", after)[0]
    return (
        unicodedata.category(first)[0] == "M"
        or "\u1160" <= first <= "\u11ff"  # vowels and final consonants of Hangul
        or "\U0001f3fb" <= first <= "\U0001f3ff"  # skin tones
    )


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] == "P"


class _LineStarts:
    def __init__(self) -> None:
        self._fresh = True

    def __call__(self, text: str) -> NDArray[np.int64]:
        starts = newline_offsets(text) + 1
        fresh, self._fresh = self._fresh, text.endswith("\n")
        if self._fresh:
            starts = starts[:-1]
        return np.concatenate(([0], starts)) if fresh else starts


class _ParagraphStarts:
    def __init__(self) -> None:
        self._fresh = True
        self._in_text = False  # white space before the first paragraph belongs to it
        self._newlines = 0  # in the white space that the text so far ends with

    def __call__(self, text: str) -> NDArray[np.int64]:
        starts = [0] if self._fresh else []
        self._fresh = False
        lead = len(text) - len(text.lstrip())
        self._newlines += text.count("\n", 0, lead)
        if lead < len(text):
            if self._in_text and self._newlines >= 2:
                starts.append(lead)
            starts += [match.end() for match in _BLANK_LINE.finditer(text, lead) if match.end() < len(text)]
            self._newlines = text.count("\n", len(text.rstrip()))
            self._in_text = True
        return np.array(starts, dtype=np.int64)


class _FileStarts:
    def __init__(self) -> None:
        self._first = True

    def __call__(self, text: str) -> NDArray[np.int64]:
        first, self._first = self._first, False
        return np.zeros(int(first), dtype=np.int64)


_START_FINDERS: dict[DocumentKind, Callable[[], Callable[[str], NDArray[np.int64]]]] = {
    "line": _LineStarts,
    "paragraph": _ParagraphStarts,
    "file": _FileStarts,
}


def _paragraphs(records: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for line, text in records:
        for paragraph in re.split(_BLANK_LINE, text.strip()):
            yield line, paragraph
