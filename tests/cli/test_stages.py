"""The plans of progress name what the commands go through."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.terminal.cases import Material
from textmine.cli.app import COMMANDS, app, command_name
from textmine.cli.share import Share

SILENT = {"evaluate-terms", "importance", "doctor"}  # they take no time, or (.npz) are mapped into memory


OPTIONAL = {  # planned, and left out where the texts are small, or the file needs no reading
    "loading vectors",
    "loading the model",
    "segmenting (2)",
    "segmenting (3)",
}
plan: list[str] = []  # of the last run
make = Share.__init__


def remember(self: Share, stages: Mapping[str, float]) -> None:
    """Of `a|b`, one is enough."""
    plan[:] = [key.partition("*")[0] for key in stages]
    make(self, stages)


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return Material(tmp_path_factory.mktemp("material"))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """The stages that are reported from here on, and whether they are in the plan."""
    stages: dict[str, bool] = {}
    plan.clear()
    monkeypatch.setattr(Share, "__init__", remember)
    hear = Share.hear

    def listen(self: Share, stage: str, done: int, total: int | None, now: float) -> None:
        if not stage.startswith(("compiling", "spooling")):
            stages[stage] = stage in self._place
        hear(self, stage, done, total, now)

    monkeypatch.setattr(Share, "hear", listen)
    return stages


def unplanned(heard: dict[str, bool]) -> list[str]:
    return [stage for stage, planned in heard.items() if not planned]


def unheard(heard: dict[str, bool]) -> list[str]:
    return [key for key in plan if not OPTIONAL.union(heard).intersection(key.split("|"))]


@pytest.mark.parametrize("name", [command_name(command) for command in COMMANDS])
def test_what_is_reported_is_planned(
    name: str, material: Material, heard: dict[str, bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = next(case for case in material.cases("short") if case.name == name)
    with (case.stdin or Path(os.devnull)).open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        app(list(map(str, case.line("-o", tmp_path / f"made{case.ending}"))), standalone_mode=False)
    assert unplanned(heard) == unheard(heard) == []
    assert bool(heard) == (name not in SILENT)


@pytest.mark.parametrize(
    "arguments",
    [
        ("discover-terms", "TEXT", "--method", "cohesion"),
        ("discover-terms", "TEXT", "--method", "redundancy", "--examples", "1"),
        ("discover-terms", "TEXT", "--method", "learned"),
        ("discover-terms", "TEXT", "--background", "TEXT"),
        ("similarity", "TEXT", "TEXT"),
        ("similarity", "TEXT", "TEXT", "--mode", "matrix"),
        ("expand-terms", "TERMS", "--corpus", "TEXT"),
    ],
    ids=" ".join,
)
def test_other_ways_through(
    arguments: tuple[str, ...], material: Material, heard: dict[str, bool], tmp_path: Path
) -> None:
    material.cases("short")
    folder = material.folder / "short"
    names = {"TEXT": str(folder / "part.txt"), "TERMS": str(folder / "terms.tsv")}
    line = [names.get(argument, argument) for argument in arguments]
    app([*line, "-o", str(tmp_path / "made.tsv")], standalone_mode=False)
    assert heard and unplanned(heard) == unheard(heard) == []


def test_a_model_as_text(material: Material, heard: dict[str, bool], tmp_path: Path) -> None:
    material.cases("short")
    text = str(material.folder / "short" / "part.txt")
    app(["train-lm", text, "-o", str(tmp_path / "made.arpa")], standalone_mode=False)
    assert "writing n-grams" in heard and unplanned(heard) == unheard(heard) == []
