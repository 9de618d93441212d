"""What `textmine similarity` refuses: options that do not go together, or would have no effect."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from textmine.cli.output import RowFormat
from textmine.cli.similarity_model import Model
from textmine.files import refuse_pipe


@dataclass(frozen=True)
class Sources:
    """Which texts are compared, and how they meet; `records`: one of the options for tables and JSON Lines is
    there."""

    a: str | None
    b: str | None
    pairs: str | None
    mode: str
    records: bool


@dataclass(frozen=True)
class Results:
    """What is written."""

    explain: bool
    certificate: bool
    show_texts: bool
    top: int | None
    index: Path | None
    output: Path | None
    format: RowFormat | None


def check(sources: Sources, model: Model, results: Results) -> None:
    """Refuse it before any work."""
    kept, searched = (results.index, None) if sources.b is not None else (None, results.index)
    if kept is not None:
        refuse_pipe(kept, "an index")
    metric, mode, search = model.metric or "wmd", sources.mode, sources.mode == "search"
    exact, rows = metric in ("wmd", "wrd"), mode in ("lines", "documents")
    array = results.output is not None and results.output.suffix.lower() == ".npy"
    useless = [f"--{name.replace('_', '-')}" for name, value in vars(model).items() if value is not None]
    weighed = {"sif", "common"} & set((model.convert or "").replace(" ", "").split(","))
    named = model.vectors is not None and model.vectors.name == "wordllama"  # which has words by language
    wrong = None
    if sources.pairs is not None and (sources.a is not None or mode != "lines"):
        wrong = "--pairs takes the place of A and B, and goes with --mode lines"
    elif sources.pairs is not None and sources.records:
        wrong = "--pairs is plain text; --input-format, --field and --column go with A and B"
    elif sources.pairs is None and sources.a is None:
        wrong = "no texts; name A and B, or give --pairs"
    elif sources.pairs is None and sources.b is None and rows:
        wrong = f"--mode {mode} compares two texts; name B, too"
    elif sources.a == sources.b == "-":
        wrong = "standard input is one text: A or B, not both"
    elif (results.explain or results.certificate) and not exact:
        wrong = "--explain and --certificate go with --metric wrd and wmd, which are solved exactly"
    elif model.stop_words is not None and metric in ("cosine", "sif", "usif"):
        wrong = "--stop-words goes with --metric wmd, wrd and sinkhorn"
    elif model.frequencies is not None and metric == "cosine":
        wrong = "--frequencies goes with all metrics but cosine"
    elif model.frequencies is not None and model.convert is not None and not (weighed or named):
        wrong = "--frequencies goes with --convert sif or common, or without --convert"
    elif results.show_texts and (results.explain or mode == "matrix"):
        wrong = "--show-texts goes with --mode lines, documents and search, and without --explain"
    elif results.top is not None and not search:
        wrong = "--top goes with --mode search"
    elif results.index is not None and not (search and exact):
        wrong = "--index goes with --mode search and --metric wrd or wmd"
    elif kept is not None and not _is_free(kept):
        wrong = f"{kept} is there and no index; give another name, or remove it"
    elif searched is not None and not searched.exists():
        wrong = f"there is no index {searched}; name B, too, to write it"
    elif searched is not None and useless:
        wrong = f"an index is searched as it was written: leave out {', '.join(useless)}, or name B, too"
    elif results.explain and (results.certificate or not rows):
        wrong = "--explain goes with --mode lines and documents, and without --certificate"
    elif array and (mode != "matrix" or results.certificate or results.format is not None):
        wrong = "a .npy file holds the distances of --mode matrix and nothing else, in its own format"
    if wrong is not None:
        raise typer.BadParameter(wrong)


def _is_free(path: Path) -> bool:
    """Whether an index may be written there: on an older one, or where nothing is."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:  # nothing there, or a place that writing will complain of
        return True
