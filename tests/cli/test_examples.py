"""Every example of every command's help works, and the pages in docs/ are what the help says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs import write_command_pages
from docs.write_command_pages import examples
from textmine.cli.app import COMMANDS, command_name
from textmine.cli.options import (
    DocumentOption,
    Inputs,
    MemoryOption,
    NormaliseOption,
    QuietOption,
    SeedOption,
)

ROOT = Path(__file__).parents[2]
LINES = [(command_name(command), line) for command in COMMANDS for line in examples(command)]


@pytest.mark.parametrize("command", COMMANDS, ids=command_name)
def test_every_command_has_examples(command: write_command_pages.Command) -> None:
    assert examples(command)
    assert all(f"textmine {command_name(command)}" in line and len(line) <= 74 for line in examples(command))


@pytest.mark.parametrize(("name", "line"), LINES)
def test_example(name: str, line: str, tmp_path: Path) -> None:
    # Not in the repository itself: an example may write files.
    (tmp_path / "data").symlink_to(ROOT / "data")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-ec", line],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    written = re.search(r" -o (\S+)$", line)
    assert (tmp_path / written[1]).stat().st_size if written else done.stdout.strip()


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
