"""Texts made ready to be searched, and the index file that keeps them."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textmine.errors import InputError, ModelError
from textmine.progress import Progress, silent
from textmine.similarity.ground import Ground
from textmine.similarity.measures import Read, TransportMeasure
from textmine.similarity.reader import Distances, Reader
from textmine.similarity.search import TransportIndex
from textmine.similarity.sides import Side
from textmine.vectors.model import WordVectors
from textmine.words.tokenizers import NAMES, splitter

METRICS = {"euclidean": "wmd", "cosine": "wrd"}  # that there is an index for, by the kind of their costs


class PackedTexts:
    """Texts in an array of their UTF-8, each up to its end, without the memory that Python keeps for each
    string."""

    def __init__(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self.data, self.ends = data, ends

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, place: int) -> str:
        start = self.ends[place - 1] if place else 0
        try:
            return self.data[start : self.ends[place]].tobytes().decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise ModelError("the texts of the index are damaged", "write it again") from error


class _Packing:
    """Packs the texts that go through."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts
        self._data, self._ends = bytearray(), array("q")

    def __iter__(self) -> Iterator[str]:
        for text in self._texts:
            self._data += text.encode("utf-8", "surrogatepass")
            self._ends.append(len(self._data))
            yield text

    def packed(self) -> PackedTexts:
        return PackedTexts(np.frombuffer(self._data, np.uint8), np.frombuffer(self._ends, np.int64))


@dataclass(frozen=True)
class Hits(Distances):
    """The texts nearest to a query, nearest first, of equal ones the first: `a` is the query's number, 0 of
    one alone, and `b` that of the text. `empty`: the query has no word that counts. `solved` of the
    `compared` texts were solved, bounds ruled the others out; without an index of bounds both are 0."""

    empty: bool = False
    solved: int = 0
    compared: int = 0


class TextIndex:
    """Texts to be searched by the measure of a `reader`. `texts` are these as they are written, where they
    are kept; `coverage` (float64) is the share of each one's words that are known. `tokenizer` is what cut
    them, of an index out of a file."""

    def __init__(
        self,
        reader: Reader,
        read: Read,
        transport: TransportIndex | None,
        texts: PackedTexts | None = None,
        tokenizer: str | None = None,
    ) -> None:
        self.reader = reader
        self.texts = texts
        self.tokenizer = tokenizer
        self._read = read
        self._transport = transport

    @classmethod
    def of(cls, reader: Reader, texts: Iterable[str], *, keep: bool = False) -> TextIndex:
        """An index of the texts; `keep`: as they are written, too, which `save` needs. What is not solved
        exactly has no bounds: all texts are compared then."""
        packing = _Packing(texts) if keep else None
        read = reader.read(texts if packing is None else packing)
        measure = reader.exact
        transport = None
        if measure is not None:
            transport = TransportIndex(measure.ground.table, measure.ground.kind, read.content)
        return cls(reader, read, transport, None if packing is None else packing.packed())

    def __len__(self) -> int:
        return len(self._read)

    @property
    def empty(self) -> int:
        """How many of the texts have no word that counts: they are never found."""
        return self._read.empty

    @property
    def metric(self) -> str | None:
        """The metric of an index that has a file."""
        return None if self._transport is None else METRICS[self._transport.kind]

    def search(self, query: str, top: int | None = 10, *, without: int | None = None) -> Hits:
        """The `top` texts nearest to the query (None: all), but for text number `without`."""
        a = self.reader.read([query])
        top = len(self) if top is None else top
        solved = compared = 0
        if self._transport is not None:
            measure = self.reader.exact
            assert measure is not None
            wanted = top + (without is not None)
            found = self._transport.search(a.content, wanted, threads=measure.threads)
            others = np.flatnonzero(found.texts != (-1 if without is None else without))[:top]
            nearest, distances, duals = found.texts[others], found.distances[others], found.duals[others]
            solved, compared = found.solved, found.compared
        else:
            every = np.arange(len(self))
            values = self.reader.measure.distances(a, self._read, (np.zeros_like(every), every))
            if without is not None:
                values[without] = np.nan
            nearest = np.lexsort((every, values))[:top]
            nearest = nearest[~np.isnan(values[nearest])]
            distances, duals = values[nearest], None
        return Hits(
            np.zeros(len(nearest), np.int64),
            nearest,
            distances,
            self.reader.measure.similarity(distances),
            np.full(len(nearest), a.coverage[0]),
            self._read.coverage[nearest],
            duals,
            bool(a.empty),
            solved,
            compared,
        )

    def search_each(
        self,
        queries: Side,
        top: int | None = 10,
        *,
        own: bool = False,
        on_progress: Progress = silent,
    ) -> Iterator[tuple[str, Hits]]:
        """Each of the queries, and what is found; `own`: query i is text i, and does not find itself."""
        asked = sum(1 for _ in queries())
        for number, query in enumerate(queries()):
            hits = self.search(query, top, without=number if own else None)
            yield query, replace(hits, a=np.full(len(hits), number))
            on_progress("searching", number + 1, asked)

    def save(self, path: Path, tokenizer: str) -> None:
        """Keep the texts, their masses and all that a query needs; `tokenizer`: the name of what cut them, or
        the path of a lexicon. Raises ValueError where the texts are not kept, or their measure is not solved
        exactly, InputError where the file cannot be created."""
        measure = self.reader.exact
        if self._transport is None or measure is None or self.texts is None:
            raise ValueError("an index file is of texts that are kept, and of distances solved exactly")
        words = "\n".join(measure.vectors.words).encode("utf-8", "surrogatepass")
        self._transport.save(
            path,
            {
                "metric": self.metric,
                # A lexicon's path from wherever it is asked for.
                "tokenizer": tokenizer if tokenizer in NAMES else str(Path(tokenizer).absolute()),
                "lexicon": _digest(tokenizer),
                "unit": measure.unit,
            },
            weights=measure.ground.weights,
            coverage=self._read.coverage,
            words=np.frombuffer(words, np.uint8),
            texts=self.texts.data,
            ends=self.texts.ends,
        )

    @classmethod
    def load(cls, path: Path, threads: int | None = None) -> TextIndex:
        """What `save` has kept. Raises ModelError where the file is damaged, InputError where the lexicon is
        another now."""
        index, header, arrays = TransportIndex.load(path)
        try:
            words = arrays["words"].tobytes().decode("utf-8", "surrogatepass").split("\n")
            vectors = WordVectors(words, index.table)
            metric, tokenizer = str(header["metric"]), str(header["tokenizer"])
            texts = PackedTexts(arrays["texts"], arrays["ends"])
            read = Read(arrays["coverage"], index.masses)
            ground = Ground(index.table, arrays["weights"], index.kind)
            measure = TransportMeasure(ground, vectors, unit=bool(header["unit"]), threads=threads)
            lengths = (len(read), len(index.masses), len(vectors))
            ends = np.diff(arrays["ends"], prepend=0)
            whole = ends.sum() == len(arrays["texts"]) and (ends >= 0).all()
            alike = lengths == (len(texts), len(texts), len(ground.weights))
            if not whole or not alike or metric != METRICS[index.kind]:
                raise ValueError("its parts do not go together")
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{path} is damaged, or no index of texts", "write it with `index`") from error
        if tokenizer not in NAMES and not Path(tokenizer).is_file():
            raise InputError(
                f"the texts of {path} were cut by the lexicon {tokenizer}, which is not there", "put it back"
            )
        if _digest(tokenizer) != header.get("lexicon"):
            raise InputError(
                f"the lexicon {tokenizer} is not what it was when the texts of {path} were cut by it",
                "put it back, or write the index again",
            )
        return cls(Reader(measure, splitter(tokenizer)), read, index, texts, tokenizer)


def _digest(tokenizer: str) -> str | None:
    """What tells one lexicon file from another; None for a tokenizer with a name."""
    return None if tokenizer in NAMES else hashlib.sha256(Path(tokenizer).read_bytes()).hexdigest()
