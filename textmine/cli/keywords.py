"""`textmine keywords`: the words that say most about each document."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Annotated

from textmine.cli import stages
from textmine.cli.bundles import Reading, Writing
from textmine.cli.options import DocumentOption, Inputs, QuietOption, TmpDirOption, show_option, top_option
from textmine.cli.progress import Reporter
from textmine.cli.questions import VectorsArgument, load_vectors, tell_products
from textmine.cli.remarks import counted, tell_losses
from textmine.cli.tokenizers import AsTrainedOption, as_trained
from textmine.words.tokenizers import splitter

COLUMNS = ("document", "word", "score")


def keywords(
    vectors: VectorsArgument,
    inputs: Inputs,
    *,
    tokenizer: AsTrainedOption = None,
    document: DocumentOption = "line",
    reading: Reading,
    top: Annotated[int, top_option("Keywords of each document")] = 10,
    writing: Annotated[Writing, show_option(COLUMNS)],
    tmp_dir: TmpDirOption = None,
    quiet: QuietOption = False,
) -> None:
    """Find the words that say most about each document.

    These are its words w of largest <v_w, s>, s the sum of the vectors of all its words: by vectors of
    `train-glove`, the mutual information of w with the whole document. Punctuation and figures count in s,
    but only words with a letter or an ideograph are listed. Documents are numbered from 1. How many words
    have no vector is told on standard error.

    Examples:

        textmine keywords data/jargon.npz data/jargon-file.txt | head -20

        textmine keywords data/jargon.npz data/*.txt --document file --top 5
    """
    from textmine.errors import InputError
    from textmine.vectors.keywords import keywords as find_keywords

    with Reporter(quiet=quiet, stages=stages.READING) as report:
        loaded = load_vectors(vectors, report)
        tell_products(loaded, report)
        tokenizer = as_trained(tokenizer, loaded, report)
        split = splitter(tokenizer)
        corpus = reading.corpus(inputs, report, tmp_dir, document=document)
        known = tokens = 0

        def found() -> Iterator[tuple[int, str, float]]:
            nonlocal known, tokens
            for number, text in enumerate(corpus.documents(), 1):
                result = find_keywords(loaded, split(text.text), top or None)
                known += result.known
                tokens += result.tokens
                yield from ((number, word, score) for word, score in result.words)

        with corpus:
            rows = found()
            first = next(rows, None)
            if not known:
                raise InputError(
                    "none of the words of the text has a vector",
                    "give text of their language"
                    + (", and --tokenizer jieba if it has no spaces" if tokenizer == "whitespace" else ""),
                )
            shown = chain([first] if first else [], rows)
            writing.rows(COLUMNS, shown)
        if known < tokens:
            report.note(f"{tokens - known} of {counted(tokens, 'word')} without a vector")
        tell_losses(corpus, report)
