"""Between texts and the units of a language model."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from itertools import chain, pairwise, zip_longest

from textmine.corpus.scripts import is_unspaced
from textmine.errors import InputError
from textmine.language.model import SPECIAL, LanguageModel


class Codec:
    """Cuts texts into units of a model, and writes units as text again.

    `split` gives the words of a text, as that of the model was cut; without it units are characters.
    """

    def __init__(self, model: LanguageModel, split: Callable[[str], list[str]] | None = None) -> None:
        self.model = model
        self._split = split

    @property
    def space(self) -> str:
        """What stands between units that are words, and between characters nothing."""
        return " " if self._split else ""

    def encode(self, text: str) -> list[int]:
        """The units of a text. Raises InputError for one that the model does not know."""
        pieces = self._pieces(text)
        for piece in pieces:
            if not self._knows(piece):
                raise InputError(
                    f"the model has never seen {piece!r}" + f" of {text!r}" * (piece != text),
                    "choose another word, or train on text that has it"
                    + ("; spaces part the units of a word" if self._split else ""),
                )
        return [self.model.numbers[piece] for piece in pieces]

    def encode_known(self, text: str) -> list[int]:
        """The units of a text that the model knows."""
        return [self.model.numbers[piece] for piece in self._pieces(text) if self._knows(piece)]

    def decode(self, units: Sequence[int]) -> str:
        """A sentence as it is written: spaces stand between words, but not those of scripts without."""
        words = [self.model.words[unit] for unit in units]
        if self._split is None:
            return "".join(words)
        spaces = (" " * (not (_close(left[-1]) and _close(right[0]))) for left, right in pairwise(words))
        return "".join(chain.from_iterable(zip_longest(words, spaces, fillvalue="")))

    def _knows(self, piece: str) -> bool:
        return self.model.numbers.get(piece, 0) >= len(SPECIAL)

    def _pieces(self, text: str) -> list[str]:
        """A text cut as the model's was; what stands between white space and is a unit is not cut."""
        if self._split is None:
            return [piece for piece in text if not piece.isspace()]
        parts = ([word] if self._knows(word) else self._split(word) for word in text.split())
        return list(chain.from_iterable(parts))


def _close(character: str) -> bool:
    """Whether no space is written beside it and its like: of a script without, or a mark as wide."""
    wide = "WFA" if not character.isalnum() else "WF"
    return is_unspaced(character) or unicodedata.east_asian_width(character) in wide
