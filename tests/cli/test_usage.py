"""Errors of usage: a line that says what is wrong, in words for people, and one that says how it is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.exceptions import TyperException

from tests.cli.program import textmine
from textmine.cli.usage import described

NEIGHBORS = ("neighbors", "v.npz", "a")
SIMILARITY = ("similarity", "a", "b")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("neighbor",), "there is no command neighbor; did you mean neighbors?"),
        (("qqq",), "there is no command qqq"),
        (("--qqq",), "there is no option --qqq"),
        ((*NEIGHBORS, "--topp", "1"), "there is no option --topp; did you mean --top?"),
        ((*NEIGHBORS, "--qqq"), "there is no option --qqq"),
        ((*NEIGHBORS, "-z"), "there is no option -z"),
        ((*NEIGHBORS, "--top"), "--top needs a value"),
        ((*NEIGHBORS, "-o"), "-o needs a value"),
        ((*NEIGHBORS, "--quiet=3"), "--quiet takes no value"),
        ((*NEIGHBORS, "--top", "x"), "--top: 'x' is no whole number"),
        ((*NEIGHBORS, "--top", "1.5"), "--top: '1.5' is no whole number"),
        ((*NEIGHBORS, "--top", "-1"), "--top: -1 is less than 0"),
        ((*NEIGHBORS, "--top", "9" * 5000), f"--top: {'9' * 60}... is too large"),
        ((*NEIGHBORS, "--by", "cosin"), "--by: 'cosin' is not one of cosine, pmi, distribution"),
        (("neighbors",), "VECTORS is missing"),
        (("compare-vectors", "a", "b", "c", "d"), "more arguments than it takes: c d"),
        (("train-glove", "x"), "--output is missing"),
        (("discover-terms", "--examples", "101"), "--examples: 101 is more than 100"),
        (("sentence-vectors", "v", "--smoothing", "x"), "--smoothing: 'x' is no number"),
        (("sentence-vectors", "v", "--smoothing", "0"), "--smoothing: 0 is less than 1e-12"),
        (("sentence-vectors", "v", "--smoothing", "nan"), "--smoothing: 'nan' is no number"),
        ((*SIMILARITY, "--stop-words", "none"), "--stop-words: there is no file none"),
        ((*SIMILARITY, "--stop-words", "."), "--stop-words: . is a folder; name a file"),
        ((*SIMILARITY, "--tmp-dir", "none"), "--tmp-dir: there is no folder none"),
        ((*SIMILARITY, "--tmp-dir", "file"), "--tmp-dir: file is a file; name a folder"),
        (("segment", "-", "-"), "standard input (-) can be read but once"),
        (("segment", "-o", "."), "--output: . is a folder; name a file in it"),
        (("segment", "--normalise", "nfc"), "--normalise: 'nfc' is not one of nfkc, width, lower"),
        (("similarity", "a"), "--mode lines compares two texts; name B, too"),
    ],
)
def test_what_is_wrong(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = textmine(*arguments, folder=tmp_path)
    name = "textmine" if "no command" in said or arguments == ("--qqq",) else f"textmine {arguments[0]}"
    near = {"cosin": "; did you mean cosine?", "nfc": "; did you mean nfkc?"}.get(arguments[-1], "")
    error, use = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert error == f"{name}: {said}{near}"
    assert use.startswith(f"Usage: {name} ") and use.endswith(f"; {name} --help tells more")


def test_what_is_not_known_keeps_its_words() -> None:
    assert described(TyperException("Something new went wrong.")) == "something new went wrong"


def test_no_arguments_leave_nothing_but_help() -> None:
    done = textmine()
    assert done.returncode == 2 and done.stderr == "" and "discover-terms" in done.stdout
