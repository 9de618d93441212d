"""What --help shows: plain text out of docstrings and options, wrapped between words, and `textmine help`.

typer's own boxes cut choices inside a word in a narrow window, take brackets for markup, and load rich.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption

from textmine.cli import streams, usage
from textmine.cli.cells import width
from textmine.cli.completion import command_names
from textmine.cli.options import INPUT, OUTPUT, RUN

WIDEST = 100  # columns of a line: longer ones are hard to read
LEFT = 28  # columns for an option and what it takes; where that is more, the text begins on the next line
HEADING, NAME, PLAIN = "\x1b[1m", "\x1b[36m", "\x1b[0m"


class Command(usage.Command):
    """A command whose help is laid out here."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        # Completion asks what was given, not whether it is right: checks would import pydantic and numpy.
        parser = self.make_parser(ctx)
        given, ctx.args, _ = parser.parse_args(args=args)
        for parameter in self.get_params(ctx):
            ctx.params[parameter.name], source = parameter.consume_value(ctx, given)
            ctx.set_parameter_source(parameter.name, source)
        ctx._opt_prefixes.update(parser._opt_prefixes)
        return list(ctx.args)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return ["[OPTIONS]", *(argument_name(one) for one in self.params if isinstance(one, TyperArgument))]

    def get_short_help_str(self, limit: int = 0) -> str:
        """The summary, whole: what has no room for it cuts it itself."""
        return paragraphs(split_help(self.help)[0])[0]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        page = _begun(self, ctx)
        entries: dict[str, list[Entry]] = {"Arguments": [], "Options": []}
        for parameter in self.get_params(ctx):
            if isinstance(parameter, TyperArgument):
                entries["Arguments"].append(_argument(parameter))
            elif isinstance(parameter, TyperOption) and not parameter.hidden:
                entries.setdefault(parameter.rich_help_panel or "Options", []).append(_option(parameter))
        last = {panel: entries.pop(panel) for panel in (INPUT, OUTPUT, RUN) if panel in entries}
        page.panels(entries | last)
        formatter.write(page.text())


class Group(TyperGroup):
    """The program: its commands come in groups, which are their panels."""

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.default = False  # for None typer imports pydantic, 0.07 s at each press of the tab key
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:
        page = _begun(self, ctx)
        commands: dict[str, list[Entry]] = {}
        for name, command in self.commands.items():
            if not command.hidden:
                panel = getattr(command, "rich_help_panel", None) or "Commands"
                commands.setdefault(panel, []).append((name, [command.get_short_help_str().split()]))
        page.panels(commands)
        entries: dict[str, list[Entry]] = {"Options": []}
        for option in self.get_params(ctx):
            if isinstance(option, TyperOption):
                entries.setdefault(option.rich_help_panel or "Options", []).append(_option(option))
        page.panels(entries)
        formatter.write(page.text())


def help(
    context: typer.Context,
    command: Annotated[
        str | None,
        typer.Argument(
            metavar="COMMAND",
            help="What to tell about; none: the program.",
            show_default=False,
            autocompletion=command_names,
        ),
    ] = None,
) -> None:
    """Tell what a command does, with its options and examples.

    The same as `textmine COMMAND --help`, or without COMMAND as `textmine --help`.

    Examples:

        textmine help

        textmine help discover-terms
    """
    program = context.find_root()
    if command is None:
        typer.echo(program.get_help())
        return
    assert isinstance(program.command, TyperGroup)
    name, found, _ = program.command.resolve_command(program, [command])
    assert found is not None  # else it has raised
    typer.echo(found.get_help(typer.Context(found, info_name=name, parent=program)))


# What stands on the left, and paragraphs of words: a word, which may hold blanks, is never cut.
Entry = tuple[str, list[list[str]]]


class Page:
    """Lines that fit the terminal, with colours where they are seen."""

    def __init__(self) -> None:
        # A pager between us and the terminal leaves standard error there.
        columns = streams.columns(sys.stdout) or streams.columns(sys.stderr) or 80
        self._columns = min(columns, WIDEST)
        self._coloured = is_coloured()
        self._lines: list[str] = []

    def text(self) -> str:
        return "\n".join(self._lines) + "\n"

    def usage(self, line: str) -> None:
        first, *more = wrapped(line.split(), self._columns - 7)
        self._lines += [f"{self._painted('Usage:', HEADING)} {first}", *(f"       {rest}" for rest in more)]

    def paragraph(self, text: str) -> None:
        self._lines += ["", *wrapped(text.split(), self._columns)]

    def examples(self, lines: Sequence[str]) -> None:
        """Each on its line, to be copied."""
        self._lines += ["", self._painted("Examples:", HEADING), *(f"  {line}" for line in lines)]

    def panels(self, panels: dict[str, list[Entry]]) -> None:
        """Entries under headings, with one column on the left for all."""
        names = [width(name) for entries in panels.values() for name, _ in entries]
        left = max((name for name in names if name <= LEFT), default=0) + 4
        for title, entries in panels.items():
            if entries:
                self._lines += ["", self._painted(f"{title}:", HEADING)]
            for name, told in entries:
                lines = [line for words in told for line in wrapped(words, self._columns - left)]
                lines = [" " * left + line for line in lines]
                painted = f"  {self._painted(name, NAME)}"
                if lines and width(name) <= LEFT:
                    lines[0] = painted + lines[0][2 + width(name) :]
                else:
                    lines.insert(0, painted)
                self._lines += lines

    def _painted(self, text: str, colour: str) -> str:
        return f"{colour}{text}{PLAIN}" if self._coloured else text


def _begun(command: Command | Group, context: Any) -> Page:
    """A page with what stands before the entries."""
    page = Page()
    page.usage(f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}")
    text, lines = split_help(command.help)
    for paragraph in paragraphs(text):
        page.paragraph(paragraph)
    if lines:
        page.examples(lines)
    return page


def split_help(docstring: str | None) -> tuple[str, list[str]]:
    """A docstring before its `Examples:`, and the lines of shell after it."""
    text, _, lines = inspect.cleandoc(docstring or "").partition("\nExamples:\n")
    return text.strip(), [line.strip() for line in lines.splitlines() if line.strip()]


def paragraphs(text: str) -> list[str]:
    """A paragraph a line."""
    return [" ".join(part.split()) for part in text.split("\n\n")]


def argument_name(argument: TyperArgument) -> str:
    """VECTORS, or [WORDS]... for what may be left out and may be several."""
    name = argument.metavar or argument.name.upper()
    return (name if argument.required else f"[{name}]") + ("..." if argument.nargs != 1 else "")


def _argument(argument: TyperArgument) -> Entry:
    return argument_name(argument), [(argument.help or "").split()]


def _option(option: TyperOption) -> Entry:
    """Short names first, the long ones below each other."""
    names = sorted(option.opts, key=len)
    left = ("" if len(names[0]) == 2 else "    ") + ", ".join(names)
    if option.secondary_opts:
        left += f", {', '.join(option.secondary_opts)}"
    told = [(option.help or "").split()]
    if not option.is_flag:
        metavar, choices = _metavar(option)
        left += f" {metavar}"
        if choices:
            told.append(["one", "of:", *(f"{choice}," for choice in choices[:-1]), choices[-1]])
    told[-1] += _brackets(option)
    return left, told


def _metavar(option: TyperOption) -> tuple[str, list[str]]:
    """What to give, in few columns, and what there is to choose from: of `jieba|none|FILE` NAME|FILE and the
    three."""
    fallback = sorted(option.opts, key=len)[-1].split("-")[-1].upper()  # FORMAT for --input-format
    choices = [str(choice) for choice in option.type_descriptor.choices or ()]
    if choices or option.metavar is None:
        return option.metavar or fallback, choices
    parts = option.metavar.split("|")
    if all(part.isupper() for part in parts) or len(parts) == 1:
        return option.metavar, []
    return "|".join(dict.fromkeys(part if part.isupper() else "NAME" for part in parts)), parts


def _brackets(option: TyperOption) -> list[str]:
    """What else there is to know: bounds, the default, that it is needed."""
    found = []
    least, most = option.min, option.max
    if least is not None and most is not None:
        found.append(f"[{_number(least)} to {_number(most)}]")
    elif least is not None and least > 1:
        found.append(f"[at least {_number(least)}]")
    default = option.default
    if option.required:
        found.append("[required]")
    elif option.is_flag and option.secondary_opts:
        found.append(f"[default: {(option.opts if default else option.secondary_opts)[0]}]")
    elif isinstance(default, float):
        found.append(f"[default: {_number(default)}]")
    elif not option.is_flag and not callable(default) and default not in (None, "") and option.show_default:
        found.append(f"[default: {default}]")
    return found


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def wrapped(words: Iterable[str], columns: int) -> list[str]:
    """Lines of as many words as go into `columns`; a wider word has a line for itself."""
    lines: list[str] = []
    room = -1
    for word in words:
        room -= width(word) + 1
        if room < 0:
            lines.append(word)
            room = columns - width(word)
        else:
            lines[-1] += f" {word}"
    return lines


def is_coloured() -> bool:
    """Whether standard output is a terminal that shows colours, to somebody who wants them."""
    return not streams.is_plain(sys.stdout) and not os.environ.get("NO_COLOR")
