"""The help of every command: whole at any width, no word cut, nothing wider than the terminal; `help`."""

from __future__ import annotations

import re
import sys

import pytest
import typer
from rich.cells import cell_len
from typer.core import TyperGroup, TyperOption

from tests.cli.program import textmine, textmine_process
from tests.terminal.ends import run
from textmine.cli.app import COMMANDS, GROUPS, HELP, app, command_name
from textmine.cli.help import split_help, wrapped

COMMAND_NAMES = [command_name(command) for command in (*COMMANDS, *HELP)]
WIDTHS = (60, 80, 120)
PROGRAM = typer.main.get_command(app)
TYPES = re.compile(r"<(list|path|file|directory|bool|str|int|float|any)\b", re.IGNORECASE)


def shown(name: str | None, columns: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """The help of a command, or of the program, as a terminal of that width gets it."""
    monkeypatch.setenv("COLUMNS", str(columns))
    program = typer.Context(PROGRAM, info_name="textmine", help_option_names=["--help", "-h"])
    if name is None:
        return PROGRAM.get_help(program)
    assert isinstance(PROGRAM, TyperGroup)
    command = PROGRAM.commands[name]
    return command.get_help(typer.Context(command, info_name=name, parent=program))


def flat(text: str) -> str:
    """One blank between words, however they are laid out."""
    return " ".join(text.split())


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", [None, *COMMAND_NAMES])
def test_no_line_is_wider_than_the_terminal(
    name: str | None, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = shown(name, columns, monkeypatch)
    lines = text.splitlines()
    assert max(map(cell_len, lines)) <= 100
    examples = lines.index("Examples:")
    others = [*lines[:examples], *lines[lines.index("", examples) :]]
    assert max(map(cell_len, others)) <= columns
    assert max(map(cell_len, lines)) <= max(columns, 78)  # an example is one line, to be copied
    assert not TYPES.search(text)


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", COMMAND_NAMES)
def test_everything_is_there_and_whole(name: str, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(PROGRAM, TyperGroup)
    command = PROGRAM.commands[name]
    text = shown(name, columns, monkeypatch)
    words = {word.strip("[]().;,") for word in text.split()}
    docstring, examples = split_help(command.help)
    assert flat(docstring) in flat(text)  # brackets and all
    assert set(examples) <= {line.strip() for line in text.splitlines()}
    for parameter in command.params:
        assert flat(getattr(parameter, "help", "")) in flat(text)
        assert {*parameter.opts, *parameter.secondary_opts} <= words or not isinstance(parameter, TyperOption)
        if isinstance(parameter, TyperOption):
            assert {str(choice) for choice in parameter.type_descriptor.choices or ()} <= words
            if parameter.metavar is not None and "|" not in parameter.metavar:
                assert f" {parameter.metavar} " in f"{flat(text)} "


def test_brackets_are_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "textmine[neural]" in shown("sample", 80, monkeypatch)
    assert "`pip install 'textmine[english]'`" in flat(shown("similarity", 60, monkeypatch))


def test_choices_defaults_and_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    text = flat(shown("analogy", 60, monkeypatch))
    assert "one of: 3cosadd, 3cosmul, pmi, euclidean [default: 3cosadd]" in text
    assert "Usage: textmine analogy [OPTIONS] VECTORS [A B C]..." in text
    text = flat(shown("train-glove", 80, monkeypatch))
    assert "--tokenizer NAME|FILE How text" in text
    assert "one of: whitespace, word, char, jieba, FILE [default: whitespace]" in text
    assert "-o, --output VECTORS" in text and "[required]" in text
    assert "--symmetric, --left" in text and "[default: --symmetric]" in text
    assert "[1 to 4,096] [default: 100]" in text


def test_commands_come_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(None, 120, monkeypatch).splitlines()
    for group, commands in GROUPS.items():
        start = lines.index(f"{group}:")
        entries = lines[start + 1 : lines.index("", start)]
        assert [line.split()[0] for line in entries] == [command_name(command) for command in commands]
    assert all(f"{name}:" in lines for name in ("Help", "Options", "Completion"))


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colours_are_for_terminals(environment: dict[str, str], coloured: bool) -> None:
    unset = {"NO_COLOR": "", "COLUMNS": ""}  # of whatever runs the tests
    done = run(("segment", "--help"), out="terminal", environment={**unset, **environment}, size=(24, 60))
    assert done.code == 0 and (b"\x1b[1mExamples:\x1b[0m" in done.screen) == coloured
    assert (b"\x1b" in done.screen) == coloured
    plain = re.sub(r"\x1b\[\d+m", "", done.screen.decode()).replace("\r\n", "\n")
    assert plain == textmine("segment", "--help", environment={"COLUMNS": "60"}).stdout


def test_help_tells_the_same() -> None:
    for name in ("segment", "help"):
        asked, given = textmine("help", name), textmine(name, "--help")
        assert (asked.returncode, asked.stdout, asked.stderr) == (0, given.stdout, "") and given.stdout
    whole = textmine("--help")
    assert whole.returncode == 0
    for arguments, code in ((["help"], 0), (["-h"], 0), ([], 2)):
        done = textmine(*arguments)
        assert (done.returncode, done.stdout, done.stderr) == (code, whole.stdout, "")


def test_help_for_what_is_no_command() -> None:
    done = textmine("help", "discover-term")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no command discover-term; did you mean discover-terms?" in done.stderr


def test_version_and_module() -> None:
    done = textmine("-V")
    assert done.returncode == 0 and re.fullmatch(r"textmine 0\.\S+ \(Python 3\.\S+\)\n", done.stdout)
    module = (sys.executable, "-m", "textmine")
    assert textmine_process("--version", program=module).stdout == done.stdout
    for arguments in (["--help"], ["segment", "--help"], ["nonsense"]):
        asked, given = textmine_process(*arguments, program=module), textmine(*arguments)
        assert (asked.returncode, asked.stdout, asked.stderr) == (
            given.returncode,
            given.stdout,
            given.stderr,
        )


def test_a_locale_without_chinese_gets_help() -> None:
    done = textmine_process("sample", "--help", environment={"PYTHONIOENCODING": "latin-1"})
    assert done.returncode == 0 and r"--keywords \u66f9\u64cd" in done.stdout and done.stderr == ""


def test_words_are_not_cut() -> None:
    assert wrapped(["ab", "c", "defghij", "曹操"], 4) == ["ab c", "defghij", "曹操"]
    assert wrapped(["曹操", "x"], 5) == ["曹操", "x"] and wrapped(["曹操", "x"], 6) == ["曹操 x"]
    assert wrapped(["[default:", "x"], 4) == ["[default:", "x"] and wrapped([], 4) == []
