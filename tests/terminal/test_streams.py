"""What is not rows: help, usage, versions; and ends that are odd in another way."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.program import PROBE, TEXTMINE, on_terminal
from tests.processes import run_process, start_process
from tests.terminal.ends import STDERR, STDOUT, End, run
from textmine.files import may_be_written

BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
HELPS = (("--help",), ("discover-terms", "--help"), ("--version",))


@pytest.mark.parametrize("arguments", HELPS, ids=" ".join)
@pytest.mark.parametrize("out", [*STDOUT, "full"])
def test_help_goes_anywhere(arguments: tuple[str, ...], out: End) -> None:
    done = run(arguments, out=out)
    if out in ("closed", "full"):
        what = "standard output is closed" if out == "closed" else "no space left on the disk"
        assert done.code == 1 and done.err.startswith(f"textmine: {what}".encode())
        assert done.err.count(b"\n") == 1
    else:
        assert done.code == 0 and done.err == b""
        assert b"textmine" in (done.screen if out == "terminal" else done.out)


@pytest.mark.parametrize("arguments", HELPS, ids=" ".join)
def test_a_reader_may_leave_before_help(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run_process([*TEXTMINE, *arguments], stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("err", STDERR)
def test_errors_of_usage_and_of_runs_cost_nothing_more(err: End) -> None:
    for arguments, code in ((["--nonsense"], 2), (["segment", "--nonsense"], 2), (["segment", "gone"], 1)):
        done = run(arguments, err=err)
        assert (done.code, done.out) == (code, b"")


def test_a_closed_standard_input() -> None:
    done = run_process(
        [*TEXTMINE, "discover-terms"],
        preexec_fn=lambda: os.close(0),
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("textmine discover-terms: there is no input; ")


def test_an_output_that_does_not_wait() -> None:
    """Another program at the same terminal or pipe may have set it so; no row is lost for that."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    rows = bytearray()

    def read() -> None:
        while piece := os.read(reading, 4096):
            rows.extend(piece)
            time.sleep(0.0005)

    reader = threading.Thread(target=read)
    reader.start()
    done = run_process([*PROBE, "many", "--format", "tsv"], stdout=writing)
    os.close(writing)
    reader.join()
    os.close(reading)
    assert (done.returncode, done.stderr) == (0, b"")
    assert rows.decode() == "number\ttext\n" + "".join(f"{n}\t{'x' * 1000}\n" for n in range(1000))


def test_a_closed_stream_is_not_taken_by_a_file(tmp_path: Path) -> None:
    """The next file opened would get its number, and what is meant for the stream would land in it."""
    made = tmp_path / "made.tsv"
    for number in (0, 1, 2):
        run_process(
            [*PROBE, "rows", "-o", made],
            preexec_fn=lambda number=number: os.close(number),
            check=True,
        )
        assert made.read_text() == "term\tcount\n三国\t12\n[bold]tab\\there\t3\n"


def ends(text: bytes) -> list[bytes]:
    """The lines that are not whole rows of `endless`, but for the last, which may be cut off."""
    lines = text.split(b"\n")[1:-1]
    return [line for n, line in enumerate(lines, 1) if line != b"%d\t%s" % (n, b"x" * 1000)]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_rows_as_they_are(number: int, code: int) -> None:
    """It may come in the middle of a write to a reader that is slow: nothing is written twice."""
    for wait in (0.05, 0.11, 0.17):
        got = bytearray()
        with start_process(
            [*PROBE, "endless", "--format", "tsv"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=BUFFERED,
        ) as process:
            assert process.stdout is not None
            while len(got) < 100_000 or wait > 0:
                got += os.read(process.stdout.fileno(), 3000)
                time.sleep(0.0005)
                wait -= 0.0005 if len(got) >= 100_000 else 0
            process.send_signal(number)
            while piece := os.read(process.stdout.fileno(), 3000):
                got += piece
                time.sleep(0.0002)
            assert process.wait(timeout=60) == code
        assert ends(bytes(got)) == []


def test_a_signal_where_nothing_can_be_written_keeps_its_code() -> None:
    for where in ("gone", "/dev/full"):
        reading, writing = os.pipe()
        if where != "gone":
            os.close(writing)
            writing = os.open(where, os.O_WRONLY)
        with start_process([*PROBE, "slow"], stdout=writing, stderr=subprocess.PIPE, env=BUFFERED) as process:
            os.close(writing)
            assert process.stderr is not None and process.stderr.readline() == b"ready\n"
            os.close(reading)
            process.send_signal(signal.SIGTERM)
            assert (process.wait(timeout=60), process.stderr.read()) == (143, b"")


def test_the_file_that_standard_output_goes_to_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "log"
    shell = f"(echo head; {PROBE[0]} {PROBE[1]} rows -o /dev/stdout; echo foot) >> {log}"
    log.write_text("precious\n")
    run_process(["sh", "-c", shell], check=True)
    rows = "term\tcount\n三国\t12\n[bold]tab\\there\t3\n"
    assert log.read_text("utf-8") == f"precious\nhead\n{rows}foot\n"


@pytest.mark.parametrize(("mode", "allowed"), [(0o555, False), (0o777, True)])
def test_a_place_where_one_may_not_write_is_told_before_the_work(mode: int, allowed: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:  # not in tmp_path, which is its owner's alone
        Path(folder).chmod(mode)
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                if os.geteuid() == 0:  # who may write anywhere
                    os.setuid(65534)
                os._exit(may_be_written(Path(folder, "new")))
            os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == allowed


def test_the_keyboard_is_read_where_it_is_asked_for() -> None:
    done = on_terminal("segment", "-", streams=("stdin",), typed="曹操大怒\n\x04".encode())
    assert (done[0], done[2], done[3]) == (0, "曹操 大怒\n", "")
