"""Cutting text with jieba's own dictionary and algorithm."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

# Wider than what either program joins into one sentence before it looks for words: any other character stands
# alone.
SENTENCE = r"[a-zA-Z0-9+#&._%\-\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
SPAN = 1 << 16  # code points: a longer sentence is cut there
BLANKS = re.compile(r"(\s+)")
STRETCHES = re.compile(f"{SENTENCE}{{1,{SPAN}}}|(?:(?!{SENTENCE}).)+", re.DOTALL)
TAIL = re.compile(f"{SENTENCE}*")


class JiebaSegmenter:
    """jieba's precise mode.

    `hmm` also finds words that are not in the dictionary, by jieba's hidden Markov model. `engine`: "rjieba"
    is the same algorithm in Rust, 15 times as fast, with the same tokens on Chinese text (they part on names
    with full stops or underscores such as `www.example.com`, which jieba cuts up); "jieba" is the original;
    "auto" takes rjieba where it is installed.

    Raises ImportError when the engine asked for is not installed.
    """

    def __init__(self, *, hmm: bool = True, engine: Literal["auto", "rjieba", "jieba"] = "auto") -> None:
        self._words = _cutter(hmm, engine)

    def segment(self, text: str) -> list[str]:
        """The words of `text` in order, without the white space between them."""
        return [word for piece in BLANKS.split(text)[::2] for word in self._cut(piece)]

    def segment_block(self, text: str) -> str:
        """`text` with one space put between words where there is no white space yet; else unchanged."""
        pieces = BLANKS.split(
            text
        )  # text, white space, text, ...: the engines never join text over white space
        pieces[::2] = [" ".join(self._cut(piece)) for piece in pieces[::2]]
        return "".join(pieces)

    def segment_blocks(self, texts: Iterable[str]) -> Iterator[bytes]:
        """UTF-8 of what `segment_block` gives for the whole of `texts`, in pieces.

        A piece of text that does not end in a line feed goes on in the next; what comes out does not depend
        on how the text is cut.
        """
        held, glue = "", False
        for text in texts:
            held += text
            end = len(held) - _open(held)
            if end:
                yield self._joined(held[:end], glue)
                glue = not held[end - 1].isspace()
                held = held[end:]
        if held:
            yield self._joined(held, glue)

    def _joined(self, text: str, glue: bool) -> bytes:
        space = " " if glue and not text[0].isspace() else ""
        return (space + self.segment_block(text)).encode()

    def _cut(self, text: str) -> list[str]:
        """The words of a text without white space."""
        if len(text) <= SPAN:
            return self._words(text) if text else []
        return [word for stretch in STRETCHES.findall(text) for word in self._words(stretch)]


def _open(text: str) -> int:
    """How many code points at the end of `text` may be part of a sentence that goes on."""
    match = TAIL.match(text[-1 : -SPAN - 1 : -1])
    size = match.end() if match else 0
    if size < SPAN:
        return size
    whole = TAIL.match(text[::-1])
    return whole.end() % SPAN if whole else 0


def _cutter(hmm: bool, engine: str) -> Callable[[str], list[str]]:
    if engine != "jieba":
        try:
            import rjieba

            fast: Callable[[str, bool], list[str]] = rjieba.cut
            return lambda text: fast(text, hmm)
        except ImportError:
            if engine == "rjieba":
                raise
    import jieba

    jieba.setLogLevel(logging.WARNING)  # it tells of loading its dictionary otherwise
    original: Callable[..., list[str]] = jieba.lcut
    return lambda text: original(text, HMM=hmm)
