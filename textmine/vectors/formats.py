"""Files of word vectors: word2vec text and binary, GloVe text, and our own .npz."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from textmine.arrays import add_array, map_array, read_array
from textmine.corpus.sources import Source, find_sources, read
from textmine.errors import InputError, ModelError
from textmine.files import refuse_pipe, written
from textmine.progress import Progress, silent
from textmine.vectors.rows import Table, read_binary, read_text

Format: TypeAlias = Literal["npz", "word2vec", "word2vec-binary", "glove"]
ENDINGS: dict[str, Format] = {
    ".npz": "npz",
    ".bin": "word2vec-binary",
    ".vec": "word2vec",
    ".txt": "word2vec",
}

_VERSION = 1
_HEADING = re.compile(rb"[ \t]*(\d{1,18})[ \t]+(\d{1,9})[ \t\r]*\n")
_SPACE = re.compile(r"[ \t\n\r\f\v]")
_SAMPLE = 1 << 16
_OTHER_KINDS = (
    (
        re.compile(rb"\x80[\x02-\x05]"),
        "a pickle, such as gensim's save() writes, and nothing is unpickled here (it could run any program)",
        "export it in gensim with save_word2vec_format",
    ),
    (
        re.compile(rb"\xba\x16\x4f\x2f"),
        "a whole fastText model",
        "give the .vec file that fastText writes beside it",
    ),
    (
        re.compile(rb"\x93NUMPY"),
        "a bare array without its words",
        "give the file that has the words, too",
    ),
    (
        re.compile(rb"PK\x03\x04"),
        "a compressed archive within another compression",
        "decompress it once",
    ),
)


@dataclass
class Contents:
    """What a file holds: `matrix` float32 of shape (words, dim); `losses` says what reading left out."""

    words: list[str]
    matrix: NDArray[np.float32]
    counts: NDArray[np.int64] | None = None
    header: dict[str, Any] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)


def read_vectors(path: str | Path, on_progress: Progress = silent) -> Contents:
    """The vectors in a file (or pipe), whose format its first bytes tell; text and binary may be compressed.

    The matrix of an .npz is mapped into memory, read-only. Raises InputError when the file cannot be opened
    and ModelError, with the line or byte, when it is broken or of another kind.
    """
    source = _source(path, on_progress)
    with source.open() as raw:
        if raw.read(4) == b"PK\x03\x04":
            return _read_npz(source)
    chunks = read(source, lambda position: on_progress("loading vectors", position, source.size))
    head = next(chunks, b"")
    if not head:
        raise ModelError(f"{source.name} is empty", "give a file of word vectors")
    for kind, what, todo in _OTHER_KINDS:
        if kind.match(head):
            raise ModelError(f"{source.name} is {what}", todo)
    head = head.removeprefix(b"\xef\xbb\xbf")
    heading = _HEADING.match(head)
    if heading is None:
        table = Table(source, _columns(head, source.name), None)
        read_text(chain((head,), chunks), table, first_line=1)
    else:
        count, dim = int(heading[1]), int(heading[2])
        if not count or not dim:
            raise ModelError(f"{source.name}, line 1: {count} vectors of {dim} numbers", "make it again")
        table = Table(source, dim, count)
        body = head[heading.end() :]
        if _is_text(body[:_SAMPLE], dim):
            read_text(chain((body,), chunks), table, first_line=2)
        else:
            read_binary(chain((body,), chunks), table, start=heading.end())
    words, matrix, losses = table.finish()
    return Contents(words, matrix, losses=losses)


def write_vectors(
    path: str | Path,
    words: Sequence[str],
    matrix: NDArray[np.float32],
    counts: NDArray[np.int64] | None,
    header: dict[str, Any],
    format: Format | None = None,
) -> None:
    """Write a file in `format`, else by the ending of `path` (see ENDINGS), else .npz; whole or not at all.

    Only .npz keeps counts and header. Raises InputError when the file cannot be created there and ModelError
    for what the format cannot hold: words with white space (.npz: with a line feed), empty words, numbers
    that are not finite.
    """
    if format is None:
        format = ENDINGS.get(Path(path).suffix.lower(), "npz")
    _check(words, matrix, format)
    if format == "npz":
        refuse_pipe(path, ".npz")
    with written(path) as stream:
        if format == "npz":
            _write_npz(stream, words, matrix, counts, header)
        else:
            _write_rows(stream, words, matrix, format)


def _source(path: str | Path, on_progress: Progress) -> Source:
    if Path(path).is_dir():
        raise InputError(f"{path} is a folder", "name a file of word vectors")
    sources, _ = find_sources([path], None, on_progress)
    if len(sources) != 1:
        raise InputError(f"{path} matches {len(sources)} files", "name one file of word vectors")
    return sources[0]


def _columns(head: bytes, name: str) -> int:
    """Numbers on a line of a text without heading: what most of its first lines have.

    A word may have spaces inside, so the first line alone does not tell.
    """
    sample = head[:_SAMPLE] if b"\n" in head[:_SAMPLE] else head
    rows = [line.split() for line in sample.splitlines() if line.strip()]
    if len(rows) > 1 and not sample.endswith(b"\n"):
        del rows[-1]  # it may be cut off
    dim = Counter(map(len, rows)).most_common(1)[0][0] - 1 if rows else 0
    if dim < 1 or not _is_number(rows[0][-1]):
        raise ModelError(
            f"{name} is no file of word vectors",
            "give word2vec text or binary, GloVe text or an .npz of textmine's",
        )
    one_column = dim == 1 or not any(map(_is_number, rows[0][1:-1]))  # a term may have spaces inside
    if one_column and all(row[-1].isdigit() for row in rows):
        raise ModelError(
            f"{name} looks like a lexicon (words and counts), not vectors",
            "give a file of vectors, such as train-glove writes",
        )
    return dim


def _is_text(sample: bytes, dim: int) -> bool:
    """Whether rows of `dim` numbers are written as text: their bytes as numbers are hardly ever."""
    line = sample.split(b"\n", 1)[0].split()
    if len(line) > dim and all(map(_is_number, line[-dim:])):
        return True
    try:
        text = sample.decode()
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data" or len(sample) < _SAMPLE:
            return False
        text = sample[: error.start].decode()
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        return False
    # A handful of small vectors may look like text by accident; then their length tells.
    word, space, rest = sample.partition(b" ")
    return len(sample) > 512 or not (space and word and len(rest) in (4 * dim, 4 * dim + 1))


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _read_npz(source: Source) -> Contents:
    todo = "give an .npz that textmine wrote"
    with source.open() as raw:
        try:
            with zipfile.ZipFile(cast(IO[bytes], raw)) as archive:
                if not {"header.npy", "words.npy", "matrix.npy"} <= set(archive.namelist()):
                    raise ModelError(f"{source.name} is an archive without word vectors", todo)
                document = json.loads(read_array(archive, "header").tobytes())
                if document["version"] != _VERSION:
                    raise ModelError(
                        f"{source.name} is of version {document['version']}, this program reads {_VERSION}",
                        "install a newer textmine",
                    )
                header = dict(document["header"])
                words = read_array(archive, "words").tobytes().decode().split("\n")
                counts = read_array(archive, "counts") if "counts.npy" in archive.namelist() else None
                matrix = _matrix(source, archive)
        except ModelError:
            raise
        except Exception as error:  # of damaged files zipfile and numpy complain in a dozen ways
            reason = " ".join(str(error).split())
            raise ModelError(f"{source.name} is broken ({reason})", "write it again") from error
    if matrix.ndim != 2 or not matrix.size or len(matrix) != len(words) or matrix.dtype != np.float32:
        raise ModelError(
            f"{source.name} is broken: {len(words)} words and numbers {matrix.dtype} {matrix.shape}, "
            "not of shape (words, dim) and float32",
            "write it again",
        )
    if counts is not None and (counts.shape != (len(words),) or counts.dtype != np.int64):
        raise ModelError(f"{source.name} is broken: not one count a word", "write it again")
    return Contents(words, matrix, counts, header)


def _matrix(source: Source, archive: zipfile.ZipFile) -> NDArray[np.float32]:
    if source.spool is not None:
        return read_array(archive, "matrix")
    return map_array(archive, source.path, "matrix")


def _check(words: Sequence[str], matrix: NDArray[np.float32], format: Format) -> None:
    rows = 1 << 14
    for start in range(0, len(words), rows):
        finite = np.isfinite(matrix[start : start + rows]).all(axis=1)
        if not finite.all():
            word = words[start + int(np.argmin(finite))]
            raise ModelError(f"the vector of {word!r} has numbers that are not finite", "train it again")
    for word in words:
        if not word or ("\n" in word if format == "npz" else _SPACE.search(word)):
            raise ModelError(
                f"{word!r} is empty or has white space, which {format} cannot hold",
                "leave the word out" if format == "npz" or not word else "save as .npz, or leave it out",
            )
        if not word.isascii() and re.search("[\ud800-\udfff]", word):
            raise ModelError(f"{word!r} has half a character (a surrogate)", "leave the word out")


def _write_rows(stream: IO[bytes], words: Sequence[str], matrix: NDArray[np.float32], format: Format) -> None:
    count, dim = matrix.shape
    if format != "glove":
        stream.write(b"%d %d\n" % (count, dim))
    # 9 significant digits give every float32 back. With a point even in whole numbers of one-dimensional
    # vectors: "5 1" on the first line would be taken for a heading.
    pattern = " ".join(["%s", *["%.9g" if dim > 1 else "%#.9g"] * dim]) + "\n"
    rows = 1024
    for start in range(0, count, rows):
        some, block = words[start : start + rows], matrix[start : start + rows]
        if format == "word2vec-binary":
            data = block.astype("<f4", copy=False)
            stream.writelines(
                b"%s %s\n" % (word.encode(), row.tobytes()) for word, row in zip(some, data, strict=True)
            )
        else:
            values = zip(some, block.tolist(), strict=True)
            stream.write("".join([pattern % (word, *row) for word, row in values]).encode())


def _write_npz(
    stream: IO[bytes],
    words: Sequence[str],
    matrix: NDArray[np.float32],
    counts: NDArray[np.int64] | None,
    header: dict[str, Any],
) -> None:
    document = {"version": _VERSION, "header": header}
    data = json.dumps(document, ensure_ascii=False, default=lambda value: value.item()).encode()
    members = {"header": np.frombuffer(data, np.uint8)}
    members["words"] = np.frombuffer("\n".join(words).encode(), np.uint8)
    if counts is not None:
        members["counts"] = np.ascontiguousarray(counts, "<i8")
    with zipfile.ZipFile(stream, "w") as archive:
        for name, array in {**members, "matrix": matrix.astype("<f4", copy=False)}.items():
            add_array(archive, stream, name, array)


def save_rows(path: str | Path, dim: int, blocks: Iterable[NDArray[Any]]) -> None:
    """Write rows of `dim` numbers, which come in blocks (some rows, dim), as one float32 array of numpy's
    .npy, whole or not at all. How many they are is told when all have come.

    Raises InputError when the file cannot be created, or is a pipe: there is no way back to its head.
    """
    refuse_pipe(path, "an array")
    rows = 0
    with written(path) as file:
        for place in (0, 1):
            file.seek(0)
            header = {"descr": "<f4", "fortran_order": False, "shape": (rows, dim)}
            np.lib.format.write_array_header_1_0(file, header)  # of one length: it leaves room for the rows
            for block in blocks if place == 0 else ():
                file.write(block.astype("<f4", copy=False).tobytes())
                rows += len(block)
