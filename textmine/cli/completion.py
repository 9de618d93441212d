"""Completion by the shell: what can be named where, and the options that set it up.

Whatever is asked for here is asked for at each press of the key: nothing heavy may be imported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from typer import _completion_classes as typers
from typer._click.shell_completion import CompletionItem, add_completion_class
from typer.completion import install_callback, show_callback
from typer.core import TyperGroup

Completer: TypeAlias = Callable[[str], list[str]]

PANEL = "Completion"  # of --help

# typer would add these itself; of its own, pydantic is imported for a value that is not there, 0.07 s a run.
InstallOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--install-completion",
        callback=install_callback,
        is_eager=True,
        help="Let the tab key complete commands, options, choices and columns in this shell.",
        rich_help_panel=PANEL,
    ),
]
ShowOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--show-completion",
        callback=show_callback,
        is_eager=True,
        help="Show the lines that do so, to put them where you like.",
        rich_help_panel=PANEL,
    ),
]


def command_names(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The commands of the program, with what they do; to be used as `autocompletion`."""
    program = context.find_root().command
    assert isinstance(program, TyperGroup)
    return [
        (name, command.get_short_help_str())
        for name, command in program.commands.items()
        if name.startswith(incomplete)
    ]


def one_of(*names: str) -> Completer:
    """For `autocompletion` of an option that takes one of some names."""

    def complete(incomplete: str) -> list[str]:
        return [name for name in names if name.startswith(incomplete)]

    return complete


def name_or_file(*names: str) -> Completer:
    """For `autocompletion` of an option that takes a file, or one of some names."""

    def complete(incomplete: str) -> list[str]:
        found = [name for name in names if name.startswith(incomplete)]
        if not found:
            return []  # then shells offer files of their own accord
        with suppress(OSError):
            files = sorted(Path().iterdir())
            found += [f"{file}{'/' * file.is_dir()}" for file in files if file.name.startswith(incomplete)]
        return [name for name in found if incomplete or not name.startswith(".")]

    return complete


def column_names(columns: Sequence[str]) -> Completer:
    """For `autocompletion`: columns with commas between them, each once: `term,cou` becomes `term,count`."""

    def complete(incomplete: str) -> list[str]:
        *given, last = incomplete.split(",")
        return [",".join([*given, name]) for name in columns if name.startswith(last) and name not in given]

    return complete


class Bash(typers.BashComplete):
    """bash tells `--sort=count` as three words."""

    def get_completion_args(self) -> tuple[list[str], str]:
        words, incomplete = super().get_completion_args()
        if len(words) > 1 and words[-1] == "=":
            words.pop()
        return words, incomplete


class Zsh(typers.ZshComplete):
    """Help is plain text here, no markup of rich."""

    def format_completion(self, item: CompletionItem) -> str:
        # typer's script has the answer evaluated: what it does not escape would be run.
        value = super().format_completion(CompletionItem(_inert(item.value)))
        told = _inert((item.help or "").replace("'", "’"))  # which zsh would take for the end of a string
        return f"{value}:{super().format_completion(CompletionItem(told))}" if told else value


def _inert(text: str) -> str:
    """The text with backslashes that typer's escapes do not undo."""
    return text.replace("\\", "\\\\")


class Fish(typers.FishComplete):
    """Help is plain text here, no markup of rich."""

    def format_completion(self, item: CompletionItem) -> str:
        return f"{item.value}\t{' '.join((item.help or '').split())}".rstrip()


def set_up() -> None:
    """Let the shells ask: typer's ways, but for what does not go well there."""
    typers.completion_init()
    for shell in (Bash, Zsh, Fish):
        add_completion_class(shell, shell.name)
