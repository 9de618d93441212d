from __future__ import annotations

import itertools
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests import reference
from textmine.kernels.trie import SPAN
from textmine.words.jieba import JiebaSegmenter
from textmine.words.lexicon import Lexicon
from textmine.words.segmenter import Segmenter

NOVEL = (Path(__file__).parents[2] / "data" / "three-kingdoms.txt").read_text(encoding="utf-8")
ALPHABET = "甲乙丙丁ab1.,'_ \u3000\n\u0301，-😀１é"
TEXTS = st.text(st.sampled_from(ALPHABET), max_size=40)
WORDS = st.text(st.sampled_from(ALPHABET.replace("\n", "")), min_size=1, max_size=4).filter(
    lambda word: word == word.strip()
)
# Few different counts, so that many paths cost the same.
COUNTS = st.dictionaries(WORDS, st.sampled_from([1, 2, 4, 8, 100]), min_size=1, max_size=25)


def lexicon_of_novel() -> Lexicon:
    """Every piece of 1 to 3 characters of a chapter: far too many, so that choices are close."""
    text = NOVEL[:20_000]
    counts: dict[str, int] = {}
    for size in (1, 2, 3):
        for start in range(len(text) - size):
            piece = text[start : start + size]
            if piece.isalpha():
                counts[piece] = counts.get(piece, 0) + 1
    return Lexicon(counts)


def cost(words: list[str], lexicon: dict[str, int]) -> int:
    """What a path costs, by the reference, which has only this path to choose."""
    return sum(reference.best_segmentation(word, {**lexicon})[0] for word in words)


@given(COUNTS, TEXTS)
@example(
    {"甲乙": 1, "乙丙": 1, "甲": 1, "丙": 1}, "甲乙丙"
)  # of two paths that cost the same, the longer first word
@example({"丙丁": 1, "甲": 1, "甲乙": 1, "乙丙": 1, "丁": 1, "丙": 1}, "甲乙丙丁")
@example({"b c": 1, "a b": 1, "a": 1, "b": 1, "c": 1}, "a b c")
def test_words_are_those_of_a_slow_plain_search(counts: dict[str, int], text: str) -> None:
    segmenter = Segmenter(Lexicon(counts))
    words = segmenter.segment(text)
    best, expected = 0, []
    for line in text.split("\n"):
        line_cost, line_words = reference.best_segmentation(line, counts)
        best += line_cost
        expected += line_words
    assert words == expected
    assert cost(words, counts) == best


@given(COUNTS, TEXTS)
def test_only_single_spaces_are_put_in(counts: dict[str, int], text: str) -> None:
    segmenter = Segmenter(Lexicon(counts))
    out = segmenter.segment_block(text)
    at = 0
    places = []
    for index, character in enumerate(out):
        if at < len(text) and character == text[at]:
            at += 1
        else:
            assert character == " "
            assert not out[index - 1].isspace() and not out[index + 1].isspace() and index > 0
            places.append(at)
    assert at == len(text)
    # The spaces stand where the words say.
    edges = set()
    end = 0
    for word in segmenter.segment(text):
        start = text.index(word, end)
        if start == end and end > 0 and not text[end - 1].isspace():
            edges.add(end)
        end = start + len(word)
    assert set(places) == edges


@given(COUNTS, TEXTS, st.lists(st.integers(0, 40), max_size=5), st.integers(1, 3))
def test_pieces_and_threads_do_not_matter(
    counts: dict[str, int], text: str, cuts: list[int], threads: int
) -> None:
    segmenter = Segmenter(Lexicon(counts))
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(edges)]
    assert b"".join(segmenter.segment_blocks(pieces, threads)).decode() == segmenter.segment_block(text)


@pytest.mark.parametrize("size", [7, 1000, 65_537])
@pytest.mark.parametrize("spaced", [False, True])
def test_a_line_without_a_place_to_cut_is_the_same_in_pieces(size: int, spaced: bool) -> None:
    counts = (
        {"甲乙": 3, "乙丙": 3, "丙甲": 2, "甲": 1, "甲 乙": 2}
        if spaced
        else {"甲乙": 3, "乙丙": 3, "丙甲": 2, "甲": 1}
    )
    segmenter = Segmenter(Lexicon(counts))
    line = ("甲乙丙" * 999 + "a b" * spaced) * 50
    assert len(line) > 2 * SPAN
    # Small pieces from one place on only: they are scanned again as long as nothing can be settled.
    pieces = [line[:60_000]] + [
        line[at : at + max(size, 1000)] for at in range(60_000, len(line), max(size, 1000))
    ]
    whole = segmenter.segment_block(line)
    assert b"".join(segmenter.segment_blocks(pieces, 2)).decode() == whole


def test_a_run_of_letters_without_end() -> None:
    segmenter = Segmenter(Lexicon({"a": 1}))
    assert [len(word) for word in segmenter.segment("a" * (2 * SPAN + 5))] == [SPAN, SPAN, 5]
    assert [len(word) for word in segmenter.segment("b" * (SPAN - 3) + " " + "b" * 9)] == [SPAN - 3, 9]


def test_novel_by_close_choices() -> None:
    lexicon = lexicon_of_novel()
    segmenter = Segmenter(lexicon)
    for line in NOVEL[:20_000].split("\n")[:25]:
        assert segmenter.segment(line) == reference.best_segmentation(line, dict(lexicon))[1]
    blocks = [NOVEL[at : at + 10_007] for at in range(0, len(NOVEL), 10_007)]
    assert b"".join(segmenter.segment_blocks(blocks)).decode() == segmenter.segment_block(NOVEL)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("iPhone15发布", ["iPhone15", "发", "布"]),
        ("价格3.14元,共1,000件.", ["价", "格", "3.14", "元", ",", "共", "1,000", "件", "."]),
        ("don't snake_case x.y 1.a", ["don't", "snake_case", "x.y", "1", ".", "a"]),
        ("２０２０年１２．５％", ["２０２０", "年", "１２．５", "％"]),
        ("한국어 русский हिन्दी", ["한국어", "русский", "हिन्दी"]),
        ("ひらがなカタ", list("ひらがなカタ")),
        ("cafe\u0301s \u0301a", ["cafe\u0301s", "\u0301", "a"]),
        ("cartoon art", ["cartoon", "art"]),
        ("2020年20年", ["2020", "年", "20年"]),
        ("machine learning machine  learning", ["machine learning", "machine", "learning"]),
        ("C++和C", ["C++", "和", "C"]),
        ("", []),
        (" \n", []),
        ("甲\ud800乙", ["甲", "\ud800", "乙"]),
    ],
)
def test_what_stays_together(text: str, words: list[str]) -> None:
    segmenter = Segmenter(Lexicon({"art": 50, "20年": 50, "machine learning": 50, "C++": 50}))
    assert segmenter.segment(text) == words
    assert segmenter.segment_block(text).replace(" ", "") == text.replace(" ", "")


def spans(words: list[str]) -> set[tuple[int, str]]:
    at, found = 0, set()
    for word in words:
        found.add((at, word))
        at += len(word)
    return found


@pytest.mark.parametrize("hmm", [True, False])
def test_rjieba_and_jieba_cut_alike(hmm: bool) -> None:
    text = NOVEL[:60_000]
    fast = spans(JiebaSegmenter(hmm=hmm, engine="rjieba").segment(text))
    original = spans(JiebaSegmenter(hmm=hmm, engine="jieba").segment(text))
    assert len(original) > 30_000
    assert all(word.isascii() for _, word in original ^ fast)  # known: www.example.com and snake_case
    assert len(original - fast) <= 5 and len(fast - original) <= 1
    assert JiebaSegmenter(hmm=hmm).segment(text[:5000]) == JiebaSegmenter(hmm=hmm, engine="rjieba").segment(
        text[:5000]
    )


def test_hidden_markov_model_finds_unlisted_words() -> None:
    text = "他来到了网易杭研大厦"
    assert JiebaSegmenter(hmm=True).segment(text) == ["他", "来到", "了", "网易", "杭研", "大厦"]
    assert JiebaSegmenter(hmm=False).segment(text) == ["他", "来到", "了", "网易", "杭", "研", "大厦"]


def test_known_differences_of_rjieba() -> None:
    assert JiebaSegmenter(engine="rjieba").segment("看a_b.cn吧") == ["看", "a_b.cn", "吧"]
    assert JiebaSegmenter(engine="jieba").segment("看a_b.cn吧") == ["看", "a", "_", "b", ".", "cn", "吧"]


def test_jieba_itself_where_rjieba_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)
    assert JiebaSegmenter().segment("看a_b吧") == ["看", "a", "_", "b", "吧"]
    with pytest.raises(ImportError):
        JiebaSegmenter(engine="rjieba")


@pytest.mark.parametrize("cuts", [[1], [3, 4, 5], [10, 20, 30, 40], []])
def test_jieba_in_pieces(cuts: list[int]) -> None:
    text = (
        "话说天下大势，分久必合，合久必分。 a b\u3000　machine learning\r\n周末七国www.example.com，并入于秦"
        * 3
    )
    segmenter = JiebaSegmenter()
    edges = [0, *cuts, len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(edges)]
    out = b"".join(segmenter.segment_blocks(pieces)).decode()
    assert out == segmenter.segment_block(text)
    assert out.split() == [word for piece in segmenter.segment(text) for word in piece.split()]
    assert out.startswith("话 说 天下 大势 ，")


def test_jieba_on_a_line_without_a_place_to_cut() -> None:
    text = "天下大势分久必合" * (SPAN // 4)
    segmenter = JiebaSegmenter(hmm=False)
    pieces = [text[at : at + 50_001] for at in range(0, len(text), 50_001)]
    assert b"".join(segmenter.segment_blocks(pieces)).decode() == segmenter.segment_block(text)


@pytest.mark.parametrize("cut", range(12))
def test_white_space_inside_of_words(cut: int) -> None:
    """A joiner takes its place there, and there only."""
    segmenter = Segmenter(Lexicon({"machine learning": 50, "a\u3000b": 5, "学习": 9}))
    text = " machine learnings\u3000machine  learning\nmachine learning学习。a\u3000b a b\n"
    out = b"".join(segmenter.segment_blocks([text[:cut], text[cut:]], joiner="\u2060")).decode()
    assert out == (" machine learnings\u3000machine  learning\nmachine\u2060learning 学习 。 a\u2060b a b\n")
