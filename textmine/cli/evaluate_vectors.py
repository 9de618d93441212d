"""`textmine evaluate-vectors`: what vectors are worth on test sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer

from textmine.cli import stages
from textmine.cli.analogy import MethodOption
from textmine.cli.bundles import Writing
from textmine.cli.options import INPUT, QuietOption, show_option
from textmine.cli.progress import Reporter
from textmine.cli.questions import VectorsArgument, load_vectors

COLUMNS = ("file", "section", "measure", "score", "covered", "total")


def evaluate_vectors(
    vectors: VectorsArgument,
    *,
    pairs: Annotated[
        list[Path],
        typer.Option(
            "--pairs",
            default_factory=list,
            metavar="FILE",
            help="Lines 'word word score', such as WordSim-353 and SimLex-999; give it again for more.",
            show_default=False,
            rich_help_panel=INPUT,
        ),
    ],
    analogies: Annotated[
        list[Path],
        typer.Option(
            "--analogies",
            default_factory=list,
            metavar="FILE",
            help="Lines 'a b c d' in sections ': name', such as Google's; give it again for more.",
            show_default=False,
            rich_help_panel=INPUT,
        ),
    ],
    lower: Annotated[
        bool,
        typer.Option("--lower", help="Make the words of the test sets lower case.", rich_help_panel=INPUT),
    ] = False,
    by: Annotated[
        Literal["cosine", "pmi", "distribution"],
        typer.Option("--by", metavar="MEASURE", help="The measure of likeness for pairs."),
    ] = "cosine",
    method: MethodOption = "3cosadd",
    vocabulary: Annotated[
        int | None,
        typer.Option(
            "--vocabulary",
            metavar="N",
            min=1,
            help="Analogies: only among the first N words of the file, in files by frequency the commonest.",
        ),
    ] = None,
    writing: Annotated[Writing, show_option(COLUMNS)],
    quiet: QuietOption = False,
) -> None:
    """Score vectors on word pairs and analogies.

    For pairs: Spearman's rank correlation of the vectors' likeness with people's. For analogies: the share of
    questions whose answer comes first among all words but those of the question, by section and in all. Both
    over what is covered, that is where all words are known (within --vocabulary).

    Examples:

        echo i my he his | textmine evaluate-vectors data/jargon.npz --analogies -
    """
    if not pairs and not analogies:
        raise typer.BadParameter("nothing to score; name files with --pairs or --analogies")
    from textmine.errors import InputError
    from textmine.vectors import evaluate
    from textmine.vectors.analogy import Analogies
    from textmine.vectors.neighbors import Similarity

    with Reporter(quiet=quiet, stages=stages.evaluating(len(analogies))) as report:

        def heading(place: str, text: str) -> None:
            report.note(f"{place}: passed over as a heading: {text!r}")

        pair_sets = [(path, evaluate.read_pairs(path, lower=lower, on_heading=heading)) for path in pairs]
        question_sets = [(path, evaluate.read_analogies(path, lower=lower)) for path in analogies]
        loaded = load_vectors(vectors, report)

        def results() -> Iterator[tuple[str, str, str, float | None, int, int]]:
            if pair_sets:
                similarity = Similarity(loaded, by)
                for path, words in pair_sets:
                    result = evaluate.evaluate_pairs(similarity, words)
                    yield str(path), "", "spearman", result.spearman, result.covered, result.total
            if question_sets:
                solver = Analogies(loaded, method, vocabulary=vocabulary)
                for path, sections in question_sets:
                    scored = evaluate.evaluate_analogies(solver, sections, on_progress=report)
                    for part in (*scored, evaluate.total(scored)):
                        yield str(path), part.name, "accuracy", part.accuracy, part.covered, part.total

        rows = list(results())
        covered: Counter[str] = Counter()
        for file, _, _, _, lines, _ in rows:
            covered[file] += lines
        todo = ("" if lower else "try --lower, or ") + "give test sets of the vectors' language"
        if not covered.total():
            kinds = ["no pair"] * bool(pairs) + ["no question"] * bool(analogies)
            raise InputError(f"{' and '.join(kinds)} has known words only", todo)
        for file in (file for file, lines in covered.items() if not lines):
            report.note(f"{file}: no line has known words only; {todo}")
        writing.rows(COLUMNS, rows)
