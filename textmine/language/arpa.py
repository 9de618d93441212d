"""ARPA files, the text format that programs for n-gram models share."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.sources import Source, find_sources, read
from textmine.errors import InputError, ModelError, ResourceError
from textmine.files import written
from textmine.kernels import language as kernels
from textmine.kernels.language import BOS, EOS, UNK
from textmine.language.kneser_ney import Smoothed
from textmine.language.model import SPECIAL, LanguageModel
from textmine.progress import Progress, silent

LN10 = math.log(10)
UNKNOWN_LOG10 = -100.0
ROWS = 1 << 14  # n-grams written at once
LONGEST_LINE = 1 << 20  # bytes
MOST_NODES = 1 << 31
_COUNT = re.compile(rb"ngram\s+(\d{1,4})\s*=\s*(\d{1,18})\s*")
_SPACE = re.compile(r"[ \t\n\r\f\v\0]")
_AGAIN = "write or fetch the file again"


def write_arpa(model: LanguageModel, path: str | Path, on_progress: Progress = silent) -> None:
    """Write `model` as an ARPA file, whole or not at all, the way KenLM does.

    A line has log10 p, the words and the log10 of the backoff weight (none for the longest n-grams), parted
    by tabs, 7 significant digits each; <s>, which is never drawn, has 0 for log10 p. `model.header` is not
    kept. on_progress("writing n-grams", done, total). Raises InputError when the file cannot be created
    and ModelError for a word with white space.
    """
    for word in model.words:
        if not word or _SPACE.search(word):
            raise ModelError(f"{word!r} is empty or has white space, which ARPA cannot hold", "leave it out")
    with written(path) as stream:
        stream.write(b"\\data\\\n")
        for length, size in enumerate(np.diff(model.starts).tolist(), 1):
            stream.write(b"ngram %d=%d\n" % (length, size))
        for length in range(1, model.order + 1):
            stream.write(b"\n\\%d-grams:\n" % length)
            _write_level(stream, model, length, on_progress)
        stream.write(b"\n\\end\\\n")


def _write_level(stream: IO[bytes], model: LanguageModel, length: int, on_progress: Progress) -> None:
    words = model.words
    longest = length == model.order
    pattern = "%.7g\t" + " ".join(["%s"] * length) + ("\n" if longest else "\t%.7g\n")
    first, end = model.starts[length - 1 : length + 1].tolist()
    for start in range(first, end, ROWS):
        nodes = np.arange(start, min(start + ROWS, end))
        logs = np.minimum(model.logs[nodes].astype(np.float64), 0) / LN10
        logs[nodes == BOS] = 0
        columns: list[list[float] | list[str]] = []
        if not longest:
            columns.append((model.backoffs[nodes].astype(np.float64) / LN10 + 0.0).tolist())  # no -0
        for _ in range(length):
            columns.append([words[unit] for unit in model.units[nodes].tolist()])
            nodes = np.searchsorted(model.first, nodes, "right") - 1
        columns.append((logs + 0.0).tolist())
        text = "".join(map(pattern.__mod__, zip(*reversed(columns), strict=True)))
        stream.write(text.encode("utf-8", "surrogatepass"))
        on_progress("writing n-grams", min(start + ROWS, end), int(model.starts[-1]))


def read_arpa(path: str | Path, on_progress: Progress = silent) -> LanguageModel:
    """The model in an ARPA file (or pipe), compressed or not; the units are SPECIAL and the words in their
    order in the file.

    Read as KenLM reads it: columns stand between white space, backoff weights may be left out for 1; <UNK> is
    <unk>, which has a log10 probability of -100 where it is missing. An n-gram whose beginning or end is not
    in the file (pruning of other programs leaves such) gets these, with the probability that backing off
    gives them and the weight 1: every question has the answer that the file gives. on_progress("loading the
    model", done, total) hears bytes on disk.

    Raises InputError when the file cannot be opened, ModelError, with the line, when it is broken or of
    another kind.
    """
    return read_source(one_source(path, on_progress), on_progress)


def one_source(path: str | Path, on_progress: Progress = silent) -> Source:
    """The file or pipe at `path`. Raises InputError when there is not just one."""
    if Path(path).is_dir():
        raise InputError(f"{path} is a folder", "name the file of a language model")
    sources, _ = find_sources([path], None, on_progress)
    if len(sources) != 1:
        raise InputError(f"{path} matches {len(sources)} files", "name one file")
    return sources[0]


def read_source(source: Source, on_progress: Progress = silent) -> LanguageModel:
    """See read_arpa."""
    lines = _Lines(source, on_progress)
    sizes = _sizes(lines)
    numbers = {word.encode(): unit for unit, word in enumerate(SPECIAL)} | {b"<UNK>": UNK}
    words = list(SPECIAL)
    levels = []
    expected = b"\\1-grams:"
    for length, size in enumerate(sizes, 1):
        lines.expect(expected)
        levels.append(_read_level(lines, length, size, length == len(sizes), numbers, words))
        expected = b"\\%d-grams:" % (length + 1) if length < len(sizes) else b"\\end\\"
    lines.expect(expected)
    return LanguageModel.of(words, _link(levels, words, source.name))


class _Lines:
    """The lines of a file, in order; `number` is that of the last one taken."""

    def __init__(self, source: Source, on_progress: Progress) -> None:
        self.name = source.name
        self.number = 0
        self.begun = False  # that is, \\data\\ was there
        self._batches = _batches(
            source, lambda position: on_progress("loading the model", position, source.size)
        )
        self._batch: list[bytes] = []
        self._at = 0

    def take(self, most: int) -> list[bytes]:
        """The next lines, at least one and at most so many."""
        while self._at == len(self._batch):
            batch = next(self._batches, None)
            if batch is None:
                if not self.begun:
                    raise self.no_model(": it is empty")
                raise ModelError(f"{self.name} ends after line {self.number}, before \\end\\", _AGAIN)
            self._at, self._batch = 0, batch
        lines = self._batch[self._at : self._at + most]
        self._at += len(lines)
        self.number += len(lines)
        return lines

    def next(self) -> bytes:
        """The next line that is not blank, without white space around."""
        while not (line := self.take(1)[0].strip()):
            pass
        return line

    def expect(self, mark: bytes) -> None:
        if (line := self.next()) != mark:
            raise self.error(f"{_shown(line)} instead of {mark.decode()}")

    def no_model(self, what: str) -> ModelError:
        return ModelError(f"{self.name} is no language model{what}", "name one of train-lm, or an ARPA file")

    def error(self, what: str, line: int | None = None) -> ModelError:
        return ModelError(f"{self.name}, line {line or self.number}: {what}", _AGAIN)


def _batches(source: Source, on_position: Callable[[int], None]) -> Iterator[list[bytes]]:
    """Whole lines, many at once; what follows the last line feed is one where there is something."""
    rest, number = b"", 1
    for chunk in read(source, on_position):
        *lines, rest = (rest + chunk).split(b"\n")
        number += len(lines)
        if lines:
            yield lines
        if len(rest) > LONGEST_LINE:
            if number == 1:  # such as a text without line ends: told by its beginning
                yield [rest]
            raise ModelError(f"{source.name}, line {number}: too long for an ARPA file", _AGAIN)
    if rest:
        yield [rest]


def _sizes(lines: _Lines) -> list[int]:
    """How many n-grams of each length the head of the file tells of."""
    while (line := lines.next()).startswith(b"#"):
        pass
    if line.removeprefix(b"\xef\xbb\xbf") != b"\\data\\":
        if line.startswith((b"\\", b"ngram ")):
            raise lines.error(f"{_shown(line)} where an ARPA file begins with \\data\\")
        text = " ".join(line[:160].decode("utf-8-sig", "replace")[:40].split())
        readable = text.isprintable() and "\ufffd" not in text
        raise lines.no_model(f" but a text, '{text}...'" if readable else "")
    lines.begun = True
    sizes: list[int] = []
    while line := lines.take(1)[0].strip():
        count = _COUNT.fullmatch(line)
        if count is None or int(count[1]) != len(sizes) + 1:
            raise lines.error(f"{_shown(line)} instead of ngram {len(sizes) + 1}=COUNT")
        sizes.append(int(count[2]))
    if not sizes:
        raise lines.error("no counts of n-grams after \\data\\")
    if sum(sizes) >= MOST_NODES:
        raise ResourceError(f"{lines.name} has 2^31 n-grams and more", "prune it")
    return sizes


@dataclass
class _Level:
    """The n-grams of one length in the order of the file: `units` int32 of shape (length, n-grams), natural
    logarithms float32 (NaN: by backing off). `line` is that of the first."""

    units: NDArray[np.int32]
    logs: NDArray[np.float32]
    backoffs: NDArray[np.float32]
    line: int

    def add(self, units: NDArray[np.int32], log: float) -> None:
        self.units = np.concatenate([self.units, units], axis=1)
        more = np.full(units.shape[1], log, np.float32)
        self.logs = np.concatenate([self.logs, more])
        self.backoffs = np.concatenate([self.backoffs, np.zeros_like(more)])


def _read_level(
    lines: _Lines, length: int, size: int, longest: bool, numbers: dict[bytes, int], words: list[str]
) -> _Level:
    first = lines.number + 1
    parts = [(np.empty((length, 0), np.int32), np.empty(0, np.float32), np.empty(0, np.float32))]
    left = size
    while left:
        some = lines.take(left)
        parts.append(_parse(lines, some, length, size, numbers, words))
        left -= len(some)
    units, logs, backoffs = zip(*parts, strict=True)
    level = _Level(np.concatenate(units, axis=1), np.concatenate(logs), np.concatenate(backoffs), first)
    if longest and level.backoffs.any():
        at = int(level.backoffs.astype(bool).argmax())
        raise lines.error("a backoff weight of one of the longest n-grams", first + at)
    if length == 1:
        for unit in (BOS, EOS):
            if unit not in level.units:
                raise lines.error(f"{SPECIAL[unit]} is not among the words")
        if UNK not in level.units:
            level.add(np.full((1, 1), UNK, np.int32), UNKNOWN_LOG10 * LN10)
    return level


def _parse(
    lines: _Lines, some: list[bytes], length: int, size: int, numbers: dict[bytes, int], words: list[str]
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]]:
    """The units, logarithms and backoff weights on the lines just taken."""
    first = lines.number - len(some) + 1
    columns = _even_columns(some, length + 2) or _columns(lines, some, length, size)
    if length == 1:
        _add_words(lines, columns[1], first, numbers, words)
    units = np.array(
        [np.fromiter(map(numbers.get, column, repeat(-1)), np.int32) for column in columns[1:-1]]
    )
    with np.errstate(over="ignore"):  # told of below
        logs, backoffs = (
            (np.array(list(map(_number, columns[at]))) * LN10).astype(np.float32) for at in (0, -1)
        )
    if length == 1:
        logs[units[0] == BOS] = 0  # it is never drawn; some programs write -99 or -inf
    bad = (units < 0).any(axis=0) | ~((logs <= 0) & np.isfinite(logs) & np.isfinite(backoffs))
    if bad.any():
        at = int(bad.argmax())
        log, *ngram, backoff = (_shown(column[at]) for column in columns)
        if (units[:, at] < 0).any():
            what = f"the word {ngram[int(units[:, at].argmin())]} is not among the 1-grams"
        elif not math.isfinite(backoffs[at]):
            what = f"the backoff weight {backoff} is no finite number"
        elif math.isfinite(logs[at]):
            what = f"the log10 of the probability, {log}, is above 0, for a probability above 1"
        else:
            what = f"the log10 of the probability, {log}, is no finite number"
        raise lines.error(what, first + at)
    return units, logs, backoffs


def _even_columns(some: list[bytes], size: int) -> list[list[bytes]] | None:
    """The columns of lines that all have `size` of them, or all one less (the last); None of others. Without
    a list for each line, which takes four times as long."""
    data = b"\n".join(some)
    if b"\0" in data:
        return None
    fields = (data + b"\n").replace(b"\n", b" \0 ").split()
    for there in (size, size - 1):
        if fields[there :: there + 1] == [b"\0"] * len(some) and len(fields) == (there + 1) * len(some):
            columns = [fields[at :: there + 1] for at in range(there)]
            return columns if there == size else [*columns, [b"0"] * len(some)]
    return None


def _columns(lines: _Lines, some: list[bytes], length: int, size: int) -> list[list[bytes]]:
    """The columns of lines some of which have no backoff weight."""
    rows = list(map(bytes.split, some))
    for line, row in enumerate(rows, lines.number - len(some) + 1):
        if len(row) == length + 1:
            row.append(b"0")
        elif not row or row[0].startswith(b"\\"):
            raise lines.error(f"the {length}-grams end here, but \\data\\ tells of {size}", line)
        elif len(row) != length + 2:
            words = "a word" if length == 1 else f"{length} words"
            raise lines.error(f"not log10 of a probability, {words} and a backoff weight", line)
    return [list(column) for column in zip(*rows, strict=True)]


def _add_words(
    lines: _Lines, column: list[bytes], first: int, numbers: dict[bytes, int], words: list[str]
) -> None:
    for at, word in enumerate(column):
        if word not in numbers:
            numbers[word] = len(words)
            try:
                words.append(word.decode("utf-8", "surrogatepass"))
            except UnicodeDecodeError as error:
                raise lines.error("the word is not UTF-8", first + at) from error


def _number(field: bytes) -> float:
    try:
        return float(field)
    except ValueError:
        return math.nan


def _shown(field: bytes) -> str:
    text = field[:41].decode("utf-8", "replace")
    text = text if len(text) < 41 else text[:40] + "..."
    return f"'{text}'" if text.isprintable() else repr(text)


def _link(levels: list[_Level], words: list[str], name: str) -> list[Smoothed]:
    """The levels, each sorted by parent and unit, with what is missing in between."""
    level = levels[0]
    order = _sorted(level, np.zeros(level.units.shape[1], np.int64), name)
    nothing = np.zeros(len(order), np.int32)
    units = level.units[-1][order].astype(np.uint32)
    made = [Smoothed(units, nothing, nothing, level.logs[order], level.backoffs[order])]
    while len(made) < len(levels):
        below, level = made[-1], levels[len(made)]
        length = len(made) + 1
        shorter = LanguageModel.of(words, made)
        parents, suffixes = np.empty((2, level.units.shape[1]), np.int32)
        kernels.find(level.units[:-1], shorter.first, shorter.units, parents)
        kernels.find(level.units[1:], shorter.first, shorter.units, suffixes)
        missing = np.concatenate([level.units[:-1, parents < 0], level.units[1:, suffixes < 0]], axis=1)
        if missing.size:  # its own may be, too: back to its length
            levels[length - 2].add(np.unique(missing, axis=1), math.nan)
            made.pop()
            continue
        start = int(shorter.starts[-2])
        order = _sorted(level, parents, name)
        parents, suffixes = parents[order] - start, suffixes[order] - start
        logs = level.logs[order]
        backed_off = np.isnan(logs)
        logs[backed_off] = (below.log_backoffs[parents] + below.log_probabilities[suffixes])[backed_off]
        units = level.units[-1][order].astype(np.uint32)
        made.append(Smoothed(units, parents, suffixes, logs, level.backoffs[order]))
    return made


def _sorted(level: _Level, parents: NDArray[np.integer[Any]], name: str) -> NDArray[np.int64]:
    """The order by parent and last unit."""
    keys = parents.astype(np.int64) << 32 | level.units[-1]
    order = np.argsort(keys)
    keys = keys[order]
    same = np.flatnonzero(keys[1:] == keys[:-1])
    if same.size:
        line = level.line + int(max(order[same[0]], order[same[0] + 1]))
        raise ModelError(f"{name}, line {line}: the same n-gram again", _AGAIN)
    return order
