"""`textmine similarity --mode search`: the texts that are searched, and the index file that keeps them."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textmine.cli.compared import Comparison, Row, Texts
from textmine.cli.remarks import counted
from textmine.errors import InputError, ModelError
from textmine.words.tokenizers import NAMES, splitter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from textmine.cli.progress import Reporter
    from textmine.similarity.measures import Metric, Read
    from textmine.similarity.search import TransportIndex

METRICS: dict[str, Metric] = {"wmd": "wmd", "wrd": "wrd"}  # that there is an index for


class Packed:
    """Texts in an array of their UTF-8, each up to its end."""

    def __init__(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self.data, self.ends = data, ends

    @classmethod
    def of(cls, texts: Iterable[str]) -> Packed:
        """These texts, without the memory that Python keeps for each string."""
        import numpy as np

        data, ends = bytearray(), array("q")
        for text in texts:
            data += text.encode("utf-8", "surrogatepass")
            ends.append(len(data))
        return cls(np.frombuffer(data, np.uint8), np.frombuffer(ends, np.int64))

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, place: int) -> str:
        start = self.ends[place - 1] if place else 0
        try:
            return self.data[start : self.ends[place]].tobytes().decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise ModelError("the texts of the index are damaged", "write it again") from error


@dataclass
class Library:
    """Texts made ready to be searched; without an `index` all of them are compared. `name` is what remarks
    call them, `own` says that text i is the i-th to be asked for, too."""

    texts: Packed | None
    read: Read
    index: TransportIndex | None
    name: str = "the index"
    own: bool = False

    @classmethod
    def of(cls, comparison: Comparison, texts: Texts, keep: bool) -> Library:
        """The texts of B for this comparison; `keep`: as they are written, too."""
        from textmine.similarity.measures import TransportMeasure
        from textmine.similarity.search import TransportIndex

        held = Packed.of(texts.b()) if keep else None
        name = "A" if texts.one else "B"
        read = comparison.read(texts.b())
        measure = comparison.measure
        if type(measure) is not TransportMeasure:
            return cls(held, read, None, name, texts.one)
        index = TransportIndex(measure.ground.table, measure.ground.kind, read.content)
        return cls(held, read, index, name, texts.one)


def save(path: Path, comparison: Comparison, library: Library) -> None:
    """Keep the texts, their masses and all that a query needs."""
    import numpy as np

    from textmine.similarity.measures import TransportMeasure

    measure = comparison.measure
    assert library.index is not None and library.texts is not None and isinstance(measure, TransportMeasure)
    words = "\n".join(measure.vectors.words).encode("utf-8", "surrogatepass")
    library.index.save(
        path,
        {
            "metric": comparison.metric,
            "tokenizer": _whole_name(comparison.tokenizer),
            "lexicon": _lexicon_digest(comparison.tokenizer),
            "unit": measure.unit,
        },
        weights=measure.ground.weights,
        coverage=library.read.coverage,
        words=np.frombuffer(words, np.uint8),
        texts=library.texts.data,
        ends=library.texts.ends,
    )


def load(path: Path, threads: int | None, report: Reporter) -> tuple[Comparison, Library]:
    """What `save` has kept, and a line on standard error that says what it is. Raises ModelError where it is
    damaged."""
    import numpy as np

    from textmine.similarity.ground import Ground
    from textmine.similarity.measures import Read, TransportMeasure
    from textmine.similarity.search import TransportIndex
    from textmine.vectors.model import WordVectors

    index, header, arrays = TransportIndex.load(path)
    try:
        words = arrays["words"].tobytes().decode("utf-8", "surrogatepass").split("\n")
        vectors = WordVectors(words, index.table)
        metric, tokenizer = str(header["metric"]), str(header["tokenizer"])
        texts = Packed(arrays["texts"], arrays["ends"])
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
    if tokenizer not in NAMES and not Path(tokenizer).is_file():
        raise InputError(
            f"the texts of {path} were cut by the lexicon {tokenizer}, which is not there", "put it back"
        )
    if _lexicon_digest(tokenizer) != header.get("lexicon"):
        raise InputError(
            f"the lexicon {tokenizer} is not what it was when the texts of {path} were cut by it",
            "put it back, or write the index again",
        )
    report.note(f"the index holds {counted(len(texts), 'text')}, for --metric {metric}, cut by {tokenizer}")
    comparison = Comparison(METRICS[metric], measure, splitter(tokenizer), tokenizer)
    return comparison, Library(texts, read, index)


def search(
    comparison: Comparison,
    library: Library,
    texts: Callable[[], Iterator[str]],
    top: int | None,
    threads: int | None,
    report: Reporter,
) -> Iterator[Row]:
    """For each of the texts the `top` nearest of the library (None: all), but for itself; at the end a line
    tells what is never found, and what the bounds have spared."""
    import numpy as np

    from textmine.similarity.measures import TransportMeasure

    measure, index = comparison.measure, library.index
    top = len(library.read) if top is None else top
    solved = compared = 0
    asked = sum(1 for _ in texts())
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
        held = library.texts
        couples = [] if held is None else ((text, held[place]) for place in nearest.tolist())
        yield from comparison.with_texts(rows, couples)
        report("searching", number, asked)
    if compared:
        report.note(f"{solved / compared:.1%} of the distances were solved, bounds ruled out the rest")
    if lost := without_value(library.read):
        report.note(f"{counted(lost, 'text')} of {library.name} without a word that counts: never found")


def _whole_name(tokenizer: str) -> str:
    """A lexicon's path from wherever it is asked for; a name as it is."""
    return tokenizer if tokenizer in NAMES else str(Path(tokenizer).absolute())


def _lexicon_digest(tokenizer: str) -> str | None:
    """What tells one lexicon file from another; None for a tokenizer with a name."""
    return None if tokenizer in NAMES else hashlib.sha256(Path(tokenizer).read_bytes()).hexdigest()


def without_value(read: Read) -> int:
    """How many of the texts have no word that counts."""
    import numpy as np

    from textmine.similarity.bags import Masses

    if isinstance(read.content, Masses):
        return int((np.diff(read.content.starts) == 0).sum())
    return int(np.isnan(read.content).any(axis=1).sum())
