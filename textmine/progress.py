"""How long work reports that it goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, "int | None"], None]
"""`on_progress(stage, done, total)`: `done` of `total` units of the named stage; `total` is None when
unknown."""


def silent(stage: str, done: int, total: int | None) -> None:
    """The default callback: says nothing."""


def part(on_progress: Progress, name: str) -> Progress:
    """A callback for a part of the work whose stages are called as those of another part."""
    return lambda stage, done, total: on_progress(f"{name}: {stage}", done, total)
