"""From a language model to sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from textmine.errors import InputError
from textmine.language.codec import Codec
from textmine.language.files import load_language_model
from textmine.language.model import SPECIAL, LanguageModel
from textmine.progress import Progress, silent
from textmine.sampling.options import Method, SamplingOptions
from textmine.sampling.search import Search
from textmine.sampling.sentences import Sentences
from textmine.similarity.likeness import by_vectors, by_words
from textmine.vectors.model import WordVectors
from textmine.words.tokenizers import NAMES, default_tokenizer, splitter


def sample(
    model: LanguageModel | str | Path,
    *,
    method: Method | None = None,
    length: int | tuple[int, int] | None = None,
    keywords: Sequence[str] = (),
    any_order: bool = False,
    forbid: Sequence[str] = (),
    gamma: float = 1.0,
    length_bonus: float = 0.0,
    near: str | None = None,
    vectors: WordVectors | None = None,
    beta: float | None = None,
    novelty: float | None = None,
    temperature: float | tuple[float, float] | None = None,
    candidates: int | None = None,
    chains: int = 4,
    steps: int | None = None,
    burn_in: int | None = None,
    thin: int | None = None,
    seed: int = 1,
    tokenizer: str | None = None,
    threads: int | None = None,
    on_progress: Progress = silent,
) -> Sentences:
    """Draw sentences from a language model, or from one in a file, also around keywords.

    `length` is in units, the least and the most where they may differ. The likeness to the text `near` is
    that of `vectors` (Word Rotator's), else the share of its words. All else is as in `SamplingOptions`.
    Keywords and the text are cut by `tokenizer` (see `train_language_model`), else as the model tells; where
    it does not, units are characters if all are single ones, else words between white space. The same model,
    options and seed give the same sentences, whatever `threads`.

    Raises InputError for options that do not go together and for words that the model does not know, and as
    the methods do (`textmine.sampling.sample`).

    >>> model = tm.train_language_model("data/three-kingdoms.txt", order=3)
    >>> drawn = tm.sample(model, keywords=["曹操", "刘备"], length=(10, 24), steps=2000, chains=1)
    >>> all("曹操" in text and "刘备" in text for text in drawn.texts)
    True
    """
    if not isinstance(model, LanguageModel):
        model = load_language_model(model, on_progress)
    named = tokenizer or _tokenizer_of(model)
    options = SamplingOptions(
        method=method,
        length=(length, length) if isinstance(length, int) else length,
        keywords=keywords,
        any_order=any_order,
        forbid=forbid,
        gamma=gamma,
        length_bonus=length_bonus,
        near=near,
        beta=beta,
        novelty=novelty,
        temperature=(temperature, temperature) if isinstance(temperature, (int, float)) else temperature,
        candidates=candidates,
        chains=chains,
        steps=steps,
        burn_in=burn_in,
        thin=thin,
        seed=seed,
    )
    search = Search(Codec(model, None if named == "char" else splitter(named)), options)
    if near is not None:
        search.liken(_likeness(near, vectors))
    elif vectors is not None:
        raise InputError("`vectors` are for the likeness to a text", "give `near` one")
    return search.run(threads, on_progress)


def _tokenizer_of(model: LanguageModel) -> str:
    """What cut the text of the model."""
    told = model.header.get("tokenizer")
    if told is not None:
        return str(told)
    return "char" if all(len(word) == 1 for word in model.words[len(SPECIAL) :]) else "whitespace"


def _likeness(near: str, vectors: WordVectors | None) -> Callable[[str], float]:
    usual = default_tokenizer([near])
    if vectors is None:
        return by_words(near, splitter(usual), whole=usual != "jieba")
    told = vectors.header.get("tokenizer")
    return by_vectors(near, vectors, splitter(str(told) if told in NAMES else usual))
