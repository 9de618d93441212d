"""From text to a language model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from textmine.corpus.token_store import TokenStore
from textmine.errors import InputError
from textmine.language.counts import count_levels
from textmine.language.kneser_ney import Discounts, smooth
from textmine.language.model import SPECIAL, LanguageModel
from textmine.progress import Progress, silent


def train_language_model(
    store: TokenStore,
    *,
    order: int = 5,
    prune: Sequence[int] = (0,),
    room: int = 1 << 30,
    directory: str,
    threads: int | None = None,
    header: dict[str, Any] | None = None,
    on_progress: Progress = silent,
) -> tuple[LanguageModel, list[Discounts]]:
    """The interpolated modified Kneser-Ney model of the sentences of `store`, its lines (see `smooth`), and
    the discounts of each length.

    prune: the counts up to which n-grams of 2, 3 .. units are left out, the last for all that are longer.
    What counting takes above `room` bytes goes to files in `directory`. The model depends neither on it nor
    on `threads`. Raises InputError where the text has a word that means the start, the end or the unknown.
    """
    words = store.vocabulary.words
    if clash := set(SPECIAL).intersection(words):
        raise InputError(
            f"the text has the word {min(clash)}, which has a meaning of its own in a language model",
            "replace it in the text, or choose another tokenizer",
        )
    levels = count_levels(
        store, order, room=room, directory=directory, threads=threads, on_progress=on_progress
    )
    counts = np.concatenate([[0, 0, store.size - store.tokens], store.vocabulary.counts])
    smoothed, discounts = smooth(counts, levels, prune, on_progress)
    return LanguageModel.of([*SPECIAL, *words], smoothed, header), discounts
