"""`textmine score`: the probability of each line by a language model."""

from __future__ import annotations

from typing import Annotated

import typer

from textmine.cli import stages
from textmine.cli.bundles import Reading, Running, Writing
from textmine.cli.language import AsModelTokenizerOption, AsModelUnitOption, ModelArgument, load, tokenizer_of
from textmine.cli.options import OUTPUT, Inputs, show_option
from textmine.cli.output import check_show
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
    reading: Reading,
    writing: Annotated[Writing, show_option(COLUMNS)],
    running: Running,
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
    from textmine.language.scoring import BLOCK, RecordScorer

    if per_token and show_texts:
        raise typer.BadParameter("--per-token shows the text already, token by token: leave --show-texts out")
    columns = TOKENS if per_token else LINES if show_texts else LINES[:-1]
    check_show(writing.show or (), columns, NEEDS)
    with running.reporter(stages.SCORING) as report:
        loaded = load(model, inputs, report)
        cut = cutter(tokenizer_of(loaded, unit, tokenizer, report), running.threads)
        with reading.corpus(inputs, report, running.tmp_dir, block_size=BLOCK) as corpus:
            scorer = RecordScorer(loaded, (document.text for document in corpus.documents()), cut)
            rows = scorer.token_scores() if per_token else (row[: len(columns)] for row in scorer.scores())
            writing.rows(columns, rows)
            tell_losses(corpus, report)
        if scorer.empty:
            report.note(f"{counted(scorer.empty, 'line')} without a word: no score")
