"""textmine runs where the modules and functions of Unix alone are missing."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

import pytest

from tests.cli.program import TEXTMINE, on_terminal, textmine_process
from tests.processes import run_process
from tests.terminal.ends import DRAWN

ROOT = Path(__file__).parents[1]
WITHOUT_UNIX = (sys.executable, str(ROOT / "tests" / "without_unix.py"))
IMPORT_ALL = """
import importlib, os, pkgutil, signal
from tests.without_unix import hide

hide()
assert not hasattr(os, "sched_getaffinity") and not hasattr(signal, "SIGHUP")
try:
    import fcntl
except ImportError:
    pass
else:
    raise AssertionError("nothing is hidden")

import textmine

for module in pkgutil.walk_packages(textmine.__path__, "textmine."):
    print(importlib.import_module(module.name).__name__)
"""


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    with (ROOT / "data" / "three-kingdoms.txt").open("rb") as lines:
        path.write_bytes(b"".join(islice(lines, 60)))
    return path


def test_every_module_is_imported() -> None:
    done = run_process(
        [sys.executable, "-c", IMPORT_ALL],
        cwd=ROOT,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert {"textmine.memory", "textmine.cli.app", "textmine.terms.learning"} < set(done.stdout.split())


@pytest.mark.parametrize(
    "lines",
    [
        (
            "--help",
            "discover-terms text.txt --memory 600M --lexicon text.lex",
            "segment text.txt --lexicon text.lex",
        ),
        ("train-lm text.txt -o text.lm", "score text.lm text.txt"),
        (
            "train-svd text.txt --tokenizer jieba -o text.npz",
            "neighbors text.npz 曹操 --top 5",
            "similarity text.txt text.txt --vectors text.npz --metric wmd",
        ),
    ],
    ids=lambda lines: lines[-1].split()[0],
)
def test_quick_commands_give_the_same(lines: tuple[str, ...], text: Path) -> None:
    results = []
    for program in (TEXTMINE, WITHOUT_UNIX):
        runs = [textmine_process(*line.split(), folder=text.parent, program=program) for line in lines]
        assert [run.returncode for run in runs] == [0] * len(lines), runs[-1].stderr
        assert all(run.stdout or " -o " in line for run, line in zip(runs, lines, strict=True))
        written = {path.name: path.read_bytes() for path in text.parent.iterdir()}
        results.append(([run.stdout for run in runs], written))
    assert results[0] == results[1]


def test_a_terminal(text: Path) -> None:
    line = ("discover-terms", text, "--top", "3")
    code, screen, *_ = on_terminal(*line, program=WITHOUT_UNIX)
    assert code == 0
    whole = on_terminal(*line)[1].replace("\r\n", "\n").encode()
    assert screen.replace("\r\n", "\n") == DRAWN.sub(b"", whole).decode()  # drawn where it takes longer
