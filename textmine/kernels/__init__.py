"""Compiled inner loops: numpy arrays in, preallocated arrays filled.

A kernel calls only kernels of its own file: numba's disk cache watches one file per kernel, so a call across files
could run stale code. Threads run kernels side by side (the interpreter lock is released) on disjoint pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile `function` on first use, keep the machine code on disk and release the interpreter lock while it runs."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))
