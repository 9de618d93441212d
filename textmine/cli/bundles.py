"""Bundles of options: a dataclass in the signature of a command stands for one option a field."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from inspect import Parameter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

from typer.models import OptionInfo

from textmine.cli.options import (
    ArrayOutputOption,
    BomOption,
    ColumnOption,
    EncodingOption,
    ErrorsOption,
    FieldOption,
    FormatOption,
    InputFormatOption,
    NormaliseOption,
    OutputOption,
    QuietOption,
    Shown,
    ThreadsOption,
    TmpDirOption,
)
from textmine.cli.output import write_rows
from textmine.cli.progress import Reporter

if TYPE_CHECKING:
    from textmine.corpus import Corpus
    from textmine.corpus.blocks import DocumentKind
    from textmine.progress import Progress


@dataclass(kw_only=True)
class Reading:
    """How the inputs are read."""

    encoding: EncodingOption = None
    errors: ErrorsOption = "strict"
    input_format: InputFormatOption = "auto"
    field: FieldOption = None
    column: ColumnOption = None
    normalise: NormaliseOption

    def corpus(
        self,
        inputs: list[str],
        on_progress: Progress,
        tmp_dir: Path | None,
        *,
        document: DocumentKind = "line",
        block_size: int = 1 << 22,
        names_needed: bool = True,
    ) -> Corpus:
        """The text of the inputs, to be used in a `with` block; parameters as those of `Corpus`."""
        from textmine.corpus import Corpus

        return Corpus(
            inputs,
            document=document,
            encoding=self.encoding,
            errors=self.errors,
            format=self.input_format,
            field=self.field,
            column=self.column,
            names_needed=names_needed,
            normalise=self.normalise,
            block_size=block_size,
            on_progress=on_progress,
            tmp_dir=tmp_dir,
        )


@dataclass(kw_only=True)
class Writing:
    """How rows are written, and where. The option of `show` is the command's, for the sake of its columns."""

    show: Shown | None = None
    format: FormatOption = None
    bom: BomOption = False
    output: OutputOption = None

    def rows(
        self, columns: Sequence[str], rows: Iterable[Sequence[object]], *, spare: Sequence[str] = ()
    ) -> None:
        """Write them as `write_rows` does."""
        write_rows(
            columns,
            rows,
            show=self.show,
            format=self.format,
            bom=self.bom,
            output=self.output,
            spare=spare,
        )


@dataclass(kw_only=True)
class ArrayWriting(Writing):
    """How rows are written, or an array in their place."""

    output: ArrayOutputOption = None


@dataclass(kw_only=True)
class Running:
    """What a run may take, and whether it speaks."""

    tmp_dir: TmpDirOption = None
    threads: ThreadsOption = None
    quiet: QuietOption = False

    def reporter(self, stages: Mapping[str, float]) -> Reporter:
        """Progress and remarks, to be used in a `with` block around the work."""
        return Reporter(quiet=self.quiet, stages=stages)


def flattened(command: Callable[..., None]) -> Callable[..., None]:
    """The command as typer takes it: its options in the place of each bundle, which is made of their values.

    A field of a bundle is written as a parameter is: `Annotated[type, typer.Option(...)] = default`. An
    option beside the bundle, as in `Annotated[Writing, show_option(COLUMNS)]`, is that of the field of its
    name.
    """
    parameters: list[Parameter] = []
    bundles: dict[str, type] = {}
    hints = get_type_hints(command, include_extras=True)
    for parameter in inspect.signature(command).parameters.values():
        hint = hints[parameter.name]
        kind, *beside = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        if isinstance(kind, type) and is_dataclass(kind):
            bundles[parameter.name] = kind
            parameters += _options(kind, {_name(option): option for option in beside})
        else:
            parameters.append(parameter.replace(annotation=hint))

    @functools.wraps(command)
    def flat(**values: Any) -> None:
        for name, bundle in bundles.items():
            values[name] = bundle(**{field.name: values.pop(field.name) for field in fields(bundle)})
        command(**values)

    vars(flat)["__signature__"] = inspect.Signature(parameters)
    flat.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return flat


def _options(bundle: type, given: Mapping[str, OptionInfo]) -> Iterator[Parameter]:
    """A parameter a field, with the option that is given for it, else its own."""
    kinds, hints = get_type_hints(bundle), get_type_hints(bundle, include_extras=True)
    for field in fields(bundle):
        hint = hints[field.name]
        if field.name in given:
            hint = Annotated[kinds[field.name], given[field.name]]
        default = Parameter.empty if field.default is MISSING else field.default
        yield Parameter(field.name, Parameter.KEYWORD_ONLY, default=default, annotation=hint)


def _name(option: OptionInfo) -> str:
    """show_texts of --show-texts, which typer keeps as the default until the program is built."""
    return str(option.default).removeprefix("--").replace("-", "_")
