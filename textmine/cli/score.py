"""`textmine score`: the probability of each line by a language model."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from textmine.cli import stages
from textmine.cli.language import (
    BLOCK,
    AsModelTokenizerOption,
    AsModelUnitOption,
    ModelArgument,
    Scored,
    load,
    perplexity_of,
    scored,
    tokenizer_of,
)
from textmine.cli.options import (
    OUTPUT,
    BomOption,
    ColumnOption,
    EncodingOption,
    ErrorsOption,
    FieldOption,
    FormatOption,
    InputFormatOption,
    Inputs,
    NormaliseOption,
    OutputOption,
    QuietOption,
    Shown,
    ThreadsOption,
    TmpDirOption,
    show_option,
)
from textmine.cli.output import check_show, write_rows
from textmine.cli.progress import Reporter
from textmine.cli.remarks import counted, tell_losses
from textmine.words.tokenizers import cutter

if TYPE_CHECKING:
    from textmine.corpus import Corpus

Row: TypeAlias = tuple[object, ...]

LINES = ("line", "tokens", "unknown", "log_probability", "perplexity", "text")
TOKENS = ("line", "place", "token", "unknown", "log_probability")
COLUMNS = tuple(dict.fromkeys(LINES + TOKENS))
NEEDS = {"text": "--show-texts", "place": "--per-token", "token": "--per-token"}  # of the columns


def score(
    model: ModelArgument,
    inputs: Inputs,
    *,
    per_token: Annotated[
        bool,
        typer.Option("--per-token", help="A row for each token, not each line.", rich_help_panel=OUTPUT),
    ] = False,
    show_texts: Annotated[
        bool, typer.Option("--show-texts", help="Add the text of each line.", rich_help_panel=OUTPUT)
    ] = False,
    unit: AsModelUnitOption = None,
    tokenizer: AsModelTokenizerOption = None,
    encoding: EncodingOption = None,
    errors: ErrorsOption = "strict",
    input_format: InputFormatOption = "auto",
    field: FieldOption = None,
    column: ColumnOption = None,
    normalise: NormaliseOption,
    show: Annotated[Shown | None, show_option(COLUMNS)] = None,
    format: FormatOption = None,
    bom: BomOption = False,
    output: OutputOption = None,
    tmp_dir: TmpDirOption = None,
    threads: ThreadsOption = None,
    quiet: QuietOption = False,
) -> None:
    """Score each line by a language model.

    Rows have the number of the line (or record), how many tokens it has (units and the end of the sentence)
    and how many of them are unknown, the natural log probability of all, and exp(-log_probability / tokens).
    A line without a word has no score. A record of several lines is several sentences, as in training. With
    --per-token each token has a row, which says whether it is unknown; the end of a sentence is `</s>`.

    Examples:

        textmine train-lm data/three-kingdoms.txt -o tk.lm

        head -5 data/three-kingdoms.txt | textmine score tk.lm

        echo 曹操大怒 | textmine score tk.lm --per-token
    """
    from textmine.corpus import Corpus

    if per_token and show_texts:
        raise typer.BadParameter("--per-token shows the text already, token by token: leave --show-texts out")
    columns = TOKENS if per_token else LINES if show_texts else LINES[:-1]
    check_show(show or (), columns, NEEDS)
    with Reporter(quiet=quiet, stages=stages.SCORING) as report:
        loaded = load(model, inputs, report)
        cut = cutter(tokenizer_of(loaded, unit, tokenizer, report), threads)
        with Corpus(
            inputs,
            encoding=encoding,
            errors=errors,
            format=input_format,
            field=field,
            column=column,
            normalise=normalise,
            block_size=BLOCK,
            on_progress=report,
            tmp_dir=tmp_dir,
        ) as corpus:
            records = _Records(corpus, show_texts)
            pieces = scored(loaded, records.texts(), cut)
            rows = (_token_rows if per_token else _rows)(pieces, records)
            write_rows(columns, rows, show=show, format=format, bom=bom, output=output)
            tell_losses(corpus, report)
        if records.empty:
            report.note(f"{counted(records.empty, 'line')} without a word: no score")


@dataclass
class _Record:
    number: int
    lines: int  # that have not come to their end
    text: str | None


class _Records:
    """The records (lines, of plain text) on their way through the model, the first of them first in `open`;
    `empty` counts those without a word."""

    def __init__(self, corpus: Corpus, keep: bool) -> None:
        self._corpus = corpus
        self._keep = keep
        self.open: deque[_Record] = deque()
        self.empty = 0

    def texts(self) -> Iterator[str]:
        """The records, each with a line's end behind it, in pieces."""
        held: list[str] = []
        size = 0
        for number, document in enumerate(self._corpus.documents(), 1):
            text = document.text
            self.open.append(_Record(number, text.count("\n") + 1, text if self._keep else None))
            held.append(text + "\n")
            size += len(held[-1])
            if size >= BLOCK:
                yield from _slices("".join(held))
                held, size = [], 0
        yield from _slices("".join(held))

    def parts(self, piece: Scored) -> Iterator[tuple[_Record, slice, bool]]:
        """The records in a piece of text, where in it each is, line by line, and whether it ends there."""
        start = 0
        for end in piece.ends.tolist():
            record = self.open[0]
            record.lines -= 1
            if not record.lines:
                self.open.popleft()
            yield record, slice(start, end), not record.lines
            start = end
        if start < piece.units.size:
            yield self.open[0], slice(start, None), False


def _slices(text: str) -> Iterator[str]:
    return (text[start : start + BLOCK] for start in range(0, len(text), BLOCK))


def _rows(pieces: Iterable[Scored], records: _Records) -> Iterator[Row]:
    from textmine.kernels.language import UNK

    tokens = unknown = 0
    total = 0.0
    for piece in pieces:
        units, logs = piece.units.tolist(), piece.logs.tolist()
        for record, here, last in records.parts(piece):
            tokens += len(units[here])
            unknown += units[here].count(UNK)
            total += sum(logs[here])
            if not last:
                continue
            text = () if record.text is None else (record.text,)
            if tokens:
                yield record.number, tokens, unknown, total, perplexity_of(total, tokens), *text
            else:
                records.empty += 1
                yield record.number, None, None, None, None, *text
            tokens = unknown = 0
            total = 0.0


def _token_rows(pieces: Iterable[Scored], records: _Records) -> Iterator[Row]:
    from textmine.kernels.language import UNK

    place = 0
    for piece in pieces:
        words, unknown, logs = piece.words(), (piece.units == UNK).tolist(), piece.logs.tolist()
        for record, here, last in records.parts(piece):
            for token in zip(words[here], unknown[here], logs[here], strict=True):
                place += 1
                yield record.number, place, *token
            if not last:
                continue
            if not place:
                records.empty += 1
                yield record.number, None, None, None, None
            place = 0
