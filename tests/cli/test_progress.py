"""Progress is for a person at a terminal, and now and then for a log; remarks are for everybody."""

from __future__ import annotations

import io
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import PROBE, on_terminal, textmine_process
from tests.terminal.ends import run
from textmine.cli import progress
from textmine.cli.progress import Reporter
from textmine.cli.share import Share, clock, scaled

NOTES = "done reading [bold]\ndone counting [bold]\n"


def test_no_bar_in_a_pipe_but_remarks() -> None:
    done = textmine_process("work", program=PROBE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "stages\n2\n", NOTES)


def test_a_line_on_a_terminal() -> None:
    code, screen, out, _ = on_terminal("work", program=PROBE, streams=("stderr",), columns=100)
    assert code == 0 and out == "stages\n2\n"
    assert "counting" in screen and "M/s" in screen and "%" in screen and "left" in screen
    assert "done reading [bold]" in screen and "done counting [bold]" in screen
    assert screen.count("%") < 20  # drawn ten times a second, not at every call


@pytest.mark.parametrize("terminal", ["dumb", "unknown", ""])
def test_no_line_on_a_terminal_that_cannot_draw_it(terminal: str) -> None:
    done = run(["work"], program=PROBE, err="terminal", environment={"TERM": terminal})
    assert done.screen == NOTES.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("terminal", [True, False])
def test_quiet_is_quiet(terminal: bool) -> None:
    code, screen, _, err = on_terminal(
        "work", "--quiet", program=PROBE, streams=("stderr",) if terminal else ("stdin",)
    )
    assert (code, screen, err) == (0, "", "")


class Terminal(io.StringIO):
    """A terminal in memory."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The clock of the reporter, to be set."""
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setenv("TERM", "xterm")
    yield now


def drawn(text: str) -> list[str]:
    """What was drawn, one after the other."""
    plain = text.replace("\x1b[?7l", "").replace("\x1b[?7h", "")
    return [piece.split("\r")[0] for piece in plain.split("\r\x1b[J")[1:]]


def test_the_share_is_of_the_whole(seconds: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with Reporter(stages={"reading": 1, "counting": 3}) as report:
        for stage in ("reading", "counting"):
            for done in range(11):
                seconds[0] += 1
                report(stage, done, 10)
    lines = drawn(stream.getvalue())
    percents = [int(line.split("%")[0].split()[-1]) for line in lines if "%" in line]
    assert percents == sorted(percents) and percents[0] == 0 and percents[-1] == 99
    assert percents[10] == 25 and percents[16] == 62  # all of the first, and half of the second
    assert "counting" in lines[11] and "1/s" in lines[16]
    assert "0:10 left" in lines[16]  # 17 seconds for 62.5 %
    assert lines[-1] == ""  # nothing is left


def test_any_thread_may_report(seconds: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with Reporter(stages={"one": 1, "two": 1}) as report:

        def work(stage: str) -> None:
            for done in range(200):
                seconds[0] += 0.01
                report(stage, done, 200)
                if done % 50 == 0:
                    report.note(f"note of {stage}")

        threads = [threading.Thread(target=work, args=(stage,)) for stage in ("one", "two") * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    before = stream.getvalue()
    report("one", 1, 200)  # one that comes too late
    report.note("after")
    assert stream.getvalue() == before + "after\n"
    for piece in drawn(before):  # each drawing whole, on a line of its own
        assert piece == "" or piece.startswith(("one", "two", "note of"))
    assert before.count("note of one\n") == 12 and before.endswith("\r\x1b[J")


def test_a_log_hears_now_and_then(seconds: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with Reporter(stages={"reading": 1}) as report:
        for done in range(101):
            seconds[0] = done
            report("reading", done * 1000, 100_000)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "progress: reading, after 0:05, 5 % of the whole, 1.0 k/s, 1:35 left"
    assert [line.split(",")[1] for line in lines] == [
        " after 0:05",
        " after 0:35",
        " after 1:05",
        " after 1:35",
    ]


def test_a_quiet_log_hears_nothing(seconds: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with Reporter(quiet=True) as report:
        for done in range(101):
            seconds[0] = done
            report("reading", done, 100)
    assert capsys.readouterr().err == ""


def test_the_line_makes_way_for_rows(seconds: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with Reporter() as report:
        seconds[0] = 1
        report("reading", 1, 2)
        progress.make_way()
        before = stream.getvalue()
        seconds[0] = 2
        report("reading", 2, 2)
        assert stream.getvalue() == before and before.endswith("\r\x1b[J")


def test_shares() -> None:
    share = Share({"a": 1, "b|c": 2, "d*2": 1})
    heard: list[tuple[str, int, float]] = [
        ("a", 10, 0.25),
        ("other", 5, 0.25),  # not in the plan
        ("b", 5, 0.375),  # half of one of two that go on at once
        ("c", 5, 0.5),
        ("c", 4, 0.5),  # never back
        ("d", 4, 0.8),  # what comes before is done; some of the first pass of two
        ("d", 10, 0.875),
        ("d", 2, 0.9),  # the second pass
        ("d", 10, 1.0),
        ("d", 1, 1.0),  # a third, which was not planned
    ]
    for stage, done, whole in heard:
        share.hear(stage, done, 10, 0.0)
        assert share.whole == pytest.approx(whole), stage


@pytest.mark.parametrize("width", range(1, 100))
def test_the_line_fits(width: int) -> None:
    share = Share({"looking for neighbours": 1})
    share.hear("looking for neighbours", 0, 1000, 0.0)
    share.hear("looking for neighbours", 400, 1000, 2.0)
    line = share.shown(4000.0, width)
    assert 0 < len(line) <= width
    if width >= 72:
        bar = "━" * 8 + "─" * 12
        assert line == f"looking for neighbours  {bar}   40 %  200/s  1:40:00 left"


@pytest.mark.parametrize(("value", "text"), [(0.4, "0:00"), (7, "0:07"), (725, "12:05"), (3723, "1:02:03")])
def test_clock(value: float, text: str) -> None:
    assert clock(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (999, "999"), (1200, "1.2 k"), (34_500_000, "34.5 M"), (2e10, "20.0 G"), (5e13, "50000.0 G")],
)
def test_scaled(value: float, text: str) -> None:
    assert scaled(value) == text


def test_the_cursor_goes_back_to_where_the_line_begins() -> None:
    """A window that becomes narrower breaks the line in two; a terminal keeps the cursor at its beginning."""
    done = run(["work"], program=PROBE, err="terminal", size=(24, 100))
    for piece in done.screen.split(b"\r\x1b[J")[1:]:
        text, end, rest = piece.partition(b"\r")
        assert (
            len(text.decode()) < 100 + len("\x1b[?7l\x1b[?7h")
            and (rest == b"" or rest.startswith(b"\n"))
            and end
        )


def test_compiling_is_progress_and_no_remark(tmp_path: Path) -> None:
    lexicon, text = tmp_path / "lexicon", tmp_path / "text"
    lexicon.write_text("玄德 3\n", "utf-8")
    text.write_text("玄德曰\n", "utf-8")
    line = ("segment", text, "--lexicon", lexicon)
    cache = {"NUMBA_CACHE_DIR": str(tmp_path / "one")}
    logged, again = (textmine_process(*line, environment=cache, progress=True) for _ in range(2))
    code, screen, out, _ = on_terminal(
        *line, streams=("stderr",), environment={"NUMBA_CACHE_DIR": str(tmp_path / "other")}
    )
    assert logged.stdout == again.stdout == out == "玄德 曰\n" and code == 0
    told = logged.stderr.splitlines()
    assert told[0] == "progress: compiling for this machine, some seconds at the first run of a command"
    assert all(one.startswith("progress: ") for one in told) and again.stderr == ""
    assert "of at most" in screen and "the first time only" in screen
