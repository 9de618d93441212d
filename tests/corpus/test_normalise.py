from __future__ import annotations

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tests import reference
from textmine.corpus.normalise import half_width, normalised, normaliser

# Letters, marks and Korean parts that compose with what stands before them, often at the edge of a piece.
PIECES = st.lists(
    st.text(st.sampled_from("eＡ \n\u0301\u0323\u1112\u1161\u11abｶ\uff9e中。"), max_size=6), max_size=6
)


@given(st.text(st.one_of(st.characters(), st.sampled_from("Ａｚ！～\u3000￠😀"))))
def test_half_width(text: str) -> None:
    assert half_width(text) == reference.half_width(text)


@given(PIECES)
def test_composition_does_not_see_the_chunks(pieces: list[str]) -> None:
    normalise = normaliser(["nfkc"])
    assert normalise is not None
    assert "".join(normalised(pieces, normalise)) == unicodedata.normalize("NFKC", "".join(pieces))


@given(st.text(st.sampled_from("ΟΔΣΣ's. \n中"), min_size=1), st.integers(1, 5))
def test_lower_case_does_not_see_the_chunks_of_spaced_text(text: str, size: int) -> None:
    text = " ".join(text)
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert "".join(normalised(pieces, str.lower)) == text.lower()


def test_the_order_of_steps_is_fixed() -> None:
    text = "ＡＢＣ\u3000㎏ İ"
    both = normaliser(["lower", "width"]), normaliser(["width", "lower"])
    assert both[0] is not None and both[1] is not None
    assert both[0](text) == both[1](text) == "abc ㎏ i\u0307"
    assert normaliser([]) is None


def test_no_step_makes_or_takes_away_a_newline() -> None:
    normalise = normaliser(["nfkc", "width", "lower"])
    assert normalise is not None
    others = "".join(
        chr(code) for code in range(sys.maxunicode + 1) if code != 10 and not 0xD800 <= code <= 0xDFFF
    )
    assert "\n" not in normalise(others)
    assert normalise("\n") == "\n"
