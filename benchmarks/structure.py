"""Figures of the structure of the code: how long, how wide, how tied.

python benchmarks/structure.py CHECKOUT...

For each checkout: lines of `textmine/`, of each folder in it and of the longest files, functions with many
parameters, and circles of imports (imports inside functions count, those for the type checker alone do not).
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

LONG, WIDE = 400, 8  # lines of a file; parameters of a function


def main(checkouts: list[str]) -> None:
    """Print the figures of each checkout."""
    for checkout in checkouts:
        root = Path(checkout)
        files = {path: path.read_text("utf-8") for path in sorted((root / "textmine").rglob("*.py"))}
        lines = {path: text.count("\n") for path, text in files.items()}
        trees = {path: ast.parse(text) for path, text in files.items()}
        folders = Counter[str]()
        for path, number in lines.items():
            folders[path.relative_to(root).parts[1] if path.parent.name != "textmine" else "."] += number
        print(f"{checkout}: {sum(lines.values())} lines in {len(files)} files")
        print("  folders:", ", ".join(f"{name} {number}" for name, number in sorted(folders.items())))
        outside = {path: n for path, n in lines.items() if "kernels" not in path.parts and n > LONG}
        print(
            f"  files over {LONG} lines outside kernels/:",
            ", ".join(f"{path.relative_to(root)} {number}" for path, number in outside.items()) or "none",
        )
        wide = [name for path, tree in trees.items() if "kernels" not in path.parts for name in wider(tree)]
        kernels = sum(len(list(wider(tree))) for path, tree in trees.items() if "kernels" in path.parts)
        print(f"  functions with {WIDE} and more parameters: {len(wide)} outside kernels/, {kernels} in it")
        print("  circle of imports:", circle(root, trees))


def wider(tree: ast.Module) -> Iterator[str]:
    """The functions that take too much, `self` and `cls` not counted."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            given = node.args
            names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
            if len([name for name in names if name not in ("self", "cls")]) >= WIDE:
                yield node.name


def circle(root: Path, trees: dict[Path, ast.Module]) -> str:
    """One circle, if there is any."""
    names = {module(root, path): path for path in trees}
    graph = {name: set(imported(trees[path], names)) - {name} for name, path in names.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return " -> ".join(error.args[1])
    return "none"


def module(root: Path, path: Path) -> str:
    """The name by which the file is imported."""
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def imported(tree: ast.AST, names: dict[str, Path]) -> Iterator[str]:
    """The modules of the package that are imported when the code runs."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and node.module in names:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [name for name in inner if name in names]
            yield from modules
            if len(modules) < len(inner):
                yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        yield from imported(node, names)


if __name__ == "__main__":
    main(sys.argv[1:])
