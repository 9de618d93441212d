"""The standard streams, whatever each of them is: terminal, file, pipe, full, closed, left by its reader.

Standard output belongs to the rows, and what goes wrong there is an error. Standard error takes the rest, and
what goes wrong there costs nothing: a remark that cannot be written is lost, and nothing else is.
"""

from __future__ import annotations

import errno
import io
import os
import select
import stat
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

from textmine.cli.cells import visible
from textmine.cli.wrap import wrapped

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class ReaderGone(Exception):
    """Nobody reads standard output any more. Not an OSError: of a broken pipe typer makes an exit with 1,
    before our boundary is asked."""


def set_up() -> None:
    """Make the streams ready; to be called once, before any file is opened.

    A closed standard stream frees its number for the next file that is opened, and whatever writes to that
    number would land there. So all three are taken. A closed standard output refuses what is written to it.
    """
    closed = [number for number in (0, 1, 2) if not _is_open(number)]
    for number in closed:
        # Closed for output means open for reading only, so that writing fails as it did before.
        nowhere = os.open(os.devnull, os.O_WRONLY if number == 2 else os.O_RDONLY)
        if nowhere != number:
            os.dup2(nowhere, number)
            os.close(nowhere)
    for number in (1, 2):
        # Another program that shares the terminal or pipe may have left it so that it does not wait.
        if sys.platform != "win32":
            with suppress(OSError, AttributeError):
                os.set_blocking(number, True)
    sys.stdout = _output(sys.stdout)
    sys.stderr = _errors(sys.stderr)


def finish() -> None:
    """What is left to write is written, or nowhere to go; to be called as the program ends."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError, ReaderGone):
        with suppress(OSError, ValueError):
            drop(sys.stdout)


def say(line: str) -> None:
    """A line on standard error, lost where nobody can have it: one line in a pipe or a file, whatever is
    quoted in it; on a terminal it is wrapped at words."""
    line = visible(line)
    with suppress(OSError, ValueError):  # ValueError: closed by the program that runs us as a library
        if sys.stderr.isatty():
            line = "\n".join(wrapped(line, columns(sys.stderr)))
        print(line, file=sys.stderr, flush=True)


def columns(stream: TextIO) -> int | None:
    """The width of the terminal that the stream goes to, or what COLUMNS says; None where nobody knows."""
    with suppress(ValueError):
        if (told := int(os.environ.get("COLUMNS", ""))) > 0:
            return told
    with suppress(OSError, ValueError):
        return os.get_terminal_size(stream.fileno()).columns or None
    return None


def is_plain(stream: TextIO) -> bool:
    """Whether the stream is no terminal that obeys: a file, a pipe, or one that is called dumb."""
    return not stream.isatty() or os.environ.get("TERM", "") in ("", "dumb", "unknown")


def drop(stream: TextIO) -> None:
    """Let what is still to be written to the stream go nowhere: the reader has gone or the disk is full."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def is_closed_output() -> bool:
    """Whether nothing can be written to standard output, as it was closed or opened for reading."""
    try:
        os.write(1, b"")
    except OSError as error:
        return error.errno == errno.EBADF
    return False


def is_file(stream: TextIO) -> bool:
    """Whether the stream goes to a file on a disk: nothing that is written there can be seen on a screen."""
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _output(stream: TextIO | None) -> TextIO:
    """Standard output, whose buffer stays Python's own: a signal in the middle of a write of ours would have
    it written twice."""
    if stream is None:
        return _Output(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), "utf-8", "backslashreplace")
    if not isinstance(stream, io.TextIOWrapper):
        return stream  # somebody else's
    buffer: Any = stream.buffer
    return _Output(
        buffer if isinstance(buffer, io.BufferedWriter) else io.BufferedWriter(buffer),  # for python -u
        stream.encoding,
        # Rows are UTF-8 in any case; what the locale cannot spell of help is no reason to stop.
        "backslashreplace" if stream.errors == "strict" else stream.errors,
        newline="\n" if os.name == "posix" else None,
        line_buffering=stream.line_buffering or stream.write_through,
    )


def _errors(stream: TextIO | None) -> TextIO:
    """Standard error without a buffer, as a line that was given is not to be written twice."""
    if stream is not None and not isinstance(stream, io.TextIOWrapper):
        return stream
    below: Any = io.FileIO(2, "w", closefd=False)
    if stream is not None:
        below = getattr(stream.buffer, "raw", stream.buffer)
    encoding = "utf-8" if stream is None else stream.encoding
    return io.TextIOWrapper(_Lossy(below), encoding, "backslashreplace", write_through=True)  # type: ignore[type-var]


class _Output(io.TextIOWrapper):
    """Standard output, where a reader that left is told by `ReaderGone`."""

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except (BrokenPipeError, ConnectionResetError):
            raise ReaderGone from None

    def flush(self) -> None:
        try:
            super().flush()
        except (BrokenPipeError, ConnectionResetError):
            raise ReaderGone from None


class _Lossy(io.RawIOBase):
    """What is written goes to `below`, all of it or, where that fails, nowhere."""

    def __init__(self, below: io.RawIOBase) -> None:
        self._below = below

    def write(self, data: ReadableBuffer, /) -> int:
        rest = memoryview(data)
        with suppress(OSError, ValueError):
            while rest.nbytes:
                written = self._below.write(rest)
                if written is None:  # it does not wait, so we do
                    select.select([], [self._below], [])
                else:
                    rest = rest[written:]
        return memoryview(data).nbytes

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._below.fileno()

    def isatty(self) -> bool:
        return self._below.isatty()
