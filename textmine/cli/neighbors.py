"""`textmine neighbors`: the words most like a word."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from textmine.cli import stages
from textmine.cli.bundles import Writing
from textmine.cli.options import QuietOption, show_option, top_option
from textmine.cli.progress import Reporter
from textmine.cli.questions import VectorsArgument, check_words, known_questions, load_vectors, tell_products

COLUMNS = ("word", "neighbor", "score")


def neighbors(
    vectors: VectorsArgument,
    words: Annotated[
        list[str],
        typer.Argument(
            default_factory=list,
            metavar="WORDS",
            help="Words to ask for; none: standard input, a word a line.",
            show_default=False,
            callback=check_words,
        ),
    ],
    *,
    by: Annotated[
        Literal["cosine", "pmi", "distribution"],
        typer.Option("--by", metavar="MEASURE", help="The measure of likeness."),
    ] = "cosine",
    frequent: Annotated[
        int,
        typer.Option(
            "--frequent",
            metavar="N",
            min=2,
            help="With --by distribution: the first words of the file that make the distributions.",
        ),
    ] = 10_000,
    top: Annotated[int, top_option("Neighbours of each word")] = 10,
    writing: Annotated[Writing, show_option(COLUMNS)],
    quiet: QuietOption = False,
) -> None:
    """Find the words most like a word.

    By the cosine of the vectors; by their product (pmi), which in vectors of `train-glove` is the mutual
    information of the two words: words that come together; or by the correlation of the mutual information
    that the two words have with the frequent ones (distribution): words used alike. With --frequent 500 these
    are words of like grammar, with 10000 of like meaning.

    A word that is not known is told on standard error, with spellings near to it.

    Examples:

        textmine neighbors data/jargon.npz hacker bug --top 5

        printf 'hacker\\nbug\\n' | textmine neighbors data/jargon.npz --by pmi
    """
    with Reporter(quiet=quiet, stages=stages.LOADING) as report:
        loaded = load_vectors(vectors, report)
        if by == "pmi":
            tell_products(loaded, report)
        questions = known_questions(loaded, words, 1, report)
        from textmine.vectors.neighbors import Similarity

        similarity = Similarity(loaded, by, frequent=frequent)
        rows = (
            (word, loaded.words[row], score)
            for asked, numbers in questions
            for (word,), (nearest, scores) in zip(
                asked, similarity.nearest(numbers[:, 0], top or None), strict=True
            )
            for row, score in zip(nearest.tolist(), scores.tolist(), strict=True)
        )
        writing.rows(COLUMNS, rows)
