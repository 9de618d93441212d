"""The program as a whole: help, start, errors, signals, exit codes."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import PROBE, TEXTMINE, on_terminal, textmine, textmine_process
from tests.processes import run_process, start_process
from textmine.cli.app import COMMANDS, command_name, with_flags
from textmine.errors import InputError

HEAVY = ("dask", "gensim", "jieba", "numba", "numpy", "pyarrow", "rich", "rjieba", "scipy", "zstandard")


def test_help_lists_every_command_with_one_line() -> None:
    done = textmine("--help", environment={"COLUMNS": "100"})
    assert done.returncode == 0 and done.stderr == ""
    for command in COMMANDS:
        summary = (command.__doc__ or "").splitlines()[0]
        assert any(command_name(command) in line and summary in line for line in done.stdout.splitlines())


def test_no_arguments_show_help() -> None:
    done = textmine()
    assert "--version" in done.stdout + done.stderr and done.returncode in (0, 2)


def test_version() -> None:
    done = textmine("--version")
    assert done.returncode == 0 and done.stdout.startswith("textmine 0.")


def test_the_commands_load_nothing_heavy() -> None:
    code = "import sys, textmine.cli.app; print(*(m for m in sys.argv[1:] if m in sys.modules))"
    done = run_process([sys.executable, "-c", code, *HEAVY], text=True, check=True)
    assert done.stdout.split() == []


def test_help_is_quick() -> None:
    def seconds() -> float:  # of the processor: a busy machine says nothing about the program
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert textmine_process("--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(5)) < 0.4


@pytest.mark.parametrize("command", COMMANDS, ids=command_name)
def test_help_of_a_command(command: object) -> None:
    done = textmine(command_name(command), "--help")  # type: ignore[arg-type]
    assert done.returncode == 0 and "Examples:" in done.stdout


@pytest.mark.parametrize("arguments", [("nonsense",), ("rows", "--nonsense"), ("rows", "--format", "xml")])
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    done = textmine_process(*arguments, program=PROBE)
    assert done.returncode == 2 and done.stdout == "" and "Usage:" in done.stderr


def test_an_error_is_one_line() -> None:
    done = textmine_process("wrong", program=PROBE)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "textmine wrong: there is no file x.txt; check the name\n"


def test_out_of_memory_is_one_line() -> None:
    done = textmine_process("memory", program=PROBE)
    assert done.returncode == 1
    assert done.stderr == "textmine memory: out of memory; lower --memory, or give it less text\n"
    done = textmine_process("unbounded", program=PROBE)
    assert (done.returncode, done.stderr) == (1, "textmine unbounded: out of memory; give it less text\n")


def test_a_bug_keeps_its_traceback() -> None:
    done = textmine_process("bug", program=PROBE)
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback") and "ZeroDivisionError: the bug" in done.stderr


@pytest.mark.parametrize("format", ["tsv", "csv", "jsonl"])
def test_a_reader_may_leave_early(format: str) -> None:
    with start_process(
        [*PROBE, "endless", "--format", format], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (("rows",), ""),
        (("endless",), ""),
        (("options", "x"), ", or put temporary files elsewhere with --tmp-dir"),
    ],
)
def test_a_full_disk_is_one_line(arguments: tuple[str, ...], more: str) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    with full.open("w") as stream:
        done = run_process([*PROBE, *arguments], stdout=stream, text=True, limit=60)
    assert done.returncode == 1
    what = "no space left on the disk; make room where the output goes"
    assert done.stderr == f"textmine {arguments[0]}: {what}{more}\n"


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGINT, 130, "textmine wait: interrupted\n"),
        (signal.SIGTERM, 143, ""),
        (signal.SIGHUP, 129, ""),
    ],
)
def test_signals_leave_no_files(tmp_path: Path, number: int, code: int, said: str) -> None:
    target = tmp_path / "model.txt"
    target.write_text("as it was")
    with start_process(
        [*PROBE, "wait", str(target)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "ready\n"
        assert len(list(tmp_path.iterdir())) == 2
        process.send_signal(number)
        assert process.wait(timeout=60) == code
        assert process.stderr.read() == said
    assert list(tmp_path.iterdir()) == [target] and target.read_text() == "as it was"


def test_a_terminal_and_no_input_is_usage() -> None:
    code, screen, out, err = on_terminal("options", program=PROBE, streams=("stdin",))
    assert code == 2 and screen == out == ""
    assert "Usage:" in err and "no input" in err


def test_the_output_must_not_be_an_input(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("a b a b a b a b a b\n" * 5)
    link = tmp_path / "link.txt"
    link.symlink_to(text)
    for command in (["train-glove", "-q"], ["segment", "-q"], ["discover-terms", "-q"]):
        done = textmine(*command, text, "-o", link)
        assert done.returncode == 2 and "is read, too" in " ".join(done.stderr.replace("│", " ").split())
    assert text.read_text() == "a b a b a b a b a b\n" * 5


def test_no_two_outputs_are_one_file(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("a b a b a b a b a b\n" * 5)
    same = (text, "-o", tmp_path / "new", "--lexicon", f"{tmp_path}/./new")
    done = textmine("discover-terms", "-q", *same)
    assert done.returncode == 2 and "written twice" in " ".join(done.stderr.replace("│", " ").split())
    done = textmine("discover-terms", "-q", text, "--lexicon", text)
    assert done.returncode == 2 and "is read, too" in " ".join(done.stderr.replace("│", " ").split())
    assert text.read_text() == "a b a b a b a b a b\n" * 5 and not (tmp_path / "new").exists()
    done = textmine("discover-terms", "-q", text, "-o", "/dev/null", "--lexicon", "/dev/null")
    assert done.returncode == 0


def test_a_name_too_long_for_a_file_is_told_in_a_line(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("a b a b a b a b a b\n" * 5)
    name = "x" * 300
    done = textmine("discover-terms", text, "-o", name)
    assert done.returncode == 2 and "too long" in done.stderr and "Traceback" not in done.stderr
    for option in ("--vectors", "--frequencies", "--tokenizer", "--index"):
        done = textmine("similarity", text, text, "--mode", "search", option, name)
        assert done.returncode in (1, 2), option
        assert "too long" in " ".join(done.stderr.split()) and "Traceback" not in done.stderr
    done = textmine("neighbors", name, "a")
    assert done.returncode == 1 and "too long" in done.stderr and "Traceback" not in done.stderr


def test_work_goes_on_when_nobody_reads_the_remarks(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("a b a b a b a b a b\n" * 5)
    line = f"{TEXTMINE[0]} train-glove {text} --epochs 400 -o {tmp_path / 'v.npz'} 2>&1 | head -1"
    done = run_process(["bash", "-o", "pipefail", "-c", line])
    assert done.returncode == 0 and done.stderr == b""
    assert (tmp_path / "v.npz").exists()


def test_parameters_of_the_library_are_options() -> None:
    """Where the command has them; other words in backticks stay as they are."""
    error = InputError("`normalise` and `near`", "raise `min_count`, set `format`, `Corpus` or `to_x y`")
    options = {"normalise": [], "min_count": 2, "input_format": "auto"}
    said = str(with_flags(error, options))
    assert said == "--normalise and near; raise --min-count, set --input-format, `Corpus` or `to_x y`"
