"""Imports run one way: a package imports those of lower layers, itself, and nothing else of textmine."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import textmine

LAYERS = [
    {"errors"},
    {"arrays", "files", "kernels", "memory", "parallel", "progress"},
    {"corpus"},
    {"words"},
    {"counts"},
    {"language", "vectors"},
    {"terms", "similarity", "sampling"},
    {"pipelines"},
    {"cli"},
    {"__main__"},
]
LEVEL = {package: level for level, packages in enumerate(LAYERS) for package in packages}
ROOT = Path(textmine.__file__).parent


def imported(source: str, module: str) -> Iterator[str]:
    """Full names of the textmine modules (or names in them) that the source of `module` imports, wherever."""
    package = module.split(".")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "textmine")
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(package[: -node.level]) if node.level else ""
            origin = ".".join(part for part in (start, node.module) if part)
            if origin.split(".")[0] == "textmine":
                yield from (f"{origin}.{alias.name}" for alias in node.names)


def arrows_back(source: str, module: str) -> list[str]:
    """The imports of `module` that leave its package other than to a lower layer."""
    own = module.split(".")[1]
    wrong = []
    for name in imported(source, module):
        other = name.split(".")[1] if "." in name else ""
        if other != own and LEVEL.get(other, len(LAYERS)) >= LEVEL[own]:
            wrong.append(f"{module} imports {name}")
    return wrong


def modules() -> list[tuple[str, Path]]:
    paths = (path for path in sorted(ROOT.rglob("*.py")) if path != ROOT / "__init__.py")
    return [(".".join(("textmine", *path.relative_to(ROOT).with_suffix("").parts)), path) for path in paths]


@pytest.mark.parametrize(("module", "path"), modules(), ids=[module for module, _ in modules()])
def test_no_arrow_runs_back(module: str, path: Path) -> None:
    assert arrows_back(path.read_text("utf-8"), module) == []


@pytest.mark.parametrize(
    "line",
    [
        "import textmine.cli.app",
        "from textmine.cli import app",
        "from textmine import cli",
        "from textmine.words.lexicon import Lexicon",
        "from ..terms import lexicon",
        "def late():\n    from textmine.counts import ngrams",
        "from textmine.unheard_of import thing",
        "import textmine",
    ],
)
def test_an_arrow_back_is_found(line: str) -> None:
    assert len(arrows_back(line, "textmine.corpus.sources")) == 1


@pytest.mark.parametrize(
    "line",
    [
        "import numpy",
        "from textmine.errors import InputError",
        "from textmine import errors",
        "from textmine.kernels.trie import walk",
        "from .encoding import decode",
        "from textmine.corpus.encoding import decode",
        "from ..errors import InputError",
    ],
)
def test_an_arrow_down_or_inside_is_fine(line: str) -> None:
    assert arrows_back(line, "textmine.corpus.sources") == []


def test_neighbours_of_one_layer_are_apart() -> None:
    assert arrows_back("from textmine.vectors import train", "textmine.language.ngram")
    assert arrows_back("from textmine.kernels import kernel", "textmine.errors")


def test_every_package_has_its_layer() -> None:
    assert {module.split(".")[1] for module, _ in modules()} <= set(LEVEL)
