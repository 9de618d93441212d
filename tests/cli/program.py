"""Running the program as a person does: with pipes or a terminal around it.

`textmine` runs it inside of the tests' own process, which is enough for rows, files and messages;
`textmine_process` in a process of its own, for what belongs to one: signals, memory, imports, the environment
that is read at the start.
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.cli.inside import run_inside
from tests.processes import run_process, start_process

TEXTMINE = (str(Path(sys.executable).with_name("textmine")),)
PROBE = (sys.executable, str(Path(__file__).with_name("probe.py")))


def textmine(
    *arguments: str | Path,
    stdin: str | bytes = b"",
    folder: Path | None = None,
    environment: dict[str, str] | None = None,
    module: str = "textmine.cli.app",
) -> subprocess.CompletedProcess[str]:
    """Run `textmine ARGUMENTS...` in this process, as `textmine_process` does in another. `module`: where its
    `main` is."""
    words = [*map(str, arguments)]
    return _decoded(run_inside(module, words, _encoded(stdin), folder, environment or {}), progress=False)


def probe(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """`textmine` with the commands of `PROBE`."""
    return textmine(*arguments, **options, module="tests.cli.probe")


def textmine_process(
    *arguments: str | Path,
    program: Sequence[str] = TEXTMINE,
    stdin: str | bytes = b"",
    folder: Path | None = None,
    environment: dict[str, str] | None = None,
    progress: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run `textmine ARGUMENTS...` with pipes for all three streams; the outputs are strictly UTF-8.

    Lines of progress are taken off standard error, as a slow machine, or one where kernels must be compiled
    first, has some; `progress` keeps them.
    """
    done = run_process(
        [*program, *arguments],
        stdin=_encoded(stdin),
        cwd=folder,
        env={**os.environ, **(environment or {})},
    )
    return _decoded(done, progress)


def on_terminal(
    *arguments: str | Path,
    program: Sequence[str] = TEXTMINE,
    streams: Sequence[str] = ("stdin", "stdout", "stderr"),
    columns: int = 80,
    typed: bytes = b"",
    environment: dict[str, str] | None = None,
) -> tuple[int, str, str, str]:
    """Run it with some streams on one terminal, others on pipes: exit code, screen, stdout, stderr. `typed`:
    at the keyboard."""
    master, slave = pty.openpty()
    ends: dict[str, Any] = {
        name: slave if name in streams else subprocess.PIPE for name in ("stdin", "stdout", "stderr")
    }
    terminal = {"TERM": "xterm", "COLUMNS": str(columns), "LINES": "40"}
    told = {**os.environ, **terminal, **(environment or {})}
    with start_process([*program, *arguments], env=told, **ends) as process:
        os.close(slave)
        os.write(master, typed)
        screen: list[bytes] = []
        reader = threading.Thread(target=_read_all, args=(master, screen))
        reader.start()
        out, err = process.communicate()
    reader.join(timeout=60)
    os.close(master)
    return process.returncode, b"".join(screen).decode(), (out or b"").decode(), (err or b"").decode()


def _encoded(stdin: str | bytes) -> bytes:
    return stdin.encode() if isinstance(stdin, str) else stdin


def _decoded(done: subprocess.CompletedProcess[bytes], progress: bool) -> subprocess.CompletedProcess[str]:
    out, err = done.stdout.decode(), done.stderr.decode()
    if not progress:
        err = "".join(line for line in err.splitlines(keepends=True) if not line.startswith("progress: "))
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def _read_all(master: int, screen: list[bytes]) -> None:
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux's way to say that the other end is closed
            return
        if not piece:
            return
        screen.append(piece)
