"""`textmine discover-terms`: the words and terms of a text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from textmine.cli.options import (
    ColumnOption,
    DocumentOption,
    EncodingOption,
    ErrorsOption,
    FieldOption,
    FormatOption,
    InputFormatOption,
    Inputs,
    MemoryOption,
    NormaliseOption,
    OutputOption,
    QuietOption,
    ThreadsOption,
    TmpDirOption,
    TopOption,
)
from textmine.cli.output import output_path, write_rows
from textmine.cli.progress import Reporter
from textmine.cli.rejecting import RejectOption
from textmine.cli.remarks import counted, tell_compiling, tell_losses

if TYPE_CHECKING:
    from collections.abc import Callable

Column = Literal["term", "count", "documents", "cohesion", "left_entropy", "right_entropy", "score"]
COLUMNS: tuple[Column, ...] = (
    "term",
    "count",
    "documents",
    "cohesion",
    "left_entropy",
    "right_entropy",
    "score",
)


def discover_terms(
    inputs: Inputs,
    *,
    method: Annotated[
        Literal["autonomy", "cohesion", "entropy", "redundancy"],
        typer.Option("--method", help="How terms are found (see the methods page)."),
    ] = "autonomy",
    unit: Annotated[
        Literal["auto", "char", "word"],
        typer.Option(
            "--unit", help="What terms are made of: characters, words, or what the script asks for."
        ),
    ] = "auto",
    min_count: Annotated[
        int | None,
        typer.Option(
            "--min-count",
            metavar="N",
            min=2,
            help="Least occurrences; else 5 (words 2), more above 10 M characters.",
        ),
    ] = None,
    max_length: Annotated[
        int | None,
        typer.Option(
            "--max-length",
            metavar="N",
            min=2,
            max=64,
            help="Longest term, in characters (else 12) or words (else 5).",
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            "--language", metavar="CODE", help="Language of spaced text (en, de ...); else recognised."
        ),
    ] = None,
    known: Annotated[
        str,
        typer.Option(
            "--known",
            metavar="jieba|none|FILE",
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
            callback=output_path,
            help="Write the terms as a jieba user dictionary, for segment.",
        ),
    ] = None,
    sort: Annotated[Column, typer.Option("--sort", help="Column to sort by, largest first.")] = "score",
    top: TopOption = None,
    format: FormatOption = None,
    output: OutputOption = None,
    document: DocumentOption = "line",
    encoding: EncodingOption = None,
    errors: ErrorsOption = "strict",
    input_format: InputFormatOption = "auto",
    field: FieldOption = None,
    column: ColumnOption = None,
    normalise: NormaliseOption,
    memory: MemoryOption = None,
    tmp_dir: TmpDirOption = None,
    threads: ThreadsOption = None,
    quiet: QuietOption = False,
) -> None:
    """List the words and terms of a text, best first.

    Needs no dictionary and no labels: what counts is how firmly characters (or words) hold together and how
    freely the whole moves in its surroundings. All counts are exact. In Chinese and other scripts without
    spaces, terms are made of characters; in spaced languages, of words.

    Columns: the term; its count; the documents (lines, unless --document says otherwise) that have it;
    cohesion, the least mutual information over its splits; the entropies of its left and right neighbours
    (all in nats); the score.

    Examples:

        textmine discover-terms data/three-kingdoms.txt --top 20

        textmine discover-terms data/three-kingdoms.txt --known jieba --only-new

        textmine discover-terms data/jargon-file.txt --top 30 --format csv

        cat data/*.txt | textmine discover-terms --examples 1 --sort count
    """
    if only_new and known == "none":
        raise typer.BadParameter("--only-new needs --known jieba or --known FILE")

    from textmine.corpus import Corpus
    from textmine.errors import InputError
    from textmine.terms.discover import BLOCK, MEMORY
    from textmine.terms.discover import discover_terms as discover
    from textmine.terms.reject import rejecter

    with Reporter(quiet=quiet) as report:
        tell_compiling(report)
        is_known, is_stopped = _word_test(known), _word_test(str(stop) if stop else "none")

        def is_dropped(term: str) -> bool:
            return is_stopped(term) or (only_new and is_known(term)) or is_rejected(term)

        with Corpus(
            inputs,
            document=document,
            encoding=encoding,
            errors=errors,
            format=input_format,
            field=field,
            column=column,
            normalise=normalise,
            block_size=BLOCK,
            on_progress=report,
            tmp_dir=tmp_dir,
        ) as corpus:
            is_rejected = rejecter(reject or [], corpus, language)
            found = discover(
                corpus,
                method=method,
                unit=unit,
                min_count=min_count,
                max_length=max_length,
                language=language,
                drop=is_dropped if stop or only_new or reject else None,
                sort=sort,
                top=top,
                examples=examples,
                memory=memory or MEMORY,
                tmp_dir=tmp_dir,
                threads=threads,
                on_progress=report,
            )
        tell_losses(corpus, report)
        speech = f", language {found.language}" if found.language else ""
        report.note(
            f"{len(found.terms)} of {found.found} terms seen at least {found.min_count} times "
            f"in {counted(found.units, found.unit)} and {counted(found.documents, 'document')}{speech}"
        )
        if reject:
            report.note(str(is_rejected))
    if lexicon is not None:
        if not found.terms:
            raise InputError("no terms were found to write", "lower --min-count, or give more text")
        from textmine.terms.lexicon import Lexicon

        Lexicon({term.term: term.count for term in found.terms}).save(lexicon)
    extra = (["known"] if known != "none" else []) + (["examples"] if examples else [])
    rows = (
        [getattr(term, name) for name in COLUMNS]
        + ([is_known(term.term)] if known != "none" else [])
        + ([term.examples] if examples else [])
        for term in found.terms
    )
    write_rows([*COLUMNS, *extra], rows, format=format, output=output)


def _word_test(source: str) -> Callable[[str], bool]:
    """Whether a word is one of those that the option's value names."""
    if source == "none":
        return lambda word: False
    from textmine.terms.known import known_words

    words = known_words(source)
    return lambda word: word.lower() in words
