"""Processes that tests start: with their signals, and for so long at the most."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


def run_process(
    command: Sequence[str | Path],
    *,
    stdin: Any = b"",
    limit: float = 120,
    check: bool = False,
    **options: Any,
) -> subprocess.CompletedProcess[Any]:
    """What comes of the command. `stdin`: what it is given, or where it takes it from, as for `Popen`, whose
    `options` are taken, too; the outputs that these do not name are kept."""
    given = stdin if isinstance(stdin, (str, bytes)) else None
    ends = {"stdin": stdin if given is None else subprocess.PIPE, "stdout": subprocess.PIPE}
    with start_process(command, limit=limit, **{**ends, "stderr": subprocess.PIPE, **options}) as process:
        out, err = process.communicate(given or None)
    done = subprocess.CompletedProcess(process.args, process.returncode, out, err)
    if check:
        done.check_returncode()
    return done


@contextmanager
def start_process(
    command: Sequence[str | Path],
    *,
    limit: float = 120,
    preexec_fn: Callable[[], object] | None = None,
    **options: Any,
) -> Iterator[subprocess.Popen[Any]]:
    """The command at work, which has ended after the `with` block; `options` are those of `Popen`.

    After `limit` seconds it is killed, with all that it has started: nobody waits for it, or reads what it
    says, for ever.
    """

    def enter() -> None:
        default_signals()
        if preexec_fn is not None:
            preexec_fn()

    words = [*map(str, command)]
    process = subprocess.Popen(words, preexec_fn=enter, start_new_session=True, **options)
    watch = threading.Timer(limit, _kill, [process])
    watch.start()
    try:
        with process:
            try:
                yield process
            except BaseException:
                _kill(process)
                raise
    finally:
        watch.cancel()
        watch.join()


def default_signals() -> None:
    """None is ignored any more, as nohup, or `&` in a script, would have it: to be called in a new process,
    before its program begins."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _kill(process: subprocess.Popen[Any]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
