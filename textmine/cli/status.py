"""One line at the foot of a terminal that is drawn over and over."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from textmine.cli.streams import is_plain


def is_drawable() -> bool:
    """Whether standard error is a terminal that obeys: not one that is called dumb, and not Windows', of
    which that is not known."""
    return (
        sys.stderr is not None
        and not is_plain(sys.stderr)
        and hasattr(os, "tcgetpgrp")  # which Windows lacks, see _in_foreground
    )


class StatusLine:
    """The line is written from the first column on and the cursor goes back there, so that what is to be
    erased always begins at the cursor, also when the window was made narrower and the line has broken in two.
    The cursor is never hidden: there is nothing to restore where the program is killed."""

    def __init__(self) -> None:
        self._drawn = False

    def width(self) -> int:
        """Columns that a line may take: one less than the terminal has, as some break a full line."""
        columns = 80
        with suppress(OSError, ValueError):
            columns = os.get_terminal_size(sys.stderr.fileno()).columns
        return max((columns or 80) - 1, 1)

    def marks(self) -> str:
        """What a bar is made of, done and to come, as far as the terminal's encoding can spell it."""
        try:
            "━─".encode(sys.stderr.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            return "#-"
        return "━─"

    def draw(self, text: str) -> None:
        """Show `text`, which has no wide characters and fits `width`, in the place of what is there."""
        if not _in_foreground():
            return
        self._drawn = True
        # Not to be broken where the window has just become narrower than it says: the end would be cut off.
        self._write(f"\r\x1b[J\x1b[?7l{text}\x1b[?7h\r")

    def clear(self) -> None:
        """Leave the line as it was found: empty."""
        if self._drawn and _in_foreground():  # in the background others have written there since
            self._write("\r\x1b[J")
        self._drawn = False

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # the terminal has gone: that is no reason to stop
            sys.stderr.write(text)
            sys.stderr.flush()


def erase_echo() -> None:
    """Take away the ^C that a terminal writes where the cursor is, and what began that line."""
    if is_drawable() and _in_foreground():
        with suppress(OSError, ValueError):
            sys.stderr.write("\r\x1b[J")


def _in_foreground() -> bool:
    """Whether the terminal is ours at the moment; a job in the background must not draw over others."""
    if sys.platform == "win32":  # is_drawable has said no
        return False
    try:
        return os.tcgetpgrp(sys.stderr.fileno()) == os.getpgrp()
    except OSError:  # not the terminal that controls us: nobody else's either
        return True
