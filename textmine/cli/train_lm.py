"""`textmine train-lm`: an n-gram language model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from textmine.cli import stages
from textmine.cli.bundles import Reading, Running
from textmine.cli.endings import model_file
from textmine.cli.language import Unit, named_tokenizer
from textmine.cli.options import INPUT, OUTPUT, RUN, Inputs, check_memory, parse_memory
from textmine.cli.remarks import counted, tell_compiling
from textmine.cli.tokenizers import METAVAR, complete_tokenizer
from textmine.cli.training import BLOCK, LEAST_MEMORY, teller
from textmine.files import refuse_pipe

if TYPE_CHECKING:
    from textmine.corpus.token_store import TokenStore
    from textmine.language.kneser_ney import Discounts


def train_lm(
    inputs: Inputs,
    *,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="MODEL",
            help="Write the model here; as an ARPA file where the name ends in .arpa.",
            callback=model_file,
            rich_help_panel=OUTPUT,
        ),
    ],
    order: Annotated[
        int,
        typer.Option("--order", metavar="N", min=1, max=9, help="Units in the longest n-grams."),
    ] = 5,
    prune: Annotated[
        str | None,
        typer.Option(
            "--prune",
            metavar="N,N,...",
            help="Leave out n-grams seen at most N times: those of 2, of 3 .. units, the last N for all that "
            "are longer.",
            show_default=False,
        ),
    ] = None,
    unit: Annotated[
        Unit | None,
        typer.Option(
            "--unit",
            help="What a unit is: a character, or a word of --tokenizer. Else char where most of the text is "
            "Chinese.",
            show_default=False,
            rich_help_panel=INPUT,
        ),
    ] = None,
    tokenizer: Annotated[
        str | None,
        typer.Option(
            "--tokenizer",
            metavar=METAVAR,
            autocompletion=complete_tokenizer,
            help="How text is cut into words (else whitespace); a file is a lexicon.",
            show_default=False,
            rich_help_panel=INPUT,
        ),
    ] = None,
    reading: Reading,
    memory: Annotated[
        int | None,
        typer.Option(
            "--memory",
            parser=parse_memory,
            metavar="SIZE",
            help="For counting n-grams (else 1G); beyond it temporary files are used.",
            rich_help_panel=RUN,
        ),
    ] = None,
    running: Running,
) -> None:
    """Train an n-gram language model.

    It gives each character or word a probability by those before it, with interpolated modified Kneser-Ney
    smoothing as in KenLM. A line is a sentence, an empty one is left out. Nothing is random: the same text
    and options give the same bytes, whatever --memory and --threads. `perplexity` and `score` ask the model
    how likely a text is, `sample` draws sentences from it. An ARPA file does not tell what its units are.

    Examples:

        textmine train-lm data/three-kingdoms.txt -o tk.lm

        textmine sample tk.lm

        textmine train-lm data/jargon-file.txt --prune 0,1 -o jargon.arpa
    """
    from textmine.language.files import save_language_model
    from textmine.language.kneser_ney import FALLBACK
    from textmine.pipelines.language import train_language_model as train
    from textmine.pipelines.language import usual_tokenizer

    least = cutoffs(prune, order)
    check_memory(memory, LEAST_MEMORY)
    arpa = output.suffix.lower() == ".arpa"
    if not arpa:
        refuse_pipe(output, "a model")
    cut_by = named_tokenizer(unit, tokenizer)
    with running.reporter(stages.modelling(order, arpa)) as report:
        tell_compiling(report)
        with reading.corpus(inputs, report, running.tmp_dir, block_size=BLOCK) as corpus:
            if cut_by is None:
                cut_by = usual_tokenizer(corpus)
                report.note(f"units are {'characters' if cut_by == 'char' else 'words between white space'}")
            tell = teller(corpus, report, cut_by, 1, None)
            sentences = 0

            def hear(store: TokenStore) -> None:
                nonlocal sentences
                tell(store)
                sentences = store.size - store.tokens

            discounts: list[Discounts] = []
            model = train(
                corpus,
                order=order,
                prune=least,
                tokenizer=cut_by,
                memory=memory,
                tmp_dir=running.tmp_dir,
                threads=running.threads,
                on_progress=report,
                on_encoded=hear,
                on_smoothed=discounts.extend,
            )
        sizes = ", ".join(map(str, (model.starts[1:] - model.starts[:-1]).tolist()))
        report.note(f"{counted(sentences, 'sentence')}; n-grams by length: {sizes}")
        fallen = [length for length, discount in enumerate(discounts, 1) if not discount.estimated]
        if fallen:
            report.note(
                "too little text to estimate the discounts of n-grams of length "
                f"{', '.join(map(str, fallen))}: {FALLBACK[0]}, {FALLBACK[1]} and {FALLBACK[2]} are taken"
            )
        save_language_model(model, output, report)


def cutoffs(prune: str | None, order: int) -> list[int]:
    """The numbers in the option --prune."""
    if prune is None:
        return [0]
    if re.fullmatch(r"\d{1,9}(,\d{1,9})*", prune, re.ASCII) is None:
        raise typer.BadParameter(f"--prune: {prune!r} is no list of counts; write 1 or 0,1,1")
    numbers = list(map(int, prune.split(",")))
    if numbers != sorted(numbers):
        raise typer.BadParameter(f"--prune {prune}: the numbers must not fall; write the smaller first")
    if len(numbers) >= order:
        raise typer.BadParameter(
            f"--prune {prune} has a number for n-grams of {len(numbers) + 1} units, and --order is {order}; "
            "leave it out or raise --order"
        )
    return numbers
