"""Arrays in an .npz archive that can be mapped into memory: stored as they are, at aligned places."""

from __future__ import annotations

import math
import os
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 64  # bytes: products copy an array that does not start at a multiple of its items
PIECE = 1 << 22  # bytes written at a time


def add_array(archive: zipfile.ZipFile, stream: IO[bytes], name: str, array: NDArray[Any]) -> None:
    """Write `array` into the archive, which `stream` underlies."""
    kind = array.dtype.newbyteorder("<")
    with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
        text = repr({"descr": kind.str, "fortran_order": False, "shape": array.shape}).encode()
        padding = -(stream.tell() + 10 + len(text) + 1) % ALIGNMENT
        heading = text + b" " * padding + b"\n"
        member.write(b"\x93NUMPY\x01\x00" + len(heading).to_bytes(2, "little") + heading)
        step = max(1, PIECE // max(kind.itemsize * math.prod(array.shape[1:]), 1))
        for start in range(0, len(array), step):
            member.write(array[start : start + step].astype(kind, copy=False).tobytes())


def read_array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """The array, in memory. Raises what zipfile and numpy raise for damaged files; never unpickles."""
    with archive.open(f"{name}.npy") as stream:
        return np.lib.format.read_array(stream, allow_pickle=False)


def map_array(archive: zipfile.ZipFile, path: Path, name: str) -> NDArray[Any]:
    """The array, mapped from the file read-only where it lies there uncompressed, row by row: what is not
    asked for is never read. Raises ValueError, or what zipfile and numpy raise, for damaged files."""
    entry = archive.getinfo(f"{name}.npy")
    if entry.compress_type != zipfile.ZIP_STORED:
        return read_array(archive, name)
    with path.open("rb") as stream:
        stream.seek(entry.header_offset + 26)  # where the local header says how long its two texts are
        sizes = stream.read(4)
        stream.seek(int.from_bytes(sizes[:2], "little") + int.from_bytes(sizes[2:], "little"), os.SEEK_CUR)
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ValueError(f"{name}.npy is of an unknown version")
        shape, by_columns, kind = np.lib.format.read_array_header_1_0(stream)
        if by_columns or kind.hasobject:
            raise ValueError(f"{name} is not an array of numbers, row by row")
        start, size = stream.tell(), kind.itemsize * math.prod(shape)
    if start + size > path.stat().st_size:
        raise ValueError(f"it ends within {name}")
    if not size:
        return np.empty(shape, kind)
    return np.memmap(path, kind, "r", start, shape).view(np.ndarray)
