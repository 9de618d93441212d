"""The work of `textmine similarity`: where texts come from, the measure, and rows for each mode."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from operator import attrgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from textmine.cli.default_vectors import default_vectors
from textmine.cli.questions import load_vectors
from textmine.cli.remarks import counted
from textmine.errors import InputError
from textmine.parallel import read_ahead
from textmine.progress import Progress, silent
from textmine.words.tokenizers import NAMES, splitter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from textmine.cli.progress import Reporter
    from textmine.corpus import Corpus
    from textmine.similarity.measures import Measure, Metric, Read
    from textmine.vectors.model import WordVectors

Row: TypeAlias = tuple[object, ...]
Side: TypeAlias = Callable[[], Iterator[str]]
Item = TypeVar("Item")

SAMPLE = 20_000  # texts of each side that tell what all have in common, and that vectors are trained on
SAMPLE_CHARACTERS = 1 << 24  # and no more of a side
BATCH = 16384  # pairs compared at a time
CHARACTERS = 1 << 22  # of a side, from which on there are no more pairs in a batch
CELLS = 1 << 22  # of a matrix in memory
HAN = range(0x3400, 0xA000)


@dataclass
class Texts:
    """The texts of both sides; each call of `a`, `b` and `couples` goes through them anew. `wider` counts the
    lines of pairs that had more than two columns, after a pass that came to its end."""

    corpora: tuple[Corpus, ...]
    one: bool  # both sides are the same texts
    a: Side
    b: Side
    couples: Callable[[], Iterator[tuple[str, str]]]
    wider: int = 0

    @property
    def sides(self) -> tuple[Side, ...]:
        """Each side, once where both are the same."""
        return (self.a,) if self.one else (self.a, self.b)

    @classmethod
    def of_two(cls, a: Corpus, b: Corpus, unit: Literal["line", "file"] = "line") -> Texts:
        """The documents of two corpora, which may be one."""

        def side(corpus: Corpus) -> Side:
            return lambda: map(attrgetter("text"), corpus.documents())

        return cls((a, b), a is b, side(a), side(b), lambda: _side_by_side(side(a)(), side(b)(), unit))

    @classmethod
    def of_pairs(cls, corpus: Corpus) -> Texts:
        """Two texts a line, a tab between them."""

        def couples() -> Iterator[tuple[str, str]]:
            wider = 0
            for line in corpus.documents():
                fields = line.text.split("\t")
                if len(fields) < 2:
                    raise InputError(
                        f"{line.source}, line {line.line}: no tab",
                        "write two texts a line, a tab between them",
                    )
                wider += len(fields) > 2
                yield fields[0], fields[1]
            texts.wider = wider

        def side(place: int) -> Side:
            return lambda: (couple[place] for couple in couples())

        texts = cls((corpus,), False, side(0), side(1), couples)
        return texts


def _side_by_side(a: Iterator[str], b: Iterator[str], unit: str) -> Iterator[tuple[str, str]]:
    for number, (x, y) in enumerate(zip_longest(a, b)):
        if x is None or y is None:
            others = "matrix (all with all) or search" if unit == "file" else "matrix, search or documents"
            raise InputError(
                f"{'A' if x is None else 'B'} ends after {counted(number, unit)}, the other goes on",
                f"give as many of both, or choose --mode {others}",
            )
        yield x, y


def prepare(
    texts: Texts,
    report: Reporter,
    *,
    search: bool,
    metric: Metric,
    vectors: Path | None,
    tokenizer: str | None,
    convert: str | None,
    frequencies: str | None,
    stop_words: Path | None,
    threads: int | None,
) -> Comparison:
    """The measure that the options ask for, made for these texts."""
    from textmine.similarity.build import build_measure
    from textmine.vectors.packages import packaged_name

    # What a search finds does not depend on what else is asked for.
    sampled = (texts.b,) if search else texts.sides
    samples = [_sample(side()) for side in sampled]
    sample = [text for texts, _ in samples for text in texts]
    composed = vectors is not None and packaged_name(vectors) == "wordllama"
    loaded = None if vectors is None or composed else load_vectors(vectors, report)
    if tokenizer is None:
        named = None if loaded is None else loaded.header.get("tokenizer")
        tokenizer = str(named) if named in NAMES else default_tokenizer(sample)
    if composed:
        loaded = composed_vectors(texts, sample, tokenizer, frequencies)
    elif loaded is None:
        split = splitter(tokenizer)
        part = ""
        if not all(whole for _, whole in samples):
            most = max(len(texts) for texts, _ in samples)
            part = f"first {counted(most, 'line')}" + " of each side" * (len(samples) > 1)
        loaded = default_vectors([split(text) for text in sample], report, part)
    split = splitter(tokenizer)
    measure = build_measure(
        loaded,
        metric,
        [split(text) for text in sample],
        convert=convert,
        frequencies=frequencies,
        stop_words=frozenset() if stop_words is None else read_words(stop_words, loaded),
        threads=threads,
        note=report.note,
    )
    return Comparison(metric, measure, split, tokenizer)


def _sample(texts: Iterator[str]) -> tuple[list[str], bool]:
    """The first texts of a side, and whether these are all."""
    taken: list[str] = []
    room = SAMPLE_CHARACTERS
    for text in texts:
        if len(taken) == SAMPLE or room <= 0:
            return taken, False
        taken.append(text[:room])
        room -= len(text)
    return taken, room >= 0


def composed_vectors(texts: Texts, sample: list[str], tokenizer: str, frequencies: str | None) -> WordVectors:
    """The vectors of wordllama, made for all words of the texts beside those that the language has."""
    from textmine.similarity.frequencies import languages
    from textmine.vectors.packages import wordllama

    if frequencies in languages():
        language = str(frequencies)
    else:
        language = "zh" if default_tokenizer(sample) == "jieba" else "en"
    split = splitter(tokenizer)
    words = (word.lower() for side in texts.sides for text in side() for word in split(text))
    return wordllama(words, language)


def default_tokenizer(texts: list[str]) -> str:
    """jieba where there is Chinese, else words."""
    sample = "".join(text[:1000] for text in texts[:100])
    return "jieba" if sum(ord(character) in HAN for character in sample) > len(sample) / 10 else "word"


def read_words(path: Path, vectors: WordVectors) -> frozenset[str]:
    """The words in a file, one a line, as they are and in small letters."""
    from textmine.corpus import Corpus

    with Corpus([path], format="text") as corpus:
        words = [line.text.strip() for line in corpus.documents()]
    return frozenset([*(word for word in words if word in vectors), *map(str.lower, words)])


@dataclass
class Comparison:
    """A measure, and how text comes to it; `empty` counts what has no value, `coverage` is that of all texts
    in the rows so far, on average."""

    metric: Metric
    measure: Measure
    split: Callable[[str], list[str]]
    tokenizer: str
    certificate: bool = False
    show_texts: bool = False
    on_progress: Progress = silent
    empty: int = field(default=0, init=False)
    _covered: float = field(default=0.0, init=False)
    _texts: int = field(default=0, init=False)

    @property
    def coverage(self) -> float:
        return self._covered / self._texts if self._texts else 1.0

    def lines(self, couples: Iterable[tuple[str, str]]) -> Iterator[Row]:
        """Text i with text i."""
        import numpy as np

        first = 1
        ready = ((batch, *self._couple(batch)) for batch in _batches(couples, _longer))
        for batch, a, b in read_ahead(ready):  # the next are read while these are solved
            numbers = np.arange(first, first + len(batch))
            rows = self.rows(numbers, numbers, self.measure.distances(a, b), a.coverage, b.coverage)
            yield from self.with_texts(rows, batch)
            first += len(batch)

    def matrix(self, texts: Texts) -> Iterator[Row]:
        """Each text of A with each of B; where B is A, each with those that come after it."""
        import numpy as np

        b = self.read(texts.b())
        numbers = np.arange(1, len(b) + 1)
        for number, (a, start, values) in enumerate(self._against(texts, b), 1):
            known = np.full(len(values), a.coverage[0])
            yield from self.rows(
                np.full(len(values), number), numbers[start:], values, known, b.coverage[start:]
            )

    def save_matrix(self, texts: Texts, path: Path, tmp_dir: Path | None = None) -> None:
        """The distances as a float64 array of shape (texts of A, texts of B), NaN where there is none.

        Only some rows are in memory. Where both sides are the same, the half above the diagonal goes to a
        temporary file first, in `tmp_dir`, else beside `path`.
        """
        import numpy as np

        from textmine.files import written

        b = self.read(texts.b())
        height = len(b) if texts.one else sum(1 for _ in texts.a())
        with written(path) as file:
            header = {"descr": "<f8", "fortran_order": False, "shape": (height, len(b))}
            np.lib.format.write_array_header_1_0(file, header)
            if texts.one:
                with tempfile.TemporaryFile(dir=tmp_dir or Path(os.path.realpath(path)).parent) as upper:
                    self._write_upper(texts, b, upper)
                    _write_mirrored(upper, len(b), file)
                return
            for _, _, values in self._against(texts, b):
                self.empty += int(np.isnan(values).sum())
                file.write(values.astype("<f8").tobytes())

    def _write_upper(self, texts: Texts, b: Read, file: IO[bytes]) -> None:
        """Row after row, 0 before the diagonal; on it 0, or NaN for a text without a value."""
        import numpy as np

        valued = np.zeros(len(b), bool)
        for number, (a, start, values) in enumerate(self._against(texts, b)):
            known = ~np.isnan(values)
            self.empty += int((~known).sum())
            valued[start:] |= known
            row = np.zeros(len(b), "<f8")
            row[start:] = values
            # A text that has a distance from another has one from itself; of others the measure knows.
            if not valued[number] and not known.any() and np.isnan(self.measure.distances(a, a)).any():
                row[number] = np.nan
            file.write(row.tobytes())
        file.flush()

    def with_texts(self, rows: Iterator[Row], couples: Iterable[tuple[str, str]]) -> Iterator[Row]:
        """The rows, with the texts themselves if they are asked for."""
        if not self.show_texts:
            return rows
        return ((*row, *couple) for row, couple in zip(rows, couples, strict=True))

    def explained(self, couples: Iterable[tuple[str, str]]) -> Iterator[Row]:
        """What moves from text i to text i, the dearest first; empty cells where there is no value."""
        from textmine.similarity.explain import explain
        from textmine.similarity.measures import TransportMeasure

        measure = self.measure
        assert isinstance(measure, TransportMeasure)
        words = measure.vectors.words
        number = 0
        for batch in _batches(couples, _longer):
            a, b = self._couple(batch)
            for text in range(len(batch)):
                number += 1
                moves, plan = explain(measure.ground, a.content, b.content, text, text)
                if plan is None:
                    self.empty += 1
                    yield number, number, None, None, None, None, None
                for move in moves:
                    source, target = words[move.source], words[move.target]
                    yield number, number, source, target, move.mass, move.cost, move.mass * move.cost

    def read(self, texts: Iterable[str]) -> Read:
        """The texts as the measure wants them."""
        from textmine.similarity.measures import Read

        parts = [self.measure.read(list(map(self.split, batch))) for batch in _batches(texts, len)]
        return Read.joined(parts) if parts else self.measure.read([])

    def _couple(self, batch: list[tuple[str, str]]) -> tuple[Read, Read]:
        a, b = (self.measure.read([self.split(couple[side]) for couple in batch]) for side in (0, 1))
        return a, b

    def _against(self, texts: Texts, b: Read) -> Iterator[tuple[Read, int, NDArray[np.float64]]]:
        """Each text of A, and its distances from those of b from some place on."""
        import numpy as np

        height = len(b) if texts.one else sum(1 for _ in texts.a())
        done, pairs = 0, height * (height - 1) // 2 if texts.one else height * len(b)
        for number, text in enumerate(texts.a(), 1):
            a = self.read([text])
            start = number if texts.one else 0
            places = np.arange(start, len(b))
            yield a, start, self.measure.distances(a, b, (np.zeros_like(places), places))
            done += len(places)
            self.on_progress("comparing", done, pairs)

    def rows(
        self,
        line_a: NDArray[np.int64],
        line_b: NDArray[np.int64],
        distances: NDArray[np.float64],
        coverage_a: NDArray[np.float64],
        coverage_b: NDArray[np.float64],
    ) -> Iterator[Row]:
        """The cells but for the texts, nothing where there is no value."""
        import numpy as np

        from textmine.similarity.measures import TransportMeasure

        self._covered += float(coverage_a.sum() + coverage_b.sum())
        self._texts += 2 * len(distances)
        cells: list[list[Any]] = [line_a.tolist(), line_b.tolist(), distances.tolist()]
        cells += [self.measure.similarity(distances).tolist(), coverage_a.tolist(), coverage_b.tolist()]
        if self.certificate:
            assert isinstance(self.measure, TransportMeasure)
            duals = self.measure.duals
            cells += [duals.tolist(), np.abs(distances - duals).tolist()]
        missing = np.flatnonzero(np.isnan(distances)).tolist()
        self.empty += len(missing)
        for place in missing:
            for column in (*cells[2:4], *cells[6:]):
                column[place] = None
        return zip(*cells, strict=True)


def _batches(items: Iterable[Item], size: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Some items at a time, fewer where they are long; `size`: the characters of one."""
    batch: list[Item] = []
    room = CHARACTERS
    for item in items:
        batch.append(item)
        room -= size(item)
        if room <= 0 or len(batch) == BATCH:
            yield batch
            batch, room = [], CHARACTERS
    if batch:
        yield batch


def _longer(couple: tuple[str, str]) -> int:
    return max(map(len, couple))


def _write_mirrored(upper: IO[bytes], size: int, file: IO[bytes]) -> None:
    """The square whose half above the diagonal is `upper`, some rows at a time."""
    import numpy as np

    square = np.memmap(upper, "<f8", "r", shape=(size, size))
    step = max(CELLS // size, 1)
    for start in range(0, size, step):
        rows = np.array(square[start : start + step])
        stop = start + len(rows)
        rows[:, :start] = square[:start, start:stop].T
        corner = rows[:, start:stop]
        corner += np.triu(corner, 1).T
        file.write(rows.tobytes())
