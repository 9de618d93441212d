from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import wordfreq

from textmine.errors import InputError
from textmine.words.languages import PROBES, RARE, detect_language, frequencies, languages

JARGON = Path(__file__).parents[2] / "data" / "jargon-file.txt"


def detected(text: str) -> str | None:
    counts = Counter(text.lower().split()).most_common()
    return detect_language([word for word, _ in counts], np.array([count for _, count in counts]))


def test_languages() -> None:
    assert {"en", "de", "fr"} <= set(languages())
    assert languages() == sorted(set(languages()))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the cat sat on the mat and it was not what you would have thought of it", "en"),
        ("der Hund und die Katze sind nicht in dem Haus, das ist aber auch nicht schlimm", "de"),
        ("le chat est sur la table et il ne veut pas que les chiens soient dans la maison", "fr"),
        ("el perro y los gatos no están en la casa que es de mi padre pero por la tarde sí", "es"),
        ("qwxz vbnmt plkjhg zzxq", None),
        ("", None),
    ],
)
def test_recognised_from_a_sentence(text: str, language: str | None) -> None:
    assert detected(text) == language


def test_recognised_from_a_text() -> None:
    assert detected(JARGON.read_text(encoding="utf-8")) == "en"


def test_only_the_most_frequent_words_count() -> None:
    words = [f"x{i}" for i in range(PROBES)] + ["the", "of", "and"]
    counts = np.ones(len(words), np.int64)
    counts[:PROBES] = 2
    assert detect_language(words, counts) is None
    assert detect_language(words[3:], counts[3:]) is None  # by three words that are too rare to tell
    counts[:3] = 1000
    assert detect_language([*words[PROBES:], *words[:PROBES]], counts) == "en"


def test_frequencies() -> None:
    found = frequencies(["the", "hacker", "zzxqvw", "the"], "en")
    assert found.dtype == np.float64
    assert found[0] == found[3] == wordfreq.word_frequency("the", "en") > found[1] > found[2] == RARE


def test_without_a_language_all_are_equally_rare() -> None:
    assert frequencies(["the", "zzxqvw"], None).tolist() == [RARE, RARE]


@pytest.mark.parametrize("words", [[], ["the"]])
def test_a_language_without_a_list(words: list[str]) -> None:
    with pytest.raises(InputError, match=r"'xx'; choose one of .* en "):
        frequencies(words, "xx")


def test_words_of_another_language_are_as_frequent_as_there() -> None:
    """A word that the list lacks takes the frequency of the language that has it most."""
    small = {code: wordfreq.get_frequency_dict(code, "small") for code in languages()}
    foreign = ["verfügbarkeit", "сегодняшний", "wszystkich"]
    assert all(wordfreq.word_frequency(word, "en") == 0 for word in foreign)
    most = [max(listed.get(word, 0.0) for listed in small.values()) for word in foreign]
    assert frequencies(foreign, "en").tolist() == most and min(most) > 10 * RARE
    assert frequencies(["zzxqvw"], "en").tolist() == [RARE]
    # "die" is an article of German, but English has the word, too
    assert frequencies(["die"], "en")[0] == wordfreq.word_frequency("die", "en") < small["de"]["die"] / 10


def test_frequencies_of_no_words() -> None:
    assert frequencies([], "en").shape == frequencies([], None).shape == (0,)
