"""--top 0 is all, everywhere."""

from __future__ import annotations

from inspect import signature

import pytest

from tests.terminal.cases import Case, Material
from tests.terminal.ends import run
from textmine.cli.app import COMMANDS, command_name

NAMES = [command_name(command) for command in COMMANDS if "top" in signature(command).parameters]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """A command line for each command, on little text."""
    return {case.name: case for case in Material(tmp_path_factory.mktemp("material")).cases("short")}


@pytest.mark.parametrize("name", NAMES)
def test_0_is_all(name: str, cases: dict[str, Case]) -> None:
    def rows(top: int) -> list[bytes]:
        ran = run(cases[name].line("--top", str(top), "-q"), stdin=cases[name].stdin)
        assert ran.code == 0, ran.err
        return ran.out.splitlines()

    assert rows(0) == rows(10**9)
    assert len(rows(0)) > len(rows(1))
