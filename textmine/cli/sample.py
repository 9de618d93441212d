"""`textmine sample`: sentences drawn from a language model, also around keywords."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path
from typing import Annotated, Literal

import typer

from textmine.cli import sampling, stages
from textmine.cli.bundles import Writing
from textmine.cli.completion import name_or_file
from textmine.cli.endings import trace_file
from textmine.cli.language import AsModelTokenizerOption, AsModelUnitOption, ModelArgument
from textmine.cli.options import OUTPUT, QuietOption, SeedOption, ThreadsOption, show_option, top_option
from textmine.cli.output import check_show, write_rows
from textmine.cli.progress import Reporter
from textmine.cli.remarks import tell_compiling

TEXT = "What sentences are like"  # panels of --help
CHAINS = "Chains"
SAMPLED = ("text", "log_probability", "energy", "chain", "step", "count")
TRACE = ("chain", "step", "text", "log_probability", "energy")
STORY = ("step", "change", "text", "log_probability")
COLUMNS = tuple(dict.fromkeys(SAMPLED + STORY))
NEEDS = {"change": "--show-steps"}  # of the columns
SPARE = ("step", "chain")  # what a narrow terminal does without first
MOST_STEPS = 10**12
NEURAL = "Neural models (textmine[neural])"


def sample(
    model: ModelArgument,
    *,
    method: Annotated[
        Literal["ancestral", "rejection", "gibbs", "metropolis", "annealing", "edit"] | None,
        typer.Option(
            "--method",
            help="How to draw; else ancestral, or edit where other options ask for what that cannot do.",
            show_default=False,
        ),
    ] = None,
    length: Annotated[
        str | None,
        typer.Option(
            "--length",
            metavar="N|LEAST-MOST",
            help="Units a sentence (characters or words); else 20 for gibbs, metropolis and annealing "
            "without keywords, up to 30 more than the keywords' with them and for edit, up to 100 for "
            "others; with --near half to one and a half times those of TEXT.",
            show_default=False,
            rich_help_panel=TEXT,
        ),
    ] = None,
    keywords: Annotated[
        str | None,
        typer.Option(
            "--keywords",
            metavar="WORD,WORD,..",
            help="To be in each sentence, in this order.",
            rich_help_panel=TEXT,
        ),
    ] = None,
    any_order: Annotated[
        bool, typer.Option("--any-order", help="Keywords in any order.", rich_help_panel=TEXT)
    ] = False,
    forbid: Annotated[
        str | None,
        typer.Option("--forbid", metavar="WORD,WORD,..", help="To be in no sentence.", rich_help_panel=TEXT),
    ] = None,
    gamma: Annotated[
        float,
        typer.Option(
            "--gamma",
            metavar="G",
            min=0,
            max=100,
            help="Draw from p(x)^G: below 1 is bolder, and longer where lengths may differ.",
            rich_help_panel=TEXT,
        ),
    ] = 1.0,
    length_bonus: Annotated[
        float,
        typer.Option(
            "--length-bonus",
            metavar="NATS",
            min=-100,
            max=100,
            help="Added to log p(x) for each unit. 3 has annealing find long sentences; draws need none.",
            rich_help_panel=TEXT,
        ),
    ] = 0.0,
    near: Annotated[
        str | None,
        typer.Option(
            "--near",
            metavar="TEXT",
            help="Sentences like this one: p(x)^G times exp(beta * likeness).",
            rich_help_panel=TEXT,
        ),
    ] = None,
    beta: Annotated[
        float | None,
        typer.Option(
            "--beta",
            metavar="NATS",
            min=0,
            max=10_000,
            help="What a likeness of 1 is worth, else 30.",
            show_default=False,
            rich_help_panel=TEXT,
        ),
    ] = None,
    vectors: Annotated[
        Path | None,
        typer.Option(
            "--vectors",
            metavar="FILE|glove|wordllama",
            autocompletion=name_or_file("glove", "wordllama"),
            help="Likeness by Word Rotator's Distance on these; else by the words of TEXT that are there.",
            show_default=False,
            rich_help_panel=TEXT,
        ),
    ] = None,
    novelty: Annotated[
        float | None,
        typer.Option(
            "--novelty",
            metavar="NATS",
            min=0,
            max=10_000,
            help="What each unit costs that is copied from TEXT in a run of three or more; else 0.",
            show_default=False,
            rich_help_panel=TEXT,
        ),
    ] = None,
    lm: Annotated[
        str | None,
        typer.Option(
            "--lm",
            metavar="hf:FOLDER",
            help="p(x) is that of a causal model of transformers; MODEL has the words and proposes.",
            rich_help_panel=NEURAL,
        ),
    ] = None,
    proposal: Annotated[
        str | None,
        typer.Option(
            "--proposal",
            metavar="mlm:FOLDER",
            help="Candidates come from a masked model of transformers.",
            rich_help_panel=NEURAL,
        ),
    ] = None,
    temperature: Annotated[
        str | None,
        typer.Option(
            "--temperature",
            metavar="T|FIRST:LAST",
            help="Draw from the target to the power 1 / T; else 1, for annealing 2:0.05.",
            show_default=False,
            rich_help_panel=CHAINS,
        ),
    ] = None,
    candidates: Annotated[
        int | None,
        typer.Option(
            "--candidates",
            metavar="N",
            min=0,
            max=1 << 20,
            help="Of gibbs: units to draw the new one from, which is exact from 2 on, else 64; 0: all.",
            show_default=False,
            rich_help_panel=CHAINS,
        ),
    ] = None,
    chains: Annotated[
        int,
        typer.Option(
            "--chains",
            metavar="N",
            min=1,
            max=1000,
            help="How many run, each by itself.",
            rich_help_panel=CHAINS,
        ),
    ] = 4,
    steps: Annotated[
        int | None,
        typer.Option(
            "--steps",
            metavar="N",
            min=1,
            max=MOST_STEPS,
            help="Of each chain, else 200,000 (gibbs, --near: 20,000; --lm, --proposal: 2,000); of ancestral "
            "and rejection: sentences, else 100.",
            show_default=False,
            rich_help_panel=CHAINS,
        ),
    ] = None,
    burn_in: Annotated[
        int | None,
        typer.Option(
            "--burn-in",
            metavar="N",
            min=0,
            max=MOST_STEPS,
            help="First steps that are left out, else a fifth (annealing: none).",
            show_default=False,
            rich_help_panel=CHAINS,
        ),
    ] = None,
    thin: Annotated[
        int | None,
        typer.Option(
            "--thin",
            metavar="N",
            min=1,
            max=MOST_STEPS,
            help="Keep the sentence after every N-th step, else a thousandth of the steps.",
            show_default=False,
            rich_help_panel=CHAINS,
        ),
    ] = None,
    seed: SeedOption = 1,
    top: Annotated[
        int | None,
        top_option("Only the first N rows, else 10 of gibbs, metropolis and edit, all of others"),
    ] = None,
    order: Annotated[
        Literal["best", "drawn"],
        typer.Option("--order", help="The lowest energy first, or as they came.", rich_help_panel=OUTPUT),
    ] = "best",
    unit: AsModelUnitOption = None,
    tokenizer: AsModelTokenizerOption = None,
    trace: Annotated[
        Path | None,
        typer.Option(
            "--trace",
            metavar="FILE",
            callback=trace_file,
            help="Write what each chain had at each kept step here, too.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    show_steps: Annotated[
        bool,
        typer.Option(
            "--show-steps",
            help="Instead of sentences, the changes that led to the best one.",
            rich_help_panel=OUTPUT,
        ),
    ] = False,
    writing: Annotated[Writing, show_option(COLUMNS)],
    threads: ThreadsOption = None,
    quiet: QuietOption = False,
) -> None:
    """Draw sentences from a language model, with their probabilities.

    ancestral draws unit by unit, rejection keeps of these what fits. The others change a sentence step by
    step so that in the long run each comes as often as the target says, p(x)^gamma times what the options ask
    for: metropolis and gibbs change one unit at a time at a fixed length, edit also inserts and deletes
    around the keywords, and annealing cools down to the likeliest, one for each chain.
    docs/methods-sampling.md says why that is right.

    Rows have the text, its log probability by the model (natural), its energy (minus the log of the target,
    but for a constant), where it was first met, and how often. Standard error tells how often changes were
    accepted and whether the chains agree (split R-hat, effective samples). Where they do, the count says how
    likely a sentence is.

    The likeliest sentences of some length around words: --keywords 曹操,刘备 --method annealing --length
    12-24 --length-bonus 3. Some that say what another does: --near TEXT --length 8-12 --novelty 2.

    Examples:

        textmine train-lm data/three-kingdoms.txt -o tk.lm

        textmine sample tk.lm --length 12

        textmine sample tk.lm --keywords 曹操,刘备

        textmine sample tk.lm --near 曹操大怒。
    """
    check_show(writing.show or (), STORY if show_steps else SAMPLED, NEEDS)
    from textmine.language.files import load_language_model
    from textmine.sampling.options import SamplingOptions
    from textmine.sampling.search import Search

    lengths, temperatures = sampling.lengths(length), sampling.temperatures(temperature)
    causal, masked = sampling.folder_of(lm, "hf"), sampling.folder_of(proposal, "mlm")
    options = SamplingOptions(
        method=method or ("edit" if causal or masked or show_steps else None),
        length=lengths,
        keywords=sampling.words_between_commas(keywords),
        any_order=any_order,
        forbid=sampling.words_between_commas(forbid),
        gamma=gamma,
        length_bonus=length_bonus,
        near=near,
        beta=beta,
        novelty=novelty,
        temperature=temperatures,
        candidates=candidates,
        chains=chains,
        steps=steps,
        burn_in=burn_in,
        thin=thin,
        seed=seed,
    )
    sampling.check(
        options,
        vectors=vectors is not None,
        lm=causal is not None,
        proposal=masked is not None,
        show_steps=show_steps,
        listed=top is not None or order != "best",
    )
    with Reporter(quiet=quiet, stages=stages.SAMPLING) as report:
        tell_compiling(report)
        loaded = load_language_model(model, report)
        cuts = bool(options.keywords or options.forbid or near is not None)
        search = Search(sampling.codec_of(loaded, unit, tokenizer, report, cuts=cuts), options)
        sampling.equip(search, report, vectors=vectors, lm=causal, proposal=masked)
        found = search.run(threads, report)
        sampling.tell(found, report)
        if trace is not None:
            write_rows(TRACE, found.visits(), output=trace)
        if show_steps:
            writing.rows(STORY, found.story())
        else:
            sentences = sampling.first_rows(found, order, top, report)
            rows = map(astuple, sentences)
            writing.rows(SAMPLED, rows, spare=SPARE)
