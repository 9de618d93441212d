from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.terms.reference_words import f1, planted, word_spans
from textmine.corpus import Corpus
from textmine.errors import InputError, ModelError
from textmine.terms import learn_lexicon as learn_lexicon_module
from textmine.terms.learn_lexicon import CHECKPOINT, LearnedWords, Settings, Stage, learn_lexicon
from textmine.terms.learning.model import SegmentationModel
from textmine.terms.learning.units import Units
from textmine.words.lexicon import Lexicon

FAST = Settings("fast")
NUMERALS = "〇一二三四五六七八九十百千万"


def learn(
    text: str, folder: Path, chosen: Settings = FAST, *, threads: int = 1, block_size: int = 1 << 22
) -> LearnedWords:
    (folder / "text.txt").write_bytes(text.encode())
    with Corpus([folder / "text.txt"], block_size=block_size) as corpus:
        return learn_lexicon(corpus, **asdict(chosen), threads=threads)


def outputs(learned: LearnedWords) -> tuple[list[tuple[str, int]], bytes, list[Stage]]:
    return [*learned.lexicon.items()], b"".join(learned.segmented()), learned.stages


def segmented(learned: LearnedWords) -> str:
    """The text as it was cut; the corpus ends each line."""
    return b"".join(learned.segmented()).decode().removesuffix("\n")


@lru_cache(maxsize=1)
def novel() -> str:
    path = Path(__file__).parents[2] / "data" / "three-kingdoms.txt"
    return path.read_text(encoding="utf-8")[:12_000]


def test_threads_and_blocks_do_not_matter(tmp_path: Path) -> None:
    one = outputs(learn(novel(), tmp_path))
    assert one[2][-1].sweep == 10 == len(one[2])
    for threads, block_size in ((2, 1 << 22), (3, 100), (1, 7)):
        assert outputs(learn(novel(), tmp_path, threads=threads, block_size=block_size)) == one
    assert outputs(learn(novel(), tmp_path, Settings("fast", seed=2)))[1] != one[1]


def test_the_later_half_of_the_sweeps_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    averaged: list[int] = []
    sweep, average = SegmentationModel.sweep, SegmentationModel.average

    def listen(model: SegmentationModel, number: int) -> Iterator[float]:
        averaged.append(0)
        return sweep(model, number)

    def count(model: SegmentationModel) -> None:
        averaged[-1] += 1
        average(model)

    monkeypatch.setattr(SegmentationModel, "sweep", listen)
    monkeypatch.setattr(SegmentationModel, "average", count)
    learn(planted(100)[0], tmp_path)
    assert averaged == [0] * 5 + [1] * 5


def test_counts_are_those_of_the_pieces(tmp_path: Path) -> None:
    learned = learn(novel(), tmp_path)
    text = segmented(learned)
    assert "".join(text.split()) == "".join(novel().split()) and text.count("\n") == novel().count("\n")
    pieces = Counter(text.split())
    assert dict(learned.lexicon) == {
        word: pieces[word] for word in pieces if word[0].isalnum() or len(word) > 1
    }
    assert list(learned.lexicon) == sorted(learned.lexicon, key=lambda word: (-learned.lexicon[word], word))
    assert {"玄德", "，"} & set(learned.lexicon) == {"玄德"}


def test_planted_words_are_found(tmp_path: Path) -> None:
    text, clauses = planted(3000)
    learned = learn(text, tmp_path)
    found = word_spans([segmented(learned).replace("。", " ").split()])
    right = word_spans(clauses)
    alone = word_spans([[*itertools.chain.from_iterable(itertools.chain.from_iterable(clauses))]])
    assert f1(found, right) > 0.93 > 0.3 > f1(alone, right)
    frequent = {word for word, count in Counter(itertools.chain(*clauses)).items() if count >= 20}
    assert len(frequent & set(learned.lexicon)) > 0.9 * len(frequent)


@pytest.mark.parametrize("max_length", [1, 2, 16])
def test_longest_word(max_length: int, tmp_path: Path) -> None:
    learned = learn(novel()[:3000], tmp_path, Settings("fast", max_length))
    plain = [word for word in learned.lexicon if not set(word) & set(NUMERALS) and word.isalpha()]
    assert len(plain) > 100 and (max_length == 16 or max(map(len, plain)) == max_length)
    assert (max_length == 1) == all(len(word) == 1 for word in plain)


@pytest.mark.parametrize("max_length", [0, 17])
def test_lengths_out_of_range(max_length: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="from 1 to 16"):
        learn("天地", tmp_path, Settings("fast", max_length))


@pytest.mark.parametrize("text", ["", " \n\t", "。，！……\n——", "😀😃\n👍🏽", "%/:%"])
def test_nothing_to_learn(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no text|neither letters nor digits"):
        learn(text, tmp_path)


@pytest.mark.parametrize("max_length", [1, 5, 16])
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("天", {"天": 1}),
        ("天。", {"天": 1}),
        ("123 456\n123", {"123": 2, "456": 1}),
        ("好❤\ufe0f好👍", {"好": 2, "❤\ufe0f": 1}),
        ("the cat sat.\nthe cat don't\n", {"the": 2, "cat": 2, "sat": 1, "don't": 1}),
        ("——天——", {"天": 1, "——": 2}),
        ("○", {"○": 1}),
    ],
)
def test_little(text: str, wanted: dict[str, int], max_length: int, tmp_path: Path) -> None:
    learned = learn(text, tmp_path, Settings("fast", max_length))
    assert dict(learned.lexicon) == wanted
    assert np.isfinite([stage.code_length for stage in learned.stages]).all()


def test_text_without_repetition(tmp_path: Path) -> None:
    learned = learn("天地玄黄宇宙洪荒", tmp_path)
    assert "".join(learned.lexicon) and segmented(learned).replace(" ", "") == "天地玄黄宇宙洪荒"
    assert all(np.isfinite(stage.code_length) for stage in learned.stages)


def test_one_character_over_and_over(tmp_path: Path) -> None:
    learned = learn("啊" * 5000, tmp_path)
    assert set(learned.lexicon) <= {"啊" * size for size in range(1, 6)}
    assert sum(len(word) * count for word, count in learned.lexicon.items()) == 5000


def test_a_line_of_200_000_characters(tmp_path: Path) -> None:
    """It is learned from as lines are, though nothing parts it."""
    text, clauses = planted(83_000)
    line = text.replace("。\n", "")
    assert len(line) > 200_000
    learned = learn(line, tmp_path, Settings("fast", 4), block_size=5000)
    words = segmented(learned).split(" ")
    assert "".join(words) == line
    assert f1(word_spans([words]), word_spans(clauses)) > 0.8


def test_line_ends_stay(tmp_path: Path) -> None:
    text = "桃园\r\n结义\n桃园\r\n结义\r桃园"
    with Corpus([_file(text, tmp_path)]) as corpus:
        held = "".join(block.text for block in corpus.blocks())
    out = segmented(learn(text, tmp_path))
    assert out.replace(" ", "") + "\n" == held and out.split() == ["桃园", "结义", "桃园", "结义", "桃园"]


def _file(text: str, folder: Path) -> Path:
    (folder / "text.txt").write_bytes(text.encode())
    return folder / "text.txt"


@settings(max_examples=60)
@given(
    st.text(st.sampled_from("天天地地玄3A。 \n/%○—_'\u0301\u200d👍\x01"), min_size=1, max_size=40),
    st.integers(1, 6),
)
def test_any_text(tmp_path_factory: pytest.TempPathFactory, text: str, max_length: int) -> None:
    """The text stays as it is, and the lexicon can be read again."""
    folder = tmp_path_factory.mktemp("any")
    try:
        learned = learn("天" + text, folder, Settings("fast", max_length))
    except InputError as error:
        assert "looks like" in str(error)
        return
    assert "".join(segmented(learned).split()) == "".join(("天" + text).split())
    path = folder / "words.lex"
    path.write_text("".join(f"{word} {count}\n" for word, count in learned.lexicon.items()), encoding="utf-8")
    assert dict(Lexicon.load(path)) == dict(learned.lexicon)
    shutil.rmtree(folder)


# checkpoints


class Stop(Exception):
    """What ends a run in its midst."""


def begin(text: Path, folder: Path, sweeps: int = 7, chosen: Settings = FAST) -> None:
    """A run that is stopped after so many sweeps."""

    def stop(stage: Stage) -> None:
        if stage.sweep == sweeps:
            raise Stop

    with Corpus([text]) as corpus, pytest.raises(Stop):
        learn_lexicon(corpus, **asdict(chosen), checkpoint=folder, on_stage=stop)


def go_on(text: Path, folder: Path, chosen: Settings = FAST) -> tuple[LearnedWords, list[int], list[int]]:
    """What came of it, where it went on, and the sweeps told of."""
    resumed: list[int] = []
    told: list[int] = []
    with Corpus([text]) as corpus:
        learned = learn_lexicon(
            corpus,
            **asdict(chosen),
            threads=2,
            checkpoint=folder,
            on_stage=lambda stage: told.append(stage.sweep),
            on_resume=resumed.append,
        )
    return learned, resumed, told


def test_a_run_goes_on(tmp_path: Path) -> None:
    text = _file(planted(800)[0], tmp_path)
    whole = go_on(text, tmp_path / "new")
    assert (whole[1], whole[2]) == ([], [*range(1, 11)])
    begin(text, tmp_path / "deep" / "state", 4)
    assert go_on(text, tmp_path / "deep" / "state")[1] == []
    (tmp_path / "deep" / "state" / CHECKPOINT).unlink()
    begin(text, tmp_path / "deep" / "state")
    assert [path.name for path in (tmp_path / "deep" / "state").iterdir()] == [CHECKPOINT]
    learned, resumed, told = go_on(text, tmp_path / "deep" / "state")
    assert (resumed, told) == ([5], [6, 7, 8, 9, 10])
    assert outputs(learned) == outputs(whole[0])
    ended = go_on(text, tmp_path / "deep" / "state")
    assert outputs(ended[0]) == outputs(whole[0]) and ended[1:] == ([10], [])


def test_shares_go_on(tmp_path: Path) -> None:
    """Of the 40 sweeps of a full run the last 20 decide: stopped among these it remembers them."""
    text, full = _file(planted(300)[0], tmp_path), Settings()
    begin(text, tmp_path / "state", 33, full)
    learned, resumed, told = go_on(text, tmp_path / "state", full)
    assert (resumed, told) == ([30], [*range(31, 41)])
    assert outputs(learned) == outputs(go_on(text, tmp_path / "new", full)[0])


@pytest.mark.parametrize(
    ("change", "chosen"),
    [("天", FAST), ("", Settings("fast", seed=2)), ("", Settings("fast", 4)), ("", Settings("full"))],
)
def test_another_run_is_refused(change: str, chosen: Settings, tmp_path: Path) -> None:
    text = _file(planted(300)[0], tmp_path)
    begin(text, tmp_path / "state")
    before = (tmp_path / "state" / CHECKPOINT).read_bytes()
    text.write_text(planted(300)[0] + change, encoding="utf-8")
    with pytest.raises(ModelError, match="of another run: other text, options or version"):
        go_on(text, tmp_path / "state", chosen)
    assert (tmp_path / "state" / CHECKPOINT).read_bytes() == before


def test_a_state_of_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = _file(planted(300)[0], tmp_path)
    begin(text, tmp_path / "state")
    monkeypatch.setattr(learn_lexicon_module, "FORMAT", 99)
    with pytest.raises(ModelError, match="version of textmine"):
        go_on(text, tmp_path / "state")


def test_a_state_that_cannot_be_read(tmp_path: Path) -> None:
    text = _file(planted(300)[0], tmp_path)
    (tmp_path / "state" / CHECKPOINT).mkdir(parents=True)
    with pytest.raises(InputError, match="cannot read"):
        go_on(text, tmp_path / "state")


@pytest.mark.parametrize("keep", [0, 40, -30])
def test_a_damaged_state_is_refused(keep: int, tmp_path: Path) -> None:
    text = _file(planted(300)[0], tmp_path)
    begin(text, tmp_path / "state")
    path = tmp_path / "state" / CHECKPOINT
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ModelError, match="damaged; remove it"):
        go_on(text, tmp_path / "state")


def test_a_state_with_parts_changed_is_refused(tmp_path: Path) -> None:
    """Begins of another length, and what is no state at all."""
    text = _file(planted(300)[0], tmp_path)
    begin(text, tmp_path / "state")
    path = tmp_path / "state" / CHECKPOINT
    with np.load(path) as file:
        parts = dict(file)
    for name, value in (
        ("begins", parts["begins"][:-1]),
        ("shares", parts["shares"][:, :2]),
        ("header", parts["header"][:-1]),
    ):
        np.savez(path, **{**parts, name: value})
        with pytest.raises(ModelError, match="damaged; remove it"):
            go_on(text, tmp_path / "state")


def test_a_checkpoint_needs_a_folder(tmp_path: Path) -> None:
    text = _file("天地", tmp_path)
    with pytest.raises(InputError, match="cannot make the folder"):
        go_on(text, text)


def test_lexicon_of_given_places() -> None:
    """By falling count, then by code points; marks alone are left out."""
    text = "天地。天——玄黄 ，"
    places = np.array([0, 0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 10])
    units = Units(np.zeros(11, np.int32), places, np.zeros(11, np.bool_))
    begins = np.array([1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1], np.bool_)
    learned = LearnedWords(text, units, begins, [])
    assert [*learned.lexicon.items()] == [("天", 2), ("——", 1), ("地", 1), ("玄黄", 1)]
    assert segmented(learned) == "天 地 。 天 —— 玄黄 ，"
