"""`textmine similarity --mode search`: the texts that are searched, and the index file that keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textmine.cli.compared import Comparison, Row, Texts, words_of
from textmine.cli.remarks import counted
from textmine.cli.tokenizers import NAMES
from textmine.errors import InputError, ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from textmine.cli.progress import Reporter
    from textmine.similarity.metrics import Metric, Read
    from textmine.similarity.search import TransportIndex

METRICS: dict[str, Metric] = {"wmd": "wmd", "wrd": "wrd"}  # that there is an index for


class Mapped(Sequence[str]):
    """Texts in an array of their UTF-8, each up to its end."""

    def __init__(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self._data, self._ends = data, ends

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, place: Any) -> Any:
        start = self._ends[place - 1] if place else 0
        try:
            return self._data[start : self._ends[place]].tobytes().decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise ModelError("the texts of the index are damaged", "write it again") from error


@dataclass
class Library:
    """Texts made ready to be searched; without an `index` all of them are compared. `name` is what remarks
    call them, `own` says that text i is the i-th to be asked for, too."""

    texts: Sequence[str]
    read: Read
    index: TransportIndex | None
    name: str = "the index"
    own: bool = False

    @classmethod
    def of(cls, comparison: Comparison, texts: Texts) -> Library:
        """The texts of B for this comparison."""
        from textmine.similarity.metrics import TransportMeasure
        from textmine.similarity.search import TransportIndex

        held = list(texts.b())
        name = "A" if texts.one else "B"
        read = comparison.read(held)
        measure = comparison.measure
        if type(measure) is not TransportMeasure:
            return cls(held, read, None, name, texts.one)
        index = TransportIndex(measure.ground.table, measure.ground.kind, read.content)
        return cls(held, read, index, name, texts.one)


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


def load(path: Path, threads: int | None, report: Reporter) -> tuple[Comparison, Library]:
    """What `save` has kept, and a line on standard error that says what it is. Raises ModelError where it is
    damaged."""
    import numpy as np

    from textmine.similarity.measures import Ground
    from textmine.similarity.metrics import Read, TransportMeasure
    from textmine.similarity.search import TransportIndex
    from textmine.vectors.model import WordVectors

    index, header, arrays = TransportIndex.load(path)
    try:
        words = arrays["words"].tobytes().decode("utf-8", "surrogatepass").split("\n")
        vectors = WordVectors(words, index.table)
        metric, tokenizer = str(header["metric"]), str(header["tokenizer"])
        texts = Mapped(arrays["texts"], arrays["ends"])
        read = Read(arrays["coverage"], index.masses)
        ground = Ground(index.table, arrays["weights"], index.kind)
        measure = TransportMeasure(ground, vectors, unit=bool(header["unit"]), threads=threads)
        lengths = (len(read), len(index.masses), len(vectors))
        ends = np.diff(arrays["ends"], prepend=0)
        whole = ends.sum() == len(arrays["texts"]) and (ends >= 0).all()
        if not whole or metric not in METRICS or lengths != (len(texts), len(texts), len(ground.weights)):
            raise ValueError("its parts do not go together")
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} is damaged, or no index of texts", "write it with --index") from error
    if tokenizer not in NAMES and not Path(tokenizer).exists():
        raise InputError(
            f"the texts of {path} were cut by the lexicon {tokenizer}, which is not there", "put it back"
        )
    report.note(f"the index holds {counted(len(texts), 'text')}, for --metric {metric}, cut by {tokenizer}")
    comparison = Comparison(METRICS[metric], measure, words_of(vectors, tokenizer), tokenizer)
    return comparison, Library(texts, read, index)


def search(
    comparison: Comparison,
    library: Library,
    texts: Callable[[], Iterator[str]],
    top: int,
    threads: int | None,
    report: Reporter,
) -> Iterator[Row]:
    """For each of the texts the nearest of the library, but for itself; at the end a line tells what is never
    found, and what the bounds have spared."""
    import numpy as np

    from textmine.similarity.metrics import TransportMeasure

    measure, index = comparison.measure, library.index
    solved = compared = 0
    every = np.arange(len(library.read))
    for number, text in enumerate(texts(), 1):
        a = comparison.read([text])
        if index is not None and isinstance(measure, TransportMeasure):
            found = index.search(a.content, top + library.own, threads=threads)
            others = np.flatnonzero((found.texts != number - 1) | (not library.own))[:top]
            nearest, distances = found.texts[others], found.distances[others]
            measure.duals = found.duals[others]
            solved, compared = solved + found.solved, compared + found.compared
        else:
            values = measure.distances(a, library.read, (np.zeros_like(every), every))
            if library.own:
                values[number - 1] = np.nan
            nearest = np.lexsort((every, values))[:top]
            nearest = nearest[~np.isnan(values[nearest])]
            distances = values[nearest]
        comparison.empty += without_value(a)
        coverage = np.full(len(nearest), a.coverage[0])
        rows = comparison.rows(
            np.full(len(nearest), number), nearest + 1, distances, coverage, library.read.coverage[nearest]
        )
        yield from comparison.with_texts(rows, ((text, library.texts[place]) for place in nearest.tolist()))
    if compared:
        report.note(f"{solved / compared:.1%} of the distances were solved, bounds ruled out the rest")
    if lost := without_value(library.read):
        report.note(f"{counted(lost, 'text')} of {library.name} without a word that counts: never found")


def without_value(read: Read) -> int:
    """How many of the texts have no word that counts."""
    import numpy as np

    from textmine.similarity.bags import Masses

    if isinstance(read.content, Masses):
        return int((np.diff(read.content.starts) == 0).sum())
    return int(np.isnan(read.content).any(axis=1).sum())
