from __future__ import annotations

import ctypes
import re
import resource
import sys
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace

import pytest

from tests.processes import run_process
from textmine import memory
from textmine.errors import ResourceError
from textmine.memory import MB


def test_room_is_what_the_process_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "used", lambda: 200 * MB)
    assert memory.room(600 * MB) == 600 * MB - 200 * MB - memory.RESERVE
    assert memory.room(200 * MB + memory.RESERVE + memory.SMALLEST_ROOM) == memory.SMALLEST_ROOM


@pytest.mark.parametrize("used", [1, 99 * MB, 100 * MB, 100 * MB + 1, 200_000_000, 209_999_999])
def test_the_floor_told_is_enough(monkeypatch: pytest.MonkeyPatch, used: int) -> None:
    monkeypatch.setattr(memory, "used", lambda: used)
    with pytest.raises(ResourceError) as error:
        memory.room(50 * MB)
    told = re.fullmatch(r"50M of memory is too little to work with; allow at least (\d+)M", str(error.value))
    assert told is not None
    assert memory.SMALLEST_ROOM <= memory.room(int(told[1]) * MB) < memory.SMALLEST_ROOM + 10 * MB


def alone(code: str) -> None:
    """Run it in a process of its own: what other tests have left in memory may go, or be used, meanwhile."""
    done = run_process([sys.executable, "-c", f"{HEADING}\n{dedent(code)}"], text=True)
    assert (done.returncode, done.stderr) == (0, "")


HEADING = "import numpy as np\nfrom textmine import memory\nMB = memory.MB\nmemory.tune_allocator()"


def test_used_follows_what_is_held() -> None:
    alone(
        """
        before = memory.used()
        array = np.ones(64 * MB, np.uint8)
        held = memory.used()
        del array
        memory.return_free_memory()
        assert before > 10 * MB
        assert 60 * MB < held - before < 80 * MB, held - before
        """
        + linux("assert memory.used() < held - 55 * MB")
    )


def test_large_blocks_go_back_at_once() -> None:
    """By default a large array that is freed makes the C library keep those of its size from then on."""
    alone(
        """
        before = memory.used()
        for _ in range(3):
            arrays = [np.ones(16 * MB, np.uint8) for _ in range(4)]
            del arrays
        """
        + linux("assert memory.used() < before + 16 * MB, memory.used() - before")
    )


def linux(line: str) -> str:
    """The line, where a process can tell what it has now, and not only the most it ever had."""
    return line + "\n" if Path("/proc/self/statm").exists() else ""


def test_another_c_library(monkeypatch: pytest.MonkeyPatch) -> None:
    class Nothing:
        def __init__(self, name: None) -> None:
            del name

    monkeypatch.setattr(ctypes, "CDLL", Nothing)
    memory.tune_allocator()
    memory.return_free_memory()


@pytest.mark.parametrize(("platform", "unit"), [("darwin", 1), ("linux", 1024)])
def test_a_system_that_tells_the_peak_only(monkeypatch: pytest.MonkeyPatch, platform: str, unit: int) -> None:
    monkeypatch.setattr(Path, "exists", lambda self: False)
    # The module's own name for sys, which its annotations do not export.
    monkeypatch.setattr(memory.sys, "platform", platform)  # type: ignore[attr-defined]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    assert peak <= memory.used() < peak + 10 * MB * unit


def test_windows_has_a_function_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in with its signature and the places of its fields; on Windows itself this was not run."""
    asked: list[tuple[int, int]] = []

    def tell(process: int, place: int, size: int) -> int:
        asked.append((process, size))
        ctypes.c_size_t.from_address(place + 16).value = 123 * MB
        return 1

    kernel = SimpleNamespace(
        GetCurrentProcess=ctypes.CFUNCTYPE(ctypes.c_void_p)(lambda: 2**64 - 1),
        K32GetProcessMemoryInfo=ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32
        )(tell),
    )
    monkeypatch.setattr(Path, "exists", lambda self: False)
    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.setattr(ctypes, "CDLL", {"kernel32.dll": kernel}.__getitem__)
    assert memory.used() == 123 * MB
    assert asked == [(2**64 - 1, 72)]


def test_a_system_that_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda self: False)
    monkeypatch.setitem(sys.modules, "resource", None)
    assert memory.used() == memory.UNTOLD
    assert memory.room(memory.allowed(None), memory.KERNELS) >= 200 * MB


def test_allowed_is_what_is_asked_for_or_what_a_run_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    for used, usual in ((0, 600), (150, 600), (200, 600), (201, 601), (2000, 2400)):
        monkeypatch.setattr(memory, "used", lambda used=used: used * MB)
        assert memory.allowed(None) == usual * MB
        assert memory.room(memory.allowed(None), memory.KERNELS) >= 200 * MB
        assert [memory.allowed(asked) for asked in (0, 10**6, 10**10)] == [0, 10**6, 10**10]
