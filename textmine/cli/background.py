"""`textmine background`: counts of other text, to hold terms against."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from textmine.cli import stages
from textmine.cli.bundles import Reading, Running
from textmine.cli.endings import arrays_file
from textmine.cli.options import OUTPUT, Inputs, MaxLengthOption, MemoryOption, UnitOption
from textmine.cli.remarks import counted, tell_compiling, tell_losses
from textmine.files import refuse_pipe


def background(
    inputs: Inputs,
    *,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="STATS",
            help="Write the counts here, for --background of discover-terms.",
            callback=arrays_file,
            rich_help_panel=OUTPUT,
        ),
    ],
    unit: UnitOption = "auto",
    min_count: Annotated[
        int | None,
        typer.Option(
            "--min-count",
            metavar="N",
            min=2,
            help="Rarer terms count as 0; else 2, and one more for every 2 M units.",
        ),
    ] = None,
    max_length: MaxLengthOption = None,
    reading: Reading,
    memory: MemoryOption = None,
    running: Running,
) -> None:
    """Count a general text once, to hold other texts against it.

    The file has every sequence of characters (or words) of up to --max-length that the text has at least
    --min-count times, with its exact count. `discover-terms --background STATS` then gives the same as naming
    the text itself, without reading it again; --unit and --normalise must be the same for both. What is rarer
    counts as 0, and of what is longer the file says nothing.

    Examples:

        textmine background data/jargon-file.txt -o j.stats

        head -99 data/jargon-file.txt | textmine discover-terms --background j.stats
    """
    from textmine.terms.background import BLOCK, count_background

    refuse_pipe(output, "a background")
    with running.reporter(stages.BACKGROUND) as report:
        tell_compiling(report)
        with reading.corpus(inputs, report, running.tmp_dir, block_size=BLOCK) as corpus:
            found = count_background(
                corpus,
                unit=unit,
                min_count=min_count,
                max_length=max_length,
                normalise=reading.normalise,
                memory=memory,
                tmp_dir=running.tmp_dir,
                threads=running.threads,
                on_progress=report,
            )
        tell_losses(corpus, report)
        found.save(output)
        header = found.header
        report.note(
            f"{counted(found.count.size, 'n-gram')} seen at least {header['min_count']} times in "
            f"{counted(header['units'], header['kind'])}"
        )
