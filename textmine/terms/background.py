"""Other text to hold a text against: how often it has the same terms."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine import kernels
from textmine import memory as limits
from textmine.arrays import add_array, read_array
from textmine.corpus.corpus import Corpus
from textmine.corpus.scripts import Unit
from textmine.corpus.units import encode_units
from textmine.counts.ngrams import count_ngrams
from textmine.errors import InputError, ModelError
from textmine.files import refuse_pipe, written
from textmine.progress import Progress, silent
from textmine.words.frequencies import word_list

Kind: TypeAlias = Literal["char", "word"]

VERSION = 1
BLOCK = 1 << 20  # code points of text at once
LONGEST = {"char": 12, "word": 5}  # units of the longest term by default
UNITS_PER_COUNT = 2_000_000  # an n-gram must be seen once more with so many units
_ARRAYS = {"offsets": np.int64, "parent": np.int32, "unit": np.uint32, "count": np.int64}


class Background(Protocol):
    """Counts of general language: of other text, or of a list of words."""

    @property
    def name(self) -> str:
        """What it is called."""

    def size(self, kind: Kind) -> float:
        """How many units of that kind (characters or words) the counts are from."""

    def counts(self, terms: Sequence[str], grams: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """float64[terms]: occurrences of each term, NaN for one it can say nothing of. `grams` are the units
        of the terms, in lower case."""


@dataclass(frozen=True)
class TextBackground:
    """The frequent n-grams of other text, as a trie in arrays.

    `spellings` of its units are in lower case. Nodes of n units are numbered `offsets[n - 1]` to `offsets[n]
    - 1`, in the order of parent and unit; `parent` is the n-gram without its last unit, `unit`, and `count`
    how often it occurs. `header` says what was counted: "unit" as the option, "kind" (what most units are),
    "units", "documents", "min_count" (what is rarer counts as 0), "normalise".
    """

    name: str
    spellings: list[str]
    offsets: NDArray[np.int64]
    parent: NDArray[np.int32]
    unit: NDArray[np.uint32]
    count: NDArray[np.int64]
    header: Mapping[str, Any]

    def size(self, kind: Kind) -> float:
        """Its number of units."""
        return float(self.header["units"])

    def counts(self, terms: Sequence[str], grams: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """float64[terms]: occurrences of each term; 0 for what is rarer than "min_count", NaN for what is
        longer than its longest n-grams."""
        numbers = {spelling: number for number, spelling in enumerate(self.spellings)}
        node = np.full(len(grams), -1, np.int64)
        for length in range(1, self.offsets.size):
            here = slice(int(self.offsets[length - 1]), int(self.offsets[length]))
            rows = np.flatnonzero([len(gram) >= length for gram in grams])
            units = np.array([numbers.get(grams[row][length - 1], -1) for row in rows.tolist()], np.int64)
            keys = _keys(self.parent[here], self.unit[here])
            node[rows] = _find(keys, np.where(node[rows] == _NOWHERE, -1, units), node[rows], here.start)
        deep = np.array([len(gram) for gram in grams]) >= self.offsets.size
        found = np.append(self.count, 0)[np.maximum(node, -1)]
        return np.where(deep, np.nan, found)

    def save(self, path: str | Path) -> None:
        """Write a file, whole or not at all. Raises InputError when it cannot be created there."""
        header = json.dumps({"version": VERSION, "header": dict(self.header)}, ensure_ascii=False)
        members = {
            "background": np.frombuffer(header.encode(), np.uint8),
            "spellings": np.frombuffer("\n".join(self.spellings).encode("utf-8", "surrogatepass"), np.uint8),
            **{name: getattr(self, name) for name in _ARRAYS},
        }
        refuse_pipe(path, "a background")
        with written(path) as stream, zipfile.ZipFile(stream, "w") as archive:
            for name, array in members.items():
                add_array(archive, stream, name, array)

    @classmethod
    def load(cls, path: str | Path) -> TextBackground:
        """The background in a file of `save`. Raises InputError when it cannot be opened, ModelError when it
        is of another kind, of another version or damaged."""
        other = f"{path} is no background, or damaged"
        todo = "write one with textmine background, or name a text"
        try:
            with zipfile.ZipFile(path) as archive:
                if "background.npy" not in archive.namelist():
                    raise ModelError(other, todo)
                arrays = {name: read_array(archive, name) for name in ("background", "spellings", *_ARRAYS)}
            document = json.loads(arrays.pop("background").tobytes())
            if document["version"] != VERSION:
                raise ModelError(f"{path} is a background of another version", "write it again")
            spellings = arrays.pop("spellings").tobytes().decode("utf-8", "surrogatepass").split("\n")
            found = cls(str(path), spellings, header=document["header"], **arrays)
            found._check()
        except ModelError:
            raise
        except OSError as error:
            raise InputError(f"cannot read {path}: {error.strerror}", "check the path") from error
        except Exception as error:  # of damaged files zipfile and numpy complain in a dozen ways
            raise ModelError(other, todo) from error
        return found

    def _check(self) -> None:
        """Raise ValueError where the parts do not go together."""
        for name, kind in _ARRAYS.items():
            if getattr(self, name).dtype != kind or getattr(self, name).ndim != 1:
                raise ValueError(f"{name} is no row of {kind.__name__}")
        if len({self.parent.size, self.unit.size, self.count.size, int(self.offsets[-1])}) > 1:
            raise ValueError("the parts are of different lengths")
        if self.offsets[0] or (np.diff(self.offsets) < 0).any() or self.header["units"] <= 0:
            raise ValueError("the n-grams are not in order")


class ListBackground:
    """A list of words and how often each was seen, which says nothing of what it does not have.

    Counts of words that differ in case only add up. `simplified`: the list has simplified Chinese characters.
    """

    def __init__(self, name: str, words: Mapping[str, float], simplified: bool = False) -> None:
        self.name = name
        self._words: dict[str, float] = {}
        for word, count in words.items():
            self._words[word.lower()] = self._words.get(word.lower(), 0.0) + count
        self._simplified = simplified

    def __len__(self) -> int:
        return len(self._words)

    def size(self, kind: Kind) -> float:
        """The sum of the counts; of count times characters where these are the units."""
        if kind == "word":
            return sum(self._words.values())
        return sum(count * len(word) for word, count in self._words.items())

    def counts(self, terms: Sequence[str], grams: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """float64[terms]: the count of each term in the list, NaN where it is not in it."""
        forms: Iterable[str] = (term.lower() for term in terms)
        if self._simplified:
            from wordfreq.chinese import simplify_chinese

            forms = map(simplify_chinese, forms)
        return np.array([self._words.get(form, np.nan) for form in forms], np.float64)


def is_named(source: str) -> bool:
    """Whether this is a name for `named_background`, and no file."""
    return source in ("jieba", "wordfreq") or source.startswith("wordfreq:")


def named_background(name: str) -> ListBackground:
    """The list of words of that name: "jieba", the counts of jieba's dictionary, or "wordfreq:CODE", the list
    of the package wordfreq for a language ("wordfreq:zh").

    A frequency f of wordfreq's counts as 10^8 f occurrences, so that the rarest words of its lists are seen
    about once. Raises InputError for other names and for a language without a list.
    """
    if name == "jieba":
        from textmine.terms.known import jieba_counts

        return ListBackground(name, jieba_counts())
    if not is_named(name):
        raise InputError(f"there is no list of words {name!r}", "choose jieba or wordfreq:CODE")
    import wordfreq

    code = name.removeprefix("wordfreq").removeprefix(":")
    if code not in wordfreq.available_languages("small"):
        codes = " ".join(sorted(wordfreq.available_languages("small")))
        raise InputError(
            f"there are no word frequencies {name!r}", f"write wordfreq: and one of {codes} after it"
        )
    listed = {word: 1e8 * frequency for word, frequency in word_list(code, "best").items()}
    return ListBackground(name, listed, code == "zh")


def count_background(
    inputs: Corpus | Sequence[str | Path],
    *,
    unit: Unit = "auto",
    min_count: int | None = None,
    max_length: int | None = None,
    normalise: Sequence[str] = (),
    memory: int | None = None,
    tmp_dir: str | Path | None = None,
    threads: int | None = None,
    on_progress: Progress = silent,
) -> TextBackground:
    """Count the n-grams of a text of up to `max_length` units (default: 12 characters or 5 words) that occur
    at least `min_count` times (default: 2, and once more for every two million units).

    `unit` is as in `discover_terms`, and must be the same there. `normalise` is only written down: it says
    how `inputs`, if a Corpus, were normalised. The process stays within `memory` bytes (see
    `discover_terms`). Counts depend on neither, nor on `threads`.

    Raises InputError when there is no text, ResourceError when `memory` is too little.
    """
    limits.tune_allocator()
    memory = limits.allowed(memory)
    limits.room(memory, 0 if kernels.loaded() else limits.KERNELS)
    corpus = inputs if isinstance(inputs, Corpus) else Corpus(inputs, block_size=BLOCK, tmp_dir=tmp_dir)
    with tempfile.TemporaryDirectory(prefix="textmine-", dir=tmp_dir) as directory:
        store = encode_units(corpus, unit, directory, on_progress)
        limits.return_free_memory()
        kind = store.kind()
        least = min_count or max(2, store.words // UNITS_PER_COUNT + 1)
        trie = count_ngrams(
            store,
            max_length=max_length or LONGEST[kind],
            min_count=least,
            room=limits.room(memory),
            directory=directory,
            threads=threads,
            on_progress=on_progress,
        )
        header = {
            "unit": unit,
            "kind": kind,
            "units": store.words,
            "documents": store.documents,
            "min_count": least,
            "normalise": list(normalise),
        }
        spellings = [spelling.lower() for spelling in store.spellings[store.first_word :]]
        unit_numbers = (trie.unit - store.first_word).astype(np.uint32)
        return TextBackground("text", spellings, trie.offsets, trie.parent, unit_numbers, trie.count, header)


_NOWHERE = -2  # an n-gram that the trie does not have


def _keys(parent: NDArray[np.int32], unit: NDArray[np.uint32]) -> NDArray[np.int64]:
    return (parent.astype(np.int64) + 1) << 32 | unit


def _find(
    keys: NDArray[np.int64], units: NDArray[np.int64], parents: NDArray[np.int64], start: int
) -> NDArray[np.int64]:
    """The nodes that are `units` after `parents`; _NOWHERE where a unit is -1 or there is no such node."""
    wanted = (parents + 1) << 32 | units
    places = np.searchsorted(keys, wanted)
    there = places < keys.size
    there[there] = (keys[places[there]] == wanted[there]) & (units[there] >= 0)
    return np.where(there, places + start, _NOWHERE)
