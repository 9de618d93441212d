"""An ending that promises a format is kept or refused, in every command."""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.cli.program import probe, textmine
from tests.terminal.cases import Material
from textmine.cli.app import COMMANDS, command_name, written_options
from textmine.cli.endings import KNOWN, refuse_endings
from textmine.files import COMPRESSED
from textmine.vectors.formats import save_rows

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ROWS = {".tsv", ".csv", ".jsonl", ".ndjson", ".txt"}
KEPT: Mapping[tuple[str, str], set[str]] = {  # of options whose files are no rows
    ("background", "output"): {".stats", ".npz", ".bin"},
    ("learn_lexicon", "output"): {".txt"},
    ("learn_lexicon", "segmented"): {".txt"},
    ("segment", "output"): {".txt"},
    ("discover_terms", "lexicon"): {".txt"},
    ("train_lm", "output"): {".lm", ".arpa", ".npz", ".bin"},
    ("similarity", "index"): {".stats", ".npz", ".bin"},
    ("similarity", "output"): ROWS | {".npy"},
    ("sentence_vectors", "output"): ROWS | {".npy"},
}
VECTORS = {"train_glove", "train_word2vec", "train_svd"}  # their endings are told by another list
OPTIONS = [(command, name) for command in COMMANDS for name in written_options(command)]


@pytest.mark.parametrize("command", COMMANDS, ids=command_name)
def test_no_option_that_writes_is_forgotten(command: Callable[..., None]) -> None:
    for name, hint in get_type_hints(command, include_extras=True).items():
        help = next((info.help or "" for info in get_args(hint) if hasattr(info, "help")), "")
        if "rite" in help.split(";")[0] and Path in (*get_args(hint), *get_args(get_args(hint)[0])):
            assert name in written_options(command), name


@pytest.mark.parametrize(("command", "name"), OPTIONS, ids=lambda part: getattr(part, "__name__", part))
def test_an_ending_is_kept_or_refused(command: Callable[..., None], name: str) -> None:
    own = command.__name__
    if own in VECTORS or name == "save_vectors":
        return
    kept = KEPT.get((own, name), ROWS)
    options: dict[str, object] = dict.fromkeys(get_type_hints(command))
    for ending in (*KNOWN, *(ending.upper() for ending in KNOWN), "", ".something"):
        options[name] = Path(f"folder.npy/x.y{ending}")
        try:
            refuse_endings(options, written_options(command))
            assert ending.lower() in {*kept, "", ".something"}
        except typer.BadParameter as error:
            assert ending.lower() not in kept and "choose " in error.message


@pytest.mark.parametrize("command", sorted(VECTORS))
def test_vectors_have_endings_of_their_own(command: str, tmp_path: Path) -> None:
    done = textmine(command.replace("_", "-"), "x", "-o", "v.npy", folder=tmp_path)
    assert done.returncode == 2 and "has none of the endings .npz .bin .vec .txt" in done.stderr


@pytest.mark.parametrize(
    ("name", "format", "said"),
    [
        ("x.jsonl", "csv", "x.jsonl promises JSON Lines, and --format csv is asked for; leave one out"),
        ("x.csv.gz", "tsv", "x.csv.gz promises CSV, and --format tsv is asked for; leave one out"),
        ("x.json", "tsv", "x.json promises JSON, which this is not; choose .tsv .csv .jsonl .ndjson .txt, "),
        ("x.json", None, "x.json promises JSON, which this is not; choose .tsv .csv .jsonl "),
        ("x.json", "jsonl", None),
        ("x.csv", "csv", None),
        ("x.txt", "jsonl", None),
        ("x.log", "table", None),
        ("x.npy.gz", None, "x.npy.gz promises an array of numpy, which this is not; choose .tsv "),
    ],
)
def test_a_format_that_is_asked_for(name: str, format: str | None, said: str | None, tmp_path: Path) -> None:
    done = probe("rows", "-o", name, *(["--format", format] if format else []), folder=tmp_path)
    if said is None:
        assert (done.returncode, done.stderr) == (0, "") and (tmp_path / name).exists()
    else:
        assert done.returncode == 2 and said in done.stderr and list(tmp_path.iterdir()) == []


OPEN: Mapping[str, Callable[[Path], bytes]] = {
    ".gz": lambda path: gzip.decompress(path.read_bytes()),
    ".bz2": lambda path: bz2.decompress(path.read_bytes()),
    ".xz": lambda path: lzma.decompress(path.read_bytes()),
    ".zst": lambda path: zstd.decompress(path.read_bytes()),
}


@pytest.mark.parametrize("ending", COMPRESSED)
def test_rows_are_compressed_where_the_name_says_so(ending: str, tmp_path: Path) -> None:
    for inner in ("tsv", "csv", "jsonl"):
        plain = probe("rows", "--format", inner).stdout
        path = tmp_path / f"x.{inner}{ending}"
        done = probe("rows", "-o", path)
        assert (done.returncode, done.stderr) == (0, "") and OPEN[ending](path).decode() == plain
        if ending == ".gz":  # whose header could hold a time and a name
            assert path.read_bytes()[3:8] == bytes(5)
    assert len(list(tmp_path.iterdir())) == 3


def test_what_was_cut_is_compressed_too(tmp_path: Path) -> None:
    done = textmine("segment", "-q", "-o", "x.gz", stdin="曹操大怒\n", folder=tmp_path)
    assert done.returncode == 0
    assert gzip.decompress((tmp_path / "x.gz").read_bytes()).decode() == "曹操 大怒\n"


@pytest.mark.parametrize(
    "command",
    [
        ("train-lm", "-o", "m.lm.gz"),
        ("background", "-o", "b.xz"),
        ("discover-terms", "--lexicon", "x.txt.gz"),
    ],
)
def test_what_is_not_compressed_is_not_called_so(command: tuple[str, ...], tmp_path: Path) -> None:
    done = textmine(*command, stdin="a b\n", folder=tmp_path)
    ending = Path(command[-1]).suffix
    assert done.returncode == 2 and f"not compressed as it is written; leave {ending} out" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_sentence_vectors_as_an_array(tmp_path: Path) -> None:
    case = next(case for case in Material(tmp_path).cases("short") if case.name == "sentence-vectors")
    rows = textmine(*case.line("-q")).stdout.splitlines()[1:]
    done = textmine(*case.line("-q", "-o", tmp_path / "x.npy"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    array = np.load(tmp_path / "x.npy")
    assert array.dtype == np.float32 and array.shape == (50, 20)
    assert array == pytest.approx(np.array([row.split("\t")[2:] for row in rows], float), rel=1e-5, abs=1e-6)
    done = textmine(*case.line("-o", tmp_path / "y.npy", "--format", "csv"))
    assert done.returncode == 2 and "--format csv asks for rows; leave one out" in done.stderr


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("arrays")


@given(st.lists(st.integers(0, 40), max_size=4), st.integers(1, 5))
def test_rows_of_an_array_in_blocks(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], dim: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "x.npy"
    blocks = [np.full((size, dim), number, float) for number, size in enumerate(sizes)]
    save_rows(path, dim, blocks)
    array = np.load(path)
    assert array.dtype == np.float32 and array.shape == (sum(sizes), dim)
    assert (array == np.concatenate([np.zeros((0, dim)), *blocks])).all()


def test_an_array_that_fails_is_absent(tmp_path: Path) -> None:
    def blocks() -> Iterator[NDArray[np.float64]]:
        yield np.ones((2, 3))
        raise KeyError("in the middle")

    with pytest.raises(KeyError):
        save_rows(tmp_path / "x.npy", 3, blocks())
    assert list(tmp_path.iterdir()) == []
