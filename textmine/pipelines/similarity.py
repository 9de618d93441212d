"""From word vectors to how alike texts are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from textmine.similarity import similarity
from textmine.similarity.build import build_measure
from textmine.similarity.measures import Metric
from textmine.vectors.model import WordVectors
from textmine.vectors.packages import load_vectors
from textmine.words.tokenizers import NAMES, default_tokenizer, splitter


class Similarity(similarity.Similarity):
    """How far texts are from each other by a metric: "wmd" (Word Mover's Distance), "wrd" (Word Rotator's),
    "sinkhorn", "cosine", "sif" or "usif", on `vectors` or those in a file (`load_vectors`).

    `sample`, texts as they will be compared, tells what sentences have in common, which some conversions and
    metrics take away. `convert`, `frequencies` and `stop_words` are as in
    `textmine.similarity.build.build_measure`. Text is cut by `tokenizer` (a name, or a lexicon file), else as
    the vectors tell, else by the sample, or without one by the words that have vectors: jieba where there is
    Chinese, words elsewhere. Without a sample nothing is known of what sentences have in common, and it is
    not taken away; the command takes its texts. Any number of threads may ask at once; `threads` is how
    many work on one question, else one a core.

    Raises InputError where there is no such tokenizer, and as `build_measure` does.

    >>> similarity = tm.Similarity("data/jargon.npz", "wmd")
    >>> a, b, c = "a bug in the code", "the code has bugs", "a wizard of networks"
    >>> similarity.distance(a, b) < similarity.distance(a, c)
    True
    >>> similarity.matrix([a, b], [c]).shape
    (2, 1)
    >>> [row["line_b"] for row in similarity.index([b, c]).search(a).rows()]
    [1, 2]
    """

    def __init__(
        self,
        vectors: WordVectors | str | Path,
        metric: Metric = "wmd",
        *,
        sample: Sequence[str] = (),
        convert: str | None = None,
        frequencies: str | None = None,
        stop_words: Collection[str] = frozenset(),
        tokenizer: str | None = None,
        threads: int | None = None,
    ) -> None:
        if not isinstance(vectors, WordVectors):
            vectors = load_vectors(vectors)
        told = vectors.header.get("tokenizer")
        if tokenizer is None:
            tokenizer = str(told) if told in NAMES else default_tokenizer(sample or vectors.words)
        split = splitter(tokenizer)
        measure = build_measure(
            vectors,
            metric,
            [split(text) for text in sample],
            convert=convert,
            frequencies=frequencies,
            stop_words=stop_words,
            threads=threads,
        )
        super().__init__(measure, split)
