"""Sentences near a given one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import textmine
from tests.cli.small import message, rows
from textmine.similarity.likeness import words_of
from textmine.words.tokenizers import splitter

TEXT = "甲乙丙丁\n乙丙甲甲丁\n丙丁乙\n甲丙乙丁丁\n丁丁甲乙\n乙甲\n" * 8


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lm")
    (folder / "text").write_text(TEXT)
    assert textmine("train-lm", folder / "text", "--order", "3", "-o", folder / "m.lm").returncode == 0
    return folder / "m.lm"


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

    words = words_of("乙丙甲甲丁", splitter("jieba"))
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
