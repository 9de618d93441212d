"""From a text to its words, by the name of a tokeniser or a lexicon file: what --tokenizer takes."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from textmine.errors import InputError

if TYPE_CHECKING:
    from textmine.corpus.token_store import Cut
    from textmine.words.segmenter import Segmenter

LONGEST_HELD = 1 << 16  # code points of a word that goes on


class Tokenizer(Protocol):
    """What the rest of the program asks of a tokeniser; both ways give the same words, of any text."""

    def tokenize(self, text: str) -> list[str]:
        """The words of `text` in order; none is empty or has white space."""
        ...

    def cut(self, texts: Iterable[str]) -> Iterator[bytes]:
        """UTF-8 of `texts`, pieces of one text, with white space between its words. A line feed stays one;
        a piece that does not end in one may go on in the next. Memory: a few of the pieces."""
        ...


class WhitespaceTokenizer:
    """What stands between white space."""

    def tokenize(self, text: str) -> list[str]:
        return text.split()

    def cut(self, texts: Iterable[str]) -> Iterator[bytes]:
        return (text.encode("utf-8", "surrogatepass") for text in texts)


class CharacterTokenizer:
    """Every character (code point) but white space."""

    def tokenize(self, text: str) -> list[str]:
        return list("".join(text.split()))

    def cut(self, texts: Iterable[str]) -> Iterator[bytes]:
        return (f"{' '.join(text)} ".encode("utf-8", "surrogatepass") for text in texts)


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

    def cut(self, texts: Iterable[str]) -> Iterator[bytes]:
        """The last word of a piece may go on in the next: it is held back with what follows it."""
        held = ""
        for text in texts:
            *lines, tail = (held + text).split("\n")
            words = self.tokenize(tail)
            held = tail[tail.rfind(words[-1]) :] if words else ""
            if len(held) > LONGEST_HELD:
                held = ""
            elif words:
                words.pop()
            done = "".join(" ".join(self.tokenize(line)) + "\n" for line in lines) + " ".join(words) + " "
            yield done.encode("utf-8", "surrogatepass")
        yield " ".join(self.tokenize(held)).encode("utf-8", "surrogatepass")


class JiebaTokenizer:
    """jieba's words (see `textmine.words.jieba`)."""

    def __init__(self) -> None:
        from textmine.words.jieba import JiebaSegmenter

        self._segmenter = JiebaSegmenter()

    def tokenize(self, text: str) -> list[str]:
        return self._segmenter.segment_block(text).split()

    def cut(self, texts: Iterable[str]) -> Iterator[bytes]:
        return self._segmenter.segment_blocks(texts)


class LexiconTokenizer:
    """The words of a lexicon file (see `textmine.words.segmenter`); one with white space inside is several.
    `threads`: of `cut`, else one a core."""

    def __init__(self, path: str | Path, threads: int | None = None) -> None:
        self._segmenter = lexicon_segmenter(path, *NAMES)
        self._threads = threads

    def tokenize(self, text: str) -> list[str]:
        return self._segmenter.segment_block(text).split()

    def cut(self, texts: Iterable[str]) -> Iterator[bytes]:
        return self._segmenter.segment_blocks(texts, self._threads)


TOKENIZERS: dict[str, Callable[[], Tokenizer]] = {
    "whitespace": WhitespaceTokenizer,
    "word": WordTokenizer,
    "char": CharacterTokenizer,
    "jieba": JiebaTokenizer,
}
NAMES = tuple(TOKENIZERS)


def tokenizer(name: str, threads: int | None = None) -> Tokenizer:
    """The tokeniser of that name, else by the lexicon file of that name. Raises InputError where it is
    neither, and ModelError for a broken lexicon."""
    return TOKENIZERS.get(name, partial(LexiconTokenizer, name, threads))()


def cutter(name: str, threads: int | None = None) -> Cut | None:
    """What puts white space between the words of a text, as `tokenizer` does; None where it is there."""
    return None if name == "whitespace" else tokenizer(name, threads).cut


def splitter(name: str) -> Callable[[str], list[str]]:
    """What gives the words of a text, as `tokenizer` does."""
    return tokenizer(name).tokenize


def default_tokenizer(texts: Sequence[str]) -> str:
    """The name of what suits the texts: jieba where there is Chinese, else words."""
    from textmine.corpus.scripts import han_share

    return "jieba" if han_share("".join(text[:1000] for text in texts[:100])) > 0.1 else "word"


def lexicon_segmenter(path: str | Path, *names: str) -> Segmenter:
    """The segmenter by a lexicon file; `names` could have been given in its place. Raises InputError where
    there is no such file."""
    if not Path(path).exists():
        raise InputError(
            f"there is no lexicon file {str(path)!r}", f"give {', '.join(names)} or a lexicon file"
        )
    from textmine.words.lexicon import Lexicon

    words = Lexicon.load(path)
    from textmine.words.segmenter import Segmenter

    return Segmenter(words)
