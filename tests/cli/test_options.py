"""The options that commands share."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.program import PROBE, textmine
from textmine.cli.options import parse_size


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


def understood(*arguments: str | Path) -> list[object]:
    done = textmine("options", *arguments, program=PROBE)
    assert done.returncode == 0, done.stderr
    return ast.literal_eval(done.stdout)  # type: ignore[no-any-return]


def test_defaults() -> None:
    assert understood() == [[], [], None, None, None, None, None]


def test_values(tmp_path: Path) -> None:
    output = tmp_path / "out.tsv"
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
        (("--tmp-dir", "no-such-folder"), "does not exist"),
        (("--threads", "0"), "--threads"),
        (("--top", "0"), "--top"),
        (("--normalise", "nfd"), "--normalise"),
    ],
)
def test_wrong_values_are_usage(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = textmine("options", *arguments, program=PROBE, folder=tmp_path, environment={"COLUMNS": "200"})
    assert done.returncode == 2 and done.stdout == "" and said in done.stderr
