"""The program inside of the tests' process does what it does in its own, and leaves no trace."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from tests.cli.program import PROBE, probe, textmine, textmine_process
from textmine.cli.app import app


@pytest.mark.parametrize(
    "arguments", [("--version",), ("nonsense",), ("segment", "gone"), ("segment", "-", "--lexicon", "jieba")]
)
def test_it_is_the_same(arguments: tuple[str, ...]) -> None:
    inside, outside = (run(*arguments, stdin="曹操大怒\n") for run in (textmine, textmine_process))
    assert (inside.returncode, inside.stdout) == (outside.returncode, outside.stdout)
    assert inside.stderr == outside.stderr


def test_more_than_a_pipe_holds() -> None:
    text = "曹操大怒\n" * 20_000
    assert textmine("segment", stdin=text).stdout.replace(" ", "") == text
    assert len(probe("many").stdout) > 1_000_000
    assert probe("rows", stdin=text).returncode == 0  # which reads nothing of it


def test_a_bug_is_what_it_is_to_python() -> None:
    inside, outside = probe("bug"), textmine_process("bug", program=PROBE)
    assert inside.returncode == outside.returncode == 1
    assert inside.stderr.startswith("Traceback")
    assert inside.stderr.splitlines()[-1] == outside.stderr.splitlines()[-1] == "ZeroDivisionError: the bug"


def state() -> list[object]:
    """What a run might change of its process."""
    return [
        *(sys.stdin, sys.stdout, sys.stderr, sys.argv, sys.unraisablehook, threading.excepthook),
        *map(signal.getsignal, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)),
        *(gc.get_threshold(), dict(os.environ), Path.cwd(), threading.active_count()),
        [(os.fstat(number).st_dev, os.fstat(number).st_ino) for number in range(3)],
        len(list(Path("/dev/fd").iterdir())),
        [*app.registered_commands],
    ]


def test_all_is_put_back(tmp_path: Path) -> None:
    before = state()
    for command in ("rows", "bug", "nonsense", "memory"):
        probe(command, folder=tmp_path, environment={"COLUMNS": "70"})
    assert state() == before
