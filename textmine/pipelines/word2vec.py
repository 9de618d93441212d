"""From a text to vectors of its words by word2vec."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textmine.corpus.texts import TextSource
from textmine.memory import tune_allocator
from textmine.pipelines.encoded import OnEncoded, encoded
from textmine.progress import Progress, silent
from textmine.vectors import word2vec
from textmine.vectors.model import WordVectors


def train_word2vec(
    source: TextSource,
    *,
    tokenizer: str = "whitespace",
    min_count: int = 5,
    max_vocabulary: int | None = None,
    architecture: word2vec.Architecture = "skipgram",
    loss: word2vec.Loss = "negative",
    negative: int | None = None,
    tables: word2vec.Tables | None = None,
    dim: int = 100,
    window: int = 5,
    epochs: int = 5,
    sample: float = 1e-4,
    optimizer: word2vec.Optimizer = "sgd",
    learning_rate: float | None = None,
    lookahead: bool = False,
    seed: int = 1,
    tmp_dir: str | Path | None = None,
    threads: int | None = None,
    on_progress: Progress = silent,
    on_encoded: OnEncoded | None = None,
    on_epoch: Callable[[int, float], None] | None = None,
) -> WordVectors:
    """Train word vectors that predict the words around them in a text (`TextSource`).

    How text is cut, and which words have vectors, is said by `tokenizer`, `min_count` and `max_vocabulary`
    (`encoded`); all else is as in `textmine.vectors.word2vec`. The same text, options and seed give the same
    vectors, whatever `threads`. Raises InputError where there is nothing to train on, and what
    `textmine.vectors.word2vec.train_word2vec` raises.

    >>> tm.train_word2vec("data/jargon-file.txt", tokenizer="word", dim=20)
    WordVectors(1632 words, dim 20)
    """
    tune_allocator()
    with encoded(
        source,
        tokenizer=tokenizer,
        min_count=min_count,
        max_vocabulary=max_vocabulary,
        tmp_dir=tmp_dir,
        threads=threads,
        on_progress=on_progress,
        on_encoded=on_encoded,
    ) as (store, _):
        vectors = word2vec.train_word2vec(
            store,
            word2vec.Settings(
                architecture,
                loss,
                negative,
                tables,
                dim,
                window,
                epochs,
                sample,
                optimizer,
                learning_rate,
                lookahead,
                seed,
            ),
            threads=threads,
            on_progress=on_progress,
            on_epoch=on_epoch,
        )
    vectors.header |= {"tokenizer": tokenizer, "min_count": min_count}
    return vectors
