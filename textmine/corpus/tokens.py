"""From a text to its tokens."""

from __future__ import annotations

import importlib
import re
from functools import cached_property
from typing import Any, Protocol

from textmine.errors import InputError


class Tokenizer(Protocol):
    """What the rest of the program asks of a tokeniser; `tokenize` may be called with any text, also an empty
    one."""

    def tokenize(self, text: str) -> list[str]:
        """The tokens of `text` in order; none is empty or white space."""
        ...


class CharacterTokenizer:
    """Every character (code point) but white space."""

    def tokenize(self, text: str) -> list[str]:
        return list("".join(text.split()))


class WhitespaceTokenizer:
    """What stands between white space."""

    def tokenize(self, text: str) -> list[str]:
        return text.split()


# WordTokenizer's words in ASCII, by the module that is three times faster.
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:(?:['-]|(?<=[0-9])[.,](?=[0-9]))[A-Za-z0-9]+)*")


class WordTokenizer:
    """Runs of letters, marks and digits in any script, without punctuation.

    A hyphen or an apostrophe between letters and a point or comma between digits stay inside the word. Each
    Chinese character is a word of its own, as in Unicode's default word boundaries (UAX #29): use jieba or a
    lexicon for Chinese words.
    """

    @cached_property
    def _word(self) -> Any:
        regex: Any = importlib.import_module("regex")  # re has no classes for scripts and marks

        word = r"[[\p{L}\p{M}\p{N}]--[\p{Han}]]"
        return regex.compile(rf"(?V1)\p{{Han}}|{word}+(?:(?:['’‐-]|(?<=\p{{N}})[.,](?=\p{{N}})){word}+)*")

    def tokenize(self, text: str) -> list[str]:
        tokens: list[str] = (_ASCII_WORD if text.isascii() else self._word).findall(text)
        return tokens


class JiebaTokenizer:
    """jieba's words (precise mode, with its hidden Markov model for unknown words) and punctuation marks.

    Uses rjieba where it is installed (the same algorithm, some 20 times faster), else jieba itself.
    """

    @cached_property
    def _cut(self) -> Any:
        try:
            import rjieba

            return rjieba.Jieba().cut
        except ImportError:
            import logging

            import jieba

            jieba.setLogLevel(logging.WARNING)  # it reports its loading on stderr otherwise
            return jieba.lcut

    def tokenize(self, text: str) -> list[str]:
        return [token for token in self._cut(text) if not token.isspace()]


_TOKENIZERS: dict[str, type[Tokenizer]] = {
    "char": CharacterTokenizer,
    "word": WordTokenizer,
    "space": WhitespaceTokenizer,
    "jieba": JiebaTokenizer,
}


def tokenizer(name: str) -> Tokenizer:
    """The tokeniser called "char", "word", "space" or "jieba". Raises InputError for any other name."""
    if name not in _TOKENIZERS:
        raise InputError(f"there is no tokeniser {name!r}", f"choose one of {', '.join(_TOKENIZERS)}")
    return _TOKENIZERS[name]()
