"""How frequent words are, to weigh them by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textmine.corpus import Corpus
from textmine.errors import InputError
from textmine.vectors.model import WordVectors
from textmine.words.frequencies import word_list

COUNTS = "counts"
RANK = "rank"
FIRST_GUESSES = ("en", "zh")  # tried before the lists of all languages are read
PROBES = 300  # of the most frequent words, to tell their language
SURE, LIKELY = 0.7, 0.5  # shares of the probes; lists of other languages share up to 0.7 with English words
COMMON_WORD = 1e-4  # the frequency from which on a word of a language counts as a sign of it


def word_probabilities(vectors: WordVectors, source: str | None = None) -> NDArray[np.float64]:
    """float64[len(vectors)]: the relative frequency of each word, not negative, 0 where it is not known.

    `source` is "counts" (those of the vectors over their sum), "rank" (words stand from the most to the least
    frequent, the r-th of n has 1 / (r H_n): Zipf's law), the code of a language that the package wordfreq has
    a list of ("en", "zh"; capitals and Chinese script are as in its list), or a file with a word and its
    count on each line. Without it, `choose_source` decides.

    Raises InputError for another source, for counts that are not there, for a broken file and when no word of
    the vectors has a frequency.
    """
    source = choose_source(vectors) if source is None else source
    if source == COUNTS:
        if vectors.counts is None:
            raise InputError(
                "the vectors have no counts of words", "name a language or a file of words and counts"
            )
        found = vectors.counts.astype(np.float64)
        found /= max(found.sum(), 1)
    elif source == RANK:
        found = 1 / np.arange(1.0, len(vectors) + 1)
        found /= found.sum()
    elif source in languages():
        found = _listed(vectors.words, source)
    elif Path(source).is_file():
        found = _counted(vectors, source)
    else:
        raise InputError(
            f"there are no word frequencies for the language {source!r}, and no file of that name",
            f"choose {COUNTS}, {RANK}, a file of words and counts, or one of {' '.join(languages())}",
        )
    if not found.any():
        raise InputError(
            f"no word of the vectors has a frequency in {source}", "choose a source that fits their language"
        )
    return found


def choose_source(vectors: WordVectors) -> str:
    """The language that the most frequent words are from, else "counts" where the vectors have them, else
    "rank".

    General lists come first because the texts of a training are often of one kind: weighed by them, what is
    everywhere in laws counts as empty in all other texts, and ordinary words as rare.
    """
    words = vectors.words
    if vectors.counts is not None:
        words = [words[row] for row in np.argsort(-vectors.counts, kind="stable")[:PROBES]]
    return detect_language(words[:PROBES]) or (RANK if vectors.counts is None else COUNTS)


def languages() -> list[str]:
    """The codes of the languages that wordfreq has lists of."""
    import wordfreq

    return sorted(wordfreq.available_languages("small"))


def detect_language(words: Sequence[str]) -> str | None:
    """The language whose common words most of `words` are, which stand from the most frequent on; None when
    it is no language's. A word counts as by Zipf's law, 1 / its rank."""
    shares = 1 / np.arange(1.0, len(words) + 1)
    best, chosen = LIKELY, None
    for language in dict.fromkeys([*FIRST_GUESSES, *languages()]):
        listed = word_list(language)
        known = [listed.get(word.lower(), 0) >= COMMON_WORD for word in words]
        share = float(shares[known].sum() / shares.sum())
        if share > best:
            best, chosen = share, language
        if language in FIRST_GUESSES and share > SURE:
            break
    return chosen


def _listed(words: Sequence[str], language: str) -> NDArray[np.float64]:
    from wordfreq.chinese import simplify_chinese

    listed = word_list(language)
    if language == "zh":
        words = [simplify_chinese(word) for word in words]
    return np.array([listed.get(word.lower(), 0.0) for word in words])


def _counted(vectors: WordVectors, path: str) -> NDArray[np.float64]:
    """Frequencies out of a file: over all its counts, also those of words that the vectors do not have."""
    found = np.zeros(len(vectors))
    total = 0.0
    with Corpus([path], format="text") as corpus:
        for line in corpus.documents():
            if not line.text.strip():
                continue
            try:
                word, number = line.text.rsplit(maxsplit=1)
                count = float(number)
            except ValueError:
                count = -1.0
            if not 0 <= count < np.inf:
                raise InputError(
                    f"{path}, line {line.line}: not a word and its count",
                    "write a word, a space or a tab and a number on each line",
                )
            total += count
            row = vectors.find(word.strip())
            if row is not None:
                found[row] += count
    return found / total if total else found
