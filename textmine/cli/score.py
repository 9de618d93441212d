"""`textmine score`: the probability of each line by a language model."""

from __future__ import annotations

from typing import Annotated

import typer

from textmine.cli import stages
from textmine.cli.language import (
    AsModelTokenizerOption,
    AsModelUnitOption,
    ModelArgument,
    load,
    tokenizer_of,
)
from textmine.cli.options import (
    OUTPUT,
    BomOption,
    ColumnOption,
    EncodingOption,
    ErrorsOption,
    FieldOption,
    FormatOption,
    InputFormatOption,
    Inputs,
    NormaliseOption,
    OutputOption,
    QuietOption,
    Shown,
    ThreadsOption,
    TmpDirOption,
    show_option,
)
from textmine.cli.output import check_show, write_rows
from textmine.cli.progress import Reporter
from textmine.cli.remarks import counted, tell_losses
from textmine.words.tokenizers import cutter

LINES = ("line", "tokens", "unknown", "log_probability", "perplexity", "text")
TOKENS = ("line", "place", "token", "unknown", "log_probability")
COLUMNS = tuple(dict.fromkeys(LINES + TOKENS))
NEEDS = {"text": "--show-texts", "place": "--per-token", "token": "--per-token"}  # of the columns


def score(
    model: ModelArgument,
    inputs: Inputs,
    *,
    per_token: Annotated[
        bool,
        typer.Option("--per-token", help="A row for each token, not each line.", rich_help_panel=OUTPUT),
    ] = False,
    show_texts: Annotated[
        bool, typer.Option("--show-texts", help="Add the text of each line.", rich_help_panel=OUTPUT)
    ] = False,
    unit: AsModelUnitOption = None,
    tokenizer: AsModelTokenizerOption = None,
    encoding: EncodingOption = None,
    errors: ErrorsOption = "strict",
    input_format: InputFormatOption = "auto",
    field: FieldOption = None,
    column: ColumnOption = None,
    normalise: NormaliseOption,
    show: Annotated[Shown | None, show_option(COLUMNS)] = None,
    format: FormatOption = None,
    bom: BomOption = False,
    output: OutputOption = None,
    tmp_dir: TmpDirOption = None,
    threads: ThreadsOption = None,
    quiet: QuietOption = False,
) -> None:
    """Score each line by a language model.

    Rows have the number of the line (or record), how many tokens it has (units and the end of the sentence)
    and how many of them are unknown, the natural log probability of all, and exp(-log_probability / tokens).
    A line without a word has no score. A record of several lines is several sentences, as in training. With
    --per-token each token has a row, which says whether it is unknown; the end of a sentence is `</s>`.

    Examples:

        textmine train-lm data/three-kingdoms.txt -o tk.lm

        head -5 data/three-kingdoms.txt | textmine score tk.lm

        echo 曹操大怒 | textmine score tk.lm --per-token
    """
    from textmine.corpus import Corpus
    from textmine.language.scoring import BLOCK, RecordScorer

    if per_token and show_texts:
        raise typer.BadParameter("--per-token shows the text already, token by token: leave --show-texts out")
    columns = TOKENS if per_token else LINES if show_texts else LINES[:-1]
    check_show(show or (), columns, NEEDS)
    with Reporter(quiet=quiet, stages=stages.SCORING) as report:
        loaded = load(model, inputs, report)
        cut = cutter(tokenizer_of(loaded, unit, tokenizer, report), threads)
        with Corpus(
            inputs,
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
            scorer = RecordScorer(loaded, (document.text for document in corpus.documents()), cut)
            rows = scorer.token_scores() if per_token else (row[: len(columns)] for row in scorer.scores())
            write_rows(columns, rows, show=show, format=format, bom=bom, output=output)
            tell_losses(corpus, report)
        if scorer.empty:
            report.note(f"{counted(scorer.empty, 'line')} without a word: no score")
