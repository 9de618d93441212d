"""Vectors of terms, trained on the text that they are of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from textmine.corpus import Corpus
from textmine.corpus.token_store import encode_tokens
from textmine.counts.cooccurrence import count_cooccurrences
from textmine.progress import Progress, silent
from textmine.terms.lexicon import Lexicon
from textmine.terms.segmenter import Segmenter
from textmine.vectors.model import WordVectors
from textmine.vectors.svd import train_svd

JOINER = "\u2060"  # "no break here": in the place of spaces inside of terms while the text is one of words
MIN_COUNT = 2
DIM = 100
BLANK = re.compile(r"\s")


def train_term_vectors(
    corpus: Corpus,
    counts: Mapping[str, int],
    *,
    dim: int | None = None,
    window: int = 5,
    room: int = 1 << 30,
    directory: str,
    seed: int = 1,
    threads: int | None = None,
    on_progress: Progress = silent,
) -> WordVectors:
    """Vectors of the words of the corpus, cut by the lexicon `counts` (`Segmenter`), by `train_svd` with its
    defaults on pairs up to `window` words apart that weigh 1 / distance.

    A term of several words is one word, with its spaces in it. Words cut MIN_COUNT times or more have a
    vector, whether in `counts` or not. `dim` is DIM, or less for a vocabulary of few words, unless given.
    `room` (bytes) bounds the counting of pairs, and `directory` has its temporary files, as in
    `count_cooccurrences`. The result is the same for any number of threads.

    Raises ModelError for what cannot be in a lexicon and InputError where the text is too short.
    """
    segmenter = Segmenter(Lexicon(counts))
    cut = partial(segmenter.segment_blocks, threads=threads, joiner=JOINER)
    store = encode_tokens(corpus, directory, cut=cut, min_count=MIN_COUNT, on_progress=on_progress)
    cooccurrences = count_cooccurrences(
        store,
        window=window,
        weighting="harmonic",
        room=room,
        directory=directory,
        threads=threads,
        on_progress=on_progress,
    )
    dim = dim or min(DIM, max(len(store.vocabulary.words) // 8, 1))
    vectors = train_svd(cooccurrences, dim=dim, seed=seed, threads=threads, on_progress=on_progress)
    spelled = {BLANK.sub(JOINER, term): term for term in counts if BLANK.search(term)}
    vectors.words = [spelled.get(word, word) for word in vectors.words]
    vectors.header["min_count"] = MIN_COUNT
    return vectors


def term_rows(vectors: WordVectors, terms: Sequence[str]) -> NDArray[np.int64]:
    """int64 (terms,): the row of each term in the vectors, -1 where it has none. Blanks inside of a term may
    be underscores there, as phrases are written in files of word2vec."""
    found = vectors.rows
    rows = (found.get(term, found.get(BLANK.sub("_", term), -1)) for term in terms)
    return np.fromiter(rows, np.int64, len(terms))
