"""The writer: every format gives back what went in, and a file is whole or absent."""

from __future__ import annotations

import codecs
import csv
import json
import math
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.program import PROBE, on_terminal, probe, textmine, textmine_process
from tests.cli.small import message
from textmine.cli.output import RowFormat, atomic_writer, write_rows
from textmine.errors import InputError
from textmine.files import refuse_pipe

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBER = st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rows") / "rows.txt"


def written(target: Path, format: RowFormat, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    write_rows(columns, iter(rows), format=format, output=target)
    return target.read_bytes().decode()


@given(rows=st.lists(st.tuples(TEXT, TEXT), max_size=4))
def test_tsv_comes_back(target: Path, rows: list[tuple[str, str]]) -> None:
    plain = {r"\t": "\t", r"\n": "\n", r"\r": "\r", r"\\": "\\"}
    lines = written(target, "tsv", ("a", "b"), rows).removesuffix("\n").split("\n")
    cells = [
        tuple(re.sub(r"\\.", lambda m: plain[m[0]], cell) for cell in line.split("\t")) for line in lines
    ]
    assert cells == [("a", "b"), *rows]


@given(rows=st.lists(st.tuples(TEXT, TEXT), max_size=4))
def test_csv_comes_back(target: Path, rows: list[tuple[str, str]]) -> None:
    written(target, "csv", ("a", "b"), rows)
    with target.open(encoding="utf-8", newline="") as stream:
        assert [tuple(row) for row in csv.reader(stream)] == [("a", "b"), *rows]


@given(rows=st.lists(st.tuples(TEXT, st.integers(), st.booleans(), st.lists(TEXT)), max_size=4))
def test_jsonl_comes_back(target: Path, rows: list[tuple[object, ...]]) -> None:
    text = written(target, "jsonl", ("a", "b", "c", "d"), rows)
    assert [tuple(json.loads(line).values()) for line in text.split("\n")[:-1]] == rows


@given(value=NUMBER)
def test_floats_keep_six_digits(target: Path, value: float) -> None:
    _, cell, _ = written(target, "tsv", ("a",), [(value,)]).split("\n")
    assert float(cell) == pytest.approx(value, rel=5.1e-6, abs=0) and cell != "-0"
    assert json.loads(written(target, "jsonl", ("a",), [(value,)])) == {"a": float(cell)}


@pytest.mark.parametrize(
    ("cell", "text", "in_json"),
    [
        (0.1 + 0.2, "0.3", 0.3),
        (1234567.8, "1234568", 1234568.0),
        (999999.5, "1e+06", 1e6),
        (1e15, "1e+15", 1e15),
        (2.5e20, "2.5e+20", 2.5e20),
        (-0.0, "0", 0.0),
        (1.25e-7, "1.25e-07", 1.25e-7),
        (None, "", None),
        (True, "true", True),
        (math.inf, "inf", None),
        (math.nan, "nan", None),
        (np.float32(0.1), "0.1", 0.1),
        (np.int64(7), "7", 7),
        (np.bool_(False), "false", False),
        (["甲", "乙"], "甲 | 乙", ["甲", "乙"]),
    ],
)
def test_cells(target: Path, cell: object, text: str, in_json: object) -> None:
    assert written(target, "tsv", ("a", "b"), [("x", cell)]) == f"a\tb\nx\t{text}\n"
    assert written(target, "tsv", ("a", "b"), [(7, cell)]) == f"a\tb\n7\t{text}\n"  # numbers alone
    assert json.loads(written(target, "jsonl", ("a",), [(cell,)])) == {"a": in_json}


def test_jsonl_keeps_chinese_readable(target: Path) -> None:
    assert written(target, "jsonl", ("term", "count"), [("三国", 1)]) == '{"term": "三国", "count": 1}\n'


def test_the_table_aligns_wide_characters_and_shows_control_characters(target: Path) -> None:
    rows = [("三国演义", 12, 0.5), ("[b]\x1b[2J\n", 3, None)]
    table = written(target, "table", ("term", "count", "score"), rows)
    assert table.splitlines() == [
        "term          count  score",
        "────────────  ─────  ─────",
        "三国演义         12    0.5",
        r"[b]\x1b[2J\n      3",
    ]


def test_a_table_without_rows_is_its_heading(target: Path) -> None:
    assert written(target, "table", ("term", "count"), []) == "term  count\n────  ─────\n"


def test_a_row_of_a_table_is_one_line(target: Path) -> None:
    assert len(written(target, "table", ("a", "b"), [("x y " * 500, 1), ("z", 2)]).splitlines()) == 4


@pytest.mark.parametrize(
    ("name", "start"), [("a.csv", "term,count"), ("a.jsonl", "{"), ("a.txt", "term\tcount")]
)
def test_the_ending_tells_the_format(tmp_path: Path, name: str, start: str) -> None:
    done = probe("rows", "--output", name, folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / name).read_text("utf-8").startswith(start)


@pytest.mark.parametrize("format", ["table", "record", "tsv", "csv", "jsonl"])
def test_columns_are_chosen_and_put_in_order(target: Path, format: RowFormat) -> None:
    rows = [(1, "甲", 0.5), (2, "乙", None)]
    write_rows(("a", "b", "c"), rows, show=("c", "a"), format=format, output=target)
    assert target.read_text("utf-8") == written(target, format, ("c", "a"), [(0.5, 1), (None, 2)])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("cuont", "there is no column 'cuont', but term, count; did you mean count?"),
        ("Term", "there is no column 'Term', but term, count; did you mean term?"),
        ("term,count,term", "--show has term twice"),
        (" , ", "no column is named; there are term, count"),
    ],
)
def test_columns_that_are_not_there(asked: str, said: str) -> None:
    done = probe("rows", "--show", asked)
    assert (done.returncode, done.stdout) == (2, "") and said in done.stderr.splitlines()[0]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("discover-terms no.txt --show term,log_odds", "--show log_odds needs --background"),
        ("discover-terms no.txt --show known", "--show known needs --known"),
        ("expand-terms no.txt --vectors no.npz --show steps", "--show steps needs --seeds"),
        ("expand-terms no.txt --vectors no.npz --seeds no --show weight", "there is no column 'weight', but"),
        ("score no.lm no.txt --show text", "--show text needs --show-texts"),
        ("score no.lm no.txt --per-token --show tokens", "did you mean token?"),
        ("similarity no.txt no.txt --show gap", "--show gap needs --certificate"),
        ("similarity no.txt no.txt --explain --show distance", "there is no column 'distance', but line_a"),
        ("similarity no.txt --mode matrix -o d.npy --show distance", "--show asks for rows; leave one out"),
        ("sample no.lm --show change", "--show change needs --show-steps"),
        ("sentence-vectors no.npz no.txt --show v01", "no column 'v01', but sentence, words, v1, v2 ..."),
        (
            "sentence-vectors {v} no.txt --show v99",
            "no column 'v99', but sentence, words, v1, v2, v3,",
        ),
    ],
)
def test_columns_that_other_options_make_are_told_before_the_work(
    line: str, said: str, tmp_path: Path
) -> None:
    vectors = str(Path(__file__).parents[2] / "data" / "jargon.npz")
    done = textmine(*line.format(v=vectors).split(), folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "") and said in done.stderr.splitlines()[0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [("--format", "csv"), ("-o", "o.csv"), (), ("-o", "o.tsv")])
def test_a_byte_order_mark(tmp_path: Path, options: tuple[str, ...]) -> None:
    def rows(*more: str) -> bytes:
        done = probe("rows", *options, *more, folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        return (tmp_path / options[1]).read_bytes() if "-o" in options else done.stdout.encode()

    assert rows("--bom") == codecs.BOM_UTF8 + rows()


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (("--format", "jsonl"), "JSON Lines"),
        (("-o", "o.jsonl"), "JSON Lines"),
        (("--format", "table"), "a table"),
        (("-o", "o", "--format", "record"), "a record"),
        (("-o", "o.jsonl.gz"), "JSON Lines"),
    ],
)
def test_no_byte_order_mark_where_it_would_be_dirt(
    tmp_path: Path, options: tuple[str, ...], what: str
) -> None:
    done = probe("rows", "--bom", *options, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "") and list(tmp_path.iterdir()) == []
    assert f"--bom goes with csv and tsv, and these are {what}; say --format csv" in done.stderr
    code, screen, _, err = on_terminal("rows", "--bom", program=PROBE, streams=("stdout",))
    assert (code, screen) == (2, "") and "these are a table" in err


def test_utf8_whatever_the_locale() -> None:
    strange = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    assert (
        textmine_process("rows", program=PROBE, environment=strange).stdout
        == "term\tcount\n三国\t12\n[bold]tab\\there\t3\n"
    )


def test_a_table_on_a_terminal_only() -> None:
    code, screen, _, err = on_terminal("rows", program=PROBE, streams=("stdout",))
    assert code == 0 and err == ""
    assert "\t" not in screen and r"[bold]tab\there" in screen and "12" in screen


def failing() -> Iterator[tuple[str]]:
    yield ("first",)
    raise KeyError("in the middle")


@pytest.mark.parametrize("format", ["table", "record", "tsv", "csv", "jsonl"])
@pytest.mark.parametrize("before", [None, "as it was"])
def test_a_failed_file_is_absent_or_untouched(tmp_path: Path, format: RowFormat, before: str | None) -> None:
    target = tmp_path / "out"
    if before is not None:
        target.write_text(before)
    with pytest.raises(KeyError):
        write_rows(("a",), failing(), format=format, output=target)
    assert [path.read_text() for path in tmp_path.iterdir()] == ([] if before is None else [before])


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    with atomic_writer(link) as stream:
        stream.write("新\n")
    assert link.is_symlink() and target.read_bytes() == "新\n".encode()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    with atomic_writer(tmp_path / "new"):
        pass
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_device_is_written_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with atomic_writer(pipe) as stream:
        stream.write("through")
    assert os.read(reader, 100) == b"through" and stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reader)


def test_standard_output_by_its_name() -> None:
    if not Path("/dev/stdout").exists():
        pytest.skip("needs /dev/stdout")
    done = probe("rows", "--output", "/dev/stdout")
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("term\tcount\n")


def test_no_place_to_write(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match=r"cannot write .*; choose another place"),
        atomic_writer(tmp_path / "no" / "x"),
    ):
        pass


@pytest.mark.parametrize("format", [None, "jsonl"])
def test_a_hyphen_is_standard_output(tmp_path: Path, format: str | None) -> None:
    options = () if format is None else ("--format", format)
    plain = probe("rows", *options, folder=tmp_path)
    done = probe("rows", "-o", "-", *options, folder=tmp_path)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", plain.stdout)
    assert list(tmp_path.iterdir()) == []


def test_other_files_than_rows_are_not_called_a_hyphen(tmp_path: Path) -> None:
    for command in (("train-lm", "-o"), ("discover-terms", "--lexicon")):
        done = textmine(*command, "-", stdin="a b\n", folder=tmp_path)
        assert done.returncode == 2 and "not go to standard output (-); name a file" in message(done.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("train-lm", "-o"), "m"),
        (("train-glove", "-o"), "v.npz"),
        (("train-word2vec", "-o"), "v.npz"),
        (("train-svd", "-o"), "v.npz"),
        (("similarity", "a.txt", "b.txt", "--mode", "search", "--index"), "i"),
    ],
)
def test_files_to_be_mapped_do_not_go_into_a_pipe(
    command: tuple[str, ...], name: str, tmp_path: Path
) -> None:
    (tmp_path / name).symlink_to("/dev/stdout")
    done = textmine(*command, name, stdin="a b\n" * 9, folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.count("\n") == 1
    assert done.stderr.endswith(f" cannot be written to a pipe or a device, as {name} is; name a file\n")


def test_the_library_refuses_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, pipe in ((tmp_path / "pipe", True), (tmp_path / "new", False), (Path(os.devnull), False)):
        with pytest.raises(InputError, match=r"pipe is; name a file") if pipe else nullcontext():
            refuse_pipe(path, "a model")


def test_text_of_a_model_may_go_into_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "m.arpa").symlink_to("/dev/stdout")
    done = textmine("train-lm", "--order", "2", "-qo", "m.arpa", stdin="a b\n", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("\\data\\\nngram 1=5\n")
