"""A measure by its name and options."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from textmine.corpus import Corpus
from textmine.errors import InputError, refuse_strings
from textmine.similarity.bags import count_rows
from textmine.similarity.frequencies import word_probabilities
from textmine.similarity.ground import CONVERSIONS, ground
from textmine.similarity.measures import (
    CosineMeasure,
    Measure,
    Metric,
    SinkhornMeasure,
    Texts,
    TransportMeasure,
)
from textmine.similarity.parts import KnownParts
from textmine.vectors.model import WordVectors
from textmine.vectors.sentences import COMPONENTS, Method, SentenceEncoder

LEAST_SENTENCES = 50  # from which on what sentences have in common can be told
METHODS: dict[str, Method] = {"cosine": "mean", "sif": "sif", "usif": "usif"}


def build_measure(
    vectors: WordVectors,
    metric: Metric,
    sample: Texts,
    *,
    convert: str | None = None,
    frequencies: str | None = None,
    stop_words: Collection[str] = frozenset(),
    threads: int | None = None,
) -> Measure:
    """The measure called `metric` on `vectors`; `sample`, texts as they will be compared, tells what
    sentences have in common.

    convert: names out of "common", "sif", "component" and "unit" between commas, or "none"; else
    CONVERSIONS[metric]. What sentences have in common is left in where the sample has fewer than
    LEAST_SENTENCES different texts with known words, or vectors have a single number: `too_few` of the
    measure says so. frequencies: as `word_probabilities` has it. Raises InputError for other names and where
    there are no frequencies.
    """
    if metric not in (names := get_args(Metric)):
        raise InputError(f"there is no metric {metric!r}", f"choose one of {', '.join(names)}")
    refuse_strings(stop_words=stop_words)
    conversions = _conversions(metric, convert)
    found = KnownParts(vectors.rows).look_up(sample)
    known = found.known()
    pieces = np.split(known.rows, known.starts[1:-1])
    texts = len({piece.tobytes() for piece in pieces if len(piece)})
    few = texts < LEAST_SENTENCES or vectors.dim < 2
    learns = "component" in conversions or metric in ("sif", "usif")
    too_few = texts if few and learns else None
    if metric in METHODS:
        if convert is not None:
            raise InputError("`convert` is for transport", "choose `metric` wrd or wmd, or leave it out")
        counted = vectors
        if frequencies is not None or (vectors.counts is None and metric != "cosine"):
            counted = _with_counts(vectors, word_probabilities(vectors, frequencies))
        components = 0 if few else min(COMPONENTS[METHODS[metric]], vectors.dim - 1)
        encoder = SentenceEncoder(counted, METHODS[metric], components=components)
        return CosineMeasure(encoder.fit_rows([found]) if texts else encoder, too_few=too_few)
    if few:
        conversions = tuple(name for name in conversions if name != "component")
    probabilities = None
    if frequencies is not None or {"sif", "common"} & set(conversions):
        probabilities = word_probabilities(vectors, frequencies)
    on = ground(
        vectors,
        "wrd" if metric == "wrd" else "wmd",
        probabilities=probabilities,
        convert=conversions,
        stop_words=stop_words,
        sentences=count_rows(found),
    )
    kind = SinkhornMeasure if metric == "sinkhorn" else TransportMeasure
    return kind(on, vectors, unit="unit" in conversions, threads=threads, too_few=too_few)


def read_stop_words(path: Path, vectors: WordVectors) -> frozenset[str]:
    """The words in a file, one a line, as they are (where the vectors have them) and in small letters."""
    with Corpus([path], format="text") as corpus:
        words = [line.text.strip() for line in corpus.documents()]
    return frozenset([*(word for word in words if word in vectors), *map(str.lower, words)])


def _conversions(metric: Metric, convert: str | None) -> tuple[str, ...]:
    if convert is None:
        return () if metric in METHODS else CONVERSIONS["wrd" if metric == "wrd" else "wmd"]
    return tuple(name for name in map(str.strip, convert.split(",")) if name and name != "none")


def _with_counts(vectors: WordVectors, probabilities: NDArray[np.float64]) -> WordVectors:
    counts = np.round(probabilities / probabilities.max() * (1 << 40)).astype(np.int64)
    return WordVectors(vectors.words, vectors.matrix, counts, vectors.header)
