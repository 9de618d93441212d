"""`textmine discover-terms`: the words and terms of a text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from textmine.cli import stages
from textmine.cli.backgrounds import BackgroundOption, teller
from textmine.cli.bundles import Reading, Running, Writing
from textmine.cli.completion import name_or_file
from textmine.cli.endings import lexicon_file
from textmine.cli.options import (
    DocumentOption,
    Inputs,
    MaxLengthOption,
    MemoryOption,
    TopOption,
    UnitOption,
    show_option,
)
from textmine.cli.output import check_show
from textmine.cli.rejecting import RejectOption
from textmine.cli.remarks import counted, tell_compiling, tell_losses

Column = Literal[
    "term", "count", "documents", "cohesion", "left_entropy", "right_entropy", "score",
    "background", "log_odds", "g2", "ratio", "dispersion",
]  # fmt: skip
ALWAYS: tuple[Column, ...] = get_args(Column)[:7]
AGAINST: tuple[Column, ...] = get_args(Column)[7:]
COLUMNS = (*ALWAYS, *AGAINST, "known", "examples")
NEEDS = {str(name): "--background" for name in AGAINST} | {"known": "--known", "examples": "--examples"}
# On a narrow terminal, what options have asked for stays longest.
SPARE = ("right_entropy", "left_entropy", "cohesion", "documents")


def discover_terms(
    inputs: Inputs,
    *,
    method: Annotated[
        Literal["autonomy", "learned", "cohesion", "entropy", "redundancy"],
        typer.Option(
            "--method",
            help="How terms are found (see the methods page); learned is better at words, but slow.",
        ),
    ] = "autonomy",
    unit: UnitOption = "auto",
    min_count: Annotated[
        int | None,
        typer.Option(
            "--min-count",
            metavar="N",
            min=2,
            help="Least occurrences; else 5 (words 2), more above 10 M characters.",
        ),
    ] = None,
    max_length: MaxLengthOption = None,
    language: Annotated[
        str | None,
        typer.Option(
            "--language", metavar="CODE", help="Language of the text (en, de, zh ...); else recognised."
        ),
    ] = None,
    background: BackgroundOption,
    rank: Annotated[
        Literal["score", "keyness", "termhood"],
        typer.Option(
            "--rank",
            help="What the score is: all evidence, the log odds against --background, or what needs none.",
        ),
    ] = "score",
    known: Annotated[
        str,
        typer.Option(
            "--known",
            metavar="jieba|none|FILE",
            autocompletion=name_or_file("jieba", "none"),
            help="Add a column: is it in jieba's dictionary, or in a file?",
        ),
    ] = "none",
    only_new: Annotated[bool, typer.Option("--only-new", help="Leave known words out.")] = False,
    stop: Annotated[
        Path | None,
        typer.Option("--stop", metavar="FILE", help="Leave out the terms of this file, one a line."),
    ] = None,
    reject: RejectOption = None,
    examples: Annotated[
        int, typer.Option("--examples", metavar="N", min=0, max=100, help="Show N contexts of each term.")
    ] = 0,
    lexicon: Annotated[
        Path | None,
        typer.Option(
            "--lexicon",
            metavar="FILE",
            callback=lexicon_file,
            help="Write the terms as a jieba user dictionary, for segment.",
        ),
    ] = None,
    sort: Annotated[
        Column,
        typer.Option("--sort", metavar="COLUMN", help="Column to sort by, largest first (terms: A to Z)."),
    ] = "score",
    top: TopOption = None,
    writing: Annotated[Writing, show_option(COLUMNS)],
    document: DocumentOption = "line",
    reading: Reading,
    memory: MemoryOption = None,
    running: Running,
) -> None:
    """List the words and terms of a text, best first.

    Needs no dictionary and no labels: what counts is how firmly characters (or words) hold together and how
    freely the whole moves in its surroundings. All counts are exact. In Chinese and other scripts without
    spaces, terms are made of characters; in spaced languages, of words.

    Columns: the term; its count; the documents (lines, unless --document says otherwise) that have it;
    cohesion, the least mutual information over its splits; the entropies of its left and right neighbours
    (all in nats); the score.

    With --background, which may be given again, also: its occurrences there; how sure it is that the term is
    more frequent here (weighted log odds in standard deviations; G2, the log-likelihood ratio); how many
    times as frequent it is; dispersion over the documents, 1 where chance could have dealt it to them, near 0
    where it gathers in few, above 1 where it is spread more evenly. The score then puts the terms of the
    field first. A background is read as the inputs are.

    Examples:

        textmine discover-terms data/three-kingdoms.txt --top 20

        textmine discover-terms data/three-kingdoms.txt --known jieba --only-new

        textmine discover-terms data/three-kingdoms.txt --background jieba

        textmine discover-terms data/jargon-file.txt --format csv -o terms.csv

        cat data/jargon-file.txt | textmine discover-terms --examples 1 --top 9
    """
    if only_new and known == "none":
        raise typer.BadParameter("--only-new needs --known jieba or --known FILE")
    columns = (*ALWAYS, *AGAINST) if background else ALWAYS
    extra = ("known",) * (known != "none") + ("examples",) * (examples > 0)
    check_show(writing.show or (), (*columns, *extra), NEEDS)
    if reject is not None and "none" in reject and len(reject) > 1:
        raise typer.BadParameter("--reject none goes with no other --reject")
    if rank == "keyness" and not background:
        raise typer.BadParameter("--rank keyness needs --background")
    if "-" in background and (not inputs or "-" in inputs):
        raise typer.BadParameter("standard input (-) cannot be both the text and its background")
    if sort not in columns:
        raise typer.BadParameter(f"--sort {sort} needs --background")

    from textmine.terms.background import BLOCK
    from textmine.terms.discover import discover_terms as discover

    planned = stages.discovering(method, bool(background), examples > 0)
    with running.reporter(planned) as report:
        tell_compiling(report)
        with reading.corpus(inputs, report, running.tmp_dir, document=document, block_size=BLOCK) as corpus:
            found = discover(
                corpus,
                method=method,
                unit=unit,
                min_count=min_count,
                max_length=max_length,
                language=language,
                background=background,
                rank=rank,
                known=None if known == "none" else known,
                only_new=only_new,
                stop=stop,
                reject=reject,
                sort=sort,
                top=top or None,
                examples=examples,
                memory=memory,
                tmp_dir=running.tmp_dir,
                threads=running.threads,
                on_progress=report,
                on_background=teller(report),
            )
        tell_losses(corpus, report)
        speech = f", language {found.language}" if found.language else ""
        report.note(
            f"{len(found.terms)} of {found.found} terms seen at least {found.min_count} times "
            f"in {counted(found.units, found.unit)} and {counted(found.documents, 'document')}{speech}"
        )
        if background:
            doubt = "; is it of the same language?" if found.shared < found.found / 100 else ""
            report.note(f"{found.shared} of these {found.found} are in the background, too{doubt}")
        if found.rejected is not None:
            report.note(str(found.rejected))
    if lexicon is not None:
        found.lexicon().save(lexicon)
    rows = ([*row.values()] for row in found.rows())
    writing.rows(found.columns, rows, spare=SPARE)
