"""The options --near and --novelty of `textmine sample`: sentences like a given one, but not its copies."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textmine.errors import InputError

if TYPE_CHECKING:
    from textmine.cli.progress import Reporter

COPIED = 3  # units in a row that count as copied


def likeness(source: str, vectors: Path | None, report: Reporter) -> tuple[Callable[[str], float], str]:
    """How like a text is to the source, and by what: by vectors Word Rotator's similarity, 1 for the same and
    -1 where a text has no known word; without them the share of the source's words that are in the text."""
    from textmine.cli.compared import default_tokenizer
    from textmine.words.tokenizers import NAMES, splitter

    if vectors is None:
        tokenizer = default_tokenizer([source])
        split = splitter(tokenizer)
        words = keywords_of(source, split)

        def share(text: str) -> float:
            inside = text if tokenizer == "jieba" else set(split(text))
            return sum(word in inside for word in words) / len(words)

        return share, "the share of its words"
    from textmine.cli.questions import load_vectors
    from textmine.similarity.build import build_measure

    loaded = load_vectors(vectors, report)
    told = loaded.header.get("tokenizer")
    split = splitter(str(told) if told in NAMES else default_tokenizer([source]))
    measure = build_measure(loaded, "wrd", [], convert="common,sif", threads=1)
    read = measure.read([split(source)])
    if math.isnan(measure.distances(read, read)[0]):
        raise InputError(f"no word of {source!r} has a vector that counts", "give other vectors")

    def like(text: str) -> float:
        value = float(measure.similarity(measure.distances(measure.read([split(text)]), read))[0])
        return -1.0 if math.isnan(value) else value

    return like, "Word Rotator's similarity"


def keywords_of(text: str, split: Callable[[str], list[str]]) -> list[str]:
    """The different words of several characters, or all where there are none; punctuation left out."""
    words = list(dict.fromkeys(word for word in split(text) if any(map(str.isalnum, word))))
    longer = [word for word in words if len(word) > 1] or words
    if not longer:
        raise InputError(f"{text!r} has no words", "give --near a text with words in it")
    return longer


def copied(units: Sequence[int], source: Sequence[int]) -> int:
    """How many units are in runs of COPIED and more that the source has, too."""
    runs = {tuple(source[i : i + COPIED]) for i in range(len(source) - COPIED + 1)}
    places: set[int] = set()
    for i in range(len(units) - COPIED + 1):
        if tuple(units[i : i + COPIED]) in runs:
            places.update(range(i, i + COPIED))
    return len(places)
