"""What a language model says of a text: the probability of each unit, of each record, of all."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.token_store import LONGEST_WORD, Cut
from textmine.kernels.language import EOS, UNK
from textmine.language.model import LanguageModel

BLOCK = 1 << 19  # code points of text at once


@dataclass(frozen=True)
class ScoredPiece:
    """A piece of text as units (int32), the ends of sentences among them, with the natural log probability
    (float64) of each.

    `ends` (int64): behind which of them each line that ends in the piece does; a line without words has no
    unit, not even its end. `lines` has the words, and `kept` (bool) says which units of `encode` are here.
    """

    lines: list[list[str]]
    kept: NDArray[np.bool_]
    units: NDArray[np.int32]
    logs: NDArray[np.float64]
    ends: NDArray[np.int64]

    def words(self) -> list[str]:
        """The units as they are in the text; the end of a sentence is </s>."""
        return list(compress(chain.from_iterable((*line, "</s>") for line in self.lines), self.kept.tolist()))


class Perplexity(NamedTuple):
    """How well a model foretells a text: sums over its sentences.

    `tokens` are units and the ends of sentences, `unknown` those of them that the model does not know;
    `log_probability` is natural, of all tokens. The perplexity is exp(-log_probability / tokens);
    `perplexity_known` leaves the unknown ones out of the sum and out of the tokens.
    """

    sentences: int
    tokens: int
    unknown: int
    perplexity: float
    perplexity_known: float
    log_probability: float


class RecordScore(NamedTuple):
    """The score of the `line`-th record, from 1; what it has no word for is None. `tokens`, `unknown`,
    `log_probability` and `perplexity` are as for `Perplexity`."""

    line: int
    tokens: int | None
    unknown: int | None
    log_probability: float | None
    perplexity: float | None
    text: str


class TokenScore(NamedTuple):
    """The score of the `place`-th token, from 1, of the `line`-th record; of a record without words there is
    one without a token."""

    line: int
    place: int | None
    token: str | None
    unknown: bool | None
    log_probability: float | None


def score_text(model: LanguageModel, texts: Iterable[str], cut: Cut | None = None) -> Iterator[ScoredPiece]:
    """The probabilities of all units of a text, line by line as in training.

    `texts` are its pieces; it must end with a line's end. Units are what stands between white space, after
    `cut` if given. The memory it takes depends on the pieces alone, however long a line is.
    """
    before = np.empty(0, np.int32)  # of the line that goes on: as many units as the model looks back on
    if cut is not None:
        texts = (piece.decode("utf-8", "surrogatepass") for piece in cut(texts))
    for lines in _lines(texts):
        units, stops = model.encode(lines)
        kept = np.ones(len(units), bool)
        empty = np.diff(stops, prepend=0) == 1
        empty[0] &= not before.size
        empty[-1] = True  # it goes on in the next piece
        kept[stops[empty] - 1] = False
        units = units[kept]
        ends = np.cumsum(kept)[stops[:-1] - 1]
        logs = model.score(np.concatenate([before, units]))[before.size :]
        yield ScoredPiece(lines, kept, units, logs, ends)
        going_on = units[ends[-1] :] if ends.size else np.concatenate([before, units])
        before = going_on[-model.order :]


def _lines(texts: Iterable[str]) -> Iterator[list[list[str]]]:
    """The words of the lines of each piece; the last line goes on in the next piece."""
    held = ""  # a word that may go on; one beyond all length is unknown, as a whole or not
    for text in texts:
        text = held + text
        lines = [line.split() for line in text.split("\n")]
        held = ""
        if lines[-1] and not text[-1].isspace() and len(lines[-1][-1]) < LONGEST_WORD:
            held = lines[-1].pop()
        yield lines


def perplexity(model: LanguageModel, texts: Iterable[str], cut: Cut | None = None) -> Perplexity:
    """How well the model foretells a text; `texts` and `cut` are as for `score_text`. Of one without words
    the perplexities are NaN."""
    sentences = tokens = unknown = 0
    total = of_known = 0.0
    for piece in score_text(model, texts, cut):
        known = piece.units != UNK
        sentences += int((piece.units == EOS).sum())
        tokens += piece.units.size
        unknown += int((~known).sum())
        total += float(piece.logs.sum())
        of_known += float(piece.logs[known].sum())
    both = _perplexity(total, tokens), _perplexity(of_known, tokens - unknown)
    return Perplexity(sentences, tokens, unknown, *both, total)


def _perplexity(log_probability: float, tokens: int) -> float:
    """exp(-log_probability / tokens)"""
    if not tokens:
        return math.nan
    try:
        return math.exp(-log_probability / tokens)
    except OverflowError:
        return math.inf


@dataclass
class _Record:
    number: int
    lines: int  # that have not come to their end
    text: str


class RecordScorer:
    """Scores records (lines, of plain text) one after the other; a record of several lines is several
    sentences. They are read once: ask for their scores or for those of their tokens.

    `empty` counts the records without a word, as they go by.
    """

    def __init__(self, model: LanguageModel, records: Iterable[str], cut: Cut | None = None) -> None:
        self._records = records
        self._pieces = score_text(model, self._texts(), cut)
        self._open: deque[_Record] = deque()  # on their way through the model, the first of them first
        self.empty = 0

    def scores(self) -> Iterator[RecordScore]:
        """The score of each record."""
        tokens = unknown = 0
        total = 0.0
        for piece in self._pieces:
            units, logs = piece.units.tolist(), piece.logs.tolist()
            for record, here, last in self._parts(piece):
                tokens += len(units[here])
                unknown += units[here].count(UNK)
                total += sum(logs[here])
                if not last:
                    continue
                if tokens:
                    yield RecordScore(
                        record.number, tokens, unknown, total, _perplexity(total, tokens), record.text
                    )
                else:
                    self.empty += 1
                    yield RecordScore(record.number, None, None, None, None, record.text)
                tokens = unknown = 0
                total = 0.0

    def token_scores(self) -> Iterator[TokenScore]:
        """The score of each token."""
        place = 0
        for piece in self._pieces:
            words, unknown, logs = piece.words(), (piece.units == UNK).tolist(), piece.logs.tolist()
            for record, here, last in self._parts(piece):
                for token in zip(words[here], unknown[here], logs[here], strict=True):
                    place += 1
                    yield TokenScore(record.number, place, *token)
                if not last:
                    continue
                if not place:
                    self.empty += 1
                    yield TokenScore(record.number, None, None, None, None)
                place = 0

    def _texts(self) -> Iterator[str]:
        """The records, each with a line's end behind it, in pieces."""
        held: list[str] = []
        size = 0
        for number, text in enumerate(self._records, 1):
            self._open.append(_Record(number, text.count("\n") + 1, text))
            held.append(text + "\n")
            size += len(held[-1])
            if size >= BLOCK:
                yield from _slices("".join(held))
                held, size = [], 0
        yield from _slices("".join(held))

    def _parts(self, piece: ScoredPiece) -> Iterator[tuple[_Record, slice, bool]]:
        """The records in a piece of text, where in it each is, line by line, and whether it ends there."""
        start = 0
        for end in piece.ends.tolist():
            record = self._open[0]
            record.lines -= 1
            if not record.lines:
                self._open.popleft()
            yield record, slice(start, end), not record.lines
            start = end
        if start < piece.units.size:
            yield self._open[0], slice(start, None), False


def _slices(text: str) -> Iterator[str]:
    return (text[start : start + BLOCK] for start in range(0, len(text), BLOCK))
