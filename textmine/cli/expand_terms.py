"""`textmine expand-terms`: from seed words to the terms of their field, or the terms in clusters."""

from __future__ import annotations

from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from textmine.cli import stages
from textmine.cli.bundles import Reading, Running, Writing
from textmine.cli.options import INPUT, OUTPUT, SeedOption, TopOption, show_option
from textmine.cli.output import check_show
from textmine.cli.progress import Reporter
from textmine.cli.questions import load_vectors
from textmine.cli.remarks import counted, tell_compiling, tell_losses
from textmine.cli.training import BLOCK, PairMemoryOption, check_place, pair_memory, vectors_path
from textmine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

WEIGHTS = ("score", "count")  # columns of TERMS that say what a term is worth, the better first
WALK, CLUSTERS = "With seeds", "Without seeds"  # panels of --help
NAMED = 5  # words that a remark names

# Options that do nothing without --seeds, with them, and with --vectors, by the names of their parameters.
OF_WALKS = {
    "negative": "--negative",
    "min_similarity": "--min-similarity",
    "max_similarity": "--max-similarity",
    "alpha": "--alpha",
    "max_steps": "--max-steps",
    "every": "--all",
    "no_seeds": "--no-seeds",
}
OF_CLUSTERS = {"clusters": "--clusters"}
OF_TRAINING = {
    "window": "--window",
    "dim": "--dim",
    "save_vectors": "--save-vectors",
    "errors": "--errors",
    "input_format": "--input-format",
    "field": "--field",
    "column": "--column",
    "normalise": "--normalise",
}

WALKED = ("term", "similarity", "steps", "through", "count")
CLUSTERED = ("cluster", "weight", "term", "cosine", "count")
COLUMNS = tuple(dict.fromkeys(WALKED + CLUSTERED))
NEEDS = dict.fromkeys(("similarity", "steps", "through"), "--seeds")  # of the columns


def expand_terms(
    context: typer.Context,
    terms: Annotated[
        Path,
        typer.Argument(
            metavar="TERMS",
            help="Terms, best first: rows of discover-terms, a lexicon (each line ends in a count) or a "
            "term a line; - is stdin.",
            show_default=False,
        ),
    ],
    *,
    seeds: Annotated[
        Path | None,
        typer.Option("--seeds", metavar="FILE", help="Words to start from, a word a line; else clusters."),
    ] = None,
    corpus: Annotated[
        list[str] | None,
        typer.Option(
            "--corpus",
            metavar="TEXT",
            help="The text of the terms: a file, folder or glob; give it again for more.",
            rich_help_panel=INPUT,
        ),
    ] = None,
    vectors: Annotated[
        Path | None,
        typer.Option(
            "--vectors",
            metavar="VECTORS",
            help="Vectors of the terms, instead of a text to train them on.",
            rich_help_panel=INPUT,
        ),
    ] = None,
    negative: Annotated[
        Path | None,
        typer.Option(
            "--negative",
            metavar="FILE",
            help="Words to keep away from, a word a line.",
            rich_help_panel=WALK,
        ),
    ] = None,
    min_similarity: Annotated[
        float,
        typer.Option(
            "--min-similarity",
            metavar="X",
            min=-1,
            max=1,
            help="The cosine that the first step takes.",
            rich_help_panel=WALK,
        ),
    ] = 0.6,
    max_similarity: Annotated[
        float,
        typer.Option(
            "--max-similarity",
            metavar="X",
            min=-1,
            max=1,
            help="What the threshold rises to with the steps.",
            rich_help_panel=WALK,
        ),
    ] = 1.0,
    alpha: Annotated[
        float,
        typer.Option("--alpha", metavar="A", min=0, help="How fast it rises.", rich_help_panel=WALK),
    ] = 0.25,
    max_steps: Annotated[
        int | None,
        typer.Option("--max-steps", metavar="N", min=1, help="Stop after N steps.", rich_help_panel=WALK),
    ] = None,
    every: Annotated[
        bool,
        typer.Option("--all", help="The terms that were not reached follow.", rich_help_panel=WALK),
    ] = False,
    no_seeds: Annotated[
        bool, typer.Option("--no-seeds", help="Leave the seeds out of the rows.", rich_help_panel=WALK)
    ] = False,
    clusters: Annotated[
        int | None,
        typer.Option(
            "--clusters",
            metavar="N",
            min=1,
            help="How many clusters to make; else the root of half the number of terms.",
            rich_help_panel=CLUSTERS,
        ),
    ] = None,
    window: Annotated[
        int,
        typer.Option(
            "--window", metavar="N", min=1, max=255, help="Words on either side that count as near."
        ),
    ] = 5,
    dim: Annotated[
        int | None,
        typer.Option(
            "--dim",
            metavar="N",
            min=1,
            max=4096,
            help="Numbers in a vector; else 100, fewer with fewer than 800 words.",
        ),
    ] = None,
    save_vectors: Annotated[
        Path | None,
        typer.Option(
            "--save-vectors",
            metavar="VECTORS",
            help="Write the trained vectors: .npz, or .bin, .vec and .txt for word2vec's formats.",
            callback=vectors_path,
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    top: TopOption = None,
    writing: Annotated[Writing, show_option(COLUMNS)],
    reading: Reading,
    seed: SeedOption = 1,
    memory: PairMemoryOption = None,
    running: Running,
) -> None:
    """Widen seed words to the terms of their field, by meaning.

    The text is cut by the lexicon of TERMS, and vectors are trained on it. From the seeds a walk goes to
    terms used like them, and from these on. Each step takes a greater likeness than the one before, so the
    walk stops before it drifts.

    Columns: the term; its similarity to the seeds; steps from them (0: a seed); the term through which it
    came; its count. Seeds come first, then what was reached, best first: by similarity and by the place in
    TERMS. A remark says how much "similarity weighs" and how much "the place in TERMS", from 0 to 1: the
    more, the better it alone would find the seeds among all terms.

    Capitals and small letters count as one, and any white space as one blank; terms are shown as TERMS
    spells them. A term has no vector where it is cut fewer than 2 times, since longer or overlapping terms
    take its places. Vectors need some millions of characters or words of text: below that expect little; on
    50,000 words widening does not help.

    Without --seeds the terms are put into clusters (columns cluster, weight, term, cosine, count), the weight
    of a cluster being the sum of its terms' scores, or counts; --top N then shows N terms of each.

    Examples:

        textmine discover-terms data/three-kingdoms.txt -o tk.tsv

        printf '周瑜\\n鲁肃\\n' > wu.txt

        textmine expand-terms tk.tsv --seeds wu.txt --corpus data/three-kingdoms.txt

        textmine expand-terms tk.tsv --corpus data/three-kingdoms.txt --top 3
    """
    _check([terms, seeds, negative, *(corpus or [])], corpus, vectors)
    if seeds is None:
        _refuse(context, OF_WALKS, "goes with --seeds")
    else:
        _refuse(context, OF_CLUSTERS, "goes without --seeds")
    check_show(writing.show or (), CLUSTERED if seeds is None else WALKED, NEEDS)
    if vectors is not None:
        _refuse(context, OF_TRAINING, "is for vectors that are trained here, on --corpus")
    if save_vectors is not None:
        check_place(save_vectors)
    memory = pair_memory(memory)
    from textmine.words.lists import read_term_list, read_terms

    listed = read_term_list(terms, WEIGHTS, encoding=reading.encoding)
    wanted, unwanted = (
        read_terms(path, encoding=reading.encoding) if path else [] for path in (seeds, negative)
    )
    counts = listed.counts()
    planned = stages.widening(dim or 100, vectors is not None)
    with running.reporter(planned) as report:
        if vectors is not None:
            known = load_vectors(vectors, report)
        else:
            _check_spelling([*counts, *wanted, *unwanted], save_vectors)
            from textmine.terms.term_vectors import train_term_vectors

            tell_compiling(report)
            with reading.corpus(corpus or [], report, running.tmp_dir, block_size=BLOCK) as text:
                known = train_term_vectors(
                    text,
                    counts,
                    [*wanted, *unwanted],
                    dim=dim,
                    window=window,
                    seed=seed,
                    memory=memory,
                    tmp_dir=running.tmp_dir,
                    threads=running.threads,
                    on_progress=report,
                )
                tell_losses(text, report)
            if save_vectors is not None:
                known.save(save_vectors)
        if seeds is None:
            from textmine.terms.clusters import cluster_terms

            name, weights = next(iter(listed.numbers.items()), ("number", [1.0] * len(listed.terms)))
            clustered = cluster_terms(
                known, listed.terms, weights, clusters=clusters, seed=seed, on_progress=report
            )
            lost = _lost(len(listed.terms) - len(clustered))
            made = counted(clustered[-1].cluster, "cluster")
            report.note(f"{counted(len(clustered), 'term')} in {made} by the sum of the {name}{lost}")
            rows = (
                (row.cluster, row.weight, row.term, row.cosine, counts[row.term])
                for _, members in groupby(clustered, lambda row: row.cluster)
                for row in islice(members, top or None)
            )
            writing.rows(CLUSTERED, rows)
            return
        from textmine.terms.expand import expand_terms as expand

        found = expand(
            known,
            counts,
            wanted,
            negative=unwanted,
            min_similarity=min_similarity,
            max_similarity=max_similarity,
            alpha=alpha,
            max_steps=max_steps,
            on_progress=report,
        )
        _tell_unknown(found.unknown_seeds, "seed", len(wanted), report)
        _tell_unknown(found.unknown_negative, "negative word", len(unwanted), report)
        steps = [row.steps for row in found.terms if row.steps]
        far = ""
        if steps:
            far = f" in {counted(max(steps), 'step')}"
        elif found.nearest is not None:
            near = f"the nearest has a likeness of {found.nearest:.2f}"
            far = f"; {near} (a lower --min-similarity reaches more)"
        lost = _lost(found.without_vector)
        report.note(f"{len(steps)} of {counted(len(listed.terms), 'term')} reached{far}{lost}")
        likeness, place = found.similarity_weight, found.place_weight
        report.note(f"by the seeds, similarity weighs {likeness:.2f} and the place in TERMS {place:.2f}")
        walked = ([*row.values()] for row in found.rows(every) if not (no_seeds and row["steps"] == 0))
        writing.rows(WALKED, islice(walked, top or None))


def _check(inputs: list[Path | str | None], corpus: list[str] | None, vectors: Path | None) -> None:
    """Refuse what does not go together, before anything is read."""
    if (corpus is None) == (vectors is None):
        raise typer.BadParameter("give a text with --corpus, or vectors with --vectors, one of the two")
    if [str(source) for source in inputs].count("-") > 1:
        raise typer.BadParameter("standard input (-) can be one of TERMS, --seeds, --negative and --corpus")


def _refuse(context: typer.Context, options: Mapping[str, str], why: str) -> None:
    """Refuse options that were given and would do nothing."""
    for name, option in options.items():
        source = context.get_parameter_source(name)
        if source is not None and source.name != "DEFAULT":
            raise typer.BadParameter(f"{option} {why}")


def _check_spelling(terms: list[str], save: Path | None) -> None:
    """Raise InputError, before the work, where the file of vectors cannot hold terms of several words."""
    if save is not None and save.suffix.lower() != ".npz":
        several = next((term for term in terms if any(map(str.isspace, term))), None)
        if several is not None:
            raise InputError(f"{save} cannot hold {several!r}, with its space", "write .npz instead")


def _lost(terms: int) -> str:
    return f"; {counted(terms, 'term')} without a vector" if terms else ""


def _tell_unknown(words: list[str], noun: str, many: int, report: Reporter) -> None:
    if words:
        named = ", ".join(words[:NAMED]) + ", ..." * (len(words) > NAMED)
        report.note(f"{len(words)} of {counted(many, noun)} without a vector, passed over: {named}")
