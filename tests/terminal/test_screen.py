"""The screen after a run, as a terminal shows it: what was said, nothing left over, the cursor below it."""

from __future__ import annotations

import shlex
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyte
import pytest

from tests.cli.program import PROBE
from tests.terminal.ends import Live, run

SIZE = (24, 80)
NOTES = ["done reading [bold]", "done counting [bold]"]


@dataclass
class Screen:
    """What a terminal of that size makes of the bytes."""

    lines: list[str]
    column: int
    line: int
    hidden: bool
    drawn: bool  # progress was there at some time

    @classmethod
    def of(cls, data: bytes, resized: tuple[int, tuple[int, int]] | None = None) -> Screen:
        """`resized`: the byte from which on the window had another size."""
        place, size = resized or (0, SIZE)
        screen = pyte.Screen(SIZE[1], SIZE[0])
        stream = pyte.ByteStream(screen)
        stream.feed(data[:place])
        screen.resize(*size)
        stream.feed(data[place:])
        lines = [line.rstrip() for line in screen.display]
        while lines and not lines[-1]:
            lines.pop()
        cursor = screen.cursor
        return cls(lines, cursor.x, cursor.y, cursor.hidden, b"\x1b[J" in data)


def assert_clean(screen: Screen, lines: list[str]) -> None:
    assert screen.lines == lines
    assert (screen.column, screen.line, screen.hidden) == (0, len(lines), False)


def interrupt(live: Live) -> None:
    live.await_drawing()
    live.press(b"\x03")


def terminate(live: Live) -> None:
    live.await_drawing()
    live.process.send_signal(signal.SIGTERM)


def test_the_terminal_sees_what_would_be_left() -> None:
    """A bar that nobody takes away, and a cursor that stays hidden, would be seen by these tests."""
    left = Screen.of(b"said\r\n\r\x1b[Jreading 40 %\r\x1b[?25l")
    assert left.lines == ["said", "reading 40 %"] and left.hidden and left.line == 1


def test_after_a_whole_run() -> None:
    screen = Screen.of(run(["work"], program=PROBE, out="terminal", err="terminal").screen)
    assert screen.drawn
    assert screen.lines[:3] == [*NOTES, "stages"] and screen.lines[-1].strip() == "2"
    assert_clean(screen, screen.lines[:5])  # the heading, a rule, a row


@pytest.mark.parametrize(
    ("command", "act", "code", "lines"),
    [
        ("broken", lambda live: None, 1, ["broken: the file ends in the middle; fetch it again"]),
        ("work", interrupt, 130, ["work: interrupted"]),
        ("stream", interrupt, 130, ["stream: interrupted"]),
        ("work", terminate, 143, []),
    ],
)
def test_after_what_stops_it(command: str, act: Callable[[Live], None], code: int, lines: list[str]) -> None:
    ran = run([command], program=PROBE, out="pipe", err="terminal", act=act)
    screen = Screen.of(ran.screen)
    assert ran.code == code and screen.drawn
    assert_clean(screen, [f"textmine {line}" for line in lines])


def test_the_echo_of_the_keys_goes_too(tmp_path: Path) -> None:
    def press(live: Live) -> None:
        while b"ready" not in live.terminal.seen:
            time.sleep(0.01)
        live.press(b"\x03")

    ran = run(["wait", tmp_path / "x"], program=PROBE, out="terminal", err="terminal", act=press, timeout=60)
    assert ran.code == 130 and b"^C" in ran.screen
    assert_clean(Screen.of(ran.screen), ["ready", "textmine wait: interrupted"])


def test_after_a_bug() -> None:
    ran = run(["broken", "--crash"], program=PROBE, out="terminal", err="terminal")
    screen = Screen.of(ran.screen)
    assert screen.drawn and screen.lines[-1] == "ZeroDivisionError: the bug" and not screen.hidden
    assert not any("%" in line or "━" in line for line in screen.lines) and screen.column == 0


def test_after_the_reader_has_left() -> None:
    line = f"{shlex.join(PROBE)} stream | head -1"
    ran = run(["-c", line], program=("sh",), out="terminal", err="terminal")
    assert ran.code == 0
    assert_clean(Screen.of(ran.screen), ["number\ttext".expandtabs()])


@pytest.mark.parametrize("size", [(24, 30), (10, 60), (24, 120)])
def test_after_the_window_had_another_size(size: tuple[int, int]) -> None:
    at = []

    def resize(live: Live) -> None:
        live.await_drawing()
        at.append(live.resize(*size))

    ran = run(["work"], program=PROBE, out="pipe", err="terminal", act=resize)
    screen = Screen.of(ran.screen, (at[0], size))
    assert ran.code == 0 and screen.drawn
    assert_clean(screen, NOTES)
    fit = min(size[1], SIZE[1])
    later = Screen.of(ran.screen[at[0] :]).lines  # no line drawn after it is wider than the window
    assert all(len(line) < fit for line in later)


@pytest.mark.parametrize("command", ["work", "broken"])
def test_a_terminal_that_draws_nothing(command: str) -> None:
    ran = run([command], program=PROBE, out="pipe", err="terminal", environment={"TERM": "dumb"})
    assert b"\x1b" not in ran.screen and b"\r" not in ran.screen.replace(b"\r\n", b"")
    failed = ["textmine broken: the file ends in the middle; fetch it again"]
    assert_clean(Screen.of(ran.screen), NOTES if command == "work" else failed)
