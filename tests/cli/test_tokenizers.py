from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.program import textmine
from textmine.vectors.model import WordVectors

NOVEL = Path(__file__).parents[2] / "data" / "three-kingdoms.txt"
VECTORS = {"曹操": (1, 2), "曹": (0, 1), "操": (1, 0), "曹操败走": (2, 1)}


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lexicon") / "words.txt"
    path.write_text("曹操 900\n败走 300\nice cream 5\nart 3\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("train", ["train-glove", "train-word2vec", "train-svd"])
def test_raw_text_is_cut_as_in_the_training(train: str, tmp_path: Path) -> None:
    lines = NOVEL.read_text(encoding="utf-8")[:60_000].splitlines(keepends=True)
    options = ("--tokenizer", "jieba", "--dim", "4", "-q", "-o", tmp_path / "v.npz")
    assert textmine(train, *options, stdin="".join(lines)).returncode == 0
    line = max(lines, key=len)
    done = textmine("keywords", tmp_path / "v.npz", stdin=line)
    assert done.returncode == 0
    assert any(len(row.split("\t")[1]) > 1 for row in done.stdout.splitlines()[1:])
    done = textmine("sentence-vectors", tmp_path / "v.npz", "--method", "sum", stdin=line)
    assert done.returncode == 0 and int(done.stdout.splitlines()[1].split("\t")[1]) > 50


@pytest.mark.parametrize(
    ("trained", "options", "word"),
    [
        ("char", (), "曹"),
        ("jieba", (), "曹操"),
        ("word", (), "曹"),
        ("whitespace", (), "曹操败走"),
        (None, (), "曹操败走"),
        ("char", ("--tokenizer", "whitespace"), "曹操败走"),
        (None, ("--tokenizer", "LEXICON"), "曹操"),
    ],
)
def test_the_header_tells_unless_the_option_does(
    trained: str | None, options: tuple[str, ...], word: str, lexicon: Path, tmp_path: Path
) -> None:
    matrix = np.array(list(VECTORS.values()), np.float32)
    header = {} if trained is None else {"tokenizer": trained}
    WordVectors(list(VECTORS), matrix, header=header).save(tmp_path / "v.npz")
    options = tuple(option.replace("LEXICON", str(lexicon)) for option in options)
    done = textmine("keywords", tmp_path / "v.npz", *options, stdin="曹操败走\n")
    assert done.returncode == 0 and f"\t{word}\t" in done.stdout
    done = textmine("sentence-vectors", tmp_path / "v.npz", "--method", "sum", *options, stdin="曹操败走\n")
    one, two = (1, 1) if word == "曹" else VECTORS[word]  # 曹 and 操 together
    assert done.stdout.splitlines()[1].endswith(f"\t{one}\t{two}")


def test_a_lexicon_in_the_header_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    header = {"program": "train-glove", "objective": "simpler", "tables": "shared", "tokenizer": "mine.txt"}
    WordVectors(["曹操"], np.ones((1, 2), np.float32), header=header).save(path)
    for command in (["keywords"], ["sentence-vectors", "--method", "sum"]):
        done = textmine(*command, path, stdin="曹操\n")
        assert done.returncode == 0 and done.stderr.count("\n") == 1
        assert "mine.txt" in done.stderr and "--tokenizer FILE" in done.stderr


@pytest.mark.parametrize(("tokenizer", "hints"), [("whitespace", True), ("char", False)])
def test_text_without_spaces_is_told_of(tokenizer: str, hints: bool, tmp_path: Path) -> None:
    WordVectors(["曹操"], np.ones((1, 2), np.float32)).save(tmp_path / "v.npz")
    done = textmine("keywords", tmp_path / "v.npz", "--tokenizer", tokenizer, stdin="曹操败走\n")
    assert done.returncode == 1 and ("--tokenizer jieba" in done.stderr) is hints


@pytest.mark.parametrize(
    ("arguments", "choices"),
    [
        (
            ["train-glove", "-o", "v.npz", "--tokenizer", "jeiba"],
            "whitespace, word, char, jieba or a lexicon file",
        ),
        (["keywords", "in.npz", "--tokenizer", "jeiba"], "whitespace, word, char, jieba or a lexicon file"),
        (["segment", "--lexicon", "jeiba"], "give jieba or a lexicon file"),
    ],
)
def test_neither_a_name_nor_a_file(arguments: list[str], choices: str, tmp_path: Path) -> None:
    WordVectors(["曹操"], np.ones((1, 2), np.float32)).save(tmp_path / "in.npz")
    done = textmine(*arguments, stdin="曹操\n", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    (error,) = done.stderr.splitlines()
    assert error.startswith(f"textmine {arguments[0]}: there is no lexicon file 'jeiba'") and choices in error
    assert not (tmp_path / "v.npz").exists()
