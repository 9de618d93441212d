"""The options that commands share."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.program import probe, textmine
from textmine.cli.app import COMMANDS, command_name
from textmine.cli.options import parse_memory, parse_size
from textmine.memory import spelled


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1000", 1000),
        ("5k", 5000),
        ("600M", 600 * 10**6),
        ("600MB", 600 * 10**6),
        ("2G", 2 * 10**9),
        ("1.5GiB", 3 * 2**29),
        ("400mib", 400 * 2**20),
        ("1Ki", 1024),
        (" 7 B ", 7),
        ("1t", 10**12),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "M", "-1M", "1e3", "12 parsecs", "1.M", "1,5G", "i", "4i", "١M", "nan", "1KK"]
)
def test_no_sizes(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="write it like 400M"):
        parse_size(text)


@given(st.integers(0, 2**40), st.sampled_from(["", "B", "b"]))
def test_plain_bytes_come_back(size: int, unit: str) -> None:
    assert parse_size(f"{size}{unit}") == size


@pytest.mark.parametrize(
    ("text", "size"),
    [("400m", 400 * 10**6), ("400 MB", 400 * 10**6), ("1000000", 10**6), ("5k", 5000), ("7 B", 7)],
)
def test_memory(text: str, size: int) -> None:
    assert parse_memory(text) == size


@given(st.integers(0, 10**13))
def test_a_size_is_spelled_as_it_is_read(size: int) -> None:
    text = re.sub(" bytes?", "B", spelled(size))
    assert parse_size(text) == pytest.approx(size, rel=0.006)


def understood(*arguments: str | Path) -> list[object]:
    done = probe("options", *arguments)
    assert done.returncode == 0, done.stderr
    return ast.literal_eval(done.stdout)  # type: ignore[no-any-return]


def test_defaults() -> None:
    assert understood() == [[], [], None, None, None, None, None]


def test_values(tmp_path: Path) -> None:
    output = tmp_path / "out.txt"
    flags = [
        "--normalise",
        "nfkc",
        "--normalise",
        "lower",
        "--memory",
        "1.5k",
        "--threads",
        "2",
        "--top",
        "9",
    ]
    told = understood("a.txt", "-", *flags, "--tmp-dir", tmp_path, "-o", output)
    assert told == [["a.txt", "-"], ["nfkc", "lower"], 1500, str(tmp_path), 2, 9, str(output)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--memory", "much"), "is no size"),
        (("--output", "no/such/folder/out.tsv"), "there is no folder"),
        (("--output", "."), "is a folder"),
        (("--tmp-dir", "no-such-folder"), "there is no folder no-such-folder"),
        (("--threads", "0"), "--threads"),
        (("--top", "-1"), "--top: -1 is less than 0"),
        (("--memory", "400"), "--memory 400 is 400 bytes; write 400M for megabytes"),
        (("--memory", "999999"), "--memory 999999 is 999999 bytes; write 999999M for megabytes"),
        (("--memory", "1"), "--memory 1 is 1 byte; write 1M"),
        (("--memory", "0"), "--memory: '0' is no memory at all; write it like 400M"),
        (("--memory", "0M"), "--memory: '0M' is no memory at all"),
        (("--memory", "-400M"), "--memory: '-400M' is no size"),
        (("--memory", "1e9"), "--memory: '1e9' is no size; write it like 400M"),
        (("--normalise", "nfd"), "--normalise"),
    ],
)
def test_wrong_values_are_usage(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = probe("options", *arguments, folder=tmp_path, environment={"COLUMNS": "200"})
    assert done.returncode == 2 and done.stdout == "" and said in done.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=command_name)
def test_one_name_has_one_meaning(command: Callable[..., None]) -> None:
    """--top 0 is all, and -q is quiet, wherever these are."""
    hints = get_type_hints(command, include_extras=True)
    assert "-q" in get_args(hints["quiet"])[1].param_decls
    if "top" in hints:
        option = get_args(hints["top"])[1]
        assert option.min == 0 and option.help.endswith("; 0: all.")
    if "memory" in hints:
        assert get_args(hints["memory"])[1].parser is parse_memory
    if "output" in hints:
        assert "-o" in get_args(hints["output"])[1].param_decls


def test_too_little_memory_is_told_as_it_was_meant(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("a b a b\n" * 50)
    for command, memory, code, said in [
        ("train-glove", "31M", 2, "--memory: 31M is too little to work with; allow at least 32M"),
        ("train-lm", "1.5k", 2, "--memory: 1.5k is too little to work with; allow at least 32M"),
        (
            "discover-terms",
            "5k",
            1,
            "textmine discover-terms: 5k of memory is too little",
        ),
    ]:
        name = "out.tsv" if command == "discover-terms" else "out.npz"
        done = textmine(command, "x", "--memory", memory, "-o", name, "-q", folder=tmp_path)
        assert done.returncode == code and said in done.stderr, done.stderr
