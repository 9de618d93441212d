"""Running the program as a person does: in a process of its own, with pipes or a terminal around it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

TEXTMINE = (str(Path(sys.executable).with_name("textmine")),)
PROBE = (sys.executable, str(Path(__file__).with_name("probe.py")))


def textmine(
    *arguments: str | Path,
    program: Sequence[str] = TEXTMINE,
    stdin: str | bytes = b"",
    folder: Path | None = None,
    timeout: float = 120,
    environment: dict[str, str] | None = None,
    progress: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run `textmine ARGUMENTS...` with pipes for all three streams; the outputs are strictly UTF-8.

    Lines of progress are taken off standard error, as a slow machine, or one where kernels must be compiled
    first, has some; `progress` keeps them.
    """
    done = subprocess.run(
        [*program, *map(str, arguments)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        cwd=folder,
        timeout=timeout,
        env={**os.environ, **(environment or {})},
        check=False,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    if not progress:
        err = "".join(line for line in err.splitlines(keepends=True) if not line.startswith("progress: "))
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


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
    ends = {name: slave if name in streams else subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
    terminal = {"TERM": "xterm", "COLUMNS": str(columns), "LINES": "40"}
    process = subprocess.Popen(
        [*program, *map(str, arguments)],
        env={**os.environ, **terminal, **(environment or {})},
        **ends,  # type: ignore[call-overload]
    )
    os.close(slave)
    os.write(master, typed)
    screen: list[bytes] = []
    reader = threading.Thread(target=_read_all, args=(master, screen))
    reader.start()
    out, err = process.communicate(timeout=60)
    reader.join(timeout=60)
    os.close(master)
    return process.returncode, b"".join(screen).decode(), (out or b"").decode(), (err or b"").decode()


def _read_all(master: int, screen: list[bytes]) -> None:
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux's way to say that the other end is closed
            return
        if not piece:
            return
        screen.append(piece)
