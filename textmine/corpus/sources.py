"""Where text comes from: files, folders, patterns and pipes, opened and decompressed."""

from __future__ import annotations

import bz2
import difflib
import gzip
import io
import lzma
import os
import stat
import sys
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from textmine.errors import InputError
from textmine.progress import Progress

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

READ_SIZE = 1 << 20
"""Bytes read at a time: large enough to be fast, small enough to stay in the processor's cache."""

STDIN = "<stdin>"


NO_INPUT = InputError("there is no input", "name files or folders, or pipe text in")


class Spool:
    """The bytes of a pipe, kept in an anonymous temporary file so that they can be read again and again.

    The file has no name (where the system allows that), so nothing is left behind however the process ends.
    """

    def __init__(self, stream: IO[bytes], folder: str | Path | None, on_progress: Progress) -> None:
        try:
            self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (it outlives this call)
        except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
            raise InputError(
                f"no temporary file can be made in {folder or tempfile.gettempdir()} ({error.strerror})",
                "name a folder that you can write to",
            ) from error
        self._lock = threading.Lock()
        self.size = 0
        try:
            # read1: at a keyboard, read goes on after the first end of file.
            while chunk := getattr(stream, "read1", stream.read)(READ_SIZE):
                self._file.write(chunk)
                self.size += len(chunk)
                on_progress("spooling", self.size, None)
            self._file.flush()
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        self._file.close()

    def read_at(self, position: int, buffer: memoryview) -> int:
        """Fill `buffer` from `position` on; readers in several threads may share the file."""
        with self._lock:
            self._file.seek(position)
            return cast(io.BufferedRandom, self._file).readinto(buffer)


class _SpoolReader(io.RawIOBase):
    """One pass over a spool, with a position of its own."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._spool.size}[whence]
        self._position = base + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        count = self._spool.read_at(self._position, memoryview(buffer).cast("B"))
        self._position += count
        return count


@dataclass(frozen=True, slots=True)
class Source:
    """One stream of bytes that can be opened again and again.

    `name` is how messages and results call it, `size` its bytes on disk (compressed where it is compressed),
    `found` says that it turned up in a folder rather than being asked for, so that it may be passed over when
    it is not text.
    """

    name: str
    size: int
    path: Path
    found: bool = False
    spool: Spool | None = None

    def open(self) -> io.RawIOBase:
        """The bytes as they are on disk. Raises InputError when the file cannot be opened."""
        if self.spool is not None:
            return _SpoolReader(self.spool)
        try:
            return self.path.open("rb", buffering=0)
        except OSError as error:
            raise _unreadable(self.path, error) from error


def find_sources(
    inputs: Sequence[str | Path], tmp_dir: str | Path | None, on_progress: Progress
) -> tuple[list[Source], dict[str, str]]:
    """The sources behind `inputs`, in the order given, and what was passed over: name -> reason.

    A folder stands for the files in it and below, a pattern for what it matches, both sorted by name and
    without hidden files; "-" or no input for standard input. Raises InputError for what does not exist or
    cannot be read.
    """
    if not inputs and sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty():
        raise NO_INPUT  # the keyboard has to be asked for
    sources: list[Source] = []
    skipped: dict[str, str] = {}
    spools: dict[str, Spool] = {}

    def add(path: Path, found: bool, status: os.stat_result) -> None:
        name = display_name(path)
        if stat.S_ISREG(status.st_mode):
            sources.append(Source(name, status.st_size, path, found))
        elif found:
            skipped[name] = "not a regular file"
        else:
            add_pipe(name, path)

    def add_pipe(name: str, path: Path | None) -> None:
        if name not in spools:
            spools[name] = _spool(path, tmp_dir, on_progress)
        sources.append(Source(name, spools[name].size, path or Path("-"), spool=spools[name]))

    def add_folder(folder: Path) -> None:
        before = len(sources)
        for path in _walk(folder, skipped):
            try:
                status = path.stat()
            except FileNotFoundError:
                skipped[display_name(path)] = "a link to nothing"
            except OSError as error:
                raise _unreadable(path, error) from error
            else:
                add(path, True, status)
        if len(sources) == before:
            raise InputError(
                f"{display_name(folder)} holds no files to read", "name a folder with text files in it"
            )

    try:
        for given in inputs or ["-"]:
            if str(given) == "-":
                add_pipe(STDIN, None)
                continue
            for path in expand(given):
                try:
                    status = path.stat()
                except OSError as error:
                    raise _unreadable(path, error) from error
                if stat.S_ISDIR(status.st_mode):
                    add_folder(path)
                else:
                    add(path, False, status)
    except BaseException:
        for spool in spools.values():
            spool.close()
        raise
    return sources, skipped


def read(source: Source, on_position: Callable[[int], None]) -> Iterator[bytes]:
    """The decompressed bytes of `source`, READ_SIZE at a time; `on_position` hears how far on disk the
    reading is.

    Compression (gzip, bzip2, xz, zstd) is told by the first bytes, not by the name. Raises InputError when
    the compressed data are damaged or cut short.
    """
    with closing(source.open()) as raw:
        try:
            with _decompressed(raw) as stream:
                while chunk := stream.read(READ_SIZE):
                    on_position(raw.tell())
                    yield chunk
        except EOFError as error:
            raise InputError(
                f"{source.name} ends in the middle of its compressed data", "fetch or compress it again"
            ) from error
        except (zlib.error, lzma.LZMAError, zstd.ZstdError, gzip.BadGzipFile) as error:
            raise _damaged(source, error) from error
        except OSError as error:
            # bz2 tells of bad data by an OSError without a number; one with a number comes from the system.
            raise (
                _damaged(source, error) if error.errno is None else _unreadable(source.path, error)
            ) from error


def display_name(path: Path) -> str:
    """The path for people: bytes of a name that are not UTF-8 become U+FFFD, so that printing it cannot
    fail."""
    return os.fsencode(path).decode("utf-8", "replace")


def _decompressed(raw: io.RawIOBase) -> IO[bytes]:
    head = raw.read(10) or b""
    raw.seek(0)
    stream = cast(IO[bytes], raw)
    if head.startswith(b"\x1f\x8b\x08"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=stream))
    # "BZh" alone could begin a text; the number pi (or, of empty data, its root) after it could not.
    if head.startswith(b"BZh") and head[4:] in (b"1AY&SY", b"\x17rE8P\x90"):
        return bz2.BZ2File(stream)
    if head.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMAFile(stream)
    if head.startswith(b"\x28\xb5\x2f\xfd") or (head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50):
        return cast(IO[bytes], zstd.ZstdFile(stream))
    return stream


def _spool(path: Path | None, folder: str | Path | None, on_progress: Progress) -> Spool:
    if path is not None:
        try:
            with path.open("rb") as stream:
                return Spool(stream, folder, on_progress)
        except PermissionError as error:
            raise _unreadable(path, error) from error
    if sys.stdin is None or sys.stdin.closed:
        raise NO_INPUT
    return Spool(sys.stdin.buffer, folder, on_progress)


def expand(given: str | Path) -> list[Path]:
    """The files and folders that a name or a pattern stands for. Raises InputError where it matches none."""
    pattern = Path(given)
    if os.path.lexists(pattern) or not any(character in str(given) for character in "*?["):
        return [pattern]
    deep = "**" in pattern.parts
    try:
        relative = (pattern / "*" if pattern.name == "**" else pattern).relative_to(pattern.anchor)
        # Not glob.glob: its ** follows links, and so goes round for ever where one leads back.
        matches = sorted(Path(pattern.anchor).glob(str(relative)))
    except ValueError as error:
        raise InputError(
            f"{given} is not a pattern ({error})", "let ** stand alone between slashes"
        ) from error
    visible = [
        path
        for path in matches
        if not any(part[0] == "." and part not in pattern.parts for part in path.parts)
    ]
    # `**` matches folders and the files in them, which would come twice if the folders were walked as well.
    found = [path for path in visible if path.is_file()] if deep else visible
    if not found:
        raise InputError(f"nothing matches {given}", "check the pattern and the folder you are in")
    return found


def _walk(folder: Path, skipped: dict[str, str]) -> list[Path]:
    def fail(error: OSError) -> None:
        raise _unreadable(Path(error.filename), error) from error

    files: list[Path] = []
    for root, folders, names in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            if Path(root, name).is_symlink():  # not followed: links can lead round in circles
                skipped[display_name(Path(root, name))] = "a link to a folder"
        files += [Path(root, name) for name in names if not name.startswith(".")]
    return sorted(files)


def _unreadable(path: Path, error: OSError) -> InputError:
    name = display_name(path)
    if isinstance(error, FileNotFoundError):
        try:
            near = difflib.get_close_matches(path.name, [entry.name for entry in path.parent.iterdir()], n=3)
        except OSError:
            return InputError(
                f"there is no file {name}", f"there is no folder {display_name(path.parent)} either"
            )
        todo = f"did you mean {' or '.join(near)}?" if near else "check the name and the folder you are in"
        return InputError(f"there is no file {name}", todo)
    return InputError(
        f"{name} cannot be read ({error.strerror})", "check that you may read it, or leave it out"
    )


def _damaged(source: Source, error: Exception) -> InputError:
    return InputError(f"{source.name} holds damaged compressed data ({error})", "fetch or compress it again")
