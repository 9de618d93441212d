"""Files that are whole or absent."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from textmine.errors import InputError

COMPRESSED = (".gz", ".bz2", ".xz", ".zst")


def plain_ending(path: str | Path) -> str:
    """The ending of the name in small letters, without one of COMPRESSED behind it."""
    path = Path(path)
    return (Path(path.stem) if path.suffix.lower() in COMPRESSED else path).suffix.lower()


def refuse_pipe(path: str | Path, what: str) -> None:
    """Raise InputError where `path` is a pipe or a device other than the one that takes all: `what`, which
    is mapped into memory when it is read again, needs places to go back to."""
    place = Path(path)
    plain = place.is_file() or place.is_dir() or os.path.realpath(place) == os.devnull
    if place.exists() and not plain:
        raise InputError(f"{what} cannot be written to a pipe or a device, as {path} is", "name a file")


def may_be_written(path: Path) -> bool:
    """Whether `written` may make the file, as far as permissions tell: it needs a place beside it."""
    if path.exists() and (not path.is_file() or _standard(path) is not None):
        return os.access(path, os.W_OK)
    return os.access(Path(os.path.realpath(path)).parent, os.W_OK | os.X_OK)


@contextmanager
def written(path: str | Path) -> Iterator[IO[bytes]]:
    """A file beside `path` that takes its name, and its permissions, when the block ends well.

    A link keeps pointing where it did; a device or a pipe is written directly, and so is the file that
    standard output or standard error goes to (/dev/stdout). Raises InputError when the file cannot be
    created there.
    """
    path = Path(path)
    if (number := _standard(path)) is not None:
        with os.fdopen(os.dup(number), "wb") as stream:  # the file goes on where it is
            yield stream
        return
    direct = path.exists() and not path.is_file()
    target = path if direct else Path(os.path.realpath(path))
    beside = target if direct else target.with_name(f".textmine-{secrets.token_hex(6)}.tmp")
    try:
        stream = beside.open("wb")
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}", "choose another place for it") from error
    try:
        with stream:
            yield stream
            if not direct:
                stream.flush()
                os.fsync(stream.fileno())
        if not direct:
            if target.exists():
                shutil.copymode(target, beside)
            beside.replace(target)
    finally:
        if not direct:
            beside.unlink(missing_ok=True)


def _standard(path: Path) -> int | None:
    """The number of the standard stream that goes to this regular file, if one does."""
    for number in (1, 2):
        try:
            if path.is_file() and os.path.samestat(path.stat(), os.fstat(number)):
                return number
        except OSError:
            pass
    return None


@contextmanager
def compressed(stream: IO[bytes], path: str | Path) -> Iterator[IO[bytes]]:
    """What is written goes to `stream`, compressed where the name of `path` ends in one of COMPRESSED.

    The same bytes come out for the same bytes: neither the time nor the name goes into gzip's header.
    """
    ending = Path(path).suffix.lower()
    if ending not in COMPRESSED:
        yield stream
        return
    with _compressor(stream, ending) as pressed:
        yield pressed


def _compressor(stream: IO[bytes], ending: str) -> Any:
    import bz2  # few need them
    import gzip
    import lzma

    if ending == ".gz":
        return gzip.GzipFile("", "wb", 6, stream, mtime=0)
    if ending == ".bz2":
        return bz2.BZ2File(stream, "wb")
    if ending == ".xz":
        return lzma.LZMAFile(stream, "wb")
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.ZstdFile(stream, "w")
