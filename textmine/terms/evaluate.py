"""How good a ranked list of terms is, against a list of the terms that are right."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal

from textmine.corpus import Corpus
from textmine.errors import InputError

COUNTED = re.compile(r"(.*\S) +[0-9]+(?: +[a-z]{1,5})?")  # a lexicon's line: term, count and tag
CUTS = (100, 500, 1000, 5000)


@dataclass(frozen=True)
class Evaluation:
    """With n terms in the ranked list, g in the gold list and h in both:

    `precision_at` has h_k / k for each cut k up to n, h_k of the first k being right; `precision` h / n,
    `recall` h / g, `f1` 2 h / (n + g). `f1_at_gold` is 2 h_k / (k + g) at k = g (or n if that is less), the
    cut of one who knows how many there are; `best_f1` the largest of all cuts of `least` terms or more, at
    `best_cut`. `average_precision` is the mean over the gold list of h_k / k at the place k of each of its
    terms, 0 for those not found (C. Manning, P. Raghavan, H. Schuetze, Introduction to Information Retrieval,
    2008, chapter 8). All are from 0 to 1.
    """

    found: int
    gold: int
    right: int
    precision_at: dict[int, float]
    precision: float
    recall: float
    f1: float
    f1_at_gold: float
    best_f1: float
    best_cut: int
    average_precision: float


def evaluate_terms(
    ranked: Sequence[str], gold: Iterable[str], *, cuts: Sequence[int] = CUTS, least: int = 10
) -> Evaluation:
    """Compare a list, the best first, with what is right. A term that comes again counts where it was first.

    Raises InputError where one of the lists is empty.
    """
    terms = list(dict.fromkeys(ranked))
    wanted = frozenset(gold)
    if not terms or not wanted:
        raise InputError(
            f"there are no terms in the {'gold' if terms else 'ranked'} list", "give a term a line"
        )
    right, at, best, best_cut, average = 0, [0], 0.0, len(terms), 0.0
    for n, term in enumerate(terms, 1):
        if term in wanted:
            right += 1
            average += right / n
        at.append(right)
        f1 = 2 * right / (n + len(wanted))
        if n >= min(least, len(terms)) and f1 > best:
            best, best_cut = f1, n
    size = min(len(wanted), len(terms))
    return Evaluation(
        len(terms),
        len(wanted),
        right,
        {cut: at[cut] / cut for cut in cuts if cut <= len(terms)},
        right / len(terms),
        right / len(wanted),
        2 * right / (len(terms) + len(wanted)),
        2 * at[size] / (size + len(wanted)),
        best,
        best_cut,
        average / len(wanted),
    )


def read_terms(path: str | Path, *, lower: bool = False, encoding: str | None = None) -> list[str]:
    """The terms of a file in its order, each once: rows of discover-terms (TSV, CSV or JSON Lines; the column
    "term"), a lexicon, or a term a line, where what follows a tab is passed over.

    `lower` makes them lower case; `encoding` is UTF-8 unless given. Raises InputError when it cannot be read,
    for a row without a term, and where there are none.
    """
    terms: dict[str, None] = {}
    normalise: list[Literal["lower"]] = ["lower"] if lower else []
    with Corpus([path], format="text", normalise=normalise, encoding=encoding) as corpus:
        documents = (document for document in corpus.documents() if document.text.strip())
        first = next(documents, None)
        if first is not None:
            read = _reader(first.text)
            headed = read is not _json and read is not _line
            for document in documents if headed else chain([first], documents):
                term = read(document.text)
                if term is None:
                    raise InputError(
                        f"{document.source}, line {document.line}: a row without a term",
                        "give the rows as discover-terms writes them, or a term a line",
                    )
                if term:
                    terms[term] = None
    if not terms:
        raise InputError(f"{path} holds no terms", "give a term a line")
    return list(terms)


def _reader(first: str) -> Callable[[str], str | None]:
    """What gets the term out of a line of a file that begins like this; the first two have a heading."""
    if first.startswith("term,"):
        return lambda line: next(csv.reader([line]))[0].strip() or None
    if first.startswith("term\t"):
        return lambda line: line.split("\t")[0].strip() or None
    return _json if first.startswith("{") else _line


def _json(line: str) -> str | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    term = row.get("term") if isinstance(row, dict) else None
    return term.strip() or None if isinstance(term, str) else None


def _line(line: str) -> str:
    if "\t" in line:
        return line.split("\t")[0].strip()
    counted = COUNTED.fullmatch(line.strip())
    return counted[1] if counted else line.strip()
