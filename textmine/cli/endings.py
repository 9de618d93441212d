"""What the ending of a file's name promises: kept, or refused before the work. One rule for all commands.

An ending that promises nothing here is free: rows under it are TSV.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, TypeAlias

import typer

from textmine.cli.output import ENDINGS, output_path
from textmine.files import COMPRESSED

Kind: TypeAlias = Literal["rows", "rows or array", "text", "lexicon", "arrays", "model", "vectors"]

KNOWN = {
    ".tsv": "TSV", ".csv": "CSV", ".jsonl": "JSON Lines", ".ndjson": "JSON Lines", ".txt": "text",
    ".json": "JSON", ".xml": "XML", ".yaml": "YAML", ".yml": "YAML", ".html": "HTML", ".htm": "HTML",
    ".md": "Markdown", ".tex": "TeX", ".pdf": "PDF", ".docx": "Word", ".xlsx": "Excel", ".xls": "Excel",
    ".ods": "OpenDocument", ".npy": "an array of numpy", ".npz": "arrays of numpy", ".parquet": "Parquet",
    ".feather": "Arrow", ".arrow": "Arrow", ".pkl": "a pickle", ".pickle": "a pickle", ".h5": "HDF5",
    ".db": "a database", ".sqlite": "a database", ".zip": "an archive", ".tar": "an archive",
    ".tgz": "an archive", ".7z": "an archive", ".rar": "an archive", ".lz4": "compressed data",
    ".lzma": "compressed data", ".br": "compressed data", ".bin": "binary data", ".vec": "word vectors",
    ".arpa": "a language model", ".lm": "a language model", ".stats": "counts of a background",
}  # fmt: skip
KEPT: dict[Kind, tuple[str, ...]] = {
    "rows": (*ENDINGS, ".txt"),
    "rows or array": (*ENDINGS, ".txt", ".npy"),
    "text": (".txt",),
    "lexicon": (".txt",),
    "arrays": (".stats", ".bin", ".npz"),
    "model": (".lm", ".arpa", ".bin", ".npz"),
}
PRESSED = ("rows", "rows or array", "text")  # kinds that are compressed where the name says so


KINDS: dict[Callable[..., object], Kind] = {}  # of the files that options write, by their callback


def _callback(kind: Kind, dash: bool = False) -> Callable[[Path | None], Path | None]:
    """What an option that names a file of that kind to write is checked by; `dash`: "-" is standard output,
    as nothing is."""

    def check(path: Path | None) -> Path | None:
        return None if dash and str(path) == "-" else output_path(path)

    KINDS[check] = kind
    return check


rows_file = _callback("rows", dash=True)  # of a command without --format: text
array_file = _callback("rows or array", dash=True)
trace_file = _callback("rows")  # beside those of --output
text_file = _callback("text")
lexicon_file = _callback("lexicon")  # which other programs read, too
arrays_file = _callback("arrays")  # a file of our own to be mapped into memory
model_file = _callback("model")


def refuse_endings(options: Mapping[str, object], written: Mapping[str, Kind]) -> None:
    """Raise BadParameter where a file to write would not be what its name promises."""
    for name, kind in written.items():
        path = options[name]
        if isinstance(path, Path) and kind in KEPT:
            if kind == "rows" and name == "output" and "format" not in options:
                kind = "text"
            _check(path, kind, options if name == "output" else {})


def _check(path: Path, kind: Kind, options: Mapping[str, object]) -> None:
    ending = path.suffix.lower()
    pressed = ending in COMPRESSED
    if pressed:
        if kind not in PRESSED:
            raise typer.BadParameter(f"{path}: this is not compressed as it is written; leave {ending} out")
        ending = Path(path.stem).suffix.lower()
    format, promised = options.get("format"), KNOWN.get(ending)
    if ending == ".json" and format == "jsonl":  # as some call it
        return
    if promised is not None and (ending not in KEPT[kind] or (pressed and ending == ".npy")):
        raise typer.BadParameter(f"{path} promises {promised}, which this is not; {_choices(kind)}")
    if ending == ".npy" and (format or options.get("show")):
        option = f"--format {format}" if format else "--show"
        raise typer.BadParameter(f"{path} promises {promised}, and {option} asks for rows; leave one out")
    if ending in ENDINGS and format not in (None, ENDINGS[ending]):
        raise typer.BadParameter(
            f"{path} promises {promised}, and --format {format} is asked for; leave one out"
        )


def _choices(kind: Kind) -> str:
    """The endings that there are."""
    more = f", also with {' '.join(COMPRESSED)} behind it" if kind in PRESSED else ""
    return f"choose {' '.join(KEPT[kind])}{more}, or an ending that promises nothing"
