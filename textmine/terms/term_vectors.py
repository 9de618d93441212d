"""Vectors of terms, trained on the text that they are of."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.texts import TextSource, corpus_of
from textmine.corpus.token_store import encode_tokens
from textmine.counts.cooccurrence import PAIR_MEMORY, count_cooccurrences
from textmine.errors import InputError
from textmine.memory import tune_allocator
from textmine.progress import Progress, silent
from textmine.vectors.model import WordVectors
from textmine.vectors.svd import train_svd
from textmine.words.lexicon import Lexicon
from textmine.words.segmenter import Segmenter

JOINER = "\u2060"  # "no break here": in the place of spaces inside of terms while the text is one of words
MIN_COUNT = 2
DIM = 100
BLANKS = re.compile(r"[^\S\n]+")


def train_term_vectors(
    source: TextSource,
    terms: Iterable[str] | Mapping[str, int | None],
    others: Iterable[str] = (),
    *,
    dim: int | None = None,
    window: int = 5,
    seed: int = 1,
    memory: int | None = None,
    tmp_dir: str | Path | None = None,
    threads: int | None = None,
    on_progress: Progress = silent,
) -> WordVectors:
    """Vectors of the words of a text (`TextSource`), by `train_svd` with its defaults on pairs up to `window`
    words apart that weigh 1 / distance.

    The text is cut by the lexicon (`Segmenter`) of the terms with their counts, 1 where none is told, and of
    `others`, such as seeds, which are taken for as rare as the rarest of the terms.

    Text and lexicon are `folded` before, as capitals are when terms are counted; the counts of terms that are
    then equal add up. The words of the result are as `terms` spells them first, all others in lower case. A
    term of several words is one word, with its spaces in it. Words cut MIN_COUNT times or more have a vector,
    whether a term or not; a term has none where others, longer or overlapping, take its places.

    `dim` is DIM, or less for a vocabulary of few words, unless given. Half of `memory` (bytes, else 2 GB)
    bounds the counting of pairs; temporary files go to `tmp_dir`.

    The result does not depend on `threads`, but its last digits do on the machine: on the BLAS that numpy
    has, and on how many cores that uses.

    Raises ModelError for what cannot be in a lexicon and InputError where the text is too short.

    >>> terms = tm.discover_terms("data/jargon-file.txt").lexicon()
    >>> vectors = tm.train_term_vectors("data/jargon-file.txt", terms, dim=20)
    >>> "core dump" in vectors, vectors.dim
    (True, 20)
    """
    lexicon: dict[str, int] = {}
    spelled: dict[str, str] = {}
    for term, count in _counts(terms, others).items():
        word = folded(term)
        lexicon[word] = lexicon.get(word, 0) + count
        spelled.setdefault(word.replace(" ", JOINER), term)
    segmenter = Segmenter(Lexicon(lexicon))

    def cut(texts: Iterable[str]) -> Iterator[bytes]:
        return segmenter.segment_blocks(_folded_text(texts), threads, joiner=JOINER)

    tune_allocator()
    with (
        corpus_of(source, tmp_dir=tmp_dir, on_progress=on_progress) as corpus,
        tempfile.TemporaryDirectory(prefix="textmine-", dir=tmp_dir) as directory,
    ):
        store = encode_tokens(corpus, directory, cut=cut, min_count=MIN_COUNT, on_progress=on_progress)
        cooccurrences = count_cooccurrences(
            store,
            window=window,
            weighting="harmonic",
            room=(PAIR_MEMORY if memory is None else memory) // 2,
            directory=directory,
            threads=threads,
            on_progress=on_progress,
        )
    dim = dim or min(DIM, max(len(store.vocabulary.words) // 8, 1))
    vectors = train_svd(cooccurrences, dim=dim, seed=seed, threads=threads, on_progress=on_progress)
    vectors.words = [spelled.get(word, word) for word in vectors.words]
    vectors.header["min_count"] = MIN_COUNT
    return vectors


def _counts(terms: Iterable[str] | Mapping[str, int | None], others: Iterable[str]) -> dict[str, int]:
    """Counts to cut the text by; a word that the terms lack is taken for as rare as the rarest of them."""
    told = terms if isinstance(terms, Mapping) else dict.fromkeys(terms)
    known = {term: max(count or 1, 1) for term, count in told.items()}
    least, there = min(known.values(), default=1), set(map(folded, known))
    lacking = {folded(word): word for word in others}
    return {**known, **{word: least for key, word in lacking.items() if key not in there}}


def folded(word: str) -> str:
    """The word in lower case, its runs of white space one blank each: what is equal then is one term."""
    return " ".join(word.lower().split())


def term_rows(vectors: WordVectors, terms: Sequence[str]) -> NDArray[np.int64]:
    """int64 (terms,): the row of each term in the vectors, -1 where it has none: the row of the word that is
    spelt alike, else of the first that is when both are `folded`. Blanks inside of a term may be underscores
    there, as phrases are written in files of word2vec."""
    found = vectors.rows
    rows = [found.get(term, found.get("_".join(term.split()), -1)) for term in terms]
    keys = {number: folded(terms[number]) for number, row in enumerate(rows) if row < 0}
    if keys:
        first = dict.fromkeys([*keys.values(), *(key.replace(" ", "_") for key in keys.values())], -1)
        for row, word in enumerate(vectors.words):
            if first.get(key := folded(word)) == -1:
                first[key] = row
        for number, key in keys.items():
            rows[number] = first[key] if first[key] >= 0 else first[key.replace(" ", "_")]
    return np.array(rows, np.int64)


def no_vector(terms: int) -> InputError:
    """What to raise where none of so many terms has a vector."""
    return InputError(
        f"none of the {terms} terms has a vector",
        "give the text that they are from, or its vectors",
    )


def _folded_text(texts: Iterable[str]) -> Iterator[str]:
    """Running text, lines apart, as `folded` has words. The white space at an end waits for what follows."""
    rest = ""
    for text in texts:
        text = rest + text
        end = len(text.rstrip())
        rest = BLANKS.sub(" ", text[end:])
        yield BLANKS.sub(" ", text[:end]).lower()
    yield rest
