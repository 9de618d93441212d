"""Frequencies of words out of every source."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
import wordfreq
from hypothesis import given, settings
from hypothesis import strategies as st

from textmine.errors import InputError
from textmine.similarity.frequencies import choose_source, detect_language, languages, word_probabilities
from textmine.vectors.model import WordVectors


def vectors_of(words: list[str], counts: list[int] | None = None) -> WordVectors:
    return WordVectors(
        words, np.ones((len(words), 2), np.float32), None if counts is None else np.array(counts, np.int64)
    )


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=20).filter(any))
def test_counts_are_shares(counts: list[int]) -> None:
    words = [f"w{place}" for place in range(len(counts))]
    found = word_probabilities(vectors_of(words, counts), "counts")
    assert found.dtype == np.float64
    assert np.allclose(found, [count / sum(counts) for count in counts])


@given(st.integers(1, 300))
def test_ranks_follow_zipf(size: int) -> None:
    found = word_probabilities(vectors_of([str(place) for place in range(size)]), "rank")
    assert np.isclose(found.sum(), 1) and np.allclose(found * np.arange(1, size + 1), found[0])


def test_lists_of_languages() -> None:
    found = word_probabilities(vectors_of(["the", "The", "snowboard", "xqzzy"]), "en")
    assert found[0] == wordfreq.get_frequency_dict("en", "small")["the"] == found[1]
    assert found[0] > found[2] > found[3] == 0
    chinese = word_probabilities(vectors_of(["的", "国会", "國會"]), "zh")
    assert chinese[0] > chinese[1] == chinese[2] > 0


LINE = st.tuples(
    st.sampled_from(["a", "b", "new york", "x"]), st.sampled_from([" ", "\t", "  \t "]), st.integers(0, 99)
)
LINES = st.lists(LINE, min_size=1).filter(
    lambda lines: any(number for word, _, number in lines if word != "x")
)


@settings(max_examples=30, deadline=None)
@given(lines=LINES)
def test_files_are_counted(
    lines: list[tuple[str, str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Repeated words add up, words without a vector count in the whole."""
    path = tmp_path_factory.mktemp("counts") / "counts.txt.gz"
    path.write_bytes(gzip.compress("\n\n".join(f"{w}{s}{n}" for w, s, n in lines).encode()))
    found = word_probabilities(vectors_of(["a", "b", "new york"]), str(path))
    whole = sum(number for *_, number in lines)
    expected = [
        sum(number for word, _, number in lines if word == known) / whole for known in ("a", "b", "new york")
    ]
    assert np.allclose(found, expected)


@pytest.mark.parametrize("line", ["word", "a -1", "a nan", "a inf", "7"])
def test_broken_files_are_refused_by_line(line: str, tmp_path: Path) -> None:
    path = tmp_path / "counts.txt"
    path.write_text(f"a 1.5\n{line}\n")
    with pytest.raises(InputError, match=r"counts\.txt, line 2: not a word and its count"):
        word_probabilities(vectors_of(["a"]), str(path))


def test_missing_sources_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no counts"):
        word_probabilities(vectors_of(["a"]), "counts")
    with pytest.raises(InputError, match="'xx', and no file"):
        word_probabilities(vectors_of(["a"]), "xx")
    (tmp_path / "other.txt").write_text("b 1\n")
    for source in ("en", str(tmp_path / "other.txt")):
        with pytest.raises(InputError, match="no word of the vectors has a frequency"):
            word_probabilities(vectors_of(["xqzzy"]), source)


@pytest.mark.parametrize("language", ["en", "zh", "de", "fr", "ja", "ru"])
def test_languages_are_told_by_their_common_words(language: str) -> None:
    assert language in languages()
    words = wordfreq.top_n_list(language, 200)
    mixed = [word for pair in zip(words, [f"{word}-zz" for word in words], strict=True) for word in pair]
    assert detect_language(words) == language
    assert detect_language([word.upper() for word in words]) == language
    assert detect_language(mixed[:40]) in (language, None)


def test_the_source_is_chosen_by_language_then_counts_then_rank() -> None:
    words = wordfreq.top_n_list("en", 400)
    other = [f"w{place}" for place in range(400)]
    assert choose_source(vectors_of(words)) == "en"
    # What is frequent is told by the counts where there are some.
    assert choose_source(vectors_of(other + words, [1] * 400 + list(range(1000, 600, -1)))) == "en"
    assert choose_source(vectors_of(words + other, [1] * 400 + [9] * 400)) == "counts"
    assert choose_source(vectors_of(other)) == "rank"
    assert np.array_equal(
        word_probabilities(vectors_of(other)), word_probabilities(vectors_of(other), "rank")
    )
