"""`textmine train-word2vec`: word vectors that predict the words around them."""

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
    EpochsOption,
    VectorsOption,
    WindowOption,
    Words,
    check_place,
    teller,
)


def train_word2vec(
    inputs: Inputs,
    *,
    output: VectorsOption,
    architecture: Annotated[
        Literal["skipgram", "cbow"],
        typer.Option("--architecture", help="Each near word predicts the word, or all together do."),
    ] = "skipgram",
    loss: Annotated[
        Literal["negative", "hierarchical", "random-softmax"],
        typer.Option(
            "--loss",
            help="Tell the word from each drawn one, find it in a tree, or among the drawn ones.",
        ),
    ] = "negative",
    negative: Annotated[
        int | None,
        typer.Option(
            "--negative",
            metavar="N",
            min=1,
            help="Words drawn to tell each word from; else 5, or 16 for random-softmax.",
            show_default=False,
        ),
    ] = None,
    tables: Annotated[
        Literal["shared", "two"] | None,
        typer.Option(
            "--tables",
            help="One table for words that predict and are predicted, or two; "
            "else two, or shared for random-softmax.",
            show_default=False,
        ),
    ] = None,
    dim: DimOption = 100,
    window: WindowOption = 5,
    epochs: EpochsOption = 5,
    sample: Annotated[
        float,
        typer.Option("--sample", metavar="T", min=0, help="Thin out words more frequent than T; 0: none."),
    ] = 1e-4,
    optimizer: Annotated[
        Literal["sgd", "adagrad"],
        typer.Option("--optimizer", help="Steps that shorten with time, or with a word's gradients."),
    ] = "sgd",
    learning_rate: Annotated[
        float | None,
        typer.Option(
            "--learning-rate",
            metavar="R",
            min=1e-9,
            help="At the start; else 0.025 (sgd; cbow 0.05) or 0.1 (adagrad).",
            show_default=False,
        ),
    ] = None,
    lookahead: Annotated[
        bool, typer.Option("--lookahead", help="Average the vectors along the way (Lookahead).")
    ] = False,
    words: Words,
    reading: Reading,
    seed: SeedOption = 1,
    running: Running,
) -> None:
    """Train word vectors that predict the words around them (word2vec).

    Skip-gram with 5 drawn words, unless told otherwise. With random-softmax the model gives probabilities:
    the word is found among itself and words drawn uniformly. The same text, options and seed give the same
    bytes, whatever the threads; cbow and hierarchical train on one thread.

    The loss of each epoch goes to standard error and into the header of .npz files.

    Examples:

        textmine train-word2vec data/three-kingdoms.txt --tokenizer jieba -o tk.npz

        textmine neighbors tk.npz 曹操 --top 5

        textmine segment data/three-kingdoms.txt | textmine train-word2vec -o tk.vec
    """
    from textmine.pipelines.word2vec import train_word2vec as train

    if tables == "shared" and loss == "hierarchical":
        raise typer.BadParameter("--tables shared does not go with --loss hierarchical; it needs two")
    if negative is not None and loss == "hierarchical":
        raise typer.BadParameter("--negative does not go with --loss hierarchical, which draws no words")
    check_place(output)
    with running.reporter(stages.training("word2vec", epochs, dim, words.tokenizer)) as report:
        tell_compiling(report)
        with reading.corpus(inputs, report, running.tmp_dir, block_size=BLOCK) as corpus:
            vectors = train(
                corpus,
                tokenizer=words.tokenizer,
                min_count=words.min_count,
                max_vocabulary=words.max_vocabulary,
                architecture=architecture,
                loss=loss,
                negative=negative,
                tables=tables,
                dim=dim,
                window=window,
                epochs=epochs,
                sample=sample,
                optimizer=optimizer,
                learning_rate=learning_rate,
                lookahead=lookahead,
                seed=seed,
                tmp_dir=running.tmp_dir,
                threads=running.threads,
                on_progress=report,
                on_encoded=teller(corpus, report, words.tokenizer, words.min_count, words.max_vocabulary),
                on_epoch=lambda epoch, loss: report.note(f"epoch {epoch}: loss {loss:.6f}"),
            )
        vectors.save(output)
