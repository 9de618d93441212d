"""`textmine sentence-vectors`: vectors of sentences out of those of their words."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from textmine.cli import stages
from textmine.cli.bundles import ArrayWriting, Reading
from textmine.cli.options import DocumentOption, Inputs, QuietOption, TmpDirOption, show_option
from textmine.cli.output import check_show
from textmine.cli.progress import Reporter
from textmine.cli.questions import VectorsArgument, load_vectors
from textmine.cli.remarks import counted, tell_losses
from textmine.cli.tokenizers import AsTrainedOption, as_trained
from textmine.files import refuse_pipe
from textmine.words.tokenizers import splitter

if TYPE_CHECKING:
    from textmine.corpus import Corpus
    from textmine.progress import Progress
    from textmine.vectors.sentences import SentenceEncoder

Split: TypeAlias = Callable[[str], list[str]]

COLUMNS = ("sentence", "words")  # and v1, v2 ...


def sentence_vectors(
    vectors: VectorsArgument,
    inputs: Inputs,
    *,
    method: Annotated[
        Literal["sum", "mean", "sif", "usif"],
        typer.Option("--method", help="How the vectors of the words are put together."),
    ] = "sif",
    smoothing: Annotated[
        float,
        typer.Option(
            "--smoothing", metavar="A", min=1e-12, help="With sif: a word weighs A / (A + its probability)."
        ),
    ] = 1e-3,
    components: Annotated[
        int | None,
        typer.Option(
            "--components",
            metavar="N",
            min=0,
            help="Principal components of all sentences to take away, fewer than the vectors have numbers; "
            "else 1 with sif, 5 with usif.",
        ),
    ] = None,
    tokenizer: AsTrainedOption = None,
    document: DocumentOption = "line",
    reading: Reading,
    writing: Annotated[ArrayWriting, show_option(COLUMNS, numbered="v")],
    tmp_dir: TmpDirOption = None,
    quiet: QuietOption = False,
) -> None:
    """Make a vector of each sentence.

    A sentence is a line, unless --document says otherwise. Rows have the sentence, how many of its words have
    a vector, and the numbers. Sum and mean look at one sentence at a time; sif and usif give frequent words
    less weight and take away what all sentences have in common, so they want many. A sentence without a known
    word is all 0. -o FILE.npy gets the numbers alone, as float32 for numpy, a row a sentence.

    Examples:

        textmine sentence-vectors data/jargon.npz data/jargon-file.txt | head -3

        echo 'a hacker' | textmine sentence-vectors data/jargon.npz --method sum
    """
    from textmine.vectors.formats import save_rows
    from textmine.vectors.sentences import SentenceEncoder

    output = writing.output
    if output is not None and output.suffix.lower() == ".npy":
        refuse_pipe(output, "an array")
    with Reporter(quiet=quiet, stages=stages.ENCODING) as report:
        words = load_vectors(vectors, report)
        columns = [*COLUMNS, *(f"v{number}" for number in range(1, words.dim + 1))]
        check_show(writing.show or (), columns)
        split = splitter(as_trained(tokenizer, words, report))
        corpus = reading.corpus(inputs, report, tmp_dir, document=document)
        with corpus:
            if words.counts is None and method in ("sif", "usif"):
                report.note(f"{vectors} has no counts of words: those of the sentences are taken instead")

            def written(_: str, done: int, total: int | None) -> None:
                report("writing vectors", done, total)

            encoder = SentenceEncoder(words, method, a=smoothing, components=components)
            encoder.fit(_Sentences(corpus, split, report))
            if output is not None and output.suffix.lower() == ".npy":
                blocks = encoder.encode(_Sentences(corpus, split, written))
                save_rows(output, words.dim, (rows for _, rows in blocks))
            else:
                rows = _rows(encoder, corpus, split, written)
                writing.rows(columns, rows)
        tell_losses(corpus, report)
        _tell_unknown(encoder, report)


class _Sentences:
    """The words of each document, as often as they are wanted."""

    def __init__(self, corpus: Corpus, split: Split, on_progress: Progress) -> None:
        self.corpus = corpus
        self.split = split
        self.on_progress = on_progress

    def __iter__(self) -> Iterator[list[str]]:
        return (self.split(document.text) for document in self.corpus.documents(self.on_progress))


def _rows(
    encoder: SentenceEncoder, corpus: Corpus, split: Split, on_progress: Progress
) -> Iterator[list[object]]:
    texts: deque[str] = deque()

    def sentences() -> Iterator[list[str]]:
        for document in corpus.documents(on_progress):
            texts.append(document.text)
            yield split(document.text)

    for known, rows in encoder.encode(sentences()):
        for count, row in zip(known.tolist(), rows.tolist(), strict=True):
            yield [texts.popleft(), count, *row]


def _tell_unknown(encoder: SentenceEncoder, report: Reporter) -> None:
    if encoder.unknown:
        word = encoder.unknown.most_common(1)[0][0]
        report.note(
            f"{encoder.unknown.total()} of {counted(encoder.words, 'word')} left out for want of a vector "
            f"({len(encoder.unknown)} different, most often {word!r})"
        )
    if encoder.empty:
        report.note(
            f"{encoder.empty} of {counted(encoder.sentences, 'sentence')} without a known word: all 0"
        )
