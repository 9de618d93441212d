"""`textmine cluster`: groups of words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from textmine.cli import stages
from textmine.cli.bundles import Writing
from textmine.cli.options import QuietOption, SeedOption, show_option, top_option
from textmine.cli.progress import Reporter
from textmine.cli.questions import VectorsArgument, load_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from textmine.vectors.cluster import Clusters

COLUMNS = ("cluster", "word", "cosine", "probability")


def cluster(
    vectors: VectorsArgument,
    *,
    clusters: Annotated[
        int, typer.Option("--clusters", metavar="N", min=1, help="How many groups to make.")
    ] = 50,
    method: Annotated[
        Literal["kmeans", "soft"],
        typer.Option("--method", help="Each word in one group, or in several with a probability for each."),
    ] = "kmeans",
    centre: Annotated[
        bool,
        typer.Option(
            "--centre/--no-centre", help="First take away what all vectors have in common, their mean."
        ),
    ] = True,
    sharpness: Annotated[
        float,
        typer.Option(
            "--sharpness", metavar="X", min=0.0, help="With soft: the larger, the more it is like k-means."
        ),
    ] = 50.0,
    min_probability: Annotated[
        float,
        typer.Option(
            "--min-probability",
            metavar="P",
            min=0.0,
            max=1.0,
            help="With soft: less than this is not shown, except for a word's best group.",
        ),
    ] = 0.1,
    max_vocabulary: Annotated[
        int | None,
        typer.Option("--max-vocabulary", metavar="N", min=1, help="Only the first N words of the file."),
    ] = None,
    rounds: Annotated[
        int, typer.Option("--rounds", metavar="N", min=1, help="Stop after so many rounds at the latest.")
    ] = 100,
    seed: SeedOption = 1,
    top: Annotated[int | None, top_option("Only the first N words of each group")] = None,
    writing: Annotated[Writing, show_option(COLUMNS)],
    quiet: QuietOption = False,
) -> None:
    """Group words whose vectors point the same way.

    Groups are numbered from the largest on; in each, words come by their cosine with its centre. The soft
    form puts a word into several groups, with the probability that it belongs there, and at least into its
    best one.

    Examples:

        textmine cluster data/jargon.npz --clusters 20 --top 5

        textmine cluster data/jargon.npz --method soft --clusters 20 --top 5
    """
    from textmine.vectors.cluster import find_clusters

    with Reporter(quiet=quiet, stages=stages.CLUSTERING) as report:
        loaded = load_vectors(vectors, report)
        words = loaded.words[:max_vocabulary]
        matrix = loaded.matrix[:max_vocabulary]
        found = find_clusters(
            matrix,
            clusters,
            method,
            centred=centre,
            sharpness=sharpness,
            rounds=rounds,
            seed=seed,
            on_progress=report,
        )
        rows = _rows(words, matrix, found, min_probability, top or None)
        writing.rows(COLUMNS, rows)
        if not found.converged:
            report.note(f"the groups were still changing after {found.rounds} rounds")
        few, many = found.sizes.min(), found.sizes.max()
        report.note(f"{len(words)} words in {clusters} groups of {few:.0f} to {many:.0f}")


def _rows(
    words: Sequence[str],
    matrix: NDArray[np.float32],
    found: Clusters,
    min_probability: float,
    top: int | None,
) -> Iterator[tuple[object, ...]]:
    import numpy as np

    from textmine.vectors.search import row_blocks

    parts = []
    for rows in row_blocks(len(words), max(matrix.shape[1], len(found.centres))):
        cosines = found.cosines(matrix[rows])
        probabilities = found.probabilities(cosines)
        shown = (probabilities > 0) & (probabilities >= min_probability)
        shown[np.arange(len(shown)), cosines.argmax(axis=1)] = True  # no word is lost
        row, group = np.nonzero(shown)
        parts.append((group, row + rows.start, cosines[row, group], probabilities[row, group]))
    groups, members, cosines, probabilities = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((members, -cosines, groups))
    firsts = np.searchsorted(groups[order], groups[order])
    for place, entry in enumerate(order.tolist()):
        if top is None or place - firsts[place] < top:
            probability = probabilities[entry] if found.sharpness is not None else None
            yield groups[entry] + 1, words[members[entry]], cosines[entry], probability
