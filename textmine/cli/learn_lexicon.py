"""`textmine learn-lexicon`: learn words from raw text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from textmine.cli import stages
from textmine.cli.bundles import Reading, Running
from textmine.cli.endings import lexicon_file, text_file
from textmine.cli.options import OUTPUT, RUN, Inputs, SeedOption
from textmine.cli.output import write_pieces
from textmine.cli.remarks import counted, tell_compiling, tell_losses


def learn_lexicon(
    inputs: Inputs,
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="LEXICON",
            help="Write the lexicon here instead of standard output; the file is whole or not there.",
            callback=lexicon_file,
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    segmented: Annotated[
        Path | None,
        typer.Option(
            "--segmented",
            metavar="FILE",
            help="Write the text as it was cut while learning, too: each place by what stands around it.",
            callback=text_file,
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    effort: Annotated[
        Literal["fast", "full"],
        typer.Option("--effort", help="10 sweeps over the text, or 40."),
    ] = "full",
    max_length: Annotated[
        int,
        typer.Option(
            "--max-length",
            metavar="N",
            min=1,
            max=16,
            help="Longest word, in units: characters, numbers, runs of letters.",
        ),
    ] = 5,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            metavar="FOLDER",
            file_okay=False,
            help="Keep the state of every fifth sweep here; the same command goes on from it.",
            rich_help_panel=RUN,
        ),
    ] = None,
    reading: Reading,
    seed: SeedOption = 1,
    running: Running,
) -> None:
    """Learn words from raw text, without a dictionary, to segment text with.

    Writes the words of the text with their counts, the most frequent first, as a lexicon for segment and for
    --tokenizer. Words are what makes the text most probable, each given the one before it; single characters
    are among them. Numbers and runs of Latin letters are units by Unicode's rules, white space and
    punctuation part words.

    Each sweep says on standard error the code length of the text in nats a character: the less, the better
    the words foretell the text. The same text, options and seed give the same lexicon, whatever the threads.

    Some hundred thousand characters are the least to learn from. Text is held in memory, with some 250 bytes
    a character: from a large text give a part. Text with spaces between words, such as English, is cut there
    only: for its terms there is discover-terms.

    Examples:

        textmine learn-lexicon data/three-kingdoms.txt --effort fast -o tk.lex

        textmine segment data/three-kingdoms.txt --lexicon tk.lex | head -3

        head -99 data/three-kingdoms.txt | textmine learn-lexicon | head
    """
    from textmine.terms.learn_lexicon import SWEEPS, Stage
    from textmine.terms.learn_lexicon import learn_lexicon as learn

    def tell(stage: Stage) -> None:
        report.note(
            f"sweep {stage.sweep} of {SWEEPS[effort]}: {stage.code_length:.4f} nats a character, "
            f"{counted(stage.words, 'word')}, {stage.types} different"
        )

    with running.reporter(stages.learning(SWEEPS[effort])) as report:
        tell_compiling(report)
        with reading.corpus(inputs, report, running.tmp_dir) as corpus:
            learned = learn(
                corpus,
                effort=effort,
                max_length=max_length,
                seed=seed,
                threads=running.threads,
                checkpoint=checkpoint,
                on_progress=report,
                on_stage=tell,
                on_resume=lambda sweep: report.note(f"going on from sweep {sweep} of {SWEEPS[effort]}"),
            )
            lexicon = learned.lexicon
            if segmented is not None:
                write_pieces(learned.segmented(), output=segmented)
            write_pieces((f"{word} {count}\n".encode() for word, count in lexicon.items()), output=output)
            tell_losses(corpus, report)
