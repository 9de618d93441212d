"""What the commands of language models have in common: options, units, and from text to probabilities."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, compress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from textmine.cli.options import INPUT
from textmine.cli.remarks import tell_compiling
from textmine.cli.tokenizers import METAVAR, complete_tokenizer
from textmine.words.tokenizers import LONGEST_HELD, NAMES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from textmine.cli.progress import Reporter
    from textmine.corpus.token_store import Cut
    from textmine.language.model import LanguageModel

BLOCK = 1 << 19  # code points of text at once

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
        if all(len(word) == 1 for word in model.words[3:]):
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


def perplexity_of(log_probability: float, tokens: int) -> float:
    """exp(-log_probability / tokens)"""
    try:
        return math.exp(-log_probability / tokens)
    except OverflowError:
        return math.inf


@dataclass(frozen=True)
class Scored:
    """A piece of text as units (int32), the ends of sentences among them, with the natural log probability
    (float64) of each.

    `ends` (int64): behind which of them each line that ends in the piece does; a line without words has no
    unit, not even its end. `lines` has the words, and `kept` (bool) says which units of `encode` are here.
    """

    lines: list[list[str]]
    kept: NDArray[np.bool_]
    units: NDArray[np.int32]
    logs: NDArray[np.float64]
    ends: NDArray[np.int64]

    def words(self) -> list[str]:
        """The units as they are in the text; the end of a sentence is </s>."""
        return list(compress(chain.from_iterable((*line, "</s>") for line in self.lines), self.kept.tolist()))


def scored(model: LanguageModel, texts: Iterable[str], cut: Cut | None) -> Iterator[Scored]:
    """The probabilities of all units of a text, line by line as in training.

    `texts` are its pieces; it must end with a line's end. The memory it takes depends on the pieces alone,
    however long a line is.
    """
    import numpy as np

    before = np.empty(0, np.int32)  # of the line that goes on: as many units as the model looks back on
    if cut is not None:
        texts = (piece.decode("utf-8", "surrogatepass") for piece in cut(texts))
    for lines in _lines(texts):
        units, stops = model.encode(lines)
        kept = np.ones(len(units), bool)
        empty = np.diff(stops, prepend=0) == 1
        empty[0] &= not before.size
        empty[-1] = True  # it goes on in the next piece
        kept[stops[empty] - 1] = False
        units = units[kept]
        ends = np.cumsum(kept)[stops[:-1] - 1]
        logs = model.score(np.concatenate([before, units]))[before.size :]
        yield Scored(lines, kept, units, logs, ends)
        going_on = units[ends[-1] :] if ends.size else np.concatenate([before, units])
        before = going_on[-model.order :]


def _lines(texts: Iterable[str]) -> Iterator[list[list[str]]]:
    """The words of the lines of each piece; the last line goes on in the next piece."""
    held = ""  # a word that may go on; one beyond all length is unknown, as a whole or not
    for text in texts:
        text = held + text
        lines = [line.split() for line in text.split("\n")]
        held = ""
        if lines[-1] and not text[-1].isspace() and len(lines[-1][-1]) < LONGEST_HELD:
            held = lines[-1].pop()
        yield lines
