"""`textmine train-glove`: word vectors from co-occurrences."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from textmine.cli import stages
from textmine.cli.bundles import Reading, Running
from textmine.cli.options import RUN, Inputs, SeedOption
from textmine.cli.remarks import tell_compiling
from textmine.cli.training import (
    BLOCK,
    DimOption,
    EpochsOption,
    PairMemoryOption,
    VectorsOption,
    WindowOption,
    Words,
    check_place,
    pair_memory,
    teller,
)


def train_glove(
    inputs: Inputs,
    *,
    output: VectorsOption,
    objective: Annotated[
        Literal["simpler", "glove"],
        typer.Option("--objective", help="Fit the mutual information, or Stanford's GloVe."),
    ] = "simpler",
    tables: Annotated[
        Literal["shared", "concat", "sum"] | None,
        typer.Option(
            "--tables",
            help="One table for words and contexts, or two, side by side or added; "
            "else shared (simpler) or sum (glove).",
            show_default=False,
        ),
    ] = None,
    dim: DimOption = 100,
    window: WindowOption = 10,
    weighting: Annotated[
        Literal["flat", "harmonic"] | None,
        typer.Option(
            "--weighting",
            help="A pair counts 1, or 1 / distance; else flat (simpler) or harmonic (glove).",
            show_default=False,
        ),
    ] = None,
    symmetric: Annotated[
        bool, typer.Option("--symmetric/--left", help="Context on both sides, or only what comes before.")
    ] = True,
    sample: Annotated[
        float,
        typer.Option("--sample", metavar="T", min=0, help="Thin out words more frequent than T; 0: none."),
    ] = 0.0,
    epochs: EpochsOption = 15,
    x_max: Annotated[
        float | None,
        typer.Option(
            "--x-max",
            metavar="X",
            min=1e-9,
            help="Count from which pairs weigh 1; else 100 (simpler) or 10 (glove).",
            show_default=False,
        ),
    ] = None,
    alpha: Annotated[
        float, typer.Option("--alpha", metavar="A", min=0, help="Weights are (count / x-max)^alpha.")
    ] = 0.75,
    truncate: Annotated[
        bool, typer.Option("--truncate/--no-truncate", help="Weights are at most 1, or are not.")
    ] = True,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            "--learning-rate",
            metavar="R",
            min=1e-9,
            help="AdaGrad's; else 0.4 (simpler, falling) or 0.05 (glove).",
            show_default=False,
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            metavar="FOLDER",
            file_okay=False,
            help="Keep the state of each epoch here; the same command, epochs too, goes on from it.",
            rich_help_panel=RUN,
        ),
    ] = None,
    words: Words,
    reading: Reading,
    seed: SeedOption = 1,
    memory: PairMemoryOption = None,
    running: Running,
) -> None:
    """Train word vectors on how often words stand near each other.

    With the default objective and one table the inner product of two vectors is the mutual information of the
    words: P(a, b) / (P(a) P(b)) = exp <a, b>. So the squared length of a vector follows -log P(word), and
    sums of vectors stand for texts. The same text, options and seed give the same bytes, whatever the
    threads.

    The loss of each epoch goes to standard error and into the header of .npz files.

    Examples:

        textmine train-glove data/three-kingdoms.txt --tokenizer jieba -o tk.npz

        textmine neighbors tk.npz 曹操 --top 5

        textmine segment data/three-kingdoms.txt | textmine train-glove -o tk.vec
    """
    from textmine.pipelines.glove import train_glove as train

    if tables == "shared" and (objective == "glove" or not symmetric):
        what = "--left" if not symmetric else "--objective glove"
        raise typer.BadParameter(f"--tables shared does not go with {what}; choose concat or sum")
    check_place(output)
    with running.reporter(stages.training("glove", epochs, dim, words.tokenizer)) as report:
        tell_compiling(report)
        with reading.corpus(inputs, report, running.tmp_dir, block_size=BLOCK) as corpus:
            vectors = train(
                corpus,
                tokenizer=words.tokenizer,
                min_count=words.min_count,
                max_vocabulary=words.max_vocabulary,
                objective=objective,
                tables=tables,
                dim=dim,
                window=window,
                weighting=weighting,
                symmetric=symmetric,
                sample=sample,
                epochs=epochs,
                x_max=x_max,
                alpha=alpha,
                truncate=truncate,
                learning_rate=learning_rate,
                seed=seed,
                checkpoint=checkpoint,
                memory=pair_memory(memory),
                tmp_dir=running.tmp_dir,
                threads=running.threads,
                on_progress=report,
                on_encoded=teller(corpus, report, words.tokenizer, words.min_count, words.max_vocabulary),
                on_epoch=lambda epoch, loss: report.note(f"epoch {epoch}: loss {loss:.6f}"),
                on_resume=lambda epoch: report.note(f"going on from epoch {epoch} of {epochs}"),
            )
        vectors.save(output)
