"""How much memory the process may use."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import mmap
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine.errors import ResourceError

MB = 1_000_000
RESERVE = 90 * MB  # buffers, spellings, rows: what grows with neither text nor n-grams
SMALLEST_ROOM = 40 * MB
USUAL = 600 * MB  # for a process that does nothing else
KERNELS = 110 * MB  # what the compiled code and its library take once they are loaded
UNTOLD = 160 * MB  # what a process holds as its work begins, for a system that does not tell
_ARENA_MAX, _MMAP_THRESHOLD, _TOP_PAD, _TRIM_THRESHOLD = -8, -3, -2, -1  # of mallopt


def room(memory: int, to_come: int = 0) -> int:
    """Bytes that counting may use so that the process stays within `memory` bytes, what it uses now included.

    `to_come` is what the process will hold besides. Raises ResourceError where that leaves too little to work
    with.
    """
    left = memory - used() - RESERVE - to_come
    if left < SMALLEST_ROOM:
        floor = -(-(used() + RESERVE + to_come + SMALLEST_ROOM) // (10 * MB)) * 10
        raise ResourceError(
            f"{spelled(memory)} of memory is too little to work with", f"allow at least {floor}M"
        )
    return left


def spelled(size: int) -> str:
    """Bytes as people write them: 400M, 1.5G, 12 bytes; to two digits behind the point."""
    for unit, name in ((10**9, "G"), (MB, "M"), (1000, "k")):
        if size >= unit:
            return f"{round(size / unit, 2):g}{name}"
    return f"{size} byte" + "s" * (size != 1)


def allowed(memory: int | None) -> int:
    """`memory`, or where that is None what a run takes: 600 MB, or 400 MB on top of what the process holds
    now where that is more."""
    return max(USUAL, used() + 400 * MB) if memory is None else memory


def tune_allocator() -> None:
    """Set up glibc's allocator for arrays that come and go; elsewhere this does nothing.

    Freed arrays of 8 MB and more go back to the system at once: by itself glibc raises that size with every
    large array that is freed, and the process holds a third more than it uses. Smaller ones are kept for
    reuse, in one arena for all threads: returning them would cost a page fault for every 4 KB of the next
    ones, a third of the run time here.
    """
    for parameter, value in (
        (_ARENA_MAX, 1),
        (_MMAP_THRESHOLD, 8 << 20),
        (_TOP_PAD, 32 << 20),
        (_TRIM_THRESHOLD, 128 << 20),
    ):
        _tell_c_library("mallopt", parameter, value)


def return_free_memory() -> None:
    """Give back what smaller arrays have left free (glibc; elsewhere this does nothing)."""
    _tell_c_library("malloc_trim", 0)


def _tell_c_library(function: str, *arguments: int) -> None:
    with contextlib.suppress(AttributeError, OSError, TypeError):  # no such function, no such library
        getattr(ctypes.CDLL(None), function)(*arguments)


def large_array(size: int, kind: Any, room: int | None, directory: str | None) -> NDArray[Any]:
    """An array to be filled; of more than `room` bytes it is a file without a name in `directory`."""
    if room is None or directory is None or size * np.dtype(kind).itemsize <= room:
        return np.empty(size, kind)
    with tempfile.TemporaryFile(dir=directory) as file:
        nbytes = size * np.dtype(kind).itemsize
        file.truncate(nbytes)
        if hasattr(
            os, "posix_fallocate"
        ):  # a full disk is to be an error here, not a fault at some later touch
            os.posix_fallocate(file.fileno(), 0, nbytes)
        return np.memmap(file, kind, "r+", shape=size)


def used() -> int:
    """Bytes of memory that the process holds now: its peak where the system tells no more than that (macOS),
    `UNTOLD` where it tells nothing, so that bounds are rough there."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * mmap.PAGESIZE
    try:
        resource: Any = importlib.import_module("resource")
    except ImportError:  # Unix alone has it
        return _working_set() or UNTOLD
    peak: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


class _Counters(ctypes.Structure):
    """PROCESS_MEMORY_COUNTERS of Windows: https://learn.microsoft.com/windows/win32/api/psapi/"""

    _fields_ = (
        ("cb", ctypes.c_uint32),
        ("PageFaultCount", ctypes.c_uint32),
        ("PeakWorkingSetSize", ctypes.c_size_t),
        ("WorkingSetSize", ctypes.c_size_t),
        ("others", ctypes.c_size_t * 6),
    )


def _working_set() -> int:
    """What Windows says of the process, 0 where it says nothing."""
    counters = _Counters(ctypes.sizeof(_Counters))
    with contextlib.suppress(AttributeError, OSError):  # no such function, no such library
        kernel = ctypes.CDLL("kernel32.dll")
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        process = ctypes.c_void_p(kernel.GetCurrentProcess())
        kernel.K32GetProcessMemoryInfo(process, ctypes.byref(counters), counters.cb)
    return int(counters.WorkingSetSize)
