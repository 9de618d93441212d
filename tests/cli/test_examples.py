"""Every example of every command's help works, and the pages in docs/ are what the help says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from docs import write_command_pages
from docs.write_command_pages import examples
from tests.cli.program import textmine
from tests.processes import run_process
from textmine.cli.app import COMMANDS, HELP, command_name
from textmine.cli.options import (
    DocumentOption,
    Inputs,
    MemoryOption,
    NormaliseOption,
    QuietOption,
    SeedOption,
)

ROOT = Path(__file__).parents[2]
DOCUMENTED = (*COMMANDS, *HELP)
PLAIN = re.compile(r"textmine (?!doctor)[\w ./,。=-]+")  # no shell is needed


@pytest.mark.parametrize("command", DOCUMENTED, ids=command_name)
def test_every_command_has_examples(command: write_command_pages.Command) -> None:
    """With two columns before it, a line is to go into a terminal of 80."""
    assert any(f"textmine {command_name(command)}" in line for line in examples(command))
    assert max(map(cell_len, examples(command))) <= 76


@pytest.mark.parametrize("command", DOCUMENTED, ids=command_name)
def test_examples(command: write_command_pages.Command, tmp_path: Path) -> None:
    """One after the other in one folder, as what the first makes may be for the next."""
    # Not in the repository itself: an example may write files.
    (tmp_path / "data").symlink_to(ROOT / "data")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    for line in examples(command):
        if PLAIN.fullmatch(line):
            done = textmine(*line.split()[1:], folder=tmp_path)
        else:
            done = run_process(
                ["bash", "-o", "pipefail", "-ec", line],
                stdin=subprocess.DEVNULL,
                text=True,
                cwd=tmp_path,
                env={**os.environ, "PATH": path},
            )
        assert done.returncode == 0, f"{line}: {done.stderr}"
        written = re.search(r" (?:-o|>) (\S+)$", line)
        assert (tmp_path / written[1]).stat().st_size if written else done.stdout.strip(), line


def sample(
    inputs: Inputs,
    *,
    normalise: NormaliseOption,
    document: DocumentOption = "line",
    memory: MemoryOption = None,
    seed: SeedOption = 0,
    quiet: QuietOption = False,
) -> None:
    """Do something.

    It takes a while.

    Examples:

        textmine sample data/a.txt

        cat data/a.txt | textmine sample
    """


def test_what_a_page_holds() -> None:
    assert examples(sample) == ["textmine sample data/a.txt", "cat data/a.txt | textmine sample"]
    lines = write_command_pages.page(sample).splitlines()
    assert "# textmine sample" in lines and "textmine sample [OPTIONS] [INPUTS]..." in lines
    assert lines[lines.index("Do something.") + 2] == "It takes a while."
    starts = [line.rsplit("|", 2)[0] for line in lines if line.startswith("| `")]
    assert starts == [
        "| `[INPUTS]...` |  ",
        "| `--normalise` `nfkc\\|width\\|lower` |  ",
        "| `--document` `line` \\| `paragraph` \\| `file` | `line` ",
        "| `--memory` `SIZE` |  ",
        "| `--seed` `N` | `0` ",
        "| `--quiet`, `-q` |  ",
    ]


def test_pages_are_up_to_date() -> None:
    assert write_command_pages.main(["--check"]) == 0
