"""How frequent words are in general language, from the lists of the package wordfreq (about 40 languages)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from textmine.errors import InputError
from textmine.words.frequencies import forget_lists, word_list

RARE = 1e-8  # the frequency of a word that the lists do not have, and the least of all
NEED_ANALYSER = {"ja", "ko", "zh"}  # wordfreq cuts their words by a morphological analyser or a dictionary
PROBES = 300  # of the text's most frequent words, to tell its language


def languages() -> list[str]:
    """The codes of the spaced languages there are lists for."""
    import wordfreq

    return sorted(set(wordfreq.available_languages("small")) - NEED_ANALYSER)


def check_language(language: str) -> None:
    """Raise InputError for a language that there is no list for."""
    if language not in languages():
        raise InputError(
            f"there are no word frequencies for the language {language!r}",
            f"choose one of {' '.join(languages())}",
        )


def detect_language(words: Sequence[str], counts: NDArray[np.int64]) -> str | None:
    """The language whose word frequencies overlap most with those of the text; None when hardly anything is
    shared.

    `words` are lower case, the most frequent first, with their `counts`. The overlap is sum min(p_text,
    p_language) over the most frequent words.
    """
    share = counts[:PROBES] / max(int(counts.sum()), 1)
    best, chosen = 0.05, None
    for language in languages():
        frequency = word_list(language)
        listed = np.array([frequency.get(word, 0.0) for word in words[:PROBES]])
        overlap = float(np.minimum(share, listed).sum())
        if overlap > best:
            best, chosen = overlap, language
    return chosen


def frequencies(words: Sequence[str], language: str | None) -> NDArray[np.float64]:
    """float64[words]: relative frequency of each word (lower case) in general language, at least `RARE`.

    A word that the list of the language lacks is as frequent as in the language that has it most: words of
    others, in names, quotations and foreign passages, are not what is special about a text. Without a
    language all words count as equally rare. Raises InputError for a language without a list.
    """
    if language is None:
        return np.full(len(words), RARE)
    check_language(language)
    import wordfreq

    found = np.array([wordfreq.word_frequency(word, language, minimum=RARE) for word in words])
    forget_lists()
    unknown = np.flatnonzero(found <= RARE).tolist()
    for other in languages():
        listed = word_list(other)
        found[unknown] = np.maximum(found[unknown], [listed.get(words[i], 0.0) for i in unknown])
    return found
