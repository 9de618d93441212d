"""From a text to vectors of its words by singular values."""

from __future__ import annotations

from pathlib import Path

from textmine.corpus.texts import TextSource
from textmine.counts.cooccurrence import PAIR_MEMORY, Weighting, count_cooccurrences
from textmine.memory import tune_allocator
from textmine.pipelines.encoded import OnEncoded, encoded
from textmine.progress import Progress, silent
from textmine.vectors import svd
from textmine.vectors.model import WordVectors


def train_svd(
    source: TextSource,
    *,
    tokenizer: str = "whitespace",
    min_count: int = 5,
    max_vocabulary: int | None = None,
    dim: int = 100,
    window: int = 10,
    weighting: Weighting = "harmonic",
    sample: float = 1e-4,
    smoothing: float = 0.75,
    eigenvalue_weight: float = 0.5,
    shift: float = 0.0,
    add_contexts: bool = False,
    seed: int = 1,
    memory: int | None = None,
    tmp_dir: str | Path | None = None,
    threads: int | None = None,
    on_progress: Progress = silent,
    on_encoded: OnEncoded | None = None,
) -> WordVectors:
    """Train word vectors by a singular value decomposition of the mutual information in a text
    (`TextSource`).

    How text is cut, and which words have vectors, is said by `tokenizer`, `min_count` and `max_vocabulary`
    (`encoded`); pairs up to `window` words apart are counted with `weighting` "harmonic" or "flat"
    (`count_cooccurrences`), within half of `memory` (bytes; 2 GB unless told), beyond which temporary files
    go to `tmp_dir`; all else is as in `textmine.vectors.svd`.

    Raises InputError where there is nothing to train on, and what `textmine.vectors.svd.train_svd` raises.

    >>> vectors = tm.train_svd("data/jargon-file.txt", tokenizer="word", dim=20)
    >>> vectors, vectors.header["tokenizer"]
    (WordVectors(1632 words, dim 20), 'word')
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
            weighting=weighting,
            room=room,
            directory=directory,
            threads=threads,
            on_progress=on_progress,
        )
    vectors = svd.train_svd(
        cooccurrences,
        dim=dim,
        sample=sample,
        smoothing=smoothing,
        eigenvalue_weight=eigenvalue_weight,
        shift=shift,
        add_contexts=add_contexts,
        seed=seed,
        threads=threads,
        on_progress=on_progress,
    )
    vectors.header |= {"tokenizer": tokenizer, "min_count": min_count}
    return vectors
