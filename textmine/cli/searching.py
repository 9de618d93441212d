"""`textmine similarity --mode search`: the texts that are searched, and the index file that keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textmine.cli.compared import Comparison, Row, words_of
from textmine.cli.tokenizers import NAMES
from textmine.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from textmine.cli.progress import Reporter
    from textmine.similarity.metrics import Metric, Read
    from textmine.similarity.search import TransportIndex


class Mapped(Sequence[str]):
    """Texts in an array of their UTF-8, each up to its end."""

    def __init__(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self._data, self._ends = data, ends

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, place: Any) -> Any:
        start = self._ends[place - 1] if place else 0
        return self._data[start : self._ends[place]].tobytes().decode("utf-8", "surrogatepass")


@dataclass
class Library:
    """Texts made ready to be searched; without an `index` all of them are compared."""

    texts: Sequence[str]
    read: Read
    index: TransportIndex | None

    @classmethod
    def of(cls, comparison: Comparison, texts: Iterator[str]) -> Library:
        """The texts for this comparison."""
        from textmine.similarity.metrics import TransportMeasure
        from textmine.similarity.search import TransportIndex

        held = list(texts)
        read = comparison.read(held)
        measure = comparison.measure
        if type(measure) is not TransportMeasure:
            return cls(held, read, None)
        return cls(held, read, TransportIndex(measure.ground.table, measure.ground.kind, read.content))


def save(path: Path, comparison: Comparison, library: Library) -> None:
    """Keep the texts, their masses and all that a query needs."""
    import numpy as np

    from textmine.similarity.metrics import TransportMeasure

    measure = comparison.measure
    if library.index is None or not isinstance(measure, TransportMeasure):
        raise InputError("there is an index for --metric wrd and wmd only", "leave --index out")
    encoded = [text.encode("utf-8", "surrogatepass") for text in library.texts]
    words = "\n".join(measure.vectors.words).encode("utf-8", "surrogatepass")
    library.index.save(
        path,
        {"metric": comparison.metric, "tokenizer": comparison.tokenizer, "unit": measure.unit},
        weights=measure.ground.weights,
        coverage=library.read.coverage,
        words=np.frombuffer(words, np.uint8),
        texts=np.frombuffer(b"".join(encoded), np.uint8),
        ends=np.cumsum([len(text) for text in encoded], dtype=np.int64),
    )


def load(path: Path, threads: int | None) -> tuple[Comparison, Library]:
    """What `save` has kept."""
    from textmine.similarity.measures import Ground
    from textmine.similarity.metrics import Read, TransportMeasure
    from textmine.similarity.search import TransportIndex
    from textmine.vectors.model import WordVectors

    index, header, arrays = TransportIndex.load(path)
    words = arrays["words"].tobytes().decode("utf-8", "surrogatepass").split("\n")
    vectors = WordVectors(words, index.table)
    metric: Metric = header["metric"]
    tokenizer = str(header["tokenizer"])
    if tokenizer not in NAMES and not Path(tokenizer).exists():
        raise InputError(
            f"the texts of {path} were cut by the lexicon {tokenizer}, which is not there", "put it back"
        )
    ground = Ground(index.table, arrays["weights"], index.kind)
    measure = TransportMeasure(ground, vectors, unit=bool(header["unit"]), threads=threads)
    comparison = Comparison(metric, measure, words_of(vectors, tokenizer), tokenizer)
    library = Library(Mapped(arrays["texts"], arrays["ends"]), Read(arrays["coverage"], index.masses), index)
    return comparison, library


def search(
    comparison: Comparison,
    library: Library,
    texts: Callable[[], Iterator[str]],
    top: int,
    threads: int | None,
    report: Reporter,
) -> Iterator[Row]:
    """For each text the nearest of the library; what the bounds have spared is told at the end."""
    import numpy as np

    from textmine.similarity.metrics import TransportMeasure

    measure, index = comparison.measure, library.index
    solved = compared = 0
    every = np.arange(len(library.read))
    for number, text in enumerate(texts(), 1):
        a = comparison.read([text])
        if index is not None and isinstance(measure, TransportMeasure):
            found = index.search(a.content, top, threads=threads)
            nearest, distances, measure.duals = found.texts, found.distances, found.duals
            solved, compared = solved + found.solved, compared + found.compared
        else:
            values = measure.distances(a, library.read, (np.zeros_like(every), every))
            nearest = np.lexsort((every, values))[:top]
            nearest = nearest[~np.isnan(values[nearest])]
            distances = values[nearest]
        comparison.empty += not len(nearest)
        coverage = np.full(len(nearest), a.coverage[0])
        rows = comparison.rows(
            np.full(len(nearest), number), nearest + 1, distances, coverage, library.read.coverage[nearest]
        )
        yield from comparison.with_texts(rows, ((text, library.texts[place]) for place in nearest.tolist()))
    if compared:
        report.note(f"{solved / compared:.1%} of the distances were solved, bounds ruled out the rest")
