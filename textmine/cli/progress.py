"""Progress and remarks on standard error, from the library's `on_progress` callback.

On a terminal progress is one line that is drawn over and over, and goes away; elsewhere (logs, cron) it is a
plain line now and then. Only that line is ever touched: rows, and what others write, take their own way.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType

from textmine.cli import streams
from textmine.cli.share import Share
from textmine.cli.status import StatusLine, is_drawable

PATIENCE = 0.5  # seconds before the line appears: a short run is not disturbed
INTERVAL = 0.1  # seconds between two drawings
LOG_PATIENCE = 5.0  # seconds before the first plain line where there is no terminal
LOG_INTERVAL = 30.0  # seconds between two of them


class Reporter:
    """A progress callback, and the place for one-line remarks; to be used in a `with` block around the work.

    `report(stage, done, total)` may come from any thread. `stages` are the stages of the whole run in their
    order with the time that each takes, in any unit (see `Share`); without them there is no share of the
    whole. With `quiet` nothing is written at all.
    """

    def __init__(self, *, quiet: bool = False, stages: Mapping[str, float] | None = None) -> None:
        self.quiet = quiet
        self._share = Share(stages or {})
        self._lock = threading.RLock()
        self._line = StatusLine() if is_drawable() else None
        self._begun = self._next = time.monotonic()
        self._open = False
        self._outer: Reporter | None = None
        self._ending = ExitStack()

    def __enter__(self) -> Reporter:
        global _live
        self._begun = time.monotonic()
        self._next = self._begun + (PATIENCE if self._line else LOG_PATIENCE)
        self._open = not self.quiet
        self._outer, _live = _live, self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        global _live
        self.stop()
        self._ending.close()
        _live = self._outer

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """`done` of `total` units (bytes or items) of the stage; `total` None when unknown."""
        now = time.monotonic()
        if not self._open:
            return
        with self._lock:
            self._share.hear(stage, done, total, now)
            if not self._open or now < self._next:
                return
            if self._line is not None:
                self._line.draw(self._share.shown(now - self._begun, self._line.width(), self._line.marks()))
                self._next = now + INTERVAL
            else:
                streams.say(f"progress: {self._share.said(now - self._begun)}")
                self._next = now + LOG_INTERVAL

    def until_end(self, context: AbstractContextManager[object]) -> None:
        """Enter the context, and leave it as the work ends."""
        self._ending.enter_context(context)

    def announce(self, line: str) -> None:
        """Say in a log at once what takes long; a terminal sees it on the line of progress."""
        if self._open and self._line is None:
            streams.say(f"progress: {line}")

    def note(self, line: str) -> None:
        """Say one line on standard error; a terminal is not needed."""
        if self.quiet:
            return
        with self._lock:
            if self._line is not None:
                self._line.clear()
            streams.say(line)

    def stop(self) -> None:
        """No more progress; remarks may still come."""
        with self._lock:
            self._open = False
            if self._line is not None:
                self._line.clear()


_live: Reporter | None = None


def make_way() -> None:
    """Rows come to where they may be seen: the line of progress, if there is one, goes for good.

    In a log progress and rows do not meet.
    """
    if _live is not None and _live._line is not None:
        _live.stop()
