"""What the commands of language models have in common: options, and what their units are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from textmine.cli.options import INPUT
from textmine.cli.remarks import tell_compiling
from textmine.cli.tokenizers import METAVAR, complete_tokenizer
from textmine.words.tokenizers import NAMES

if TYPE_CHECKING:
    from textmine.cli.progress import Reporter
    from textmine.language.model import LanguageModel

ModelArgument: TypeAlias = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL", help="A language model of train-lm, or an ARPA file.", show_default=False
    ),
]
Unit: TypeAlias = Literal["char", "word"]
AsModelUnitOption: TypeAlias = Annotated[
    Unit | None,
    typer.Option(
        "--unit",
        help="What a unit is: a character, or a word of --tokenizer. Else as the model tells.",
        show_default=False,
        rich_help_panel=INPUT,
    ),
]
AsModelTokenizerOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--tokenizer",
        metavar=METAVAR,
        autocompletion=complete_tokenizer,
        help="How text is cut into words; a file is a lexicon. Else as the model tells.",
        show_default=False,
        rich_help_panel=INPUT,
    ),
]


def named_tokenizer(unit: Unit | None, tokenizer: str | None) -> str | None:
    """The tokenizer that both options say together; None where neither is given."""
    if unit != "char":
        return tokenizer or ("whitespace" if unit else None)
    if tokenizer not in (None, "char"):
        raise typer.BadParameter(f"--unit char takes characters, --tokenizer {tokenizer} words: give one")
    return "char"


def tokenizer_of(model: LanguageModel, unit: Unit | None, tokenizer: str | None, report: Reporter) -> str:
    """How text is cut for the model: as the options say, else as its header does."""
    told = model.header.get("tokenizer")
    if tokenizer is None and told in NAMES and unit in (None, model.header.get("unit")):
        return str(told)
    named = named_tokenizer(unit, tokenizer)
    if named is not None:
        if told is not None and named != told and (named in NAMES or told in NAMES):
            report.note(
                f"the model was trained on other units: its text was cut by --tokenizer {told}, this one by "
                f"{named} (without --unit and --tokenizer it is cut as the model tells)"
            )
        return named
    if told is None:
        if model.is_of_characters:
            report.note("the model does not tell its units: all are single characters (else --unit word)")
            return "char"
        report.note(
            "the model does not tell its units: taken for words between white space (else --unit char)"
        )
    else:
        report.note(
            f"the text of the model was cut by the lexicon {told}: cut this one with it, too "
            "(--tokenizer FILE); now words are what stands between white space"
        )
    return "whitespace"


def load(path: Path, inputs: list[str], report: Reporter) -> LanguageModel:
    """The model in a file, which may be standard input where no text comes that way."""
    from textmine.language.files import load_language_model

    if str(path) == "-" and ("-" in inputs or not inputs):
        raise typer.BadParameter("MODEL and the text cannot both be standard input; name a file for one")
    tell_compiling(report)
    return load_language_model(path, report)
