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
    """Nobody reads standard output any more. Not an OSError: of a broken pipe rich and typer, each in its own
    place, make an exit with 1."""


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
    sys.stdout = _open(1, sys.stdout, lossy=False)
    sys.stderr = _open(2, sys.stderr, lossy=True)


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


def _open(number: int, stream: TextIO | None, lossy: bool) -> TextIO:
    """The stream of that number, written through `_Standard`."""
    if stream is None:
        raw = _Standard(io.FileIO(number, "w", closefd=False), lossy)
        return io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", "backslashreplace", line_buffering=True)
    assert isinstance(stream, io.TextIOWrapper)
    buffer: Any = stream.buffer
    below = getattr(buffer, "raw", buffer)  # python -u has no buffer in between
    return io.TextIOWrapper(
        io.BufferedWriter(_Standard(below, lossy)),
        stream.encoding,
        # Rows are UTF-8 in any case; what the locale cannot spell of help is no reason to stop.
        "backslashreplace" if stream.errors == "strict" else stream.errors,
        newline="\n" if os.name == "posix" else None,
        line_buffering=stream.line_buffering or stream.write_through,
    )


class _Standard(io.RawIOBase):
    """What is written goes to `below`, with patience where another program has left a shared terminal or pipe
    in the mode that does not wait; `lossy`, errors are passed over."""

    def __init__(self, below: io.RawIOBase, lossy: bool) -> None:
        self._below = below
        self._lossy = lossy

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            while True:
                written = self._below.write(data)
                if written is not None:
                    return written
                select.select([], [self._below], [])
        except (OSError, ValueError) as error:
            if self._lossy:
                return memoryview(data).nbytes
            if isinstance(error, BrokenPipeError):
                raise ReaderGone from None
            raise

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._below.fileno()

    def isatty(self) -> bool:
        return self._below.isatty()
