from __future__ import annotations

import bz2
import contextlib
import gc
import gzip
import io
import lzma
import os
import random
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.corpus.sources import READ_SIZE, STDIN, Source, find_sources, read
from textmine.errors import InputError
from textmine.progress import silent

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "none": bytes,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd.compress,
}
compressed = pytest.mark.parametrize("compression", [name for name in COMPRESSIONS if name != "none"])


def names(*inputs: str | Path) -> list[str]:
    return [source.name for source in find_sources(inputs, None, silent)[0]]


def read_all(path: Path) -> bytes:
    (source,), _ = find_sources([path], None, silent)
    return b"".join(read(source, lambda position: None))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.txt", "a/z.txt", "a/b/y.txt", "c.txt", ".hidden.txt", ".git/config.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def give(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return give


def test_files_come_in_the_order_given_and_folders_sorted(folder: Path) -> None:
    inside = [str(folder / name) for name in ("a/b/y.txt", "a/z.txt", "b.txt", "c.txt")]
    assert names(folder) == inside
    assert names(folder / "c.txt", folder / "a", folder / "c.txt") == [inside[3], *inside[:2], inside[3]]


def test_patterns(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert names("*.txt") == ["b.txt", "c.txt"]
    assert names(str(folder / "?.txt")) == [str(folder / "b.txt"), str(folder / "c.txt")]
    assert names("**") == ["a/b/y.txt", "a/z.txt", "b.txt", "c.txt"]
    assert names("[a]") == ["a/b/y.txt", "a/z.txt"]
    assert names("**/y*") == ["a/b/y.txt"]
    Path("a/again").symlink_to(folder)
    assert names("a/**/*.txt") == ["a/b/y.txt", "a/z.txt"]
    Path("b").mkdir()
    Path("b/x.txt").touch()
    assert names("b*") == ["b/x.txt", "b.txt"]
    with pytest.raises(InputError, match=r"nothing matches \*\.csv; check the pattern"):
        names("*.csv")
    Path("[b].txt").write_text("a name, not a pattern")
    assert names("[b].txt") == ["[b].txt"]


def test_what_a_folder_holds_besides_files_is_said(folder: Path) -> None:
    (folder / "gone").symlink_to("nowhere")
    (folder / "round").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    sources, skipped = find_sources([folder], None, silent)
    assert len(sources) == 4
    assert {Path(name).name: reason for name, reason in skipped.items()} == {
        "gone": "a link to nothing",
        "round": "a link to a folder",
        "pipe": "not a regular file",
    }


def test_sizes_are_those_on_disk(folder: Path) -> None:
    sources, _ = find_sources([folder], None, silent)
    assert [source.size for source in sources] == [9, 7, 5, 5]


def test_a_missing_file_suggests_its_neighbours(folder: Path) -> None:
    (folder / "novel.txt").write_text("a")
    with pytest.raises(InputError, match=r"there is no file .*novle\.txt; did you mean novel\.txt\?"):
        names(folder / "novle.txt")
    with pytest.raises(InputError, match=r"there is no file .*; there is no folder .*nowhere either"):
        names(folder / "nowhere" / "a.txt")
    with pytest.raises(InputError, match=r"cannot be read .*Not a directory"):
        names(folder / "b.txt" / "a.txt")


def test_a_folder_without_files(tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_text("a")
    with pytest.raises(InputError, match="holds no files to read; name a folder with text files"):
        names(tmp_path)


@pytest.fixture
def locked() -> Iterator[Path]:
    """A folder in which `file.txt` and `sub` may not be read, and a user who is not the superuser."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        (path / "file.txt").write_text("a")
        (path / "file.txt").chmod(0)
        (path / "sub").mkdir()
        (path / "sub").chmod(0)
        superuser = os.geteuid() == 0
        if superuser:
            os.seteuid(65534)
        try:
            yield path
        finally:
            if superuser:
                os.seteuid(0)
            (path / "sub").chmod(0o755)


def test_what_may_not_be_read(locked: Path) -> None:
    (source,), _ = find_sources([locked / "file.txt"], None, silent)
    with pytest.raises(
        InputError, match=r"file\.txt cannot be read \(Permission denied\); check that you may"
    ):
        list(read(source, lambda position: None))
    with pytest.raises(InputError, match=r"sub cannot be read \(Permission denied\)"):
        names(locked)
    with pytest.raises(InputError, match=r"a\.txt cannot be read \(Permission denied\)"):
        names(locked / "sub" / "a.txt")


def test_a_name_that_is_not_utf8_can_be_printed(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path / "a") + "中".encode("gbk")))
    path.write_text("text")
    assert names(path)[0].encode() and read_all(path) == b"text"


@pytest.mark.parametrize("compression", COMPRESSIONS)
@given(data=st.binary(max_size=200), copies=st.integers(1, 3))
def test_compression_is_told_by_content(compression: str, data: bytes, copies: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "name.txt")
        path.write_bytes(COMPRESSIONS[compression](b"a" + data) * copies)  # gzip a >> b makes such files
        assert read_all(path) == (b"a" + data) * copies


@compressed
def test_half_of_a_compressed_file(compression: str, tmp_path: Path) -> None:
    data = COMPRESSIONS[compression](random.Random(1).randbytes(100_000))
    path = tmp_path / "a.txt"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(
        InputError, match=r"a\.txt ends in the middle of its compressed data; fetch or compress"
    ):
        read_all(path)


@compressed
def test_damaged_compressed_data(compression: str, tmp_path: Path) -> None:
    data = bytearray(COMPRESSIONS[compression](b"text " * 10_000))
    data[len(data) // 2 : len(data) // 2 + 8] = b"\xff" * 8
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"a\.txt (holds damaged compressed data \(|ends in the middle)"):
        read_all(path)


def test_text_that_begins_like_a_compressed_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"BZhang San\n")
    assert read_all(path) == b"BZhang San\n"


def test_the_position_is_that_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(gzip.compress(random.Random(1).randbytes(3 * READ_SIZE), 1))
    (source,), _ = find_sources([path], None, silent)
    positions: list[int] = []
    assert sum(map(len, read(source, positions.append))) == 3 * READ_SIZE
    assert len(positions) == 3 and positions == sorted(positions) and positions[-1] == source.size


def test_standard_input_can_be_read_again_and_twice_at_once(stdin: Callable[[bytes], None]) -> None:
    data = random.Random(1).randbytes(2 * READ_SIZE + 5)
    stdin(data)
    heard: list[tuple[str, int, int | None]] = []
    sources, _ = find_sources([], None, lambda *progress: heard.append(progress))
    assert [(source.name, source.size) for source in sources] == [(STDIN, len(data))]
    assert heard[-1] == ("spooling", len(data), None)
    first, second = (read(sources[0], lambda position: None) for _ in range(2))
    pairs = list(zip(first, second, strict=True))
    assert b"".join(one for one, _ in pairs) == b"".join(two for _, two in pairs) == data


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_compressed_standard_input(compression: str, stdin: Callable[[bytes], None]) -> None:
    stdin(COMPRESSIONS[compression](b"text"))
    sources, _ = find_sources(["-"], None, silent)
    assert b"".join(read(sources[0], lambda position: None)) == b"text"


def test_a_named_pipe_is_kept_to_be_read_again(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"text",))
    writer.start()
    (source,), _ = find_sources([pipe], None, silent)
    writer.join()
    assert [b"".join(read(source, lambda position: None)) for _ in range(2)] == [b"text"] * 2


def test_a_spool_leaves_nothing_in_its_folder(stdin: Callable[[bytes], None], tmp_path: Path) -> None:
    stdin(b"text")
    sources: list[Source] = find_sources(["-"], tmp_path, silent)[0]
    assert list(tmp_path.iterdir()) == []
    assert len(_open_files(tmp_path)) == 1
    del sources
    gc.collect()
    assert _open_files(tmp_path) == []


def test_a_later_bad_input_closes_the_spool(stdin: Callable[[bytes], None], tmp_path: Path) -> None:
    stdin(b"text")
    with pytest.raises(InputError, match="no file") as caught:
        find_sources(["-", tmp_path / "missing"], tmp_path, silent)
    assert _open_files(tmp_path) == []
    assert caught.value.todo


def _open_files(folder: Path) -> list[str]:
    """This process's open files in `folder`, deleted ones too."""
    links = []
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the listing's own
            links.append(str(entry.readlink()))
    return [link for link in links if link.startswith(str(folder))]


def test_a_temporary_folder_that_is_not_there(stdin: Callable[[bytes], None], tmp_path: Path) -> None:
    stdin(b"text")
    with pytest.raises(InputError, match=r"no temporary file can be made in .*missing"):
        find_sources(["-"], tmp_path / "missing", silent)


def test_a_terminal_is_no_input(monkeypatch: pytest.MonkeyPatch) -> None:
    with os.fdopen(os.openpty()[1], encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with pytest.raises(InputError, match="there is no input; name files or folders, or pipe text in"):
            names()
