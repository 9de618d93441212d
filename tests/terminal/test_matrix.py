"""A part of `tests/terminal/matrix.py` that meets every command, and every combination of ends.

A long run of each at the ends where rows were once lost; and a short one of some commands at all ends.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.terminal.cases import Material, Size
from tests.terminal.ends import STDERR, STDOUT, End
from tests.terminal.matrix import Trial
from textmine.cli.app import COMMANDS, command_name

NAMES = [command_name(command) for command in COMMANDS]
# Rows at the end, rows as they come, lines of text, a file alone: two of them at each combination.
KINDS = ("discover-terms", "score", "segment", "train-lm")
COMBINATIONS: list[tuple[End, End]] = [(out, err) for out in STDOUT for err in STDERR]
PART = [
    (out, err, KINDS[place]) for n, (out, err) in enumerate(COMBINATIONS) for place in (n % 4, (n + 2) % 4)
]


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Size, str], Trial]:
    """The trial of a command; what it does without a terminal is looked at once."""
    material = Material(tmp_path_factory.mktemp("material"))

    @cache
    def trial(size: Size, name: str) -> Trial:
        case = next(case for case in material.cases(size) if case.name == name)
        return Trial(case, tmp_path_factory.mktemp(f"{name}-{size}"))

    return trial


def test_no_command_is_left_out(tmp_path: Path) -> None:
    assert [case.name for case in Material(tmp_path).cases("short")] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_progress_takes_nothing_from_the_rows(name: str, trials: Callable[[Size, str], Trial]) -> None:
    assert list(trials("long", name).faults("file", "terminal")) == []


@pytest.mark.parametrize("name", NAMES)
def test_tables_have_the_cells_of_the_rows(name: str, trials: Callable[[Size, str], Trial]) -> None:
    trial = trials("short", name)
    if trial.case.rows and not trial.case.plain:
        assert list(trial.table_faults()) == []


@pytest.mark.parametrize(("out", "err", "name"), PART)
def test_all_ends(out: End, err: End, name: str, trials: Callable[[Size, str], Trial]) -> None:
    assert list(trials("short", name).faults(out, err)) == []
