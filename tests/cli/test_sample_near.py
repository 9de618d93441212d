"""Sentences near a given one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.program import textmine
from tests.cli.small import message, rows
from textmine.cli.near import COPIED, copied, keywords_of, likeness
from textmine.cli.progress import Reporter
from textmine.errors import InputError
from textmine.vectors.model import WordVectors
from textmine.words.tokenizers import splitter

TEXT = "甲乙丙丁\n乙丙甲甲丁\n丙丁乙\n甲丙乙丁丁\n丁丁甲乙\n乙甲\n" * 8


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lm")
    (folder / "text").write_text(TEXT)
    assert textmine("train-lm", folder / "text", "--order", "3", "-o", folder / "m.lm").returncode == 0
    return folder / "m.lm"


@given(st.lists(st.integers(0, 2), max_size=9), st.lists(st.integers(0, 2), max_size=9))
def test_copied_units_are_in_runs_of_the_source(units: list[int], source: list[int]) -> None:
    runs = [source[i : i + COPIED] for i in range(len(source) - COPIED + 1)]
    inside = [
        any(units[start : start + COPIED] in runs for start in range(max(i - COPIED + 1, 0), i + 1))
        for i in range(len(units))
    ]
    assert copied(units, source) == sum(inside)


def test_keywords_are_words_of_several_characters() -> None:
    assert keywords_of("曹操 的 军 曹操 ， 出城", str.split) == ["曹操", "出城"]
    assert keywords_of("我 来", str.split) == ["我", "来"]
    with pytest.raises(InputError, match="has no words"):
        keywords_of("， 。", str.split)


def test_likeness_by_words_and_by_vectors(tmp_path: Path) -> None:
    report = Reporter(quiet=True)
    like, _ = likeness("the king rides", None, report)
    assert like("a king rides the horse") == 1 and like("no king") == pytest.approx(1 / 3)
    words = ["king", "queen", "horse", "rides"]
    matrix = np.array([[1, 0.1, 0], [1, 0, 0.1], [0, 1, 0], [0, 0, 1]], np.float32)
    WordVectors(words, matrix, np.array([9, 8, 7, 6]), {"tokenizer": "whitespace"}).save(tmp_path / "v.npz")
    like, _ = likeness("king rides", tmp_path / "v.npz", report)
    assert like("king rides") == pytest.approx(1, abs=1e-6)
    assert like("king rides") > like("queen rides") > like("horse")
    assert like("nobody") == -1
    with pytest.raises(InputError, match="no word of"):
        likeness("nobody", tmp_path / "v.npz", report)


def test_sentences_come_near(model: Path) -> None:
    options = ("--steps", "3000", "--chains", "2", "--order", "drawn")
    near = textmine("sample", model, "--near", "乙丙甲甲丁", "--beta", "40", *options)
    assert near.returncode == 0 and "likeness to '乙丙甲甲丁'" in near.stderr
    far = textmine("sample", model, "--near", "乙丙甲甲丁", "--beta", "0", *options)
    novel = textmine("sample", model, "--near", "乙丙甲甲丁", "--beta", "0", "--novelty", "9", *options)

    def share(text: str, wanted: str) -> float:
        found = rows(text)
        counts = [int(row["count"]) for row in found]
        return sum(n for n, row in zip(counts, found, strict=True) if wanted in row["text"]) / sum(counts)

    words = keywords_of("乙丙甲甲丁", splitter("jieba"))
    assert share(near.stdout, words[0]) > share(far.stdout, words[0]) + 0.1
    assert share(novel.stdout, "丙甲甲") < share(far.stdout, "丙甲甲") / 5
    assert all(2 <= len(row["text"]) <= 8 for row in rows(near.stdout))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--beta", "3"), "go with --near"),
        (("--near", "甲乙", "--method", "ancestral"), "--near goes with"),
        (("--near", "，。"), "never seen anything of"),
        (("--near", "甲乙", "--vectors", "none.npz"), "none.npz"),
    ],
)
def test_bad_input_is_told_in_a_line(model: Path, options: tuple[str, ...], told: str) -> None:
    done = textmine("sample", model, *options)
    assert done.returncode in (1, 2) and told in message(done.stderr) and "Traceback" not in done.stderr
