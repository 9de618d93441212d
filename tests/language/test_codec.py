"""Between texts and units."""

from __future__ import annotations

import pytest

from tests.language.texts import trained
from textmine.errors import InputError
from textmine.language.codec import Codec

CHINESE = ["上海市", "环境", "，", "“", "好", "”", "。"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (CHINESE, "上海市环境，“好”。"),
        (["the", "cat", "，", "sat"], "the cat ， sat"),
        (["用", "Python", "3", "写"], "用 Python 3 写"),
        ([], ""),
    ],
)
def test_units_are_written_as_text(words: list[str], text: str) -> None:
    model = trained([[*words, "x"]], order=1)
    units = [model.numbers[word] for word in words]
    assert Codec(model, str.split).decode(units) == text
    assert Codec(model).decode(units) == "".join(words)


def test_texts_are_cut_as_the_model_was() -> None:
    """What stands between white space and is a unit is not cut."""
    model = trained([["ab", "a", "c"], ["甲", "乙"]], order=1)
    words, characters = Codec(model, list), Codec(model)
    assert words.decode(words.encode("ab ca ac")) == "ab c a a c"
    assert characters.decode(characters.encode(" 乙 甲a")) == "乙甲a"
    assert characters.encode_known("甲x<s>乙") == characters.encode("甲乙")
    assert (words.space, characters.space) == (" ", "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x", "never seen 'x'; choose"),
        ("ax", "never seen 'x' of 'ax'; choose"),
        ("a <s> b", "never seen '<' of"),
    ],
)
def test_units_that_the_model_has_never_seen(text: str, told: str) -> None:
    model = trained([["a", "b"]], order=1)
    for codec, more in ((Codec(model), False), (Codec(model, list), True)):
        with pytest.raises(InputError, match=told) as met:
            codec.encode(text)
        assert met.value.todo.endswith("spaces part the units of a word") == more
