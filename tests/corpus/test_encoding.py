from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.corpus.encoding import Tally, check_encoding, clean, decode, looks_binary
from textmine.errors import InputError

CHINESE = "上海口岸服务条例。第一条 为了规范口岸开放，提高口岸通关效率，保障口岸安全畅通。\n" * 4
JAPANESE = "これは日本語の文章です。文字コードを判定するためのテストデータとして使います。\n" * 4
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
    "gb18030": "\ufeff".encode("gb18030"),
}


def text_of(data: bytes, size: int = 1 << 20, encoding: str | None = None) -> str:
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    return "".join(decode(chunks, "name", encoding, "strict", Tally()))


def lossy(data: bytes, size: int = 1 << 20, encoding: str | None = None) -> tuple[str, int]:
    tally = Tally()
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    return "".join(decode(chunks, "name", encoding, "replace", tally)), tally.replaced


@given(
    st.text(st.characters(exclude_characters="\0\ufeff")), st.sampled_from(sorted(MARKS)), st.integers(4, 9)
)
def test_a_mark_tells_the_encoding_and_is_dropped(text: str, encoding: str, size: int) -> None:
    data = MARKS[encoding] + text.encode(encoding)
    assert text_of(data, size) == text
    assert text_of(data, size, "latin-1") == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "big5", "shift_jis", "utf-16-le", "cp1252"])
@given(data=st.data())
def test_any_cut_into_chunks_gives_the_same_text(encoding: str, data: st.DataObject) -> None:
    raw = data.draw(st.text(st.sampled_from("a\n。天日文"), max_size=30)).encode(encoding, "ignore")
    assert text_of(raw, data.draw(st.integers(4, 9)), encoding) == raw.decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "shift_jis", "utf-16-le", "cp1252", "ascii"])
@given(data=st.binary(max_size=40), size=st.integers(4, 50))
def test_the_offset_is_that_of_the_first_bad_byte(encoding: str, data: bytes, size: int) -> None:
    if any(data.startswith(mark) for mark in MARKS.values()) or b"\0" in data:
        return
    try:
        expected = data.decode(encoding)
    except UnicodeDecodeError as error:
        with pytest.raises(InputError, match=f": byte {error.start} does not fit; "):
            text_of(data, size, encoding)
        assert lossy(data, size, encoding)[1] > 0
    else:
        if "\0" not in expected:
            assert text_of(data, size, encoding) == expected


@pytest.mark.parametrize(
    ("text", "encoding", "likely"),
    [
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        (JAPANESE, "shift_jis", "cp932"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        ("plain words in two bytes each", "utf-16-le", "utf-16-le"),
        ("plain words in two bytes each", "utf-16-be", "utf-16-be"),
    ],
)
def test_the_error_says_what_it_looks_like(text: str, encoding: str, likely: str) -> None:
    with pytest.raises(InputError, match=f"it looks like {likely}: set `encoding` to that"):
        text_of(text.encode(encoding))


def test_the_likely_encoding_is_told_far_into_a_file_too() -> None:
    data = b"plain ASCII first\n" * 5000 + CHINESE.encode("gb18030")
    with pytest.raises(InputError, match="name is not UTF-8: byte 90000 does not fit; it looks like gb18030"):
        text_of(data)


def test_damage_is_told_from_another_encoding() -> None:
    data = bytearray((CHINESE * 10).encode())
    data[500] = 0xFF
    with pytest.raises(InputError, match="looks like UTF-8 with damage"):
        text_of(bytes(data))


def test_text_that_ends_inside_a_character() -> None:
    with pytest.raises(InputError, match="byte 3 does not fit"):
        text_of("中文".encode()[:-1])
    assert lossy("中文".encode()[:-1]) == ("中\ufffd", 2)


@given(
    st.lists(
        st.sampled_from([b"a", "中".encode(), b"\xff", b"\xe4\xb8", "\ufffd".encode(), b"\0"]), max_size=30
    )
)
def test_replaced_bytes_are_counted(parts: list[bytes]) -> None:
    data = b"".join(parts)
    text, replaced = lossy(data)
    assert text == data.decode("utf-8", "replace").replace("\0", "\ufffd")
    assert replaced == len(data) - len(data.decode("utf-8", "ignore").replace("\0", "").encode())


def test_the_count_does_not_depend_on_the_chunks() -> None:
    data = b"\xe4\xb8\xff\xf0\x9f\x98\0" * 20 + CHINESE.encode("gbk")
    assert len({lossy(data, size) for size in range(4, 40)}) == 1


def test_nul_bytes() -> None:
    with pytest.raises(InputError, match=r"name holds NUL bytes \(the first is byte 7\), so it is not text"):
        text_of(b"abc def\0ghi", 4)
    with pytest.raises(InputError, match="name holds NUL bytes"):
        text_of("abc\0".encode("utf-16-le"), encoding="utf-16-le")


def test_escapes_that_are_no_characters() -> None:
    tally = Tally()
    assert clean("中😀", "here", "strict", tally) == "中😀"
    with pytest.raises(InputError, match=r"here: .*unpaired surrogate"):
        clean("a\ud83d", "here", "strict", tally)
    with pytest.raises(InputError, match="NUL"):
        clean("a\0", "here", "strict", tally)
    assert clean("a\ud83d\ude00\0b", "here", "replace", tally) == "a\ufffd\ufffd\ufffdb"
    assert tally.replaced == 3


def test_names_of_encodings() -> None:
    for name in ("utf-8", "UTF8", "gb18030", "utf-16", "utf-32"):
        check_encoding(name)
    with pytest.raises(InputError, match=r"no text encoding 'gb18031'; did you mean .*gb18030"):
        check_encoding("gb18031")
    with pytest.raises(InputError, match="no text encoding 'base64'"):
        check_encoding("base64")


def test_binary_files_are_told_by_nul_bytes() -> None:
    assert looks_binary(b"\x89PNG\0\0", None)
    assert not looks_binary("文".encode("utf-16"), None)
    assert not looks_binary(b"a\0", "utf-16-le")
    assert not looks_binary(b"a" * 8000 + b"\0", None)
