"""`textmine train-svd`: word vectors from a factorised matrix of mutual information."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from textmine.cli import stages
from textmine.cli.bundles import Reading, Running
from textmine.cli.options import Inputs, SeedOption
from textmine.cli.remarks import tell_compiling
from textmine.cli.training import (
    BLOCK,
    DimOption,
    PairMemoryOption,
    VectorsOption,
    WindowOption,
    Words,
    check_place,
    pair_memory,
    teller,
)


def train_svd(
    inputs: Inputs,
    *,
    output: VectorsOption,
    dim: DimOption = 100,
    window: WindowOption = 10,
    weighting: Annotated[
        Literal["flat", "harmonic"],
        typer.Option("--weighting", help="A pair counts 1, or 1 / distance."),
    ] = "harmonic",
    sample: Annotated[
        float,
        typer.Option("--sample", metavar="T", min=0, help="Thin out words more frequent than T; 0: none."),
    ] = 1e-4,
    smoothing: Annotated[
        float,
        typer.Option(
            "--smoothing", metavar="A", min=0, max=1, help="Contexts weigh as count^A, which helps rare ones."
        ),
    ] = 0.75,
    eigenvalue_weight: Annotated[
        float,
        typer.Option(
            "--eigenvalue-weight",
            metavar="P",
            min=0,
            max=1,
            help="Components weigh as their singular value^P; 0: all alike.",
        ),
    ] = 0.5,
    shift: Annotated[
        float,
        typer.Option(
            "--shift",
            metavar="X",
            help="Taken off the mutual information; log k is like k drawn words.",
        ),
    ] = 0.0,
    add_contexts: Annotated[
        bool,
        typer.Option("--add-contexts/--words-only", help="Add to each word its vector as a context."),
    ] = False,
    words: Words,
    reading: Reading,
    seed: SeedOption = 1,
    memory: PairMemoryOption = None,
    running: Running,
) -> None:
    """Train word vectors by a singular value decomposition.

    Takes the matrix of the positive mutual information of words and their contexts down to its largest
    components. On a few ten million words and less it is hard to beat. No chance is involved: a seed only
    says where the search for the components starts. The matrix is held in memory.

    Examples:

        textmine train-svd data/three-kingdoms.txt --tokenizer jieba -o tk.npz

        textmine neighbors tk.npz 曹操 --top 5

        textmine segment data/three-kingdoms.txt | textmine train-svd -o tk.vec
    """
    from textmine.pipelines.svd import train_svd as train

    check_place(output)
    with running.reporter(stages.decomposing(dim, words.tokenizer)) as report:
        tell_compiling(report)
        with reading.corpus(inputs, report, running.tmp_dir, block_size=BLOCK) as corpus:
            vectors = train(
                corpus,
                tokenizer=words.tokenizer,
                min_count=words.min_count,
                max_vocabulary=words.max_vocabulary,
                dim=dim,
                window=window,
                weighting=weighting,
                sample=sample,
                smoothing=smoothing,
                eigenvalue_weight=eigenvalue_weight,
                shift=shift,
                add_contexts=add_contexts,
                seed=seed,
                memory=pair_memory(memory),
                tmp_dir=running.tmp_dir,
                threads=running.threads,
                on_progress=report,
                on_encoded=teller(corpus, report, words.tokenizer, words.min_count, words.max_vocabulary),
            )
        vectors.save(output)
