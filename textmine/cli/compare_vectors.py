"""`textmine compare-vectors`: how alike two sets of word vectors are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from textmine.cli import stages
from textmine.cli.bundles import Writing
from textmine.cli.options import QuietOption, SeedOption, show_option
from textmine.cli.progress import Reporter
from textmine.cli.questions import load_vectors

COLUMNS = ("shared", "only_first", "only_second", "cka", "hsic", "overlap")


def compare_vectors(
    first: Annotated[Path, typer.Argument(metavar="A", help="A file of word vectors.", show_default=False)],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another.", show_default=False)],
    *,
    neighbors: Annotated[
        int, typer.Option("--neighbors", metavar="N", min=1, help="Nearest words to compare of each word.")
    ] = 10,
    queries: Annotated[
        int,
        typer.Option("--queries", metavar="N", min=1, help="For how many words, drawn by the seed."),
    ] = 1000,
    seed: SeedOption = 1,
    writing: Annotated[Writing, show_option(COLUMNS)],
    quiet: QuietOption = False,
) -> None:
    """Say how alike two sets of vectors are on the words they share.

    Linear CKA is 1 when the two are the same but for a rotation and a scale, and HSIC is its measure without
    the scaling. The overlap is the part of a word's nearest words that both sides have, on average.

    Examples:

        textmine train-svd data/jargon-file.txt -o svd.npz

        textmine compare-vectors data/jargon.npz svd.npz
    """
    from textmine.vectors.compare import compare_vectors as compare

    with Reporter(quiet=quiet, stages=stages.COMPARING) as report:
        result = compare(
            load_vectors(first, report),
            load_vectors(second, report),
            neighbors=neighbors,
            queries=queries,
            seed=seed,
            on_progress=report,
        )
        row = [getattr(result, name) for name in COLUMNS]
        writing.rows(COLUMNS, [row])
        unshared = result.only_first + result.only_second
        if unshared:
            report.note(f"{unshared} words that one side has only were left out")
