from __future__ import annotations

import gzip
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.language.texts import POEM_LINES, trained
from textmine.errors import InputError, ModelError
from textmine.language.files import KENLM_BINARY, load_language_model, save_language_model
from textmine.language.model import LanguageModel
from textmine.vectors.model import WordVectors


@pytest.fixture(scope="module")
def poem() -> LanguageModel:
    return trained(POEM_LINES, 3)


@pytest.mark.parametrize(
    ("name", "start"), [("m.arpa", b"\\data\\\n"), ("M.ARPA", b"\\data\\\n"), ("m.lm", b"PK"), ("m", b"PK")]
)
def test_the_ending_decides_how_it_is_written(
    name: str, start: bytes, poem: LanguageModel, tmp_path: Path
) -> None:
    save_language_model(poem, tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(start)
    tokens, _ = poem.encode(POEM_LINES)
    loaded = load_language_model(tmp_path / name)
    np.testing.assert_allclose(loaded.score(tokens), poem.score(tokens), atol=1e-5)


def test_the_content_decides_how_it_is_read(poem: LanguageModel, tmp_path: Path) -> None:
    save_language_model(poem, tmp_path / "m.arpa")
    (tmp_path / "m.lm").write_bytes(gzip.compress((tmp_path / "m.arpa").read_bytes()))
    heard: list[str] = []
    loaded = load_language_model(tmp_path / "m.lm", lambda stage, done, total: heard.append(stage))
    assert loaded.words == poem.words and set(heard) == {"loading the model"}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "file is no language model: it is empty; name one of train-lm, or an ARPA file$"),
        (b"\n\n", "is no language model: it is empty"),
        (b"\\data\\\n\n", "no counts of n-grams"),
        (np.random.default_rng(3).bytes(5000), "file is no language model; name one"),
        (b"5 3\nthe 0.1 0.2 0.3\n", "is no language model but a text, '5 3...'; name one of train-lm"),
        ("玄德曰".encode() * 400_000, f"no language model but a text, '{'玄德曰' * 13}玄...'; name one"),
        ("玄德曰".encode("gb18030"), "file is no language model; name one"),
        (b"PK\x03\x04" + bytes(100), "is no language model, or damaged"),
        (KENLM_BINARY + b" format version 5\n", "KenLM's binary format"),
    ],
)
def test_other_kinds_of_file(content: bytes, what: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(ModelError, match=what) as error:
        load_language_model(tmp_path / "file")
    assert "\n" not in str(error.value) and "file" in error.value.what


def test_word_vectors(tmp_path: Path) -> None:
    WordVectors(["a"], np.ones((1, 3), np.float32)).save(tmp_path / "v.npz")
    with pytest.raises(ModelError, match=r"v\.npz is no language model"):
        load_language_model(tmp_path / "v.npz")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        load_language_model(tmp_path / "m.lm")
    with pytest.raises(InputError, match="is a folder"):
        load_language_model(tmp_path)
    for name in ("a.arpa", "b.arpa"):
        (tmp_path / name).touch()
    with pytest.raises(InputError, match="matches 2 files"):
        load_language_model(tmp_path / "*.arpa")


def test_pipes(poem: LanguageModel, tmp_path: Path) -> None:
    for name in ("m.arpa", "m.lm"):
        save_language_model(poem, tmp_path / name)
        fifo = tmp_path / f"pipe-{name}"
        os.mkfifo(fifo)
        writer = threading.Thread(target=fifo.write_bytes, args=((tmp_path / name).read_bytes(),))
        writer.start()
        if name == "m.arpa":
            assert load_language_model(fifo).words == poem.words
        else:
            with pytest.raises(ModelError, match="is a pipe"):
                load_language_model(fifo)
        writer.join()


@pytest.mark.parametrize("name", ["m.arpa", "m.lm"])
def test_nothing_is_left_behind(name: str, poem: LanguageModel, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot write"):
        save_language_model(poem, tmp_path / "nowhere" / name)
    assert list(tmp_path.iterdir()) == []
