"""`textmine evaluate-terms`: how good a ranked list of terms is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from textmine.cli.bundles import Writing
from textmine.cli.options import INPUT, EncodingOption, QuietOption, show_option

COLUMNS = ("measure", "terms", "value")


def parse_cuts(text: str) -> list[int]:
    """100,500 as numbers."""
    cuts = [int(part) if part.strip().isdecimal() else 0 for part in text.split(",")]
    if min(cuts) < 1:
        raise typer.BadParameter(f"--at: {text!r} is no list of places; write 100,500,1000")
    return cuts


def evaluate_terms(
    ranked: Annotated[
        Path,
        typer.Argument(
            metavar="RANKED",
            help="Terms, best first: rows of discover-terms, a lexicon or a term a line; - is standard input",
            show_default=False,
        ),
    ],
    *,
    gold: Annotated[
        Path,
        typer.Option(
            "--gold",
            metavar="LIST",
            help="The terms that are right, in any order, in one of the same formats.",
            rich_help_panel=INPUT,
        ),
    ],
    at: Annotated[
        str, typer.Option("--at", metavar="K,K,..", help="Precision among the first K, for each K.")
    ] = "100,500,1000,5000",
    lower: Annotated[
        bool, typer.Option("--lower", help="Make both lists lower case.", rich_help_panel=INPUT)
    ] = False,
    encoding: EncodingOption = None,
    writing: Annotated[Writing, show_option(COLUMNS)],
    quiet: QuietOption = False,
) -> None:
    """Score a ranked list of terms against a list of those that are right.

    Rows are a measure, the number of terms from the top it is of, and its value from 0 to 1: precision among
    the first K and among all; recall; F1 of all, of as many as the list of right ones has, and the best of
    all cuts from 10 terms on; average precision. Cuts beyond the end are left out. The numbers of right terms
    found and to be found come last.

    Examples:

        textmine discover-terms data/three-kingdoms.txt -o tk.tsv

        textmine evaluate-terms tk.tsv --gold data/three-kingdoms.entities.txt
    """
    if str(ranked) == str(gold) == "-":
        raise typer.BadParameter("RANKED and --gold cannot both be standard input; name a file for one")
    from textmine.terms.evaluate import evaluate_terms as evaluate
    from textmine.words.lists import read_terms

    cuts = parse_cuts(at)
    terms, right = (read_terms(path, lower=lower, encoding=encoding) for path in (ranked, gold))
    found = evaluate(terms, right, cuts=cuts)
    size = min(found.gold, found.found)
    rows: list[tuple[str, int, float | int]] = [
        *(("precision", cut, value) for cut, value in found.precision_at.items()),
        ("precision", found.found, found.precision),
        ("recall", found.found, found.recall),
        ("f1", found.found, found.f1),
        ("f1 at gold size", size, found.f1_at_gold),
        ("best f1", found.best_cut, found.best_f1),
        ("average precision", found.found, found.average_precision),
        ("right", found.found, found.right),
        ("gold", found.gold, found.gold),
    ]
    writing.rows(COLUMNS, rows)
