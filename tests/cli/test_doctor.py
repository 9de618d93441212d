"""`textmine doctor`: its rows, what it calls broken, and the plan of --warm."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections import namedtuple
from importlib.metadata import metadata
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.core import TyperGroup, TyperOption

from tests.cli.program import textmine_process
from tests.terminal.ends import run
from textmine.cli import checks, warm
from textmine.cli.app import app
from textmine.cli.doctor import COLUMNS, _compile_all
from textmine.cli.progress import Reporter
from textmine.errors import ResourceError

Usage = namedtuple("Usage", "total used free")


def rows(text: str) -> dict[str, dict[str, str]]:
    """The rows of JSON Lines by what they are about."""
    found = [json.loads(line) for line in text.splitlines()]
    assert all(list(row) == ["check", "state", "value", "advice"] for row in found)
    return {row["check"]: row for row in found}


def test_here_nothing_is_broken() -> None:
    done = textmine_process("doctor", "--format", "jsonl")
    assert done.returncode == 0 and done.stderr == ""
    found = rows(done.stdout)
    assert {row["state"] for row in found.values()} <= {"ok", "note"}
    first = ["textmine", "Python", "system", "processor", "memory", "temporary space", "encoding", "terminal"]
    assert list(found)[:8] == first
    assert {"numpy", "numba", "scipy", "typer", "kernels", "textmine[neural]"} <= found.keys()
    assert found["terminal"]["value"] == "none" and " in " in found["kernels"]["value"]
    assert all(row["advice"] for row in found.values() if row["state"] == "note")


def test_rows_as_of_any_command(tmp_path: Path) -> None:
    done = textmine_process("doctor", "-o", tmp_path / "rows.tsv")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "rows.tsv").read_text().startswith("check\tstate\tvalue\tadvice\ntextmine\tok\t")
    assert checks.Check._fields == COLUMNS
    done = textmine_process("doctor", "--show", "state,check", "--format", "csv")
    assert done.stdout.startswith("state,check\nok,textmine\n")


@pytest.mark.parametrize("columns", [50, 80])
def test_a_person_reads_all_of_it(columns: int) -> None:
    environment = {"COLUMNS": "", "TERM": "dumb"}
    done = run(("doctor",), out="terminal", size=(24, columns), environment=environment)
    shown = done.screen.decode().replace("\r\n", "\n")
    assert done.code == 0
    # A path is not cut: it stands alone beside the name of the check.
    assert all(len(line) <= columns or len(line.split()) <= 3 for line in shown.splitlines())
    assert shown.startswith("\nIn order:\n") and "\n  numpy " in shown and "Broken:" not in shown
    assert "system" in shown.partition("Good to know:")[0]
    told = run(("doctor", "--format", "jsonl"), out="pipe").out.decode()
    advice = [row["advice"] for name, row in rows(told).items() if name != "terminal" and row["advice"]]
    assert all(line in " ".join(shown.split()) for line in advice)
    rows_asked_for = run(("doctor", "--show", "check"), out="terminal", environment=environment)
    assert b"In order" not in rows_asked_for.screen and b"numpy\r\n" in rows_asked_for.screen


def test_an_old_package_is_broken(tmp_path: Path) -> None:
    old = tmp_path / "regex-2000.1.1.dist-info"
    old.mkdir()
    (old / "METADATA").write_text("Metadata-Version: 2.1\nName: regex\nVersion: 2000.1.1\n")
    done = textmine_process("doctor", "--format", "jsonl", environment={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 1
    assert done.stderr == "1 check broken; the rows say what to do\n"
    row = rows(done.stdout)["regex"]
    assert row["state"] == "broken" and row["value"].startswith("2000.1.1, not >=")
    assert row["advice"] == f"pip install 'regex{row['value'].split('not ')[1]}'"


def test_numba_that_does_not_start_is_broken(tmp_path: Path) -> None:
    (tmp_path / "numba.py").write_text("raise ImportError('numpy is too new\\nfor this')\n")
    done = textmine_process("doctor", "-q", "--format", "jsonl", environment={"PYTHONPATH": str(tmp_path)})
    assert (done.returncode, done.stderr) == (1, "")
    row = rows(done.stdout)["kernels"]
    assert (row["state"], row["value"]) == ("broken", "ImportError: numpy is too new for this")


def test_an_empty_cache_is_worth_a_note(tmp_path: Path) -> None:
    done = textmine_process("doctor", "--format", "jsonl", environment={"NUMBA_CACHE_DIR": str(tmp_path)})
    row = rows(done.stdout)["kernels"]
    assert done.returncode == 0 and row["state"] == "note" and row["value"].startswith("0 compiled, in ")
    assert str(tmp_path) in row["value"] and "--warm" in row["advice"]


def test_no_temporary_space(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.temporary_space().state == "ok"
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(10**12, 10**12, 10**6))
    assert checks.temporary_space()[1:3] == ("note", f"1.0 MB free in {tempfile.gettempdir()}")

    def nowhere() -> str:
        raise FileNotFoundError("no usable temporary directory")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    assert checks.temporary_space()[1:3] == ("broken", "no usable temporary directory")


def test_limits_of_a_container(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "/proc/meminfo": "MemTotal:       16000000 kB\nMemAvailable:    8000000 kB\n",
        "/proc/cpuinfo": "processor : 0\nmodel name\t: A Processor\n",
    }
    monkeypatch.setattr(checks, "_read", lambda path: told.get(path, ""))
    monkeypatch.setattr(checks, "thread_count", lambda: 4)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert checks.memory()[1:3] == ("ok", "8.2 GB of 16.4 GB free")
    assert checks.processor()[1:3] == ("ok", "A Processor, 4 of 8 processors")
    told["/sys/fs/cgroup/memory.max"] = "500000000\n"
    told["/sys/fs/cgroup/cpu.max"] = "150000 100000\n"
    assert checks.memory()[1:3] == ("note", "500.0 MB of 500.0 MB free")
    assert checks.processor()[1:3] == ("note", "A Processor, 4 of 8 processors, limit 1.5")
    told["/sys/fs/cgroup/memory.max"] = told["/sys/fs/cgroup/cpu.max"] = "max 100000\n"
    assert checks.memory().state == checks.processor().state == "ok"


def test_every_extra_says_what_it_adds() -> None:
    told = set(metadata("textmine").get_all("Provides-Extra") or ())
    assert checks.ADDS.keys() == told - {"dev"}


def test_packages() -> None:
    assert checks.package(checks.Requirement("no-such-package", ">=1", ""))[1:] == (
        "broken",
        "not installed",
        "pip install 'no-such-package>=1'",
    )
    missing = [checks.Requirement("no-such-package", ">=1", ""), checks.Requirement("numpy", ">=99", "")]
    state, value, advice = checks.extra("neural", missing)[1:]
    assert state == "note" and "would add" in value and "numpy" in value and "not >=99" in value
    assert advice == "pip install 'textmine[neural]'"
    there = checks.extra("parquet", [checks.Requirement("numpy", ">=1", "")])
    assert there.state == "ok" and "(numpy " in there.value


numbers = st.lists(st.integers(0, 30), min_size=1, max_size=4)


@given(numbers, numbers, st.sampled_from(["", ".post1", "rc1"]))
def test_versions(found: list[int], bound: list[int], after: str) -> None:
    def filled(parts: list[int]) -> list[int]:
        return [*parts, 0, 0, 0][:4]

    spelled, limit = ".".join(map(str, found)) + after, ".".join(map(str, bound))
    assert checks.fits(spelled, f">={limit}") == (filled(found) >= filled(bound))
    assert checks.fits(spelled, f"<{limit}") == (filled(found) < filled(bound))
    assert checks.fits(spelled, "") and not checks.fits(spelled, f"<{limit},>={limit}")


def test_the_runs_of_warm_are_possible() -> None:
    """Each names options that are there, and files that have been made before."""
    program = typer.main.get_command(app)
    assert isinstance(program, TyperGroup)
    for row in warm.RUNS:
        made = {"zh.txt", "zh2.txt", "en.txt", "words.txt", "many.txt", "seeds.txt"}
        for line in row:
            name, *arguments = line.split()
            known = {
                opt
                for one in program.commands[name].params
                for opt in (*one.opts, *one.secondary_opts)
                if isinstance(one, TyperOption)
            }
            assert {word for word in arguments if word.startswith("-")} <= known
            output = arguments[-1] if arguments[-2] == "-o" else None
            files = {word for word in arguments if Path(word).suffix and not word[-1].isdecimal()}
            assert files - {output} <= made, line
            made.add(output or "")


def test_warm_runs_all_and_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "RUNS", (("help segment", "help"), ("segment en.txt",)))
    monkeypatch.setattr(warm, "_run", lambda line, folder, running: None)
    heard: list[tuple[str, int, int | None]] = []
    warm.warm(lambda *told: heard.append(told))
    assert sorted(heard) == [("compiling", done, 3) for done in range(4)]


def test_a_failure_ends_the_other_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "RUNS", (("slow",) * 100, ("wrong",)))
    ran = []

    def run(line: str, folder: Path, running: object) -> None:
        ran.append(line)
        if line == "wrong":
            raise ResourceError("wrong", "right")
        time.sleep(0.05)

    monkeypatch.setattr(warm, "_run", run)
    with pytest.raises(ResourceError, match="wrong"):
        warm.warm(lambda *told: None)
    assert len(ran) < 50


def test_a_run_of_warm_that_fails_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"textmine score x.lm has ended with 1; .*x\.lm"):
        warm._run("score x.lm", tmp_path, set())


def test_what_is_warm_is_not_warmed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from textmine import kernels

    there = [5]
    monkeypatch.setattr(kernels, "compiled", lambda: there[0])
    monkeypatch.setattr(kernels, "folder", lambda: tmp_path)
    monkeypatch.setattr(warm, "warm", lambda report: there.__setitem__(0, 9))
    with Reporter() as report:
        for _ in range(2):
            _compile_all(report)
        there[0] = 7  # as where a source has changed
        _compile_all(report)
    assert capsys.readouterr().err.splitlines() == [
        "9 kernels compiled, 4 of them now",
        "9 kernels compiled, all of them before",
        "9 kernels compiled, 2 of them now",
    ]
