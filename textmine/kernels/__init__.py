"""Compiled inner loops: numpy arrays in, preallocated arrays filled.

A kernel calls only kernels of its own file: numba's disk cache watches one file per kernel, so a call across
files could run stale code. Threads run kernels side by side (the interpreter lock is released) on disjoint
pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

_COMPILED: list[Any] = []


def kernel(function: Function) -> Function:
    """Compile `function` on first use, keep the machine code on disk and release the interpreter lock
    meanwhile."""
    compiled = numba.njit(cache=True, nogil=True)(function)
    _COMPILED.append(compiled)
    return cast(Function, compiled)


def cached() -> bool:
    """Whether machine code of some kernel lies on the disk: otherwise the first calls take seconds to
    compile."""
    folders = {Path(compiled.stats.cache_path) for compiled in _COMPILED if compiled.stats.cache_path}
    return any(any(folder.glob("*.nbc")) for folder in folders if folder.exists())
