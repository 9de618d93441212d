"""How much memory the process may use."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from textmine.errors import ResourceError

MB = 1_000_000
RESERVE = 90 * MB  # buffers, spellings, rows: what grows with neither text nor n-grams
SMALLEST_ROOM = 20 * MB


def room(memory: int) -> int:
    """Bytes that counting may use so that the process stays within `memory` bytes, what it uses now included.

    Raises ResourceError where that leaves too little to work with.
    """
    left = memory - used() - RESERVE
    if left < SMALLEST_ROOM:
        floor = -(-(used() + RESERVE + SMALLEST_ROOM) // (10 * MB)) * 10
        raise ResourceError(f"{memory / MB:.0f}M of memory is too little to work with", f"allow at least {floor}M")
    return left


def used() -> int:
    """Bytes of memory that the process holds now (its peak where the system does not tell)."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
