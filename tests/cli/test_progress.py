"""Progress is for a person at a terminal; remarks are for everybody."""

from __future__ import annotations

import pytest

from tests.cli.program import PROBE, on_terminal, textmine
from textmine.cli.progress import scaled

NOTES = "done reading [bold]\ndone counting [bold]\n"


def test_no_bar_in_a_pipe_but_remarks() -> None:
    done = textmine("work", program=PROBE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "stages\n2\n", NOTES)


def test_a_bar_on_a_terminal() -> None:
    code, screen, out, _ = on_terminal("work", program=PROBE, streams=("stderr",), columns=100)
    assert code == 0 and out == "stages\n2\n"
    assert "counting" in screen and "M/s" in screen and "%" in screen
    assert "done reading [bold]" in screen and "done counting [bold]" in screen
    assert screen.count("%") < 20  # drawn ten times a second, not at every call


@pytest.mark.parametrize("terminal", [True, False])
def test_quiet_is_quiet(terminal: bool) -> None:
    code, screen, _, err = on_terminal(
        "work", "--quiet", program=PROBE, streams=("stderr",) if terminal else ("stdin",)
    )
    assert (code, screen, err) == (0, "", "")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (999, "999"), (1200, "1.2 k"), (34_500_000, "34.5 M"), (2e10, "20.0 G"), (5e13, "50000.0 G")],
)
def test_scaled(value: float, text: str) -> None:
    assert scaled(value) == text
