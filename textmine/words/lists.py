"""Lists of terms, as the commands write them or as people do."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from textmine.corpus import Corpus
from textmine.errors import InputError
from textmine.words.lexicon import COUNTED

Row: TypeAlias = tuple[str, Mapping[str, object]]  # a term and what else its line says


@dataclass(frozen=True)
class TermList:
    """`terms` in the order of their file, each once. `numbers` has the columns that were asked for and are
    there: a number for each term, NaN where its row has none."""

    terms: list[str]
    numbers: dict[str, list[float]]

    def counts(self) -> dict[str, int | None]:
        """Each term and its number in the column "count", without its fraction."""
        numbers = self.numbers.get("count") or [math.nan] * len(self.terms)
        whole = (None if math.isnan(number) else int(number) for number in numbers)
        return dict(zip(self.terms, whole, strict=True))


def read_terms(path: str | Path, *, lower: bool = False, encoding: str | None = None) -> list[str]:
    """The terms alone of `read_term_list`."""
    return read_term_list(path, lower=lower, encoding=encoding).terms


def read_term_list(
    path: str | Path, columns: Iterable[str] = (), *, lower: bool = False, encoding: str | None = None
) -> TermList:
    """The terms of a file in its order, each once where it comes first, and numbers out of these columns:
    rows of discover-terms (TSV, CSV or JSON Lines; the terms are the column "term"), a lexicon (its only
    column is "count"), or a term a line, where what follows a tab is passed over. A lexicon is what has a
    count at the end of every line: one line without makes "windows 95" a term.

    `lower` makes them lower case; `encoding` is UTF-8 unless given. Raises InputError when it cannot be read,
    for a row without a term, and where there are none.
    """
    columns = list(columns)
    rows: dict[str, list[float]] = {}
    normalise: list[Literal["lower"]] = ["lower"] if lower else []
    with Corpus([path], format="text", normalise=normalise, encoding=encoding) as corpus:
        documents = [document for document in corpus.documents() if document.text.strip()]
        headed, read = _reader([document.text for document in documents])
        for document in documents[headed:]:
            row = read(document.text)
            if row is None:
                raise InputError(
                    f"{document.source}, line {document.line}: a row without a term",
                    "give the rows as discover-terms writes them, or a term a line",
                )
            term, cells = row
            if term and term not in rows:
                rows[term] = [_number(cells.get(name)) for name in columns]
    if not rows:
        raise InputError(f"{path} holds no terms", "give a term a line")
    numbers = dict(zip(columns, map(list, zip(*rows.values(), strict=True)), strict=True)) if columns else {}
    told = {name: values for name, values in numbers.items() if not all(map(math.isnan, values))}
    return TermList(list(rows), told)


def _reader(lines: Sequence[str]) -> tuple[bool, Callable[[str], Row | None]]:
    """Whether a file of these lines has a heading, and what reads its lines."""
    first = lines[0].strip() if lines else ""
    for split in (_split_tsv, _split_csv):
        names = split(first) or []
        if len(names) > 1 and "term" in names:
            return True, _headed(names, split)
    if first.startswith("{"):
        return False, _json
    lexicon = all("\t" not in line and COUNTED.fullmatch(line.strip()) for line in lines)
    return False, _entry if lexicon else _line


def _split_csv(line: str) -> list[str] | None:
    try:
        return next(csv.reader([line]))
    except csv.Error:  # a field of more than 131,072 characters, a carriage return
        return None


def _split_tsv(line: str) -> list[str]:
    return line.split("\t")


def _headed(names: list[str], split: Callable[[str], list[str] | None]) -> Callable[[str], Row | None]:
    place = names.index("term")

    def read(line: str) -> Row | None:
        cells = split(line) or []
        term = cells[place].strip() if place < len(cells) else ""
        return (term, dict(zip(names, cells, strict=False))) if term else None

    return read


def _json(line: str) -> Row | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    term = row.get("term") if isinstance(row, dict) else None
    return (term.strip(), row) if isinstance(term, str) and term.strip() else None


def _line(line: str) -> Row:
    return line.split("\t")[0].strip(), {}


def _entry(line: str) -> Row | None:
    counted = COUNTED.fullmatch(line.strip())
    return (counted[1], {"count": counted[2]}) if counted else None


def _number(cell: object) -> float:
    try:
        number = float(cell) if isinstance(cell, (str, int, float)) else math.nan
    except (ValueError, OverflowError):
        return math.nan
    return number if math.isfinite(number) else math.nan
