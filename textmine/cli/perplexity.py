"""`textmine perplexity`: how well a language model foretells a text."""

from __future__ import annotations

from typing import Annotated

from textmine.cli import stages
from textmine.cli.bundles import Reading, Running, Writing
from textmine.cli.language import AsModelTokenizerOption, AsModelUnitOption, ModelArgument, load, tokenizer_of
from textmine.cli.options import Inputs, show_option
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
    reading: Reading,
    writing: Annotated[Writing, show_option(COLUMNS)],
    running: Running,
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
    from textmine.language import scoring

    with running.reporter(stages.SCORING) as report:
        loaded = load(model, inputs, report)
        cut = cutter(tokenizer_of(loaded, unit, tokenizer, report), running.threads)
        with reading.corpus(inputs, report, running.tmp_dir, block_size=scoring.BLOCK) as corpus:
            found = scoring.perplexity(loaded, (block.text for block in corpus.blocks()), cut)
            tell_losses(corpus, report)
        if not found.tokens:
            raise InputError(
                "there are no words in the text", "choose a tokenizer that cuts this text into words"
            )
        writing.rows(COLUMNS, [found])
