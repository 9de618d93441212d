from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jieba
import numpy as np
import pytest

from tests.cli.program import TEXTMINE, textmine, textmine_process
from tests.processes import run_process, start_process

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DATA = Path(__file__).parents[2] / "data"
NOVEL = DATA / "three-kingdoms.txt"
ENTITIES = DATA / "three-kingdoms.entities.txt"
JARGON = DATA / "jargon-file.txt"
COLUMNS = ["term", "count", "documents", "cohesion", "left_entropy", "right_entropy", "score"]
Done = subprocess.CompletedProcess[str]


def discover(*arguments: str | Path, **more: Any) -> Done:
    return textmine("discover-terms", *arguments, **more)


def rows(out: str) -> list[list[str]]:
    """Cells of the TSV without its heading."""
    lines = [line.split("\t") for line in out.splitlines()]
    assert lines[0][:7] == COLUMNS
    return lines[1:]


def terms(out: str) -> list[str]:
    return [row[0] for row in rows(out)]


def fine(done: Done) -> Done:
    assert done.returncode == 0, done.stderr
    return done


@dataclass
class Novel:
    done: Done
    records: list[dict[str, Any]]
    lexicon: Path


@pytest.fixture(scope="session")
def novel(tmp_path_factory: pytest.TempPathFactory) -> Novel:
    """The whole novel, with everything there is to tell of its terms."""
    lexicon = tmp_path_factory.mktemp("novel") / "words.txt"
    lexicon.write_text("old 1\n", "utf-8")
    options = ("--known", "jieba", "--examples", "2", "--format", "jsonl", "--lexicon", lexicon)
    done = fine(discover(NOVEL, *options))
    return Novel(done, [json.loads(line) for line in done.stdout.splitlines()], lexicon)


@pytest.fixture(scope="session")
def english() -> Done:
    return fine(discover(JARGON))


@pytest.fixture(scope="session")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The beginning of the novel: 120 lines, 117 KB."""
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_bytes(b"".join(NOVEL.open("rb").readlines()[:120]))
    return path


@pytest.fixture(scope="session")
def plain(text: Path) -> Done:
    return fine(discover(text))


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A single line of 20 MB: 3000 words in any order, some punctuation."""
    random = np.random.default_rng(1)
    words = ["".join(map(chr, 0x4E00 + random.integers(0, 3000, 1 + k % 4))) for k in range(3000)]
    ranks = np.minimum(random.zipf(1.2, 2_600_000), 3000) - 1
    path = tmp_path_factory.mktemp("line") / "line.txt"
    path.write_text(
        "".join(words[rank] if rank % 13 else words[rank] + "，" for rank in ranks.tolist()), "utf-8"
    )
    assert 18e6 < path.stat().st_size < 30e6
    return path


# what is found


def test_novel(novel: Novel) -> None:
    found = [record["term"] for record in novel.records]
    assert {"玄德", "孔明", "曹操"} <= set(found[:60])
    entities = set(ENTITIES.read_text("utf-8").split("\n"))
    assert len(entities & set(found[:60])) >= 20
    assert len(found) == len(set(found)) > 1000
    assert novel.done.stderr.count("\n") == 1
    assert f"{len(found)} terms " in novel.done.stderr and "1589 documents" in novel.done.stderr


def test_novel_is_counted_exactly(novel: Novel) -> None:
    text = NOVEL.read_text("utf-8")
    lines = text.splitlines()
    for record in novel.records[::97]:
        assert list(record) == [*COLUMNS, "known", "examples"]
        term = record["term"]
        assert record["count"] == len(re.findall(f"(?={re.escape(term)})", text)) >= 5
        assert record["documents"] == sum(term in line for line in lines)


def test_known_words(novel: Novel) -> None:
    jieba.initialize()
    for record in novel.records:
        assert record["known"] is bool(jieba.dt.FREQ.get(record["term"]))
    assert {True, False} == {record["known"] for record in novel.records}


def test_examples(novel: Novel) -> None:
    lines = ["".join(line.split()) for line in NOVEL.read_text("utf-8").splitlines()]
    whole = "\n".join(lines)
    for record in novel.records:
        assert len(record["examples"]) == min(2, record["documents"])
    for record in novel.records[::97]:
        for example in record["examples"]:
            match = re.fullmatch("([^【】]*)【(.+)】([^【】]*)", example)
            assert match is not None and match[2] == record["term"]
            assert "".join("".join(match.groups()).split()) in whole


def test_lexicon_in_jieba(novel: Novel) -> None:
    written = novel.lexicon.read_text("utf-8").splitlines()
    assert written == [f"{record['term']} {record['count']}" for record in novel.records]
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    with novel.lexicon.open("rb") as stream:
        tokenizer.load_userdict(stream)
    assert all(tokenizer.FREQ[record["term"]] == record["count"] for record in novel.records)


def test_lexicon_in_segment(novel: Novel) -> None:
    done = fine(textmine("segment", "--lexicon", novel.lexicon, stdin="却说玄德辞孔明而去\n"))
    words = done.stdout.split()
    assert {"玄德", "孔明"} <= set(words) and "".join(words) == "却说玄德辞孔明而去"


def test_english(english: Done) -> None:
    found = terms(english.stdout)
    assert {"hackers", "bogosity", "creeping featurism"} <= set(found[:100])
    assert sum(" " in term for term in found) > 100
    ends = {word.lower() for term in found for word in (term.split()[0], term.split()[-1])}
    assert "the" not in ends and "a" not in ends
    ends = {word.lower() for term in found[:300] for word in (term.split()[0], term.split()[-1])}
    assert not ends & {"of", "to", "and", "is", "that", "this"}
    assert "language en" in english.stderr
    for row in rows(english.stdout):
        assert len(row) == 7 and (row[3] == "") == (" " not in row[0])


# options


@pytest.mark.parametrize("column", COLUMNS)
def test_sort(text: Path, plain: Done, column: str) -> None:
    found = rows(fine(discover(text, "--sort", column)).stdout)
    assert sorted(found) == sorted(rows(plain.stdout))
    cells = [row[COLUMNS.index(column)] for row in found]
    if column == "term":
        assert cells == sorted(cells)
    else:
        numbers = [float(cell) for cell in cells if cell]
        assert numbers == sorted(numbers, reverse=True) and len(numbers) > 100
    if column == "score":
        assert found == rows(plain.stdout)


def test_top_and_formats(text: Path, plain: Done, tmp_path: Path) -> None:
    expected = rows(plain.stdout)[:9]
    options = (text, "--top", "9", "--examples", "1")
    comma = list(csv.reader(io.StringIO(fine(discover(*options, "--format", "csv")).stdout)))
    assert comma[0] == [*COLUMNS, "examples"]
    assert [row[:7] for row in comma[1:]] == expected
    records = [json.loads(line) for line in fine(discover(*options, "--format", "jsonl")).stdout.splitlines()]
    assert [[record["term"], str(record["count"])] for record in records] == [row[:2] for row in expected]
    assert [" | ".join(record["examples"]) for record in records] == [row[7] for row in comma[1:]]
    output = tmp_path / "out.tsv"
    output.write_text("old", "utf-8")
    done = fine(discover(*options, "-o", output, "--quiet"))
    assert (done.stdout, done.stderr) == ("", "")
    assert rows(output.read_text("utf-8")) == comma[1:]
    assert list(tmp_path.iterdir()) == [output]


def test_only_new_and_stopped(text: Path, plain: Done, tmp_path: Path) -> None:
    known, stop = tmp_path / "known.txt", tmp_path / "stop.txt"
    found = terms(plain.stdout)
    known.write_text("".join(f"{term} 3\n" for term in found[::2]), "utf-8")
    stop.write_text("\n".join(found[1::4]), "utf-8")
    left = [term for i, term in enumerate(found) if i % 4 == 3]
    done = fine(discover(text, "--known", known, "--only-new", "--stop", stop))
    assert [(row[0], row[7]) for row in rows(done.stdout)] == [(term, "false") for term in left]
    marked = fine(discover(text, "--known", known, "--top", "10"))
    assert [(row[0], row[7]) for row in rows(marked.stdout)] == [
        (term, "false" if i % 2 else "true") for i, term in enumerate(found[:10])
    ]


def test_only_new_by_jieba(text: Path, plain: Done) -> None:
    jieba.initialize()
    left = [term for term in terms(plain.stdout) if not jieba.dt.FREQ.get(term)]
    done = fine(discover(text, "--known", "jieba", "--only-new"))
    assert terms(done.stdout) == left and 10 < len(left) < len(terms(plain.stdout))
    assert all(row[7] == "false" for row in rows(done.stdout))


@pytest.mark.parametrize("method", ["learned", "cohesion", "entropy", "redundancy"])
def test_methods(text: Path, plain: Done, method: str) -> None:
    done = fine(discover(text, "--method", method))
    found = terms(done.stdout)
    assert "玄德" in found[:100] and len(found) > 50 and done.stdout != plain.stdout


def test_counts_and_lengths(text: Path) -> None:
    done = fine(discover(text, "--min-count", "20", "--max-length", "2", "--unit", "char"))
    found = rows(done.stdout)
    assert len(found) > 10 and all(len(row[0]) <= 2 and int(row[1]) >= 20 for row in found)
    assert "at least 20 times" in done.stderr


def test_units_of_words() -> None:
    words = fine(discover("--unit", "word", "--min-count", "2", stdin="core dump, core dump; core dump\n"))
    assert "core dump" in terms(words.stdout) and "in 6 words" in words.stderr


def test_documents(text: Path) -> None:
    done = fine(discover(text, text, "--document", "file"))
    assert {row[2] for row in rows(done.stdout)} == {"2"} and "2 documents" in done.stderr


def test_normalise() -> None:
    """Full-width letters are others than plain ones until they are normalised."""
    mixed = "\uff22\uff2f\uff27\uff2f\uff2e flux; bogon flux; zork\n" * 6
    options = ("--unit", "word", "--language", "en")
    counts = {row[0]: row[1] for row in rows(fine(discover(*options, stdin=mixed)).stdout)}
    assert counts["bogon flux"] == "6"
    done = fine(discover(*options, "--normalise", "nfkc", stdin=mixed))
    counts = {row[0].lower(): row[1] for row in rows(done.stdout)}
    assert counts["bogon flux"] == "12" and "\uff22" not in done.stdout


# what makes no difference


def test_compression_pipes_and_threads(text: Path, plain: Done, tmp_path: Path) -> None:
    lines = text.read_bytes().splitlines(keepends=True)
    packers: dict[str, Callable[[bytes], bytes]] = {
        "1.gz": gzip.compress,
        "2.bz2": bz2.compress,
        "3.xz": lzma.compress,
        "4.zst": zstd.compress,
        "5.txt": bytes,
    }
    folder = tmp_path / "folder"
    folder.mkdir()
    for i, (name, pack) in enumerate(packers.items()):
        (folder / name).write_bytes(pack(b"".join(lines[24 * i : 24 * i + 24])))
    for done in (
        discover(folder, "--threads", "1"),
        discover(*sorted(folder.iterdir()), "--threads", "2"),
        discover(stdin=text.read_bytes()),
        discover("-", stdin=gzip.compress(text.read_bytes())),
    ):
        assert fine(done).stdout == plain.stdout and done.stderr == plain.stderr


def peak(*arguments: str | Path) -> tuple[Done, int]:
    """Run it, and the most bytes of memory it held at a time."""
    done = textmine_process(
        "-c",
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:]).returncode;"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(done)",
        *TEXTMINE,
        "discover-terms",
        *arguments,
        program=(sys.executable,),
    )
    *lines, last = done.stderr.splitlines()
    unit = 1 if sys.platform == "darwin" else 1024
    done.stderr = "\n".join(lines)
    return done, int(last) * unit


def test_memory_makes_no_difference_and_is_kept_to(line: Path, tmp_path: Path) -> None:
    """The text is one line of 20 MB: what is told to be enough is enough, too."""
    options = (line, "--tmp-dir", tmp_path, "--min-count", "50")
    refused = textmine_process("discover-terms", *options, "--memory", "50M")
    told = re.search(r"allow at least (\d+)M", refused.stderr)
    assert refused.returncode == 1 and told is not None
    wide, used = peak(*options)
    assert fine(wide).stdout.count("\n") > 500 and used <= 600e6
    narrow, used = peak(*options, "--memory", f"{told[1]}M")
    assert fine(narrow).stdout == wide.stdout
    assert list(tmp_path.iterdir()) == []
    assert used <= int(told[1]) * 10**6


def test_a_single_line_without_an_end(text: Path) -> None:
    whole = text.read_text("utf-8")
    done = fine(discover("--top", "20", stdin=whole.replace("\n", "。")))
    assert {row[2] for row in rows(done.stdout)} == {"1"} and "玄德" in terms(done.stdout)


# nothing to work with


@pytest.fixture
def bad(tmp_path: Path, plain: Done) -> Callable[..., None]:
    """Check that these arguments, in `work`, give one line with this message and leave nothing behind."""
    del plain  # it has made the compiler do its work, which would be told, too
    work, temporary = tmp_path / "work", tmp_path / "temporary"
    work.mkdir()
    temporary.mkdir()

    def check(message: str, *arguments: str | Path, **content: bytes) -> None:
        for name, data in content.items():
            (work / name.replace("__", ".")).write_bytes(data)
        before = sorted(work.iterdir())
        done = discover(
            *arguments, "-o", "out.tsv", "--lexicon", "out.txt", "--tmp-dir", temporary, folder=work
        )
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        assert re.fullmatch(r"textmine discover-terms: [^\n]+; [^\n]+\n", done.stderr), done.stderr
        assert re.search(message, done.stderr)
        assert sorted(work.iterdir()) == before and list(temporary.iterdir()) == []

    return check


def words(count: int) -> bytes:
    return "玄德曰：“孔明真吾师也。”\n".encode() * count


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"", "no text in a.txt"),
        ("a.txt", b" \n\t\n\xe3\x80\x80\n", "no text in a.txt"),
        ("a.txt", "，。！\n——\n".encode(), "neither letters nor digits"),
        ("a.txt", "玄德曰：孔明真吾师也。".encode("gb18030") * 99, "a.txt is not UTF-8.* gb18030"),
        ("a.txt", words(9) + b"\0" + words(9), "a.txt .*NUL"),
        (
            "a.txt",
            gzip.compress(random.Random(1).randbytes(9000) + words(99))[:5000],
            "a.txt ends in the middle",
        ),
        ("a.jsonl", b'{"text": "\xe7\x8e\x84"}\n{"text": "\\ud800"}\n', "a.jsonl, line 2.*surrogate"),
        ("a.jsonl", b'{"text": "\xe7\x8e\x84"}\n\n{"text":\n', "a.jsonl, line 3.*JSON"),
        ("a.jsonl", b'{"body": "\xe7\x8e\x84"}\n', "a.jsonl, line 1.*'text'.* body"),
        ("a.csv", b"body,date\nxx,yy\n", "a.csv has no column 'text'.* body, date"),
    ],
)
def test_bad_input(bad: Callable[..., None], name: str, content: bytes, message: str) -> None:
    bad(message, name, **{name.replace(".", "__"): content})


def test_bad_input_after_much_good(bad: Callable[..., None]) -> None:
    bad("a.txt is not UTF-8", "a.txt", a__txt=words(200_000) + "玄德".encode("gb18030"))


def test_missing_files_and_empty_folders(bad: Callable[..., None], tmp_path: Path) -> None:
    bad("no file none.txt", "none.txt")
    bad("no file none.txt", "a.txt", "none.txt", a__txt=words(9))
    bad("none.txt", "a.txt", "--stop", "none.txt", a__txt=words(9))
    bad("none.txt", "a.txt", "--known", "none.txt", a__txt=words(9))
    (tmp_path / "work" / "folder").mkdir()
    bad("folder holds no files", "folder")
    (tmp_path / "work" / "folder" / "a.bin").write_bytes(bytes(range(256)))
    bad("no text in .*a.bin", "folder")


def test_a_column_that_is_not_there(bad: Callable[..., None]) -> None:
    bad("a.csv has no column 'x'", "a.csv", "--column", "x", a__csv=b"body,date\nxx,yy\n")


def test_too_little_memory(bad: Callable[..., None]) -> None:
    bad(r"10M of memory is too little.* at least \d+M", "a.txt", "--memory", "10M", a__txt=words(9))


@pytest.mark.parametrize("content", [b"the cat and the dog, the cat and the dog\n", words(9)])
def test_unknown_language(bad: Callable[..., None], content: bytes) -> None:
    bad("'xx'; choose one of .* en ", "a.txt", "--language", "xx", a__txt=content)


def test_empty_pipe(plain: Done) -> None:
    done = discover(stdin=b"")
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.count("\n") == 1
    assert done.stderr.startswith("textmine discover-terms: standard input holds no text; ")


def test_nothing_found(plain: Done) -> None:
    done = fine(discover(stdin="玄德\n"))
    assert done.stdout == "\t".join(COLUMNS) + "\n" and "2 chars and 1 document" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--only-new",),
        ("--sort", "nix"),
        ("--top", "-1"),
        ("--min-count", "1"),
        ("--memory", "much"),
        ("--tmp-dir", "/nowhere/at/all"),
        ("-o", "/nowhere/at/all.tsv"),
        ("--lexicon", "/nowhere/at/all.txt"),
    ],
)
def test_usage(arguments: tuple[str, ...]) -> None:
    done = discover(NOVEL, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert arguments[0].lstrip("-") in done.stderr or "out" in done.stderr


# full disks, closed pipes, signals


def on_small_disk(size: str, folder: Path, *arguments: str | Path) -> Done:
    """Run it with `folder` as a disk of this size, and print what is left there when it has ended."""
    if shutil.which("unshare") is None or run_process(["unshare", "-rm", "true"]).returncode:
        # Only a real file system runs full as a user's does; without a name space none of 2 MB can be made.
        pytest.skip("no small disk can be made here: the system does not let users mount one")
    script = (
        'mount -t tmpfs -o size="$0" none "$1" && cd "$1" && shift && "$@"; code=$?; ls -A . ; exit $code'
    )
    return textmine_process(
        "-rm", "sh", "-c", script, size, folder, *TEXTMINE, "discover-terms", *arguments, program=("unshare",)
    )


@pytest.mark.parametrize("size", ["100k", "1900k"])
def test_full_disk_of_temporary_files(plain: Done, tmp_path: Path, size: str) -> None:
    done = on_small_disk(size, tmp_path, NOVEL, "--tmp-dir", ".")
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert re.fullmatch("textmine discover-terms: no space left on the disk; [^\n]*--tmp-dir\n", done.stderr)


def test_full_disk_while_spilling(line: Path, plain: Done, tmp_path: Path) -> None:
    """The text needs 27 MB, its keys another 50."""
    done = on_small_disk("40m", tmp_path, line, "--tmp-dir", ".", "--memory", "400M")
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert re.fullmatch("textmine discover-terms: no space left on the disk; [^\n]*--tmp-dir\n", done.stderr)


def test_full_disk_of_the_output(plain: Done, text: Path, tmp_path: Path) -> None:
    done = on_small_disk("4k", tmp_path, text, "-o", "out.tsv", "-q")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch("textmine discover-terms: no space left on the disk; [^\n]+\n", done.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_standard_output(text: Path, plain: Done) -> None:
    with Path("/dev/full").open("w") as full:
        done = run_process([*TEXTMINE, "discover-terms", str(text), "-q"], stdout=full)
    assert done.returncode == 1
    assert re.fullmatch(b"textmine discover-terms: no space left on the disk; [^\n]+\n", done.stderr)


def test_closed_pipe(text: Path, plain: Done) -> None:
    """Examples make the rows more than a pipe holds."""
    command = [*TEXTMINE, "discover-terms", str(text), "--examples", "20", "-q"]
    with start_process(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith(b"term\tcount")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize(
    ("number", "code", "said", "pause"),
    [
        (signal.SIGINT, 130, "textmine discover-terms: interrupted\n", 0.0),
        (signal.SIGINT, 130, "textmine discover-terms: interrupted\n", 1.2),
        (signal.SIGTERM, 143, "", 1.2),
    ],
)
def test_signals(
    line: Path, plain: Done, tmp_path: Path, number: signal.Signals, code: int, said: str, pause: float
) -> None:
    """While the text is read, and while its n-grams are counted."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [*TEXTMINE, "discover-terms", str(line), "--tmp-dir", str(temporary)]
    command += ["-o", str(tmp_path / "out.tsv"), "--lexicon", str(tmp_path / "out.txt")]
    with start_process(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 30
        while not any(temporary.iterdir()):
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.01)
        time.sleep(pause)
        assert process.poll() is None
        asked = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out.decode(), err.decode()) == (code, "", said)
    assert time.monotonic() - asked < 5
    assert list(temporary.iterdir()) == [] and list(tmp_path.iterdir()) == [temporary]
