"""`textmine importance`: the lengths of the vectors against the rarity of their words."""

from __future__ import annotations

from typing import Annotated

from textmine.cli import stages
from textmine.cli.bundles import Writing
from textmine.cli.options import QuietOption, TopOption, show_option
from textmine.cli.progress import Reporter
from textmine.cli.questions import VectorsArgument, load_vectors

COLUMNS = ("word", "count", "squared_norm", "minus_log_p")


def importance(
    vectors: VectorsArgument,
    *,
    top: TopOption = None,
    writing: Annotated[Writing, show_option(COLUMNS)],
    quiet: QuietOption = False,
) -> None:
    """Rank words by the length of their vectors.

    In vectors of `train-glove` the squared length of a word's vector follows -log P(w), where P(w) is the
    word's share of the text: the longer, the more the word says. Rows are the words, longest vector first,
    with counts, squared lengths and -log P(w) (natural logarithm); standard error has the line fitted by
    least squares and the correlation.

    It takes the counts of the words, which only .npz files hold.

    Examples:

        textmine importance data/jargon.npz --top 20
    """
    import numpy as np

    from textmine.vectors.importance import importance as measure

    with Reporter(quiet=quiet, stages=stages.LOADING) as report:
        loaded = load_vectors(vectors, report)
        result = measure(loaded)
        order = np.argsort(-result.squared_norms, kind="stable")[: top or None].tolist()
        counts = loaded.counts if loaded.counts is not None else ()
        rows = (
            (loaded.words[row], counts[row], result.squared_norms[row], result.minus_log_p[row])
            for row in order
        )
        writing.rows(COLUMNS, rows)
        report.note(
            f"squared norm = {result.slope:.4g} x -log P {result.intercept:+.4g}; "
            f"correlation {result.correlation:.3f} over {len(loaded)} words"
        )
