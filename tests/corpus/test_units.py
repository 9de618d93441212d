from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests import reference
from tests.stores import store_of, stream
from textmine.corpus import blocks
from textmine.corpus.corpus import Corpus
from textmine.corpus.scripts import Unit
from textmine.corpus.units import encode_units
from textmine.errors import InputError
from textmine.progress import silent

LONG = reference.LONGEST_RUN
# What meets the rules: scripts, case, joining marks, white space, runs of about the longest size.
CHARACTERS = "中文あก〇aBb9\u0301-’.,，、 \u3000\t\n\r"
PIECES = [*CHARACTERS, "\n\n", "\r\n", "iOS", "IOS", "3.5", "x" * (LONG - 2), "9" * (LONG - 1), "9" * LONG]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map(lambda pieces: "".join(["中", *pieces]))
UNITS = st.sampled_from(["auto", "char", "word"])
DOCUMENTS = st.sampled_from(["line", "paragraph", "file"])
BLOCK_SIZES = st.sampled_from([2, 3, 4, 5, 8, LONG, LONG + 1, LONG + 2, 1 << 22])


@given(TEXTS, UNITS, DOCUMENTS, BLOCK_SIZES)
@example("中 ab\ncd", "auto", "paragraph", 5)  # white space that joins, at the end of a block
@example("x" * LONG + " y", "word", "line", LONG + 1)  # the same after the longest run
def test_units_follow_the_rules_whatever_the_block_size(
    text: str, unit: Unit, document: blocks.DocumentKind, block_size: int
) -> None:
    whole = text if text.endswith("\n") else text + "\n"
    begins = reference.starts(whole, document)
    expected = reference.units(whole, begins, unit)
    with TemporaryDirectory() as directory:
        store = store_of(text, directory, unit=unit, document=document, block_size=block_size)
        ids = stream(store)
        numbers = store.document_numbers(0, store.size).tolist()
    is_unit = [is_unit for _, is_unit, _ in expected]
    shown = reference.merge_case([spelling for spelling, _, _ in expected])
    assert [store.spellings[number] for number in ids] == shown
    assert [number >= store.first_word for number in ids] == is_unit
    assert numbers == [sum(begin <= at for begin in begins) - 1 for _, _, at in expected]
    assert (store.size, store.words, store.documents) == (len(expected), sum(is_unit), len(begins))
    assert store.spellings[0] == "\n"
    boundaries = [spelling for spelling, is_unit, _ in expected if not is_unit]
    assert store.spellings[: store.first_word] == ["\n", *dict.fromkeys(x for x in boundaries if x != "\n")]


@pytest.mark.parametrize(
    ("unit", "units"),
    [
        ("auto", ["用", "iPhone", "手", "机", "，", "price", "1,000.5", "wind-farm's", "。", "\n"]),
        ("word", ["用iPhone手机", "，", "price", "1,000.5", "wind-farm's", "。", "\n"]),
        (
            "char",
            [*"用iPhone手机，price", " ", *"1,000.5", " ", *"wind-farm's。\n"],
        ),
    ],
)
def test_what_a_unit_is(tmp_path: Path, unit: Unit, units: list[str]) -> None:
    store = store_of("用iPhone手机，price 1,000.5 wind-farm's。", tmp_path, unit=unit)
    spellings = [store.spellings[number] for number in stream(store)]
    assert [spelling.lower() for spelling in spellings] == [unit.lower() for unit in units]


@pytest.mark.parametrize("unit", ["auto", "char", "word"])
def test_a_text_without_letters_and_digits(tmp_path: Path, unit: Unit) -> None:
    with pytest.raises(InputError, match=r"neither letters nor digits; "):
        store_of("，。 !\n…", tmp_path, unit=unit)


def test_files_are_documents_of_their_own(tmp_path: Path) -> None:
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path in paths:
        path.write_text("one two", encoding="utf-8")
    with Corpus(paths, document="file") as corpus:
        store = encode_units(corpus, "auto", str(tmp_path), silent)
    assert [store.spellings[number] for number in stream(store)] == ["one", "two", "\n"] * 2
    assert store.document_numbers(0, 6).tolist() == [0, 0, 0, 1, 1, 1]


def test_a_word_longer_than_the_longest_is_cut(tmp_path: Path) -> None:
    store = store_of("a" * 100_000, tmp_path, block_size=1000)
    sizes = [len(store.spellings[number]) for number in stream(store)]
    assert sizes == [LONG] * (100_000 // LONG) + [100_000 % LONG, 1]
