"""`textmine segment`: cut text into words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Annotated

import typer

from textmine.cli import stages
from textmine.cli.bundles import Reading, Running
from textmine.cli.completion import name_or_file
from textmine.cli.options import Inputs, OutputOption
from textmine.cli.output import write_pieces
from textmine.cli.remarks import tell_compiling, tell_losses
from textmine.words.tokenizers import lexicon_segmenter

BLOCK = 1 << 20  # code points: enough blocks to keep every thread busy


def segment(
    inputs: Inputs,
    *,
    lexicon: Annotated[
        str,
        typer.Option(
            "--lexicon",
            metavar="FILE|jieba",
            autocompletion=name_or_file("jieba"),
            help="A file of lines 'term count' (a jieba user dictionary), or jieba's own dictionary.",
        ),
    ] = "jieba",
    hmm: Annotated[
        bool,
        typer.Option("--hmm/--no-hmm", help="With jieba: find words it does not list, too."),
    ] = True,
    reading: Reading,
    output: OutputOption = None,
    running: Running,
) -> None:
    """Cut text into words, line by line.

    Writes the text with one space between words where it has no white space yet; nothing else changes. With a
    lexicon file, such as discover-terms writes, the words are those whose product of probabilities is
    largest; letters and digits outside the lexicon stay together in runs. With jieba, the words are jieba's
    (one thread).

    Examples:

        textmine segment data/three-kingdoms.txt | head -3

        head -5 data/three-kingdoms.txt | textmine segment --no-hmm

        textmine discover-terms data/three-kingdoms.txt --lexicon tk.lex -o tk.tsv

        textmine segment data/three-kingdoms.txt --lexicon tk.lex | head -3
    """

    with running.reporter(stages.CUTTING) as report:
        cut = _segmenter(lexicon, hmm, running.threads)
        if lexicon != "jieba":
            tell_compiling(report)
        corpus = reading.corpus(inputs, report, running.tmp_dir, block_size=BLOCK)
        with corpus:
            write_pieces(cut(block.text for block in corpus.blocks()), output=output)
        tell_losses(corpus, report)


def _segmenter(lexicon: str, hmm: bool, threads: int | None) -> Callable[[Iterable[str]], Iterator[bytes]]:
    """What turns the text into its segmented form, by the option's value."""
    if lexicon == "jieba":
        from textmine.words.jieba import JiebaSegmenter

        return JiebaSegmenter(hmm=hmm).segment_blocks
    if not hmm:
        raise typer.BadParameter("--no-hmm goes with --lexicon jieba")
    return partial(lexicon_segmenter(lexicon, "jieba").segment_blocks, threads=threads)
