from __future__ import annotations

import gc
import gzip
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import reference
from tests.corpus.test_sources import COMPRESSIONS
from tests.processes import run_process, start_process
from textmine.corpus import Corpus, Document
from textmine.corpus.blocks import DocumentKind
from textmine.corpus.normalise import Normalisation
from textmine.errors import InputError

UNITS = st.sampled_from(["line", "paragraph", "file"])
TEXTS = st.text(st.sampled_from("aＢ 中，\n\n\r\u3000\u0301😀"), min_size=1, max_size=60).filter(str.strip)


@given(TEXTS, UNITS, st.integers(2, 70))
def test_documents_of_a_file(text: str, unit: DocumentKind, block_size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.txt")
        path.write_bytes(text.encode())
        documents = list(Corpus([path], document=unit, block_size=block_size).documents())
        assert documents == [
            Document(text, str(path), line) for text, line in reference.documents(text, unit)
        ]


@given(
    st.lists(TEXTS, min_size=1, max_size=3),
    UNITS,
    st.lists(st.sampled_from(["nfkc", "width", "lower"]), unique=True),
)
def test_documents_do_not_depend_on_the_block_size(
    texts: list[str], unit: DocumentKind, normalise: list[Normalisation]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            Path(folder, f"{number}.txt").write_bytes(text.encode())
        results = [
            list(Corpus([folder], document=unit, normalise=normalise, block_size=size).documents())
            for size in (2, 7, 1 << 22)
        ]
        assert results[0] == results[1] == results[2]
        assert {document.source for document in results[0]} == {
            str(Path(folder, f"{number}.txt")) for number in range(len(texts))
        }


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32", "big5", "utf-16-be"]
)
@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_every_encoding_in_every_compression(compression: str, encoding: str, tmp_path: Path) -> None:
    text = "第一條，為了規範。\r\nplain, too\n\n" * 50_000 + "the end"
    path = tmp_path / "name.txt"
    path.write_bytes(COMPRESSIONS[compression](text.encode(encoding)))
    corpus = Corpus([path], encoding=encoding, block_size=100_000)
    assert "".join(block.text for block in corpus.blocks()) == text + "\n"
    if encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):  # what needs no telling
        assert sum(len(block.starts) for block in Corpus([path]).blocks()) == 150_001


def test_a_corpus_can_be_read_again_and_twice_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\ntwo\n")
    corpus = Corpus([tmp_path], block_size=4)
    once = [document.text for document in corpus.documents()]
    pairs = list(zip(corpus.documents(), corpus.documents(), strict=True))
    assert once == ["one", "two"] == [one.text for one, _ in pairs] == [two.text for _, two in pairs]


def test_a_document_never_runs_over_into_the_next_source(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"{name}1\n{name}2")
    documents = list(Corpus([tmp_path], block_size=2).documents())
    assert [(document.text, document.line) for document in documents] == [
        ("a1", 1),
        ("a2", 2),
        ("b1", 1),
        ("b2", 2),
    ]
    blocks = list(Corpus([tmp_path]).blocks())
    assert [(block.text, block.starts.tolist(), Path(block.source).name) for block in blocks] == [
        ("a1\na2\n", [0, 3], "a.txt"),
        ("b1\nb2\n", [0, 3], "b.txt"),
    ]


def test_records_are_documents(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress('{"text": "Ａ\\n\\nb"}\n\n{"text": "c"}'.encode()))
    (tmp_path / "b.csv").write_text('n,text\n1,"d\n\ne"\n2,f')

    def documents(unit: DocumentKind) -> list[tuple[str, int]]:
        corpus = Corpus([tmp_path], document=unit, normalise=["width"], block_size=5)
        return [(document.text, document.line) for document in corpus.documents()]

    assert documents("line") == [("A\n\nb", 1), ("c", 3), ("d\n\ne", 2), ("f", 5)]
    assert documents("paragraph") == [("A", 1), ("b", 1), ("c", 3), ("d", 2), ("e", 2), ("f", 5)]
    assert documents("file") == [("A\n\nb\nc", 1), ("d\n\ne\nf", 2)]


def test_a_field_or_column_that_nothing_has_a_use_for(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text('{"body": "text"}')
    with pytest.raises(InputError, match="no input is JSON Lines, so there is no field 'body'"):
        Corpus([tmp_path], field="body")
    with pytest.raises(InputError, match="no input is a table, so there is no column 'body'"):
        Corpus([tmp_path], column="body")
    corpus = Corpus([tmp_path], field="body", format="jsonl")
    assert [document.text for document in corpus.documents()] == ["text"]


def test_files_without_text_are_passed_over_and_said(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "empty.txt.gz").write_bytes(gzip.compress(b""))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (tmp_path / "text.txt").write_text("text")
    corpus = Corpus([tmp_path])
    assert [document.text for document in corpus.documents()] == ["text"]
    assert {Path(name).name: reason for name, reason in corpus.skipped.items()} == {
        "empty.txt": "empty",
        "empty.txt.gz": "empty",
        "picture.png": "not text",
    }
    with pytest.raises(InputError, match=r"picture\.png .*not"):
        list(Corpus([tmp_path / "picture.png"]).blocks())


@pytest.mark.parametrize("data", [b"", b" \n\t\n", "\u3000\r\n".encode()])
def test_nothing_at_all(data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    for inputs in ([tmp_path], [tmp_path / "a.txt"]):
        corpus = Corpus(inputs)
        with pytest.raises(InputError, match=r"there is no text in .*a\.txt"):
            list(corpus.blocks())
        with pytest.raises(InputError, match="there is no text in"):
            list(corpus.documents())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    with pytest.raises(InputError, match="standard input holds no text; pipe text in, or name files"):
        list(Corpus([]).blocks())


def test_a_folder_without_text(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.bin").write_bytes(b"\0\1")
    with pytest.raises(InputError, match=r"no text in .*0\.bin, .*2\.bin and 2 more \(5 not text\)"):
        list(Corpus([tmp_path]).blocks())


def test_replaced_bytes_are_those_of_one_pass(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"text \xff\xfe\n")
    corpus = Corpus([tmp_path], errors="replace")
    assert corpus.replaced == 0
    for _ in range(2):
        assert [document.text for document in corpus.documents()] == ["text \ufffd\ufffd"] * 2
        assert corpus.replaced == 4


def test_progress_is_in_bytes_on_disk(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(os.urandom(1 << 21).hex().encode())
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"text\n" * 1000))
    own: list[tuple[str, int, int | None]] = []
    passed: list[tuple[str, int, int | None]] = []
    corpus = Corpus([tmp_path], on_progress=lambda *progress: own.append(progress))
    assert corpus.size == sum(path.stat().st_size for path in tmp_path.iterdir())
    assert sum(1 for _ in corpus.blocks(on_progress=lambda *progress: passed.append(progress))) > 1
    assert own == []
    assert sum(1 for _ in corpus.documents()) == 1001
    assert own == passed
    assert {(stage, total) for stage, _, total in own} == {("reading", corpus.size)}
    done = [done for _, done, _ in own]
    assert done == sorted(done) and len(done) > 4 and done[-1] == corpus.size


def test_a_single_path_is_an_input_too(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    assert [document.text for document in Corpus(str(tmp_path / "a.txt")).documents()] == ["text"]


def test_a_block_holds_two_characters_at_least(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="block_size"):
        Corpus([tmp_path], block_size=1)


def open_files(folder: Path, process: int) -> int:
    links = [os.readlink(entry) for entry in Path(f"/proc/{process}/fd").iterdir()]  # noqa: PTH115
    return sum(link.startswith(str(folder)) for link in links)


@pytest.mark.parametrize("end", ["close", "with", "garbage"])
def test_a_spool_goes_with_its_corpus(end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"text")))
    corpus = Corpus(["-"], tmp_dir=tmp_path)
    spool = corpus.sources[0].spool
    assert spool is not None
    assert [document.text for document in corpus.documents()] == ["text"]
    if end == "close":
        corpus.close()
    elif end == "with":
        with corpus:
            pass
    else:
        del corpus
        gc.collect()
    with pytest.raises(ValueError, match="closed file"):
        spool.read_at(0, memoryview(bytearray(1)))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, None])
def test_nothing_is_left_however_the_process_ends(how: signal.Signals | None, tmp_path: Path) -> None:
    script = (
        "import sys; from textmine.corpus import Corpus\n"
        "corpus = Corpus(['-'], tmp_dir=sys.argv[1])\n"
        "print('spooled', flush=True)\n"
        "import time; time.sleep(float(sys.argv[2]))"
    )
    with start_process(
        [sys.executable, "-c", script, str(tmp_path), "60" if how else "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(b"text" * 100_000)
        process.stdin.close()
        assert process.stdout.readline() == b"spooled\n"
        if how:
            assert open_files(tmp_path, process.pid) == 1
            process.send_signal(how)
    assert process.returncode == (-how if how else 0)
    assert list(tmp_path.iterdir()) == []


# The peak is read from /proc: getrusage's begins with that of the process that started this one.
LONG_LINE = """
import re, sys
from pathlib import Path
from textmine.corpus import Corpus
print(sum(len(block.text) for block in Corpus(sys.argv[1:]).blocks()))
print(re.search("VmHWM:[^0-9]*([0-9]+) kB", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.parametrize("way", ["file", "pipe", "gzip", "zstd"])
def test_a_line_of_any_length_needs_little_memory(way: str, tmp_path: Path) -> None:
    text = b"one line without an end, " * (1 << 22)  # 100 MB
    path = tmp_path / "a.txt"
    path.write_bytes(COMPRESSIONS[way](text) if way in COMPRESSIONS else text)
    with path.open("rb") as stream:
        done = run_process(
            [sys.executable, "-c", LONG_LINE, "-" if way == "pipe" else str(path)],
            stdin=stream,
            check=True,
        )
    length, kilobytes = map(int, done.stdout.split())
    assert length == len(text) + 1
    assert kilobytes < 90_000


def test_time_grows_with_the_size_of_a_line(tmp_path: Path) -> None:
    def seconds(megabytes: int) -> float:
        path = tmp_path / "a.txt"
        path.write_bytes("没有标点的一行长长的文字".encode() * (megabytes * 1_000_000 // 36))
        corpus = Corpus([path])
        begun = time.process_time()
        assert sum(len(block.text) for block in corpus.blocks()) > megabytes * 300_000
        return time.process_time() - begun

    seconds(4)
    assert seconds(40) < 30 * max(seconds(4), 0.01)
