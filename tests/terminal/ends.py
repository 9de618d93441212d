"""Running the program with each of its outputs at an end of some kind: a terminal, a file, a pipe, a full
device, or closed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.processes import default_signals

End = Literal["file", "pipe", "terminal", "full", "closed"]
STDOUT: tuple[End, ...] = ("file", "pipe", "terminal", "closed")
STDERR: tuple[End, ...] = ("file", "pipe", "terminal", "full", "closed")
PROGRAM = (str(Path(sys.executable).with_name("textmine")),)
ERASE = b"\r\x1b[J"
DRAWN = re.compile(rb"\r\x1b\[J[^\r\n]*\r|\r\x1b\[J")  # progress, and its going away


@dataclass(frozen=True)
class Ran:
    """What came of a run: bytes at either end (nothing for those that keep none), and the terminal's, if any
    of the ends was one, in which line ends are "\\r\\n"."""

    code: int
    out: bytes
    err: bytes
    screen: bytes

    @property
    def is_left_over(self) -> bool:
        """Whether progress was drawn after it was last erased."""
        latest = self.screen.rpartition(ERASE)[2] if ERASE in self.screen else b""
        return re.match(rb"[^\r\n]+\r(?!\n)", latest) is not None

    @property
    def shown(self) -> list[bytes]:
        """The lines of the terminal without what was drawn over."""
        return DRAWN.sub(b"", self.screen.replace(b"\r\n", b"\n")).splitlines()


def run(
    arguments: Sequence[str | Path],
    *,
    out: End = "pipe",
    err: End = "pipe",
    stdin: Path | None = None,
    folder: Path | None = None,
    program: Sequence[str] = PROGRAM,
    environment: Mapping[str, str] | None = None,
    size: tuple[int, int] = (24, 80),
    timeout: float = 300,
    act: Callable[[Live], None] = lambda live: None,
) -> Ran:
    """Run the program to its end. Standard input is a file. `size`: lines and columns of the terminal, which
    is the one that controls the program, as a person's is. `act` may do something to it as it runs."""
    closed = [number for number, end in ((1, out), (2, err)) if end == "closed"]
    with _Terminal(size) as terminal, _ends(out, terminal) as stdout, _ends(err, terminal) as stderr:

        def enter() -> None:
            default_signals()
            os.setsid()
            fcntl.ioctl(terminal.slave, termios.TIOCSCTTY, 0)
            for number in closed:
                os.close(number)

        with (stdin or Path(os.devnull)).open("rb") as questions:
            process = subprocess.Popen(
                [*program, *map(str, arguments)],
                stdin=questions,
                stdout=stdout.given,
                stderr=stderr.given,
                preexec_fn=enter,
                cwd=folder,
                env={**os.environ, "TERM": "xterm", "COLUMNS": "", **(environment or {})},  # xdist sets them
            )
        stdout.started(process.stdout)
        stderr.started(process.stderr)
        try:
            act(Live(terminal, process))
            code = process.wait(timeout)
        finally:
            process.kill()
        got = stdout.ended(), stderr.ended()
    return Ran(code, *got, bytes(terminal.seen))


@dataclass(frozen=True)
class Live:
    """A program at work, and what a person may do to it."""

    terminal: _Terminal
    process: subprocess.Popen[bytes]

    def await_drawing(self, timeout: float = 60) -> None:
        """Wait until the line of progress is on the terminal."""
        end = time.monotonic() + timeout
        while b"\x1b[J" not in self.terminal.seen:
            assert time.monotonic() < end and self.process.poll() is None, bytes(self.terminal.seen)
            time.sleep(0.01)

    def press(self, keys: bytes) -> None:
        """Type on the keyboard of the terminal."""
        os.write(self.terminal.master, keys)

    def resize(self, lines: int, columns: int) -> int:
        """Give the window another size, and tell how many bytes had come to it before."""
        seen = len(self.terminal.seen)
        fcntl.ioctl(self.terminal.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        return seen


class _Terminal:
    """A pseudo-terminal, read until nobody holds its other side any more."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.seen = bytearray()
        self._reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> _Terminal:
        self._reader.start()
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self.slave)
        self._reader.join(60)
        os.close(self.master)

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self.master, 65536)
            except OSError:  # Linux's way to say that the other end is closed
                return
            if not piece:
                return
            self.seen += piece


class _Given:
    """One end: what the program is given, and what came out of it."""

    def __init__(self, given: int) -> None:
        self.given = given
        self._got = bytearray()
        self._reader: threading.Thread | None = None

    def started(self, pipe: object) -> None:
        if pipe is not None:
            self._reader = threading.Thread(target=lambda: self._got.extend(pipe.read()), daemon=True)  # type: ignore[attr-defined]
            self._reader.start()

    def ended(self) -> bytes:
        if self._reader is not None:
            self._reader.join(60)
        elif self.given > 2 and not os.isatty(self.given) and os.fstat(self.given).st_size:
            os.lseek(self.given, 0, os.SEEK_SET)
            with os.fdopen(os.dup(self.given), "rb") as file:
                self._got += file.read()
        return bytes(self._got)


@contextmanager
def _ends(end: End, terminal: _Terminal) -> Iterator[_Given]:
    if end == "pipe":
        yield _Given(subprocess.PIPE)
    elif end == "terminal":
        yield _Given(terminal.slave)
    else:
        if end == "file":
            import tempfile

            with tempfile.TemporaryFile() as file:
                yield _Given(file.fileno())
        else:
            number = os.open("/dev/full" if end == "full" else os.devnull, os.O_WRONLY)
            try:
                yield _Given(number)
            finally:
                os.close(number)
