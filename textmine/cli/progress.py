"""Progress and remarks on standard error, drawn from the library's `on_progress` callback."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

PATIENCE = 0.5  # seconds before the bar appears: a short run is not disturbed, nor slowed by importing rich
INTERVAL = 0.1  # seconds between two redraws


class Reporter:
    """A progress callback, and the place for one-line remarks; to be used in a `with` block around the work.

    Calling it as `report(stage, done, total)` draws a bar with speed and time left, when standard error is a
    terminal and the work takes longer than half a second. With `streaming` rows go to standard output
    meanwhile, so that a terminal there leaves no room for the bar. With `quiet` nothing is written at all.
    """

    def __init__(self, *, quiet: bool = False, streaming: bool = False) -> None:
        self.quiet = quiet
        shown = sys.stderr is not None and sys.stderr.isatty() and not (streaming and sys.stdout.isatty())
        self.enabled = shown and not quiet
        self._bar: Progress | None = None
        self._stage: str | None = None
        self._next = 0.0

    def __enter__(self) -> Reporter:
        self._next = time.monotonic() + PATIENCE
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        self.enabled = False

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """`done` of `total` units (bytes or items) of the stage; `total` None when unknown."""
        if not self.enabled or time.monotonic() < self._next:
            return
        if self._bar is None:
            self._bar = _bar()
            self._bar.start()
        if stage != self._stage:  # a new bar each: speed and time left of one stage say nothing of the next
            for task in self._bar.task_ids:
                self._bar.remove_task(task)
            self._bar.add_task(stage, total=total)
            self._stage = stage
        self._bar.update(self._bar.task_ids[0], completed=done, total=total, refresh=True)
        self._next = time.monotonic() + INTERVAL

    def note(self, line: str) -> None:
        """Say one line on standard error, above the bar; a terminal is not needed."""
        if self.quiet:
            return
        if self._bar is not None:
            self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
        else:
            try:
                print(line, file=sys.stderr, flush=True)
            except BrokenPipeError:  # nobody reads the remarks any more; the work goes on
                self.quiet = True
                drop(sys.stderr)


def drop(stream: TextIO) -> None:
    """Let what is still to be written to the stream go nowhere: the reader has gone or the disk is full."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        ProgressColumn,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Speed(ProgressColumn):
        def render(self, task: object) -> Text:
            speed = getattr(task, "speed", None)
            return Text("" if speed is None else f"{scaled(speed)}/s")

    columns: tuple[ProgressColumn, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        Speed(),
        TimeRemainingColumn(),
    )
    # Redrawn by the calls alone: no second thread to compete with the work for the interpreter.
    return Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)


def scaled(value: float) -> str:
    """A quantity for people: 950, 1.2 k, 34.5 M."""
    for suffix in ("", " k", " M"):
        if value < 1000:
            return f"{value:.0f}{suffix}" if not suffix else f"{value:.1f}{suffix}"
        value /= 1000
    return f"{value:.1f} G"
