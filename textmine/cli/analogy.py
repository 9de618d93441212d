"""`textmine analogy`: a is to b as c is to which word?"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import typer

from textmine.cli import stages
from textmine.cli.bundles import Writing
from textmine.cli.options import QuietOption, show_option, top_option
from textmine.cli.progress import Reporter
from textmine.cli.questions import VectorsArgument, check_words, known_questions, load_vectors, tell_products

MethodOption: TypeAlias = Annotated[
    Literal["3cosadd", "3cosmul", "pmi", "euclidean"],
    typer.Option("--method", help="How the answers of an analogy are ranked."),
]

COLUMNS = ("a", "b", "c", "answer", "score")


def check_question(words: list[str]) -> list[str]:
    """Three words or none."""
    if len(words) not in (0, 3):
        raise typer.BadParameter(
            f"{len(words)} words; an analogy is asked with three: a is to b as c is to ?"
        )
    return check_words(words)


def analogy(
    vectors: VectorsArgument,
    words: Annotated[
        list[str],
        typer.Argument(
            default_factory=list,
            metavar="A B C",
            help="The words of the question; none: standard input, three a line.",
            show_default=False,
            callback=check_question,
        ),
    ],
    *,
    method: MethodOption = "3cosadd",
    top: Annotated[int, top_option("Answers to each question")] = 10,
    writing: Annotated[Writing, show_option(COLUMNS)],
    quiet: QuietOption = False,
) -> None:
    """Answer analogies: A is to B as C is to which word?

    By the cosine with b - a + c, all of length 1 (3cosadd); by the product of the likenesses to b and c over
    that to a (3cosmul); without normalising by the product with b - a + c (pmi: in vectors of `train-glove`,
    mutual information with b and c and none with a) or the distance to it (euclidean). The words of the
    question are no answers.

    A word that is not known is told on standard error, with spellings near to it.

    Examples:

        textmine analogy data/jargon.npz machine machines user --top 3

        echo 'he his it' | textmine analogy data/jargon.npz --method 3cosmul
    """
    with Reporter(quiet=quiet, stages=stages.LOADING) as report:
        loaded = load_vectors(vectors, report)
        if method == "pmi":
            tell_products(loaded, report)
        questions = known_questions(loaded, words, 3, report)
        from textmine.vectors.analogy import Analogies

        analogies = Analogies(loaded, method)
        rows = (
            (*question, loaded.words[row], score)
            for asked, numbers in questions
            for question, (answers, scores) in zip(asked, analogies.solve(numbers, top or None), strict=True)
            for row, score in zip(answers.tolist(), scores.tolist(), strict=True)
        )
        writing.rows(COLUMNS, rows)
