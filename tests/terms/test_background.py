from __future__ import annotations

import dataclasses
import io
import json
import math
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jieba
import numpy as np
import pytest
import wordfreq
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.terms.reference_contrast import Words, spelled_ngrams
from textmine.corpus import Corpus
from textmine.corpus import store as store_module
from textmine.corpus.scripts import Unit
from textmine.errors import InputError, ModelError, ResourceError
from textmine.terms import background as module
from textmine.terms.background import (
    LONGEST,
    ListBackground,
    TextBackground,
    count_background,
    is_named,
    named_background,
)

PLENTY = 10**10  # the process that runs the tests may have grown large
DATA = Path(__file__).parents[2] / "data"
ARRAYS = ("offsets", "parent", "unit", "count")


def background_of(text: str, **options: Any) -> TextBackground:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "text.txt"
        path.write_bytes(text.encode())
        return count_background([path], **{"memory": PLENTY, "tmp_dir": directory, **options})


def occurrences(background: TextBackground | ListBackground, grams: list[Words]) -> list[float]:
    found = background.counts([" ".join(gram) for gram in grams], grams)
    assert found.dtype == np.float64 and found.shape == (len(grams),)
    return list(found.tolist())


def same(one: TextBackground, other: TextBackground) -> bool:
    arrays = [[getattr(found, name) for name in ARRAYS] for found in (one, other)]
    return (one.spellings, dict(one.header)) == (other.spellings, dict(other.header)) and all(
        a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(*arrays, strict=True)
    )


# counts


MIXED = ["甲", "乙", "丙甲", "Bogon", "bogon", "flux ", "FLUX", " ", "x2", "，", ".", "\n", "ǅ", "don't"]


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from(MIXED), max_size=60),
    st.sampled_from(["auto", "char", "word"]),
    st.integers(1, 4),
    st.integers(1, 6),
    st.sampled_from([1, 3, 7, 1 << 19]),
    st.sampled_from([1, 2]),
)
def test_all_counts_are_exact(
    words: list[str], unit: Unit, min_count: int, longest: int, chunk: int, threads: int
) -> None:
    """What is long enough, frequent enough and there; nothing else."""
    text = "甲b " + "".join(words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "CHUNK", chunk)
        found = background_of(text, unit=unit, min_count=min_count, max_length=longest, threads=threads)
    everything = spelled_ngrams(text, unit, longest + 2)
    singles = [gram[0] for gram in everything.elements() if len(gram) == 1]
    kind = "char" if 2 * sum(len(spelling) == 1 for spelling in singles) >= len(singles) else "word"
    assert dict(found.header) == {
        "unit": unit,
        "kind": kind,
        "units": len(singles),
        "documents": text.removesuffix("\n").count("\n") + 1,
        "min_count": min_count,
        "normalise": [],
    }
    assert found.size("char") == found.size("word") == len(singles)
    grams = [*everything]
    grams += [gram[::-1] for gram in grams] + [(*gram, gram[0]) for gram in grams]
    grams += [("庚",), ("甲", "庚"), ("庚", "甲"), ()]
    expected = [
        math.nan if len(gram) > longest else everything[gram] if everything[gram] >= min_count else 0
        for gram in grams
    ]
    assert occurrences(found, grams) == pytest.approx(expected, nan_ok=True)
    assert occurrences(found, []) == []


def test_lengths_by_default() -> None:
    chinese = background_of("一二三四五六七八九十甲乙丙丁\n" * 2)
    grams = [tuple("一二三四五六七八九十甲乙"), tuple("一二三四五六七八九十甲乙丙")]
    assert occurrences(chinese, grams) == pytest.approx([2, math.nan], nan_ok=True)
    english = background_of("one two three four five six\n" * 2)
    words = ("one", "two", "three", "four", "five", "six")
    assert occurrences(english, [words[:5], words]) == pytest.approx([2, math.nan], nan_ok=True)
    assert (chinese.offsets.size, english.offsets.size) == (LONGEST["char"] + 1, LONGEST["word"] + 1)


def test_least_count_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice, and once more for every so many units."""
    text = "甲乙丙，" * 2 + "丁，" * 94
    assert background_of(text).header["min_count"] == 2
    for units, least in ((101, 2), (100, 2), (50, 3), (25, 5)):
        monkeypatch.setattr(module, "UNITS_PER_COUNT", units)
        found = background_of(text)
        assert found.header["min_count"] == least
        assert occurrences(found, [("甲",), ("丁",)]) == [2 if least == 2 else 0, 94]


def test_rare_units_only() -> None:
    found = background_of("甲乙丙丁")
    assert occurrences(found, [("甲",), ("甲", "乙")]) == [0, 0] and found.size("char") == 4
    assert not any(getattr(found, name).size for name in ARRAYS[1:])


def test_threads_pieces_and_memory_make_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    novel = [DATA / "three-kingdoms.txt"]
    expected = count_background(novel, memory=PLENTY, min_count=3)
    assert same(count_background(novel, min_count=3, threads=1), expected)
    monkeypatch.setattr(store_module, "CHUNK", 40_000)
    with Corpus(novel, document="file", block_size=10_000, tmp_dir=tmp_path) as corpus:
        found = count_background(corpus, memory=PLENTY, min_count=3, threads=3, tmp_dir=tmp_path)
    assert found.header["documents"] == 1 and expected.header["documents"] == 1589
    assert same(dataclasses.replace(found, header=expected.header), expected)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", " \n\n", "，。！\n"])
def test_no_text(text: str) -> None:
    with pytest.raises(InputError):
        background_of(text)


def test_too_little_memory(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"allow at least \d+M"):
        background_of("甲乙甲乙", memory=10**7)


# files


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    background_of("甲乙 Bogon flux，甲乙丙\n" * 3, normalise=["lower"]).save(tmp_path / "b.stats")
    return tmp_path / "b.stats"


@settings(max_examples=20)
@given(st.text(st.sampled_from("甲乙aǅ，\n"), max_size=40))
def test_saved_and_loaded(text: str) -> None:
    found = background_of(f"甲{text}", normalise=["nfkc", "lower"])
    with TemporaryDirectory() as directory:
        path = Path(directory) / "b.stats"
        found.save(path)
        loaded = TextBackground.load(path)
        assert same(loaded, found) and loaded.name == str(path)
        grams = [*spelled_ngrams(text, "auto", 3), ("nix",)]
        assert occurrences(loaded, grams) == occurrences(found, grams)
        first = path.read_bytes()
        loaded.save(path)
        assert path.read_bytes() == first and [*Path(directory).iterdir()] == [path]


def refused(path: Path, message: str, error: type[Exception] = ModelError) -> None:
    with pytest.raises(error, match=message) as caught:
        TextBackground.load(path)
    assert "\n" not in str(caught.value) and str(path) in str(caught.value) and "; " in str(caught.value)


def test_files_that_are_none(tmp_path: Path, saved: Path) -> None:
    other, text, empty = tmp_path / "v.npz", tmp_path / "text.txt", tmp_path / "empty"
    np.savez(other, vectors=np.ones(3))
    text.write_text("甲乙", "utf-8")
    empty.touch()
    for path in (other, text, empty):
        refused(path, "is no background, or damaged; write one with textmine background")
    refused(tmp_path / "gone", "cannot read .*; check the path", InputError)
    refused(tmp_path, "cannot read", InputError)


def test_a_file_cut_off(saved: Path) -> None:
    whole = saved.read_bytes()
    for size in range(0, len(whole), 37):
        saved.write_bytes(whole[:size])
        refused(saved, "or damaged")


def test_a_file_with_wrong_bytes(saved: Path) -> None:
    """Each is refused, or does not matter."""
    expected, whole = TextBackground.load(saved), saved.read_bytes()
    generator = np.random.default_rng(1)
    damaged = 0
    for place in generator.permutation(len(whole))[:400].tolist():
        saved.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        try:
            loaded = TextBackground.load(saved)
        except ModelError:
            damaged += 1
        else:
            assert same(loaded, expected)
    assert damaged > 200


def rewritten(path: Path, **changed: Any) -> None:
    """The file with other members; None takes one out."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name, value in changed.items():
        stream = io.BytesIO()
        np.save(stream, value)
        members[f"{name}.npy"] = stream.getvalue()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            if changed.get(name.removesuffix(".npy"), 1) is not None:
                archive.writestr(name, data)


def heading(version: int = module.VERSION, **fields: Any) -> np.ndarray[Any, Any]:
    return np.frombuffer(json.dumps({"version": version, "header": fields}).encode(), np.uint8)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"background": heading(2, units=9)}, "of another version; write it again"),
        ({"background": heading(units=0)}, "damaged"),
        ({"background": heading()}, "damaged"),
        ({"background": np.frombuffer(b"{", np.uint8)}, "damaged"),
        ({"background": np.frombuffer(b"[]", np.uint8)}, "damaged"),
        ({"background": None}, "damaged"),
        ({"count": None}, "damaged"),
        ({"count": np.array([1.0, 2.0])}, "damaged"),
        ({"count": np.ones((2, 2), np.int64)}, "damaged"),
        ({"count": np.array([1, 2])}, "damaged"),
        ({"count": np.array([{}])}, "damaged"),
        ({"offsets": np.array([], np.int64)}, "damaged"),
        ({"spellings": np.array([255], np.uint8)}, "damaged"),
    ],
)
def test_parts_that_do_not_go_together(saved: Path, changes: dict[str, Any], message: str) -> None:
    rewritten(saved)
    TextBackground.load(saved)
    rewritten(saved, **changes)
    refused(saved, message)


@pytest.mark.parametrize("shift", [lambda offsets: offsets + 1, lambda offsets: offsets[::-1]])
def test_lengths_out_of_order(saved: Path, shift: Callable[[Any], Any]) -> None:
    offsets = TextBackground.load(saved).offsets
    rewritten(saved, offsets=np.append(shift(offsets)[:-1], offsets[-1]))
    refused(saved, "damaged")


def test_no_place_to_write_to(saved: Path, tmp_path: Path) -> None:
    loaded = TextBackground.load(saved)
    with pytest.raises(InputError, match="cannot write"):
        loaded.save(tmp_path / "nowhere" / "b.stats")
    assert [*tmp_path.iterdir()] == [saved]


# lists of words


def test_jieba() -> None:
    found = named_background("jieba")
    assert found is not None and found.name == "jieba"
    jieba.initialize()
    words = ["法院", "玄德", "zzxq"]
    told = found.counts(words, [[*word] for word in words])
    assert told.dtype == np.float64 and told[0] == jieba.get_FREQ("法院") > 0
    assert np.isnan(told[1:]).all()
    listed = jieba.dt.FREQ
    assert found.size("word") == sum(listed.values())
    assert found.size("char") == sum(count * len(word) for word, count in listed.items())


def test_forms_of_a_word_in_different_case_add_up() -> None:
    """jieba has C++ and c++."""
    found = named_background("jieba")
    jieba.initialize()
    assert found is not None
    both = jieba.get_FREQ("C++") + jieba.get_FREQ("c++")
    assert found.counts(["C++", "c++"], [["c"], ["c"]]).tolist() == [both, both] and both > 3


@pytest.mark.parametrize("code", ["en", "zh"])
def test_wordfreq(code: str) -> None:
    found = named_background(f"wordfreq:{code}")
    assert found is not None and found.name == f"wordfreq:{code}"
    listed = wordfreq.get_frequency_dict(code, "best")
    word = "The" if code == "en" else "法院"
    told = found.counts([word, "zzxqvw"], [[word.lower()], ["zzxqvw"]])
    assert told[0] == pytest.approx(1e8 * listed[word.lower()]) and np.isnan(told[1])
    assert found.size("word") == pytest.approx(1e8 * sum(listed.values()))
    assert found.size("char") > found.size("word")
    assert 0.5 < min(listed.values()) * 1e8 < 2  # the rarest are seen about once


def test_traditional_characters() -> None:
    """wordfreq's Chinese list is in simplified ones."""
    found = named_background("wordfreq:zh")
    assert found is not None
    simple, traditional = found.counts(["经济", "經濟"], [["经", "济"], ["經", "濟"]]).tolist()
    assert simple == traditional > 1000


@pytest.mark.parametrize("name", ["wordfreq:xx", "wordfreq:", "wordfreq", "wordfreq:EN", "wordfreq:en,de"])
def test_languages_without_a_list(name: str) -> None:
    with pytest.raises(InputError, match=rf"no word frequencies '{name}'; write wordfreq: and one of .* zh "):
        named_background(name)


@pytest.mark.parametrize("name", ["", "jieba.txt", "Jieba", "news.txt", "wordfreq.txt", "-", "en"])
def test_other_names(name: str) -> None:
    assert not is_named(name)
    with pytest.raises(InputError, match=r"no list of words .*; choose jieba or wordfreq:CODE"):
        named_background(name)


def test_a_list_by_case() -> None:
    found = ListBackground("mine", {"core dump": 4.0, "ii": 2.5})
    told = found.counts(["Core Dump", "II", "dump"], [["core", "dump"], ["ii"], ["dump"]])
    assert told[:2].tolist() == [4.0, 2.5] and np.isnan(told[2])
    assert (found.size("word"), found.size("char")) == (6.5, 4 * 9 + 5)
    assert found.counts([], []).shape == (0,)
