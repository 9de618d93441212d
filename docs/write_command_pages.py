"""Write `docs/COMMAND.md` for every command out of what `--help` shows: its docstring and its options.

python docs/write_command_pages.py            write the pages
python docs/write_command_pages.py --check    only say which pages are out of date, and exit with 1 then
"""

from __future__ import annotations

import inspect
import sys
import types
import typing
from collections.abc import Callable
from pathlib import Path

import typer
from typer.models import ArgumentInfo, OptionInfo

from textmine.cli.app import COMMANDS, HELP, command_name
from textmine.cli.help import split_help

Command = Callable[..., None]


def main(arguments: list[str]) -> int:
    """Write or check all pages; 1 when a checked page is not what would be written."""
    stale = 0
    for command in (*COMMANDS, *HELP):
        path = Path(__file__).with_name(f"{command_name(command)}.md")
        wanted = page(command)
        if path.exists() and path.read_text("utf-8") == wanted:
            continue
        if "--check" in arguments:
            print(f"docs/{path.name} is out of date; run python docs/write_command_pages.py", file=sys.stderr)
            stale = 1
        else:
            path.write_text(wanted, "utf-8")
            print(f"wrote docs/{path.name}")
    return stale


def page(command: Command) -> str:
    """The page of one command, in Markdown."""
    name = command_name(command)
    text, _ = split_help(command.__doc__)
    hints = typing.get_type_hints(command, include_extras=True)
    panels: dict[str, list[str]] = {"Options": []}
    arguments = ""
    for parameter in inspect.signature(command).parameters.values():
        if hints[parameter.name] is typer.Context:
            continue
        kind, info = typing.get_args(hints[parameter.name])[:2]
        if isinstance(info, ArgumentInfo):
            metavar = info.metavar or parameter.name.upper()
            required = parameter.default is inspect.Parameter.empty and info.default_factory is None
            shown = metavar if required else f"[{metavar}]"
            shown += "..." if typing.get_origin(kind) is list else ""
            arguments += f" {shown}"
            panels.setdefault("Arguments", []).append(row(f"`{shown}`", default(parameter), info))
        elif isinstance(info, OptionInfo):
            # typer.Option("--name", "-n") keeps its first name as the default until the program is built
            names = ", ".join(f"`{name}`" for name in (info.default, *(info.param_decls or ())))
            used = f"{names} {value(kind, info)}".rstrip()
            panels.setdefault(info.rich_help_panel or "Options", []).append(
                row(used, default(parameter), info)
            )
    parts = [
        "<!-- Written by docs/write_command_pages.py from the command's help: change it there. -->",
        f"# textmine {name}",
        text,
        f"```\ntextmine {name} [OPTIONS]{arguments}\n```",
        "## Examples",
        "```sh\n" + "\n".join(examples(command)) + "\n```",
    ]
    for panel in ("Arguments", *(panel for panel in panels if panel != "Arguments")):
        if panels.get(panel):
            head = "| | default | |\n| --- | --- | --- |"
            parts += [f"## {panel}", "\n".join([head, *panels[panel]])]
    return "\n\n".join(parts) + "\n"


def examples(command: Command) -> list[str]:
    """The example lines of the command's help, each one line of shell."""
    return split_help(command.__doc__)[1]


def value(kind: object, info: OptionInfo) -> str:
    """What follows the option: its choices, its metavar or its type; nothing for a flag."""
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) is typing.Literal:
        return " \\| ".join(f"`{choice}`" for choice in arguments)
    if info.metavar and not any(typing.get_origin(part) is typing.Literal for part in arguments):
        return f"`{info.metavar}`".replace("|", r"\|")
    if typing.get_origin(kind) in (types.UnionType, typing.Union, list):
        return value(next(part for part in arguments if part is not type(None)), info)
    return (
        ""
        if kind is bool
        else {str: "`TEXT`", int: "`N`", float: "`X`", Path: "`FILE`"}[typing.cast(type, kind)]
    )


def default(parameter: inspect.Parameter) -> str:
    """The default as it would be typed; nothing where none is or the option is simply off."""
    if any(parameter.default is nothing for nothing in (inspect.Parameter.empty, None, False)):
        return ""
    return "on" if parameter.default is True else f"`{parameter.default}`"


def row(first: str, second: str, info: ArgumentInfo | OptionInfo) -> str:
    """One line of a table."""
    return f"| {first} | {second} | {(info.help or '').replace('|', chr(92) + '|')} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
