"""Completion, asked for as the shells ask, and in the shells themselves where they are."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import pytest

from tests.cli.program import textmine_process
from tests.processes import run_process
from textmine.cli.app import COMMANDS, HELP, command_name
from textmine.cli.completion import column_names, name_or_file
from textmine.cli.discover_terms import Column

SHELLS = ("bash", "zsh", "fish")
# What is typed, and what may come there. A new word begins after a blank.
QUESTIONS = [
    ("disc", ["discover-terms"]),
    ("train-", ["train-glove", "train-lm", "train-svd", "train-word2vec"]),
    ("help nei", ["neighbors"]),
    ("--ver", ["--version"]),
    ("discover-terms --so", ["--sort"]),
    ("train-glove --no", ["--no-truncate", "--normalise"]),
    ("discover-terms --sort c", ["cohesion", "count"]),
    ("discover-terms --sort ", sorted(get_args(Column))),
    ("discover-terms data/x.txt -q --format j", ["jsonl"]),
    ("segment --normalise w", ["width"]),
    ("segment --lexicon ji", ["jieba"]),
    ("similarity --convert common,s", ["common,sif"]),
    ("discover-terms --show term,cou", ["term,count"]),
    ("doctor --show check,", ["check,advice", "check,state", "check,value"]),
    ("segment no-such-", []),
    ("score m.lm --top x --per", ["--per-token"]),  # what is wrong is told when it runs
    ("discover-terms --top 3 --to", []),  # once is enough
    ("discover-terms --nonsense --onl", ["--only-new"]),
]


def asked(shell: str, typed: str) -> list[str]:
    """The answers to what the script of a shell asks, without descriptions, in alphabetical order."""
    words = f"textmine {typed}"
    environment = {
        "_TEXTMINE_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "_TYPER_COMPLETE_ARGS": words,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = textmine_process(environment=environment)
    assert done.returncode == 0 and done.stderr == ""
    lines = done.stdout.splitlines()
    if shell == "zsh":
        assert (done.stdout == "_files\n") == (not lines or lines == ["_files"])
        lines = [line.removeprefix("_arguments '*: :((").removesuffix("))'") for line in lines]
        lines = [line.split('"')[1] for line in lines if line != "_files"]
    return sorted(line.split("\t")[0] for line in lines if line)


@pytest.mark.parametrize(("typed", "wanted"), QUESTIONS)
@pytest.mark.parametrize("shell", SHELLS)
def test_answers(shell: str, typed: str, wanted: list[str]) -> None:
    assert asked(shell, typed) == wanted


def test_all_commands() -> None:
    assert asked("bash", "") == sorted(map(command_name, (*COMMANDS, *HELP)))


def test_descriptions_keep_their_brackets() -> None:
    environment = {"_TEXTMINE_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    done = textmine_process(environment={**environment, "_TYPER_COMPLETE_ARGS": "textmine segment --lex"})
    name, _, told = done.stdout.strip().partition("\t")
    assert name == "--lexicon" and told
    environment["_TEXTMINE_COMPLETE"] = "complete_zsh"
    done = textmine_process(
        environment={**environment, "_TYPER_COMPLETE_ARGS": "textmine discover-terms --kno"}
    )
    assert done.stdout == (
        '_arguments \'*: :(("--known":"Add a column: is it in jieba’s dictionary, or in a file?"))\'\n'
    ).replace("column:", r"column\\:")


def test_columns_with_commas_between() -> None:
    complete = column_names(("term", "count", "cohesion"))
    assert complete("") == ["term", "count", "cohesion"] and complete("co") == ["count", "cohesion"]
    assert complete("term,cou") == ["term,count"] and complete("term,term") == []
    assert complete("count,") == ["count,term", "count,cohesion"] and complete("x") == []


def test_names_and_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news").mkdir()
    for name in ("jargon.txt", ".hidden"):
        (tmp_path / name).touch()
    complete = name_or_file("jieba", "none")
    assert complete("") == ["jieba", "none", "jargon.txt", "news/"]
    assert complete("n") == ["none", "news/"] and complete("j") == ["jieba", "jargon.txt"]
    assert complete("ne") == complete(".h") == []  # the shell's own names of files are as good


@pytest.mark.parametrize("typed", ["disc", "discover-terms --sort c", "train-svd -o x.npz --dim"])
def test_nothing_heavy_is_loaded(typed: str) -> None:
    environment = {"_TEXTMINE_COMPLETE": "complete_bash", "COMP_WORDS": f"textmine {typed}"}
    environment["COMP_CWORD"] = str(len(typed.split(" ")))
    code = (
        "import atexit, sys; from textmine.cli.app import main\n"
        "heavy = ('numpy', 'numba', 'scipy', 'rich', 'jieba', 'pydantic')\n"
        "atexit.register(lambda: print('loaded', *(m for m in heavy if m in sys.modules)))\n"
        "main()"
    )
    program = (sys.executable, "-c", code)
    done = textmine_process(program=program, environment=environment)
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == "loaded"


def in_shell(shell: str, script: str, folder: Path) -> list[str]:
    """The lines that a script says, with the program on the path."""
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"needs {shell}, which is not installed")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path, "HOME": str(folder), "TERM": "dumb"}
    options: Sequence[str] = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    done = run_process(
        [found, *options, "-c", script],
        text=True,
        cwd=folder,
        env=environment,
    )
    assert done.stderr == ""
    return str(done.stdout).splitlines()


BASH = """
eval "$(_TEXTMINE_COMPLETE=source_bash textmine)"
COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_textmine_completion textmine
printf '%s\\n' "${{COMPREPLY[@]}}"
complete -p textmine
"""


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("textmine disc", ["discover-terms"]),
        ("textmine discover-terms --sort = co", ["count", "cohesion"]),  # as bash cuts --sort=co
        ("textmine discover-terms --sort =", list(get_args(Column))),
        ("textmine segment no-such-", [""]),
    ],
)
def test_bash(words: str, wanted: list[str], tmp_path: Path) -> None:
    *found, asked = in_shell("bash", BASH.format(words=words), tmp_path)
    assert found == wanted
    assert asked == "complete -o default -F _textmine_completion textmine"  # default: else names of files


def test_fish(tmp_path: Path) -> None:
    (tmp_path / "novel.txt").touch()
    script = "_TEXTMINE_COMPLETE=source_fish textmine | source; complete -C 'textmine {}'"
    assert in_shell("fish", script.format("discover-terms --sort c"), tmp_path) == ["cohesion", "count"]
    assert in_shell("fish", script.format("disc"), tmp_path)[0].split("\t")[0] == "discover-terms"
    assert in_shell("fish", script.format("segment nov"), tmp_path) == ["novel.txt"]


ZSH = """
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1=; autoload -Uz compinit; compinit -u -D'
zpty -w z 'eval "$(_TEXTMINE_COMPLETE=source_zsh textmine)"; print rea""dy'
zpty -r z seen '*ready*'
zpty -w -n z $'{typed}\\t'
zpty -r z seen '*{wanted}*'  # until it is there
print done
"""


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("textmine disc", "discover-terms"),
        ("textmine discover-terms --so", "--sort"),
        ("textmine discover-terms --sort coh", "cohesion"),
        ("textmine segment nov", "novel.txt"),
    ],
)
def test_zsh(typed: str, wanted: str, tmp_path: Path) -> None:
    (tmp_path / "novel.txt").touch()
    assert in_shell("zsh", ZSH.format(typed=typed, wanted=wanted), tmp_path) == ["done"]


@pytest.mark.parametrize("shell", SHELLS)
def test_install(shell: str, tmp_path: Path) -> None:
    script = "textmine --install-completion; textmine --show-completion"
    said = in_shell(shell, f"{script}; true", tmp_path)  # the last one would take the shell's place
    assert f"{shell} completion installed in {tmp_path}" in said[0]
    places = {
        "bash": ".bash_completions/textmine.sh",
        "zsh": ".zfunc/_textmine",
        "fish": ".config/fish/completions/textmine.fish",
    }
    written = (tmp_path / places[shell]).read_text()
    assert "_TEXTMINE_COMPLETE" in written and written.strip() == "\n".join(said[2:]).strip()
