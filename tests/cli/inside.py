"""The program inside of the tests' own process: its real entry point, on pipes of its own.

Starting Python and loading numpy, compiled kernels and jieba's dictionary takes a second or two, the work of
a test much less. What the program changes of its process, or what pytest has changed that it could notice, is
put right around it.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import signal
import subprocess
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, chdir, contextmanager, suppress
from pathlib import Path
from types import FrameType
from unittest import mock

import pytest

LIMIT = 120  # seconds


def run_inside(
    module: str, arguments: Sequence[str], stdin: bytes, folder: Path | None, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """What comes of `main` of the module, called as `textmine ARGUMENTS...`; for the main thread only, where
    signals are heard."""
    main: Callable[[], None] = importlib.import_module(module).main
    argv = ["textmine", *arguments]
    with ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, environment))
        stack.enter_context(mock.patch.object(sys, "argv", argv))
        stack.enter_context(chdir(folder or "."))
        stack.enter_context(_process_state())
        out, err = stack.enter_context(_pipes(stdin))
        stack.enter_context(_streams())
        stack.enter_context(_plain_hooks())
        code = _exit_code(main)
    if code == 130:  # the signal was meant for the tests
        raise KeyboardInterrupt
    return subprocess.CompletedProcess(argv, code, bytes(out), bytes(err))


def _exit_code(main: Callable[[], None]) -> int:
    """Run the program, and end it as Python would."""
    try:
        main()
    except SystemExit as left:
        if left.code is None or isinstance(left.code, int):
            return left.code or 0
        print(left.code, file=sys.stderr)
    except Exception:  # a bug: as Python does, its traceback and code 1, which the test then looks at
        traceback.print_exc()
    return 1


@contextmanager
def _pipes(stdin: bytes) -> Iterator[tuple[bytearray, bytearray]]:
    """File descriptors 0, 1 and 2 are pipes; what has come through the two latter, complete at the end."""
    kept = [os.dup(number) for number in range(3)]
    (given, feed), (read_out, out), (read_err, err) = pipes = [os.pipe() for _ in range(3)]
    got = bytearray(), bytearray()
    threads = [
        threading.Thread(target=_write, args=(feed, stdin)),
        threading.Thread(target=_read, args=(read_out, got[0])),
        threading.Thread(target=_read, args=(read_err, got[1])),
    ]
    for number, end in enumerate((given, out, err)):
        os.dup2(end, number)
        os.close(end)
    for thread in threads:
        thread.start()
    try:
        yield got
    finally:
        for number, before in enumerate(kept):
            os.dup2(before, number)
            os.close(before)
        for thread in threads:
            thread.join()
        for end in (pipes[1][0], pipes[2][0]):
            os.close(end)


def _write(pipe: int, data: bytes) -> None:
    with suppress(BrokenPipeError), os.fdopen(pipe, "wb") as stream:  # the program need not read it all
        stream.write(data)


def _read(pipe: int, got: bytearray) -> None:
    while piece := os.read(pipe, 1 << 16):
        got += piece


@contextmanager
def _streams() -> Iterator[None]:
    """`sys.stdin`, `stdout` and `stderr` as Python makes them of pipes, closed at the end: what one of them
    held would be written later, into the midst of something else."""
    with (
        open(0, encoding="utf-8", closefd=False) as stdin,
        open(1, "w", encoding="utf-8", closefd=False) as stdout,
        open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False) as stderr,
        mock.patch.object(sys, "stdin", stdin),
        mock.patch.object(sys, "stdout", stdout),
        mock.patch.object(sys, "stderr", stderr),
    ):
        try:
            yield
        finally:
            for stream in (sys.stdout, sys.stderr):  # the program puts its own around them
                stream.close()


@contextmanager
def _process_state() -> Iterator[None]:
    """What `main` sets up for the whole process is taken back, and it ends in time."""

    def give_up(number: int, frame: FrameType | None) -> None:
        pytest.fail(f"not done after {LIMIT} seconds")

    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
    handlers = {number: signal.getsignal(number) for number in numbers}
    threshold = gc.get_threshold()
    signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        gc.set_threshold(*threshold)
        atexit.unregister(gc.freeze)


@contextmanager
def _plain_hooks() -> Iterator[None]:
    """What goes wrong aside, in threads or destructors, and warnings go to standard error, as they do where
    pytest does not collect them."""
    with (
        mock.patch.object(sys, "unraisablehook", sys.__unraisablehook__),
        mock.patch.object(threading, "excepthook", threading.__excepthook__),
        warnings.catch_warnings(),
        mock.patch.object(warnings, "showwarning", _show_warning),
    ):
        warnings.resetwarnings()
        for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", category)  # Python's own choice
        yield


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,
    line: str | None = None,
) -> None:
    sys.stderr.write(warnings.formatwarning(message, category, filename, lineno, line))
