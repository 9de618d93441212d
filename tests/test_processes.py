"""Processes of tests have their signals and end in time, and none is started in another way."""

from __future__ import annotations

import ast
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.processes import run_process, start_process

TESTS = Path(__file__).parent
STARTED_BY = {"processes.py", "ends.py"}  # the latter with a terminal around


def test_signals_are_heard() -> None:
    """Whatever is ignored here, as it is under nohup."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with start_process([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.returncode == -signal.SIGINT


def test_all_that_is_started_ends_in_time() -> None:
    begun = time.monotonic()
    done = run_process(["sh", "-c", "trap '' INT TERM; sleep 60 | sleep 60"], limit=0.5)
    assert done.returncode == -signal.SIGKILL and time.monotonic() - begun < 30


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda path: str(path.relative_to(TESTS)))
def test_no_process_is_started_in_another_way(path: Path) -> None:
    calls = [
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "subprocess"
    ]
    assert path.name in STARTED_BY or {*calls} <= {"CompletedProcess"}
