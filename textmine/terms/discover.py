"""From raw text to its words and terms."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine import kernels
from textmine import memory as limits
from textmine.corpus.corpus import Corpus
from textmine.corpus.scripts import Unit
from textmine.corpus.store import UnitStore
from textmine.corpus.texts import TextSource, corpus_of
from textmine.corpus.units import encode_units
from textmine.counts.ngrams import count_ngrams
from textmine.counts.places import Places
from textmine.errors import InputError, refuse_strings
from textmine.progress import Progress, silent
from textmine.terms.background import LONGEST, UNITS_PER_COUNT, Background, Kind, TextBackground
from textmine.terms.backgrounds import BackgroundSource, OnBackground, read_backgrounds
from textmine.terms.contrast import Contrast, contrast
from textmine.terms.finder import BY_AUTONOMY, Finder, Method, Rank
from textmine.terms.known import word_test
from textmine.terms.learn_lexicon import Settings, learn_lexicon
from textmine.terms.reject import Rejecter, rejecter
from textmine.terms.surface import Surfaces
from textmine.words.languages import NEED_ANALYSER, check_language, detect_language
from textmine.words.lexicon import Lexicon

CONTRAST = 30 * limits.MB  # what looking terms up in backgrounds takes
LEARNING = 250  # bytes a character of text takes while words are learned
LEAST_COUNT = {"char": 5, "word": 2}


@dataclass(frozen=True, slots=True)
class Term:
    """A term as found.

    `count` occurrences in `documents` documents; `cohesion` the least pointwise mutual information over its
    splits (nats; None for single units), `left_entropy` and `right_entropy` of its neighbours (nats), `score`
    the larger the better, `examples` contexts with the term between 【 and 】.

    Against a background, besides: `background` occurrences there, `log_odds`, `g2` and `ratio` as in
    `terms.contrast`, and `dispersion`, the documents that have it over those that would if chance dealt its
    occurrences to them: d / (D (1 - exp(-count / D))), near 0 where it gathers in few of the D documents,
    above 1 where it is spread more evenly than by chance (Church and Gale: Poisson mixtures, 1995). `known`:
    whether it is one of the known words, if there are any.
    """

    term: str
    count: int
    documents: int
    cohesion: float | None
    left_entropy: float
    right_entropy: float
    score: float
    examples: list[str] = field(default_factory=list)
    background: float | None = None
    log_odds: float | None = None
    g2: float | None = None
    ratio: float | None = None
    dispersion: float | None = None
    known: bool | None = None


@dataclass(frozen=True)
class Discovery:
    """The terms, best first, and what was set from the text itself.

    `found` is how many there were before `top` cut the list.
    `unit` is "char" or "word" (what most units of the text are), `language` that of the word frequencies
    used, if any. `shared` of the found terms occur in the backgrounds, too. `columns` are the fields of
    `Term` that were asked for, `rejected` says what the patterns have dropped, if there were any.
    """

    terms: list[Term]
    found: int
    unit: Kind
    units: int
    documents: int
    min_count: int
    max_length: int
    language: str | None
    shared: int
    columns: tuple[str, ...]
    rejected: Rejecter | None

    def rows(self) -> list[dict[str, Any]]:
        """The columns of each term by name, as the command writes them."""
        return [{name: getattr(term, name) for name in self.columns} for term in self.terms]

    def lexicon(self) -> Lexicon:
        """The terms with their counts, to cut text by. Raises InputError where there are none."""
        if not self.terms:
            raise InputError("no terms were found to write", "lower `min_count`, or give more text")
        return Lexicon({term.term: term.count for term in self.terms})


def discover_terms(
    source: TextSource,
    *,
    method: Method = "autonomy",
    unit: Unit = "auto",
    min_count: int | None = None,
    max_length: int | None = None,
    language: str | None = None,
    background: str | os.PathLike[str] | Sequence[BackgroundSource] = (),
    rank: Rank = "score",
    known: str | Path | Collection[str] | None = None,
    only_new: bool = False,
    stop: str | Path | Collection[str] | None = None,
    reject: Sequence[str | Path] | None = None,
    sort: str = "score",
    top: int | None = None,
    examples: int = 0,
    memory: int | None = None,
    tmp_dir: str | Path | None = None,
    threads: int | None = None,
    on_progress: Progress = silent,
    on_background: OnBackground | None = None,
) -> Discovery:
    """Find the words and terms of a text (`TextSource`) from nothing but the text.

    `method` is one of "autonomy" (words by branching entropy and description, phrases by termhood;
    `terms.score`), "learned" (the same with the words of `terms.learn_lexicon`, "fast", and their counts,
    where autonomy has its pieces), "cohesion" (`terms.solid`), "entropy" (termhood alone) and "redundancy"
    (`terms.redundancy`); where words are the units, the first two are `terms.score.keyness` and the others
    find phrases. Terms occur at least `min_count` times and have at most `max_length` units; by default both
    follow from the text: its size and whether most of its units are characters or words. `language` names the
    word frequencies (of wordfreq) that words of spaced languages are held against; by default it is
    recognised; text in characters needs none.

    `background` is other text, or a list of words, or several (`BackgroundSource`), that all terms are held
    against; `on_background` hears those that come from files (`read_backgrounds`). With one the score is
    termhood (`terms.score.termhood`; a single unit, such as a run of letters among Chinese characters, is
    taken to be as firm as the median of the others; for words of spaced languages the score as without) times
    how much more frequent the term is than there (`terms.contrast.difference`) and how much it stands where
    terms stand (`terms.contexts.context_weight`; characters: its root). `rank` "keyness" makes the weighted
    log odds the score, "termhood" what can be seen without a background: `terms.score.termhood`, for words of
    spaced languages the C-value (`terms.nested`).

    `known` are words, "jieba" for its dictionary, or a file with a word a line: each term is said to be one
    of them or not, in any case, and `only_new` leaves those out. The words of `stop` are left out as well,
    and what `reject`, files of patterns or "default", matches (`terms.reject`); with a background that is
    "default" unless given.

    `sort` is the column to sort by (the largest first; terms alphabetically), `top` how many terms to keep,
    `examples` how many contexts to show of each.

    The process stays within `memory` bytes (600 MB, or 400 MB more than it holds at the start; "learned"
    takes 250 bytes a character where `memory` is None); temporary files go to `tmp_dir`. Results depend on
    neither, nor on `threads`.

    Raises InputError when there is no text, ResourceError when `memory` is too little.

    >>> found = tm.discover_terms("data/jargon-file.txt", top=3)
    >>> [(row["term"], row["count"]) for row in found.rows()]
    [('baggy pantsing', 6), ('warez d00dz', 4), ('bogon', 14)]
    >>> found.found, found.unit, found.language
    (5209, 'word', 'en')
    """
    if only_new and known is None:
        raise InputError("there is nothing to tell what is new", "give `known` words, too")
    refuse_strings(reject=reject)
    is_known, is_stopped = word_test(known), word_test(stop)
    sources = [background] if isinstance(background, (str, os.PathLike)) else background
    patterns = ["default"] * bool(sources) if reject is None else [one for one in reject if one != "none"]

    def is_dropped(term: str) -> bool:
        return is_stopped(term) or (only_new and is_known(term)) or rejected(term)

    with (
        corpus_of(source, tmp_dir=tmp_dir, on_progress=on_progress) as corpus,
        tempfile.TemporaryDirectory(prefix="textmine-", dir=tmp_dir) as directory,
    ):
        rejected = rejecter(patterns, corpus, language)
        backgrounds = read_backgrounds(
            sources,
            corpus if isinstance(source, Corpus) else None,
            unit=unit,
            max_length=max_length,
            memory=memory,
            tmp_dir=tmp_dir,
            threads=threads,
            on_progress=on_progress,
            on_background=on_background,
        )
        limits.tune_allocator()
        bound, memory = memory, limits.allowed(memory)
        limits.room(memory, 0 if kernels.loaded() else limits.KERNELS)
        if language is not None and language not in NEED_ANALYSER:
            check_language(language)
        if rank == "keyness" and not backgrounds:
            raise InputError("there is nothing to hold the terms against", "give a background, too")
        store = encode_units(corpus, unit, directory, on_progress)
        limits.return_free_memory()
        kind = store.kind()
        for one in backgrounds:
            _check_kind(one, unit, kind)
        lexicon = None
        if method == "learned" and kind == "char":
            if bound is not None:
                limits.room(bound, LEARNING * store.size)
            lexicon = learn_lexicon(
                corpus,
                effort="fast",
                max_length=min(max_length or Settings.max_length, Settings.max_length),
                threads=threads,
                on_progress=on_progress,
            ).lexicon
            limits.return_free_memory()
        rise = store.words // UNITS_PER_COUNT + 1
        counted_from = max(2, rise)
        least = max(LEAST_COUNT[kind], rise) if min_count is None else min_count
        longest = max_length or LONGEST[kind]
        room = limits.room(memory, CONTRAST if backgrounds else 0)
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
        if language is not None and kind == "word":
            check_language(language)
        by_words = kind == "word" and method in BY_AUTONOMY
        language = (language or _language(store)) if by_words else None
        finder = Finder(store, trie, places, method, kind, least, language, lexicon, threads, on_progress)
        chosen, score = finder.find()
        surfaces = Surfaces(store, trie)
        names = np.array(surfaces.terms(chosen), object)
        against = None
        if backgrounds:
            spellings = [spelling.lower() for spelling in store.spellings]
            grams = [[spellings[u] for u in units] for units in trie.units_of(chosen)]
            against = contrast(trie.count[chosen], store.words, kind, backgrounds, names.tolist(), grams)
        finder.rank(chosen, score, rank, against)
        columns = _columns(finder, chosen, score, against)
        rows = np.arange(chosen.size)
        rows = rows[[not is_dropped(term) for term in names.tolist()]]
        rows = _sorted(rows, names, columns, sort)
        shared = 0 if against is None else int(np.count_nonzero(against.background[rows]))
        found, rows = rows.size, rows[:top]
        contexts = finder.examples(chosen[rows], examples, surfaces) if examples else {}
        terms = _terms(rows, names, columns, [contexts.get(node, []) for node in chosen[rows].tolist()])
        if known is not None:
            terms = [replace(term, known=is_known(term.term)) for term in terms]
        shown = ("term", *columns) + ("known",) * (known is not None) + ("examples",) * (examples > 0)
        return Discovery(
            terms,
            found,
            kind,
            store.words,
            store.documents,
            least,
            longest,
            language,
            shared,
            shown,
            rejected if patterns else None,
        )


def _language(store: UnitStore) -> str | None:
    words = [spelling.lower() for spelling in store.spellings[store.first_word :]]
    return detect_language(words, store.counts[store.first_word :])


def _check_kind(background: Background, unit: Unit, kind: Kind) -> None:
    """Raise InputError for a text that was counted in other units."""
    if isinstance(background, TextBackground) and (
        background.header["unit"] != unit or background.header["kind"] != kind
    ):
        raise InputError(
            f"the background {background.name} is counted in {background.header['kind']}s (unit "
            f"{background.header['unit']}), the text in {kind}s (unit {unit})",
            "take text of the same kind of script, and the same unit for both",
        )


def _columns(
    finder: Finder, chosen: NDArray[np.int64], score: NDArray[np.float64], against: Contrast | None
) -> dict[str, NDArray[Any]]:
    """The numbers of the chosen nodes, in the order of the fields of `Term`."""
    trie = finder.trie
    columns: dict[str, NDArray[Any]] = {
        "count": trie.count[chosen],
        "documents": finder.documents[chosen],
        "cohesion": trie.cohesion()[chosen],
        "left_entropy": trie.left_entropy[chosen],
        "right_entropy": trie.right_entropy[chosen],
        "score": score[chosen],
    }
    if against is not None:
        columns |= {
            "background": against.background,
            "log_odds": against.log_odds,
            "g2": against.g2,
            "ratio": against.ratio,
            "dispersion": finder.dispersion(chosen),
        }
    return columns


def _sorted(
    rows: NDArray[np.int64], names: NDArray[Any], columns: dict[str, NDArray[Any]], sort: str
) -> NDArray[np.int64]:
    """`rows` sorted by a column, the best scores first among equals."""
    if sort == "term":
        return rows[np.argsort(names[rows], kind="stable")]
    if sort not in columns:
        raise InputError(f"there is no column {sort!r} to sort by", f"choose one of term {' '.join(columns)}")
    by = np.where(np.isinf(columns[sort]), -np.inf, columns[sort])[rows]
    return rows[np.lexsort((rows, -columns["score"][rows], -by))]


def _terms(
    rows: NDArray[np.int64], names: NDArray[Any], columns: dict[str, NDArray[Any]], examples: list[list[str]]
) -> list[Term]:
    """The rows as terms; a column at a time, as single numbers are slow to take out of an array."""
    values = {name: column[rows].tolist() for name, column in columns.items()}
    values["cohesion"] = [value if value < math.inf else None for value in values["cohesion"]]
    own, against = list(values.values())[:6], list(values.values())[6:]
    return list(map(Term, names[rows].tolist(), *own, examples, *against))
