"""How like other texts are to one text: functions for those who ask again and again."""

from __future__ import annotations

import math
from collections.abc import Callable

from textmine.errors import InputError
from textmine.similarity.build import build_measure
from textmine.similarity.reader import Reader, Split
from textmine.vectors.model import WordVectors


def by_words(source: str, split: Split, *, whole: bool = True) -> Callable[[str], float]:
    """The share of the source's words (see `words_of`) that are in a text: among its words if `whole`, else
    anywhere in it."""
    words = words_of(source, split)

    def share(text: str) -> float:
        inside = set(split(text)) if whole else text
        return sum(word in inside for word in words) / len(words)

    return share


def by_vectors(source: str, vectors: WordVectors, split: Split) -> Callable[[str], float]:
    """Word Rotator's similarity to the source: 1 for the same, -1 for a text that has no known word. Raises
    InputError where the source has none."""
    measure = build_measure(vectors, "wrd", [], convert="common,sif", threads=1)
    reader = Reader(measure, split)  # chains ask side by side
    read = reader.read_batch([source])
    if math.isnan(measure.distances(read, read)[0]):
        raise InputError(f"no word of {source!r} has a vector that counts", "give other vectors")

    def similarity(text: str) -> float:
        value = float(measure.similarity(measure.distances(reader.read_batch([text]), read))[0])
        return -1.0 if math.isnan(value) else value

    return similarity


def words_of(text: str, split: Split) -> list[str]:
    """The different words of several characters, or all where there are none; punctuation left out."""
    words = list(dict.fromkeys(word for word in split(text) if any(map(str.isalnum, word))))
    longer = [word for word in words if len(word) > 1] or words
    if not longer:
        raise InputError(f"{text!r} has no words", "give `near` a text with words in it")
    return longer
