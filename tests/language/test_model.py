from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.texts import (
    LINES,
    ORDERS,
    POEM_LINES,
    PRUNINGS,
    Lines,
    entries,
    plain_scores,
    trained,
)
from textmine.errors import InputError, ModelError, TextmineError
from textmine.kernels.language import EOS, UNK
from textmine.language.model import LanguageModel

ASKED = st.lists(st.lists(st.sampled_from("abcdx"), max_size=8), min_size=1, max_size=25)


@given(LINES, ORDERS, PRUNINGS, ASKED)
def test_scores_against_a_plain_walk(lines: Lines, order: int, prune: Sequence[int], asked: Lines) -> None:
    model = trained(lines, order, prune)
    tokens, ends = model.encode(asked)
    logs = model.score(tokens)
    assert logs.dtype == np.float64
    found = entries(model)
    expected = [list(plain_scores(found, order, sentence)) for sentence in asked]
    assert logs == pytest.approx(np.concatenate(expected), abs=1e-5)
    assert (model.score(tokens[:-1]) == logs[:-1]).all()
    assert (tokens[ends - 1] == EOS).all() and ends[-1] == len(tokens)
    assert model.log_probability(asked[0]) == pytest.approx(sum(expected[0]), abs=1e-5)


def test_encode() -> None:
    model = trained(["abc"], 2)
    tokens, ends = model.encode([["a", "x", "c"], [], ["<s>", "</s>", "<unk>", "b"]])
    assert tokens.dtype == np.int32 and ends.dtype == np.int64
    a, b, c = (model.numbers[word] for word in "abc")
    assert tokens.tolist() == [a, UNK, c, EOS, EOS, UNK, UNK, UNK, b, EOS]
    assert ends.tolist() == [4, 5, 10]


@pytest.fixture(scope="module")
def poem() -> LanguageModel:
    return trained(POEM_LINES, 4)


def test_saved_and_loaded(poem: LanguageModel, tmp_path: Path) -> None:
    poem.header = {"unit": "word", "tokenizer": "空格"}
    path = tmp_path / "poem.lm"
    poem.save(path)
    loaded = LanguageModel.load(path)
    assert loaded.words == poem.words and loaded.header == poem.header and loaded.order == 4
    for one, other in zip((loaded.starts, *loaded.arrays), (poem.starts, *poem.arrays), strict=True):
        assert one.dtype == other.dtype and one.tobytes() == other.tobytes()
    loaded.save(tmp_path / "again.lm")
    assert (tmp_path / "again.lm").read_bytes() == path.read_bytes()


def test_a_model_of_single_units_is_saved_and_loaded(tmp_path: Path) -> None:
    model = trained(POEM_LINES, 1)
    model.save(tmp_path / "one.lm")
    tokens, _ = model.encode(POEM_LINES)
    assert LanguageModel.load(tmp_path / "one.lm").score(tokens).tolist() == model.score(tokens).tolist()


def test_a_file_cut_short(poem: LanguageModel, tmp_path: Path) -> None:
    path = tmp_path / "poem.lm"
    poem.save(path)
    content = path.read_bytes()
    for size in range(0, len(content), 97):
        path.write_bytes(content[:size])
        with pytest.raises(ModelError, match=r"poem\.lm is no language model, or damaged"):
            LanguageModel.load(path)


def test_flipped_bits(poem: LanguageModel, tmp_path: Path) -> None:
    """A damaged file is refused, or differs in numbers, words or facts only."""
    path = tmp_path / "poem.lm"
    poem.save(path)
    content = path.read_bytes()
    tokens, _ = poem.encode(POEM_LINES)
    random = np.random.default_rng(5)
    refused = 0
    for place in random.integers(0, len(content), 600).tolist():
        damaged = bytearray(content)
        damaged[place] ^= 1 << int(random.integers(8))
        path.write_bytes(damaged)
        try:
            model = LanguageModel.load(path)
        except TextmineError:
            refused += 1
            continue
        assert len(model.score(tokens)) == len(tokens)
        assert len(model.encode(POEM_LINES)[0]) == len(tokens)
    assert refused > 60


def _set(name: str, place: int, value: int) -> Callable[[LanguageModel], None]:
    def damage(model: LanguageModel) -> None:
        array = getattr(model, name).copy()
        array[place] = value
        setattr(model, name, array)

    return damage


def _as(name: str, kind: str) -> Callable[[LanguageModel], None]:
    return lambda model: setattr(model, name, getattr(model, name).astype(kind))


def _shorter(name: str) -> Callable[[LanguageModel], None]:
    return lambda model: setattr(model, name, getattr(model, name)[:-1])


@pytest.mark.parametrize(
    "damage",
    [
        _set("starts", 0, 1),
        _set("starts", 1, 4),
        _set("starts", 2, 3),
        _set("starts", -1, 10**12),
        _set("starts", -2, -1),
        _set("first", 0, 0),
        _set("first", 4, -5),
        _set("first", 4, 10**9),
        _set("first", -1, 10**9),
        _set("units", -1, 10**6),
        _set("states", 5, 10**6),
        _set("states", 5, -2),
        _set("shorter", 40, 40),  # its own: questions would go round for ever
        _set("shorter", 40, 60),
        _set("shorter", 40, -2),
        _as("logs", "<f8"),
        _as("logs", "<i4"),
        _as("first", "<i8"),
        _as("units", "<i4"),
        _shorter("logs"),
        _shorter("units"),
        _shorter("backoffs"),
        _shorter("shorter"),
        _shorter("first"),
        _shorter("words"),
        lambda model: setattr(model, "words", ["<s>", "<unk>", *model.words[2:]]),
        lambda model: setattr(model, "logs", model.logs.reshape(-1, 1)),
        lambda model: setattr(model, "starts", np.zeros(0, np.int64)),
    ],
)
def test_parts_that_do_not_go_together(damage: Callable[[LanguageModel], None], tmp_path: Path) -> None:
    model = trained(POEM_LINES, 4)
    damage(model)
    model.save(tmp_path / "damaged.lm")
    with pytest.raises(ModelError, match=r"damaged\.lm is no language model, or damaged"):
        LanguageModel.load(tmp_path / "damaged.lm")


def test_of_another_version(poem: LanguageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("textmine.language.model.VERSION", 99)
        poem.save(tmp_path / "new.lm")
    with pytest.raises(ModelError, match="another version"):
        LanguageModel.load(tmp_path / "new.lm")


def test_of_another_kind(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("words.npy", b"")
    with pytest.raises(ModelError, match="is no language model"):
        LanguageModel.load(tmp_path / "other.zip")
    with pytest.raises(InputError, match="cannot read"):
        LanguageModel.load(tmp_path)


def test_a_model_is_written_whole_or_not_at_all(poem: LanguageModel, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot write"):
        poem.save(tmp_path / "nowhere" / "poem.lm")
    assert list(tmp_path.iterdir()) == []
