"""From a text to vectors of its words by GloVe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textmine.corpus.texts import TextSource
from textmine.counts.cooccurrence import PAIR_MEMORY, Weighting, count_cooccurrences
from textmine.memory import tune_allocator
from textmine.pipelines.encoded import OnEncoded, encoded
from textmine.progress import Progress, silent
from textmine.vectors import glove
from textmine.vectors.model import WordVectors


def train_glove(
    source: TextSource,
    *,
    tokenizer: str = "whitespace",
    min_count: int = 5,
    max_vocabulary: int | None = None,
    objective: glove.Objective = "simpler",
    tables: glove.Tables | None = None,
    dim: int = 100,
    window: int = 10,
    weighting: Weighting | None = None,
    symmetric: bool = True,
    sample: float = 0.0,
    epochs: int = 15,
    x_max: float | None = None,
    alpha: float = 0.75,
    truncate: bool = True,
    learning_rate: float | None = None,
    seed: int = 1,
    checkpoint: str | Path | None = None,
    memory: int | None = None,
    tmp_dir: str | Path | None = None,
    threads: int | None = None,
    on_progress: Progress = silent,
    on_encoded: OnEncoded | None = None,
    on_epoch: Callable[[int, float], None] | None = None,
    on_resume: Callable[[int], None] | None = None,
) -> WordVectors:
    """Train word vectors on how often words of a text (`TextSource`) stand near each other.

    How text is cut, and which words have vectors, is said by `tokenizer`, `min_count` and `max_vocabulary`
    (`encoded`); pairs are counted (`count_cooccurrences`) up to `window` words apart, on one side only unless
    `symmetric`, with `weighting` "flat" (else for "simpler") or "harmonic" (else for "glove"), after thinning
    out by `sample`; all else is as in `textmine.vectors.glove`. One-sided counts are for two tables, "sum"
    unless told. `memory`, in bytes (2 GB unless told), bounds counting and keeping pairs; beyond it temporary
    files go to `tmp_dir`.

    The same text, options and seed give the same vectors, whatever `memory` and `threads`. Raises InputError
    where there is nothing to train on, and what `textmine.vectors.glove.train_glove` raises.

    >>> tm.train_glove("data/jargon-file.txt", tokenizer="word", dim=20)
    WordVectors(1632 words, dim 20)
    """
    tune_allocator()
    room = (PAIR_MEMORY if memory is None else memory) // 2
    with encoded(
        source,
        tokenizer=tokenizer,
        min_count=min_count,
        max_vocabulary=max_vocabulary,
        tmp_dir=tmp_dir,
        threads=threads,
        on_progress=on_progress,
        on_encoded=on_encoded,
    ) as (store, directory):
        cooccurrences = count_cooccurrences(
            store,
            window=window,
            weighting=weighting or ("flat" if objective == "simpler" else "harmonic"),
            symmetric=symmetric,
            sample=sample,
            seed=seed,
            room=room,
            directory=directory,
            threads=threads,
            on_progress=on_progress,
        )
        if tables is None and not symmetric:
            tables = "sum"
        vectors = glove.train_glove(
            cooccurrences,
            glove.Settings(objective, tables, dim, epochs, x_max, alpha, truncate, learning_rate, seed),
            checkpoint=checkpoint,
            room=room,
            directory=directory,
            threads=threads,
            on_progress=on_progress,
            on_epoch=on_epoch,
            on_resume=on_resume,
        )
    vectors.header |= {"tokenizer": tokenizer, "min_count": min_count}
    return vectors
