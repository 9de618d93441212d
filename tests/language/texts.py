"""Small texts, and models as plain dictionaries."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from hypothesis import strategies as st

from textmine.corpus import Corpus
from textmine.corpus.token_store import TokenStore, encode_tokens
from textmine.language.model import LanguageModel
from textmine.language.train import train_language_model

Lines: TypeAlias = Sequence[Sequence[str]]
Ngram: TypeAlias = tuple[str, ...]
Entries: TypeAlias = dict[Ngram, tuple[float, float]]
"""n-gram -> natural log of its probability and of its backoff weight."""

LINES = st.lists(st.lists(st.sampled_from("abcd"), max_size=9), min_size=1, max_size=7).filter(any)
ORDERS = st.integers(1, 4)
PRUNINGS = st.lists(st.integers(0, 3), min_size=1, max_size=3).map(sorted)

# Long enough for discounts of its own at every length.
POEM = """
the cat saw the dog and the dog saw the cat
the old man saw the cat and the cat ran to the old man
a dog ran and a cat ran and the old man ran to the house
in the house the old man sat and the dog sat and a cat sat
the man in the house saw the dog and the man ran
a cat in the old house saw a man and ran to the dog
and the dog ran to the house and sat in the house
""".strip().split("\n")
POEM_LINES = [line.split() for line in POEM]


def store_of(lines: Lines, directory: str | Path) -> TokenStore:
    path = Path(directory, "text.txt")
    path.write_text("".join(" ".join(line) + "\n" for line in lines), "utf-8")
    return encode_tokens(Corpus([path]), str(directory), min_count=1)


def trained(lines: Lines, order: int, prune: Sequence[int] = (0,)) -> LanguageModel:
    with tempfile.TemporaryDirectory() as directory:
        store = store_of(lines, directory)
        return train_language_model(store, order=order, prune=prune, directory=directory, threads=1)[0]


def entries(model: LanguageModel) -> Entries:
    """All n-grams of a model."""
    names: list[Ngram] = [(word,) for word in model.words]
    for node, (start, end) in enumerate(itertools.pairwise(model.first.tolist())):
        assert start == len(names)
        names += [(*names[node], model.words[unit]) for unit in model.units[start:end].tolist()]
    backoffs = itertools.chain(model.backoffs.tolist(), itertools.repeat(0.0))
    return dict(zip(names, zip(model.logs.tolist(), backoffs, strict=False), strict=True))


def backed_off(found: Entries, history: Ngram, word: str) -> float:
    """log p(word | history) by the plain rule: its own, else the weight and a shorter history."""
    if (*history, word) in found or not history:
        return found[(*history, word)][0]
    return found.get(history, (0.0, 0.0))[1] + backed_off(found, history[1:], word)


def plain_scores(found: Entries, order: int, sentence: Sequence[str]) -> Iterator[float]:
    """log p of each word of a sentence, and of its end."""
    known = [word if (word,) in found else "<unk>" for word in sentence]
    words = ["<s>", *known, "</s>"]
    for at in range(1, len(words)):
        yield backed_off(found, tuple(words[max(at - order + 1, 0) : at]), words[at])
