"""`textmine perplexity`: how well a language model foretells a text."""

from __future__ import annotations

from typing import Annotated

from textmine.cli import stages
from textmine.cli.language import (
    AsModelTokenizerOption,
    AsModelUnitOption,
    ModelArgument,
    load,
    tokenizer_of,
)
from textmine.cli.options import (
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
from textmine.cli.output import write_rows
from textmine.cli.progress import Reporter
from textmine.cli.remarks import tell_losses
from textmine.errors import InputError
from textmine.words.tokenizers import cutter

COLUMNS = ("sentences", "tokens", "unknown", "perplexity", "perplexity_known", "log_probability")


def perplexity(
    model: ModelArgument,
    inputs: Inputs,
    *,
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
    """Tell how well a language model foretells a text.

    The perplexity is exp(-log_probability / tokens), the natural log probability of the whole text being the
    sum over its tokens: characters or words as in training, and the end of each sentence (line; empty ones
    are left out). Of two models with the same units the one with the lower perplexity knows the text better.
    perplexity_known leaves the unknown units out of the sum and out of the tokens.

    Examples:

        textmine train-lm data/three-kingdoms.txt -o tk.lm

        textmine perplexity tk.lm data/three-kingdoms.txt

        echo 曹操大怒 | textmine perplexity tk.lm
    """
    from textmine.corpus import Corpus
    from textmine.language import scoring

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
            block_size=scoring.BLOCK,
            on_progress=report,
            tmp_dir=tmp_dir,
        ) as corpus:
            found = scoring.perplexity(loaded, (block.text for block in corpus.blocks()), cut)
            tell_losses(corpus, report)
        if not found.tokens:
            raise InputError(
                "there are no words in the text", "choose a tokenizer that cuts this text into words"
            )
        write_rows(COLUMNS, [found], show=show, format=format, bom=bom, output=output)
