"""Compiled inner loops: numpy arrays in, preallocated arrays filled.

A kernel calls only kernels of its own file: numba's disk cache watches one file per kernel, so a call across
files could run stale code. Threads run kernels side by side (the interpreter lock is released) on disjoint
pieces.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

_BLAS = "scipy.linalg.cython_blas"
if _BLAS not in sys.modules and "numba.np.arraymath" not in sys.modules:
    # numba looks for scipy's BLAS as it starts, for np.correlate alone, which no kernel uses: 0.16 s a run.
    sys.modules[_BLAS] = None  # type: ignore[assignment]
    try:
        importlib.import_module("numba.np.arraymath")
    finally:
        del sys.modules[_BLAS]

Function = TypeVar("Function", bound=Callable[..., Any])

_COMPILED: list[Any] = []


def kernel(function: Function) -> Function:
    """Compile `function` on first use, keep the machine code on disk and release the interpreter lock
    meanwhile."""
    compiled = numba.njit(cache=True, nogil=True)(function)
    _COMPILED.append(compiled)
    return cast(Function, compiled)


def kernel_inner(function: Function) -> Function:
    """`kernel` for small functions that kernels call often, with arrays out of tuples: they count no
    references to arrays, which the caller holds anyway, and so cannot make any."""
    inner = cast(Any, numba.njit)(cache=True, nogil=True, _nrt=False)  # not among its typed options
    compiled = inner(function)
    _COMPILED.append(compiled)
    return cast(Function, compiled)


def kernel_fast(function: Function) -> Function:
    """`kernel` for long sums of numbers that are finite: the compiler may add them in another order, so that
    it can use vector instructions.

    Division by zero gives infinity, as a test for it would keep a loop from using them. The order is fixed
    when it compiles: results are the same from run to run on a kind of machine.
    """
    compiled = numba.njit(
        cache=True, nogil=True, fastmath={"reassoc", "contract", "arcp", "nsz"}, error_model="numpy"
    )(function)
    _COMPILED.append(compiled)
    return cast(Function, compiled)


@contextmanager
def watch(on_compile: Callable[[int, int], None]) -> Iterator[None]:
    """Within it, `on_compile(kernel, most)` is called whenever a kernel is about to be compiled, as it is not
    on the disk: the how many-th it is, and how many there are at the most, as not all are needed."""
    from numba.core import event

    met: set[int] = set()

    class Listener(event.Listener):
        def on_start(self, event: Any) -> None:
            compiled = event.data["dispatcher"]
            if compiled not in _COMPILED or id(compiled) in met:
                return
            met.add(id(compiled))
            on_compile(len(met), len(_COMPILED))

        def on_end(self, event: Any) -> None:
            """Nothing to do."""

    listener, events = Listener(), cast(Any, event)
    events.register("numba:compile", listener)
    try:
        yield
    finally:
        events.unregister("numba:compile", listener)


def loaded() -> bool:
    """Whether machine code of some kernel is in memory."""
    return any(compiled.signatures for compiled in _COMPILED)


def compiled() -> int:
    """How many kernels have machine code on the disk, of their source as it is now."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    # By no public name numba tells what it has on the disk.
    return sum(bool(one._cache._cache_file._load_index()) for one in _COMPILED)


def folder() -> Path:
    """Where machine code is kept: beside the sources where they can be written to, or in NUMBA_CACHE_DIR."""
    return Path(next(one.stats.cache_path for one in _COMPILED))
