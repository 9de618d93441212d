"""Options that several commands share, under one name, with one help text and one check each."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import typer
from typer.models import OptionInfo

from textmine.cli.completion import column_names, one_of
from textmine.cli.endings import array_file, rows_file
from textmine.cli.output import RowFormat, check_show

INPUT, OUTPUT, RUN = "Input", "Output", "Run"  # panels of --help

NORMALISATIONS = ("nfkc", "width", "lower")
UNITS = {
    "": 1,
    "k": 10**3,
    "m": 10**6,
    "g": 10**9,
    "t": 10**12,
    "ki": 2**10,
    "mi": 2**20,
    "gi": 2**30,
    "ti": 2**40,
}


def parse_size(text: str) -> int:
    """Bytes from a size as people write it: 400M and 1.5GB count in thousands, 400MiB in 1024s; any case."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?i?)b?", text.strip().lower(), re.ASCII)
    if match is None or match[2] not in UNITS:
        raise typer.BadParameter(f"{text!r} is no size; write it like 400M, 2G or 1.5GiB")
    return int(float(match[1]) * UNITS[match[2]])


def parse_memory(text: str) -> int:
    """Bytes of memory. A bare number that is small was meant in megabytes, most probably: refused."""
    size = parse_size(text)
    if not size:
        raise typer.BadParameter(f"{text!r} is no memory at all; write it like 400M, 2G or 1.5GiB")
    if text.strip().isdecimal() and size < 10**6:
        raise typer.BadParameter(
            f"--memory {text.strip()} is {size} byte{'s' * (size > 1)}; write {text.strip()}M for megabytes"
        )
    return size


def check_memory(memory: int | None, least: int) -> None:
    """Raise BadParameter where that is less than the `least` bytes that the work takes."""
    if memory is not None and memory < least:
        from textmine.memory import spelled

        raise typer.BadParameter(
            f"--memory: {spelled(memory)} is too little to work with; allow at least {spelled(least)}"
        )


def parse_normalisation(text: str) -> str:
    """One of NORMALISATIONS."""
    if text not in NORMALISATIONS:
        raise typer.BadParameter(f"{text!r} is not one of {', '.join(NORMALISATIONS)}")
    return text


def check_inputs(inputs: list[str]) -> list[str]:
    """Refuse to wait for a terminal: somebody who names no input there wants to know the usage."""
    if not inputs and sys.stdin is not None and sys.stdin.isatty():
        raise typer.BadParameter("no input; name files or folders, or pipe text in ('-' reads the keyboard)")
    if inputs.count("-") > 1:
        raise typer.BadParameter("standard input (-) can be read but once")
    return inputs


class Shown(tuple[str, ...]):
    """The columns that --show asks for, in its order."""


def show_option(columns: Sequence[str], *, numbered: str = "") -> OptionInfo:
    """--show of a command whose rows may have these columns, and those of the letter `numbered` and a number:
    names are checked as they are read. Which of them other options make, `check_show` looks at."""

    def shown(text: str) -> Shown:
        names = Shown(name.strip() for name in text.split(",") if name.strip())
        if not names:
            raise typer.BadParameter(f"no column is named; there are {', '.join(listed)}")
        twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
        if twice is not None:
            raise typer.BadParameter(f"--show has {twice} twice")
        check_show([name for name in names if not is_numbered(name)], listed)
        return names

    def is_numbered(name: str) -> bool:
        return numbered != "" and re.fullmatch(f"{numbered}[1-9][0-9]*", name) is not None

    listed = (*columns, f"{numbered}1", f"{numbered}2 ...") if numbered else tuple(columns)
    return typer.Option(  # type: ignore[no-any-return]
        "--show",
        parser=shown,
        metavar="COLUMN,COLUMN,..",
        autocompletion=column_names(columns),
        help=f"Of {', '.join(listed)}: only these columns, in this order.",
        rich_help_panel=OUTPUT,
    )


Inputs: TypeAlias = Annotated[
    list[str],
    typer.Argument(
        default_factory=list,
        metavar="INPUTS",
        help="Files, folders or globs, also compressed (gzip, bzip2, xz, zstd); none or - is standard input.",
        show_default=False,
        callback=check_inputs,
    ),
]

DocumentOption: TypeAlias = Annotated[
    Literal["line", "paragraph", "file"],
    typer.Option(
        "--document", metavar="KIND", help="What one document is in plain text.", rich_help_panel=INPUT
    ),
]
EncodingOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="Encoding of the inputs, such as gb18030; else a byte order mark tells, else UTF-8.",
        rich_help_panel=INPUT,
    ),
]
ErrorsOption: TypeAlias = Annotated[
    Literal["strict", "replace"],
    typer.Option(
        "--errors",
        metavar="HOW",
        help="Stop at bytes that cannot be decoded, or replace and count them.",
        rich_help_panel=INPUT,
    ),
]
InputFormatOption: TypeAlias = Annotated[
    Literal["auto", "text", "jsonl", "csv", "tsv", "parquet"],
    typer.Option(
        "--input-format", help="Format of the inputs; auto goes by the file name.", rich_help_panel=INPUT
    ),
]
FieldOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--field", metavar="NAME", help="The field of JSON Lines that holds the text.", rich_help_panel=INPUT
    ),
]
ColumnOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--column",
        metavar="NAME",
        help="The column of CSV, TSV or Parquet that holds the text.",
        rich_help_panel=INPUT,
    ),
]
NormaliseOption: TypeAlias = Annotated[
    list[Any],  # of the names in NORMALISATIONS: typer takes no list of a Literal
    typer.Option(
        "--normalise",
        default_factory=list,
        parser=parse_normalisation,
        metavar="|".join(NORMALISATIONS),
        autocompletion=one_of(*NORMALISATIONS),
        help="Unicode NFKC, full to half width, or lower case; give it again for more than one.",
        show_default=False,
        rich_help_panel=INPUT,
    ),
]

UnitOption: TypeAlias = Annotated[
    Literal["auto", "char", "word"],
    typer.Option("--unit", help="What terms are made of: characters, words, or what the script asks for."),
]
MaxLengthOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--max-length",
        metavar="N",
        min=2,
        max=64,
        help="Longest term, in characters (else 12) or words (else 5).",
    ),
]

FormatOption: TypeAlias = Annotated[
    RowFormat | None,
    typer.Option(
        "--format",
        help="Format of the rows, record being a row as lines; else by the ending of --output, else table on "
        "a terminal, tsv in a pipe.",
        rich_help_panel=OUTPUT,
    ),
]
BomOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--bom",
        help="Begin csv or tsv with a byte order mark, by which Excel knows UTF-8.",
        rich_help_panel=OUTPUT,
    ),
]
OutputOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write here instead of standard output; the file is whole or not there.",
        callback=rows_file,
        rich_help_panel=OUTPUT,
    ),
]
ArrayOutputOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write here instead of standard output, an array where it ends in .npy; the file is whole or "
        "not there.",
        callback=array_file,
        rich_help_panel=OUTPUT,
    ),
]


def top_option(help: str) -> Any:
    """--top of a command, whose `help` says what the first N are of; 0 is all, everywhere."""
    return typer.Option(
        "--top", metavar="N", min=0, help=f"{help}; 0: all.", show_default=True, rich_help_panel=OUTPUT
    )


TopOption: TypeAlias = Annotated[int | None, top_option("Only the first N rows")]

MemoryOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--memory",
        parser=parse_memory,
        metavar="SIZE",
        help="Peak memory of the whole process, such as 400M or 2GiB; beyond it temporary files are used.",
        rich_help_panel=RUN,
    ),
]
TmpDirOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--tmp-dir",
        metavar="FOLDER",
        exists=True,
        file_okay=False,
        writable=True,
        help="Where temporary files go; else the system's folder for them.",
        rich_help_panel=RUN,
    ),
]
ThreadsOption: TypeAlias = Annotated[
    int | None,
    typer.Option("--threads", metavar="N", min=1, help="Threads; else one a core.", rich_help_panel=RUN),
]
SeedOption: TypeAlias = Annotated[
    int,
    typer.Option("--seed", metavar="N", min=0, help="Seed of all random choices.", rich_help_panel=RUN),
]
QuietOption: TypeAlias = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="No progress and no remarks on standard error.", rich_help_panel=RUN),
]
