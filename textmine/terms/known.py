"""Words that are no news."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Collection
from pathlib import Path

from textmine.words.lexicon import Lexicon


def known_words(source: str | Path) -> frozenset[str]:
    """The words of jieba's dictionary ("jieba") or of a file such as `Lexicon.load` reads: a word a
    line, counts and tags are passed over. In lower case.

    Raises InputError or ModelError when the file cannot be read or has no words.
    """
    words = jieba_counts() if source == "jieba" else Lexicon.load(source)
    return frozenset(word.lower() for word in words)


def word_test(words: str | Path | Collection[str] | None) -> Callable[[str], bool]:
    """Whether a word, in any case, is one of these, or of those that `known_words` finds."""
    if words is None:
        return lambda word: False
    known = known_words(words) if isinstance(words, (str, Path)) else frozenset(map(str.lower, words))
    return lambda word: word.lower() in known


def jieba_counts() -> dict[str, int]:
    """The words of jieba's dictionary and their counts in the text it was made from."""
    package = importlib.util.find_spec("jieba")
    assert package is not None and package.origin is not None  # a dependency
    with Path(package.origin).with_name("dict.txt").open(encoding="utf-8") as lines:
        entries = (line.split(" ") for line in lines)
        return {word: int(count) for word, count, _ in entries}
