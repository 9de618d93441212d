"""The words of a text as ids, for any training."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from textmine.corpus.texts import TextSource, corpus_of
from textmine.corpus.token_store import TokenStore, encode_tokens
from textmine.progress import Progress, silent
from textmine.words.tokenizers import cutter

OnEncoded: TypeAlias = Callable[[TokenStore], None]


@contextmanager
def encoded(
    source: TextSource,
    *,
    tokenizer: str = "whitespace",
    min_count: int = 5,
    max_vocabulary: int | None = None,
    tmp_dir: str | Path | None = None,
    threads: int | None = None,
    on_progress: Progress = silent,
    on_encoded: OnEncoded | None = None,
) -> Iterator[tuple[TokenStore, str]]:
    """The words of a text (`TextSource`) as ids, and a folder for temporary files that goes with them.

    `tokenizer` is "whitespace", "word", "char", "jieba" or a lexicon file. `min_count` and `max_vocabulary`
    are as in `encode_tokens`, `on_encoded(store)` hears what came of it. Raises InputError where there is no
    such tokenizer and as `encode_tokens` does.
    """
    cut = cutter(tokenizer, threads)
    with (
        corpus_of(source, tmp_dir=tmp_dir, on_progress=on_progress) as corpus,
        tempfile.TemporaryDirectory(prefix="textmine-", dir=tmp_dir) as directory,
    ):
        store = encode_tokens(
            corpus,
            directory,
            cut=cut,
            min_count=min_count,
            max_vocabulary=max_vocabulary,
            on_progress=on_progress,
        )
        if on_encoded is not None:
            on_encoded(store)
        yield store, directory
