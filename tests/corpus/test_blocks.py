from __future__ import annotations

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tests import reference
from textmine.corpus.blocks import Block, DocumentKind, cut, newline_offsets, record_blocks, text_blocks

UNITS = st.sampled_from(["line", "paragraph", "file"])
# Few kinds of characters, so that blank lines, CR LF and marks after letters are common.
TEXTS = st.text(st.sampled_from("ab 中，\n\n\n\r\u3000\u0301\u200d😀"), max_size=60)


@st.composite
def chunked(draw: st.DrawFn) -> tuple[str, list[str]]:
    chunks = draw(st.lists(TEXTS, max_size=4))
    return "".join(chunks), chunks


def with_newline(text: str) -> str:
    return text if text == "" or text.endswith("\n") else text + "\n"


def check_chain(blocks: list[Block], block_size: int) -> str:
    """What holds for the blocks of any source; gives their text."""
    text = ""
    for block in blocks:
        assert 0 < len(block.text) <= block_size
        assert block.line == 1 + text.count("\n")
        assert not (text.endswith("\r") and block.text.startswith("\n"))
        text += block.text
    return text


@given(chunked(), UNITS, st.integers(2, 70))
def test_blocks_hold_the_text_and_its_documents(
    parts: tuple[str, list[str]], unit: DocumentKind, block_size: int
) -> None:
    text, chunks = parts
    blocks = list(text_blocks(chunks, "name", unit, block_size))
    assert check_chain(blocks, block_size) == with_newline(text)
    found, offset = [], 0
    for block in blocks:
        assert block.starts.dtype == "int64"
        found += [offset + start for start in block.starts.tolist()]
        offset += len(block.text)
    assert found == reference.starts(with_newline(text), unit)


@given(st.lists(st.tuples(st.integers(1, 9), TEXTS), max_size=6), UNITS, st.integers(2, 40))
def test_record_blocks_hold_every_record(
    records: list[tuple[int, str]], unit: DocumentKind, block_size: int
) -> None:
    found: list[tuple[str, int]] = []
    for block, lines in record_blocks(records, "name", unit, block_size):
        assert 0 < len(block.text) <= block_size
        starts = block.starts.tolist()
        assert len(starts) == len(lines)
        edges = [*starts, len(block.text)]
        if not starts or starts[0] > 0:
            found[-1] = (found[-1][0] + block.text[: edges[0]], found[-1][1])
        found += [
            (block.text[start:end], line) for start, end, line in zip(starts, edges[1:], lines, strict=True)
        ]
    whole = [(line, text if text.endswith("\n") else text + "\n") for line, text in records]
    if unit == "line":
        assert found == [(text, line) for line, text in whole]
    elif unit == "file":
        assert found == ([("".join(text for _, text in whole), whole[0][0])] if whole else [])
    else:
        assert found == [
            (paragraph + "\n", line) for line, text in whole for paragraph in _paragraphs_of_record(text)
        ]


def _paragraphs_of_record(text: str) -> list[str]:
    return [paragraph for paragraph, _ in reference.documents(text, "paragraph")]


@given(TEXTS)
def test_newlines_are_found_whatever_the_planes_of_the_characters(text: str) -> None:
    assert newline_offsets(text).tolist() == [at for at, character in enumerate(text) if character == "\n"]


def test_a_cut_prefers_a_newline_then_space_then_punctuation() -> None:
    assert cut("ab\nc d，ef", 0, 7) == 3
    assert cut("abc d，ef", 0, 7) == 4
    assert cut("abcd，ef", 0, 6) == 5
    assert cut("abcdef", 0, 5) == 5


def test_a_cut_never_parts_what_belongs_together() -> None:
    assert cut("ab\r\ncd", 0, 3) == 2
    assert cut("abe\u0301", 0, 3) == 2
    assert cut("ab👩\u200d👧", 0, 3) == 2
    assert cut("ab👩\u200d👧", 0, 4) == 2
    assert cut("ab\u1112\u1161\u11ab", 0, 4) == 2
    assert cut("abカﾞ", 0, 3) == 2


def test_a_run_of_marks_without_end_is_cut_all_the_same() -> None:
    text = "a" + "\u0301" * 5000
    assert cut(text, 0, 4000) == 0
    assert [len(block.text) for block in text_blocks([text], "name", "line", 4000)] == [4000, 1002]


def test_no_character_composes_across_a_cut() -> None:
    """What Unicode composes with the character before it, `cut` does not part from it."""
    pairs = (unicodedata.decomposition(chr(code)).split() for code in range(sys.maxunicode + 1))
    seconds = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and not pair[0].startswith("<")}
    assert len(seconds) > 50
    assert [mark for mark in seconds if cut("ab" + mark, 0, 2) == 2] == []
