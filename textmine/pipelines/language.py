"""From a text to a language model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from textmine.corpus.corpus import Corpus
from textmine.corpus.scripts import han_share
from textmine.corpus.texts import TextSource, corpus_of
from textmine.language import train
from textmine.language.kneser_ney import Discounts
from textmine.language.model import LanguageModel
from textmine.memory import tune_allocator
from textmine.pipelines.encoded import OnEncoded, encoded
from textmine.progress import Progress, silent

MEMORY = 1_000_000_000  # bytes for counting
SAMPLE = 100_000  # characters that tell whether a text is Chinese


def train_language_model(
    source: TextSource,
    *,
    order: int = 5,
    prune: Sequence[int] = (0,),
    tokenizer: str | None = None,
    memory: int | None = None,
    tmp_dir: str | Path | None = None,
    threads: int | None = None,
    on_progress: Progress = silent,
    on_encoded: OnEncoded | None = None,
    on_smoothed: Callable[[Sequence[Discounts]], None] | None = None,
) -> LanguageModel:
    """Train an n-gram language model of a text (`TextSource`), a line of which is a sentence.

    Units are what `tokenizer` (see `encoded`) makes of the text, unless told characters of Chinese and else
    words between white space. `order` is the length of the longest n-grams, `prune` the counts up to which
    those of 2, 3 .. units are left out, the last for all that are longer. `memory`, in bytes (1 GB unless
    told), bounds counting; beyond it temporary files go to `tmp_dir`. The same text and options give the same
    model, whatever `memory` and `threads`. `on_smoothed(discounts)` hears those of each length.

    Raises InputError where there is no text, and as `textmine.language.train.train_language_model` does.

    >>> model = tm.train_language_model("data/three-kingdoms.txt", order=3)
    >>> model.order, model.header["tokenizer"], round(model.log_probability("玄德大喜。"), 1)
    (3, 'char', -12.9)
    """
    tune_allocator()
    prune = list(prune)
    with corpus_of(source, tmp_dir=tmp_dir, on_progress=on_progress) as corpus:
        tokenizer = tokenizer or usual_tokenizer(corpus)
        with encoded(
            corpus,
            tokenizer=tokenizer,
            min_count=1,
            tmp_dir=tmp_dir,
            threads=threads,
            on_progress=on_progress,
            on_encoded=on_encoded,
        ) as (store, directory):
            model, discounts = train.train_language_model(
                store,
                order=order,
                prune=prune,
                room=memory or MEMORY,
                directory=directory,
                threads=threads,
                header={
                    "unit": "char" if tokenizer == "char" else "word",
                    "tokenizer": tokenizer,
                    "order": order,
                    "prune": prune,
                },
                on_progress=on_progress,
            )
    if on_smoothed is not None:
        on_smoothed(discounts)
    return model


def usual_tokenizer(corpus: Corpus) -> str:
    """How a text is cut for a language model: "char" where most characters at its beginning are Chinese, else
    "whitespace"."""
    share = han_share("".join(next(corpus.blocks()).text[:SAMPLE].split()))
    return "char" if share > 0.5 else "whitespace"
