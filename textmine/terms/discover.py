"""From raw text to its words and terms."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine import memory as limits
from textmine.corpus.corpus import Corpus
from textmine.corpus.scripts import Unit
from textmine.corpus.store import UnitStore
from textmine.corpus.units import encode_units
from textmine.counts.ngrams import count_ngrams
from textmine.counts.places import Places
from textmine.counts.trie import NgramTrie
from textmine.errors import InputError
from textmine.kernels import ngrams as kernels
from textmine.parallel import ordered_map, thread_count
from textmine.progress import Progress, silent
from textmine.terms import score as scores
from textmine.terms.autonomy import count_words
from textmine.terms.background import check_language, detect_language, frequencies
from textmine.terms.surface import Surfaces

Method: TypeAlias = Literal["autonomy", "cohesion", "entropy", "redundancy"]

MEMORY = 600 * limits.MB
BLOCK = 1 << 20  # code points of text at once
LONGEST = {"char": 12, "word": 5}  # units of the longest term by default
UNITS_PER_COUNT = 2_000_000  # the default minimum count rises by one with so many units
LEAST_COUNT = {"char": 5, "word": 2}
SHARE_TO_FOLD = 0.95  # of its occurrences inside one longer term: then a term is but a part of it


@dataclass(frozen=True, slots=True)
class Term:
    """A term as found.

    `count` occurrences in `documents` documents; `cohesion` the least pointwise mutual information over its
    splits (nats; None for single units), `left_entropy` and `right_entropy` of its neighbours (nats), `score`
    the larger the better, `examples` contexts with the term between 【 and 】.
    """

    term: str
    count: int
    documents: int
    cohesion: float | None
    left_entropy: float
    right_entropy: float
    score: float
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Discovery:
    """The terms, best first, and what was set from the text itself.

    `found` is how many there were before `top` cut the list.
    `unit` is "char" or "word" (what most units of the text are), `language` that of the word frequencies
    used, if any.
    """

    terms: list[Term]
    found: int
    unit: Literal["char", "word"]
    units: int
    documents: int
    min_count: int
    max_length: int
    language: str | None


def discover_terms(
    inputs: Corpus | Sequence[str | Path],
    *,
    method: Method = "autonomy",
    unit: Unit = "auto",
    min_count: int | None = None,
    max_length: int | None = None,
    language: str | None = None,
    drop: Callable[[str], bool] | None = None,
    sort: str = "score",
    top: int | None = None,
    examples: int = 0,
    memory: int = MEMORY,
    tmp_dir: str | Path | None = None,
    threads: int | None = None,
    on_progress: Progress = silent,
) -> Discovery:
    """Find the words and terms of a text from nothing but the text.

    `method` is one of "autonomy" (words by branching entropy and description, phrases by termhood;
    `terms.score`), "cohesion" (`terms.solid`), "entropy" (termhood alone) and "redundancy"
    (`terms.redundancy`); where words are the units, the first is `terms.score.keyness` and the others find
    phrases. Terms occur at least `min_count` times and have at most `max_length` units; by default both
    follow from the text: its size and whether most of its units are characters or words. `language` names the
    word frequencies (of wordfreq) that words of spaced languages are held against; by default it is
    recognised. `drop` says which terms to leave out, `sort` the column to sort by (the largest first; terms
    alphabetically), `top` how many to keep, `examples` how many contexts to show of each.

    The process stays within `memory` bytes; temporary files go to `tmp_dir`. Results depend on neither, nor
    on `threads`.

    Raises InputError when there is no text, ResourceError when `memory` is too little.
    """
    limits.tune_allocator()
    limits.room(memory, limits.KERNELS)  # too little is said before the work begins
    if language is not None:
        check_language(language)
    corpus = inputs if isinstance(inputs, Corpus) else Corpus(inputs, block_size=BLOCK, tmp_dir=tmp_dir)
    with tempfile.TemporaryDirectory(prefix="textmine-", dir=tmp_dir) as directory:
        store = encode_units(corpus, unit, directory, on_progress)
        limits.return_free_memory()
        kind = _kind(store)
        rise = store.words // UNITS_PER_COUNT + 1
        counted_from = max(2, rise)
        least = max(LEAST_COUNT[kind], rise) if min_count is None else min_count
        longest = max_length or LONGEST[kind]
        room = limits.room(memory)
        places = Places(store, directory, room // 4)
        trie = count_ngrams(
            store,
            max_length=longest,
            min_count=min(least, max(counted_from, least // 10)),
            room=room,
            directory=directory,
            threads=threads,
            on_progress=on_progress,
            places=places,
        )
        limits.return_free_memory()
        places.complete(trie, threads, on_progress)
        limits.return_free_memory()
        language = (language or _language(store)) if kind == "word" and method == "autonomy" else None
        finder = _Finder(store, trie, places, least, language, threads, on_progress)
        chosen, score = finder.words() if kind == "word" and method == "autonomy" else finder.segments(method)
        surfaces = Surfaces(store, trie)
        if drop is not None:
            chosen = chosen[[not drop(term) for term in surfaces.terms(chosen)]]
        order = _order(finder, chosen, score, surfaces, sort)[:top]
        contexts = finder.examples(order, examples, surfaces) if examples else {}
        terms = _terms(order, finder, score, surfaces, contexts)
        return Discovery(terms, chosen.size, kind, store.words, store.documents, least, longest, language)


def _terms(
    order: NDArray[np.int64],
    finder: _Finder,
    score: NDArray[np.float64],
    surfaces: Surfaces,
    contexts: dict[int, list[str]],
) -> list[Term]:
    """The rows for these nodes; a column at a time, as single numbers are slow to take out of an array."""
    trie = finder.trie
    cohesion = trie.cohesion()[order].tolist()
    return list(
        map(
            Term,
            surfaces.terms(order),
            trie.count[order].tolist(),
            finder.documents[order].tolist(),
            [value if value < math.inf else None for value in cohesion],
            trie.left_entropy[order].tolist(),
            trie.right_entropy[order].tolist(),
            score[order].tolist(),
            [contexts.get(node, []) for node in order.tolist()],
        )
    )


def _kind(store: UnitStore) -> Literal["char", "word"]:
    sizes = np.array([len(spelling) for spelling in store.spellings[store.first_word :]])
    singles = store.counts[store.first_word :][sizes == 1].sum()
    return "char" if 2 * int(singles) >= store.words else "word"


def _language(store: UnitStore) -> str | None:
    words = [spelling.lower() for spelling in store.spellings[store.first_word :]]
    return detect_language(words, store.counts[store.first_word :])


def _order(
    finder: _Finder, chosen: NDArray[np.int64], score: NDArray[np.float64], surfaces: Surfaces, sort: str
) -> NDArray[np.int64]:
    """The chosen nodes sorted by a column, the best scores first among equals."""
    trie = finder.trie
    columns: dict[str, NDArray[Any]] = {
        "count": trie.count,
        "documents": finder.documents,
        "cohesion": np.where(np.isinf(trie.cohesion()), -np.inf, trie.cohesion()),
        "left_entropy": trie.left_entropy,
        "right_entropy": trie.right_entropy,
        "score": score,
    }
    if sort == "term":
        return chosen[np.argsort(np.array(surfaces.terms(chosen), object), kind="stable")]
    if sort not in columns:
        raise InputError(f"there is no column {sort!r} to sort by", f"choose one of term {' '.join(columns)}")
    return chosen[np.lexsort((chosen, -score[chosen], -columns[sort][chosen]))]


class _Finder:
    """Chooses nodes of the trie and scores them."""

    def __init__(
        self,
        store: UnitStore,
        trie: NgramTrie,
        places: Places,
        min_count: int,
        language: str | None,
        threads: int | None,
        on_progress: Progress,
    ) -> None:
        self.store = store
        self.trie = trie
        self.places = places
        self.min_count = min_count
        self.language = language
        self.threads = threads
        self.on_progress = on_progress
        self.documents = np.zeros(trie.count.size, np.int64)
        self.may_be_term = trie.count >= min_count

    def segments(self, method: Method) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The terms that hold together, as in text without spaces: their nodes, and the score of every
        node."""
        trie = self.trie
        if method in ("cohesion", "redundancy"):
            return self._segmented(method)
        frequent = trie.count >= self.min_count
        # T if all occurrences were in one document: what is below needs no look at the documents.
        best = scores.termhood(trie, np.log(trie.count)) >= scores.TERMHOOD
        score = np.zeros(trie.count.size)
        if method == "entropy":
            chosen = np.flatnonzero(frequent & best)
            score[chosen] = scores.termhood(trie, self._residual(chosen), chosen)
            return chosen[score[chosen] >= scores.TERMHOOD], score
        words = count_words(self.store, trie, self.places, self.threads, self.on_progress)
        is_word = frequent & (words.autonomous + words.probable > self.min_count) & self._may_be_word()
        chosen = np.flatnonzero(is_word | (frequent & best))
        residual = self._residual(chosen)
        terms = scores.termhood(trie, residual, chosen)
        as_words = np.where(is_word[chosen], scores.word_score(trie, words, residual, chosen), 0.0)
        score[chosen] = scores.combined(as_words, terms)
        wanted = np.zeros(trie.count.size, np.bool_)
        wanted[chosen] = is_word[chosen] | (terms >= scores.TERMHOOD)
        return self._unfolded(wanted, score), score

    def words(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The terms of a text whose units are words."""
        trie, store = self.trie, self.store
        names = [spelling.lower() for spelling in store.spellings[store.first_word :]]
        background = np.ones(store.counts.size)
        common = np.flatnonzero(store.counts[store.first_word :] >= self.min_count)
        background[store.first_word + common] = frequencies(
            [names[i] for i in common.tolist()], self.language
        )
        score = scores.keyness(trie, background, store.words)
        self.may_be_term &= (score > 0) & self._begins_and_ends_in_words()
        wanted = self.may_be_term.copy()
        self._count_documents(np.flatnonzero(wanted))
        return self._unfolded(wanted, score), score

    def _segmented(self, method: Method) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        from textmine.terms.redundancy import paying_words
        from textmine.terms.solid import solid_words

        find = solid_words if method == "cohesion" else paying_words
        found = find(
            self.store,
            self.trie,
            self.places,
            min_count=self.min_count,
            threads=self.threads,
            on_progress=self.on_progress,
        )
        score = np.zeros(self.trie.count.size)
        score[found.nodes] = found.score
        chosen = found.nodes.astype(np.int64)
        self._count_documents(chosen)
        return chosen, score

    def _may_be_word(self) -> NDArray[np.bool_]:
        """Which nodes can be a word: two units or more, or a run of letters."""
        may = np.ones(self.trie.count.size, np.bool_)
        singles = self.trie.unit[: self.trie.offsets[1]].tolist()
        spellings = self.store.spellings
        may[: len(singles)] = [
            len(spellings[unit]) > 1 and any(character.isalpha() for character in spellings[unit])
            for unit in singles
        ]
        return may

    def _begins_and_ends_in_words(self) -> NDArray[np.bool_]:
        """Which nodes neither begin nor end with a number or a single letter."""
        trie = self.trie
        is_word = np.array([len(s) > 1 and any(c.isalpha() for c in s) for s in self.store.spellings])
        ends = is_word[trie.unit]
        begins = ends.copy()
        for length in range(2, trie.max_length + 1):
            nodes = slice(trie.offsets[length - 1], trie.offsets[length])
            begins[nodes] = begins[trie.parent[nodes]]
        return np.asarray(begins & ends)

    def _unfolded(self, wanted: NDArray[np.bool_], score: NDArray[np.float64]) -> NDArray[np.int64]:
        """The wanted nodes with parts replaced by wholes (`wanted` and `score` are extended)."""
        folded = np.zeros(wanted.size, np.bool_)
        trie = self.trie
        kernels.fold(
            trie.parent, trie.suffix, trie.count, SHARE_TO_FOLD, self.may_be_term, wanted, score, folded
        )
        return np.flatnonzero(wanted & ~folded)

    def _residual(self, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
        """The residual inverse document frequency of the chosen nodes; fills their `documents`."""
        self._count_documents(chosen)
        return scores.residual_idf(self.trie.count[chosen], self.documents[chosen], self.store.documents)

    def _numbered(self, wanted: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The wanted nodes by number: of each node the longest, of each number the next shorter one."""
        longest = np.empty(wanted.size, np.int32)
        shorter = np.empty(np.count_nonzero(wanted), np.int32)
        kernels.number_wanted(self.trie.parent, wanted, longest, shorter)
        return longest, shorter

    def _count_documents(self, nodes: NDArray[np.int64]) -> None:
        """Fill `documents` for these nodes and the wholes they may be parts of; each thread takes a stretch
        of the text."""
        wanted = np.zeros(self.trie.count.size, np.bool_)
        wanted[nodes] = True
        self._unfolded(wanted, np.zeros(wanted.size))  # marks the wholes that may take their place
        longest, shorter = self._numbered(wanted)
        chunks = list(self.store.chunks())
        parts = min(thread_count(self.threads), len(chunks))
        stretches = [chunks[len(chunks) * i // parts : len(chunks) * (i + 1) // parts] for i in range(parts)]

        def count(stretch: list[tuple[int, int]]) -> NDArray[np.int64]:
            seen = np.repeat(np.array([[-1], [-1], [0]]), shorter.size, axis=1)
            for start, stop in stretch:
                numbers = self.store.document_numbers(start, stop)
                kernels.count_documents(self.places.read((start, stop)), numbers, longest, shorter, *seen)
                self.on_progress("counting documents", stop, self.store.size)
            return seen

        total = np.zeros(shorter.size, np.int64)
        before = np.full(shorter.size, -1)
        for first, latest, counts in ordered_map(count, stretches, parts):
            # A document that goes on from one stretch to the next was counted in both.
            total += counts - ((first >= 0) & (first == before))
            before = np.where(latest >= 0, latest, before)
        self.documents[wanted] = total

    def examples(self, nodes: NDArray[np.int64], number: int, surfaces: Surfaces) -> dict[int, list[str]]:
        """Contexts of each node from the first `number` documents that have it."""
        wanted = np.zeros(self.trie.count.size, np.bool_)
        wanted[nodes] = True
        longest, shorter = self._numbered(wanted)
        latest, found = np.full(shorter.size, -1), np.zeros(shorter.size, np.int64)
        spots = np.zeros((shorter.size, number), np.int64)
        for start, stop in self.store.chunks():
            numbers = self.store.document_numbers(start, stop)
            kernels.find_examples(
                self.places.read((start, stop)), numbers, start, longest, shorter, latest, found, spots
            )
            self.on_progress("finding examples", stop, self.store.size)
        lengths = self.trie.lengths()
        return {
            node: [surfaces.context(spot, int(lengths[node])) for spot in spots[row, : found[row]].tolist()]
            for row, node in enumerate(np.flatnonzero(wanted).tolist())
        }
