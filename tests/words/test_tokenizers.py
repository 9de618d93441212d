from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.processes import run_process
from textmine.errors import InputError
from textmine.words.tokenizers import NAMES, cutter, default_tokenizer, splitter, tokenizer


def test_characters_are_all_but_white_space() -> None:
    assert tokenizer("char").tokenize("中 文\u3000a,\n") == ["中", "文", "a", ","]


def test_whitespace() -> None:
    assert tokenizer("whitespace").tokenize(" wind-farm, is\u3000中文\n") == ["wind-farm,", "is", "中文"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (
            "The wind-farm's «O’Neill», it's 1,000.5 m.",
            ["The", "wind-farm's", "O’Neill", "it's", "1,000.5", "m"],
        ),
        ("-a- 'b' c_d e--f 1,a 2.", ["a", "b", "c", "d", "e", "f", "1", "a", "2"]),
        ("नमस्ते cafe\u0301", ["नमस्ते", "cafe\u0301"]),
        ("用iPhone手机", ["用", "iPhone", "手", "机"]),
        ("", []),
    ],
)
def test_words(text: str, tokens: list[str]) -> None:
    assert tokenizer("word").tokenize(text) == tokens


@given(st.text(st.sampled_from("ab1Z9-'.,_ \n\t&")))
def test_words_in_ascii_are_those_of_any_script(text: str) -> None:
    """A letter that is not ASCII takes the other of the two ways."""
    assert tokenizer("word").tokenize(text) == tokenizer("word").tokenize(f"{text} é")[:-1]


TEXT = "我来到北京清华大学，他说：“IBM 的 3.5% 股份……”\n小明硕士毕业于中国科学院计算所"


def test_jieba_in_both_its_implementations() -> None:
    pytest.importorskip("rjieba")
    fast = tokenizer("jieba").tokenize(TEXT)
    # The other implementation in a process of its own, where the fast one cannot be imported.
    script = (
        "import sys; sys.modules['rjieba'] = None\n"
        "from textmine.words.tokenizers import tokenizer\n"
        f"assert tokenizer('jieba').tokenize({TEXT!r}) == {fast!r}\n"
        "assert 'jieba' in sys.modules"
    )
    done = run_process([sys.executable, "-c", script], text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert fast[:4] == ["我", "来到", "北京", "清华大学"]


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("lexicon") / "words.txt"
    path.write_text("曹操 900\n败走 300\nice cream 5\nart 3\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", [*NAMES, "lexicon"])
def test_both_ways_give_the_same_words(name: str, lexicon: str) -> None:
    name = lexicon if name == "lexicon" else name
    split, cut = splitter(name), tokenizer(name, threads=1).cut

    @given(
        st.lists(st.sampled_from(["曹操", "败走", "art", "ice", "7.5", " ", "\n", "\u3000", "，", "'", "é"]))
    )
    def same(pieces: list[str]) -> None:
        assert split("".join(pieces)) == b"".join(cut(["".join(pieces)])).decode().split()

    same()


def test_white_space_needs_no_cutting() -> None:
    assert cutter("whitespace") is None
    assert list(tokenizer("whitespace").cut(["a\tb", " 中\n"])) == [b"a\tb", " 中\n".encode()]


TOKENIZERS = {name: tokenizer(name) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
@given(text=st.text())
def test_tokens_come_in_order_and_are_never_empty(name: str, text: str) -> None:
    position = 0
    for token in TOKENIZERS[name].tokenize(text):
        assert token and not token.isspace()
        position = text.index(token, position) + len(token)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="'words'; give whitespace, word, char, jieba or a lexicon file"):
        tokenizer("words")


def test_nothing_is_imported_before_it_is_needed() -> None:
    script = "import sys, textmine.words.tokenizers\nprint({'regex', 'jieba', 'rjieba'} & set(sys.modules))"
    done = run_process([sys.executable, "-c", script], text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    ("texts", "name"), [(["玄德与 Liu Bei"], "jieba"), (["a man", "b 玄 c d e f g h"], "word"), ([], "word")]
)
def test_a_tokenizer_that_suits_the_texts(texts: list[str], name: str) -> None:
    assert default_tokenizer(texts) == name
