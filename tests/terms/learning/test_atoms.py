"""What learning words takes from the segmenter: where atoms begin, and spaces between words."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import atoms
from textmine.words.segmenter import atom_starts, spaced

TEXTS = st.text(st.sampled_from("天地aé3０.,'_ \n　。—か\u3099\u0301👍"), max_size=30)


@given(TEXTS)
def test_atoms(text: str) -> None:
    starts = atom_starts(text).tolist()
    found = [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)] if starts else []
    assert "".join(found) == text
    assert [piece for piece in found if not piece.isspace()] == [
        piece for piece in atoms(text) if not piece.isspace()
    ]
    assert all(len(piece) == 1 for piece in found if piece.isspace())


@given(TEXTS | st.text(max_size=20), st.integers(1, 9), st.integers(0, 99))
def test_spaces_between_words(text: str, block: int, seed: int) -> None:
    """One before each beginning that has no white space before it, nor is any, wherever blocks end."""
    begins = np.random.default_rng(seed).integers(0, 2, len(text)).astype(np.uint8)
    begins[[character.isspace() for character in text]] = 1
    wanted = ""
    for character, begin in zip(text, begins.tolist(), strict=True):
        if begin and wanted and not wanted[-1].isspace() and not character.isspace():
            wanted += " "
        wanted += character
    assert b"".join(spaced(text, begins, block)) == wanted.encode()
