from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import TEXTMINE, textmine, textmine_process
from tests.cli.small import message
from tests.processes import start_process
from tests.terms.reference_words import planted
from textmine.terms.learn_lexicon import CHECKPOINT
from textmine.words.lexicon import Lexicon

FAST = ("--effort", "fast")


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(planted(600)[0], encoding="utf-8")
    return path


def test_into_a_file(text: Path, tmp_path: Path) -> None:
    done = textmine("learn-lexicon", text, *FAST, "-o", tmp_path / "words.lex")
    assert (done.returncode, done.stdout) == (0, "")
    told = [line for line in done.stderr.splitlines() if line.startswith("sweep ")]
    assert len(told) == 10 and told[0].startswith("sweep 1 of 10: ") and told[-1].endswith(" different")
    lexicon = Lexicon.load(tmp_path / "words.lex")
    assert [*lexicon.values()] == sorted(lexicon.values(), reverse=True) and len(lexicon) > 50
    again = textmine("learn-lexicon", text, *FAST, "--threads", "1", "--quiet")
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout == (tmp_path / "words.lex").read_text(encoding="utf-8")
    other = textmine("learn-lexicon", text, *FAST, "--quiet", "--seed", "2", "--max-length", "2")
    assert (
        other.stdout != again.stdout and max(len(line.split()[0]) for line in other.stdout.splitlines()) == 2
    )


def test_through_pipes_into_segment(text: Path, tmp_path: Path) -> None:
    """From standard input to standard output, and the lexicon in a pipe that segment reads."""
    with (
        text.open("rb") as source,
        start_process(
            [*TEXTMINE, "learn-lexicon", *FAST, "--segmented", str(tmp_path / "cut.txt")],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as first,
        start_process(
            [*TEXTMINE, "segment", str(text), "--lexicon", "/dev/stdin"],
            stdin=first.stdout,
            stdout=subprocess.PIPE,
        ) as second,
    ):
        assert first.stdout is not None and first.stderr is not None
        first.stdout.close()
        cut = second.communicate(timeout=120)[0].decode()
        first.stderr.read()
        assert (first.wait(timeout=60), second.returncode) == (0, 0)
    whole = text.read_text(encoding="utf-8")
    learned = (tmp_path / "cut.txt").read_text(encoding="utf-8")
    for each in (cut, learned):
        assert "".join(each.split()) == "".join(whole.split()) and each.count("\n") - 1 == whole.count("\n")
    ours, theirs = set(enumerate_words(learned)), set(enumerate_words(cut))
    assert len(ours & theirs) > 0.9 * len(ours | theirs) and len(ours) < 0.7 * len("".join(whole.split()))


def enumerate_words(text: str) -> list[tuple[int, str]]:
    """The words with where they begin."""
    found, at = [], 0
    for word in text.split():
        found.append((at, word))
        at += len(word)
    return found


def test_interrupted_and_resumed(text: Path, tmp_path: Path) -> None:
    """The first run cannot end before the signal comes: nobody reads the pipe that it writes to."""
    text.write_text(planted(1500)[0], encoding="utf-8")
    state, out, pipe = tmp_path / "state", tmp_path / "words.lex", tmp_path / "pipe"
    os.mkfifo(pipe)
    options: tuple[str | Path, ...] = ("--checkpoint", state, "-o", out)
    with start_process(
        [*TEXTMINE, "learn-lexicon", text, *options, "--segmented", pipe],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("sweep 6 of 40"):
                break
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(timeout=60) == 130
    assert rest.endswith("textmine learn-lexicon: interrupted\n")
    assert [path.name for path in state.iterdir()] == [CHECKPOINT]
    assert not out.exists()
    done = textmine("learn-lexicon", text, *options)
    going_on = [line for line in done.stderr.splitlines() if line.startswith("going on from sweep ")]
    assert done.returncode == 0 and len(going_on) == 1 and int(going_on[0].split()[4]) % 5 == 0
    assert "\nsweep 5 of 40" not in done.stderr and "\nsweep 40 of 40" in done.stderr
    assert textmine("learn-lexicon", text, "--quiet").stdout == out.read_text(encoding="utf-8")
    other = textmine("learn-lexicon", text, *FAST, "--checkpoint", state)
    assert (other.returncode, other.stdout) == (1, "")
    assert (
        "is of another run: other text, options or version of textmine; give another folder"
        in other.stderr.splitlines()[-1]
    )
    (state / CHECKPOINT).write_bytes(b"")
    damaged = textmine("learn-lexicon", text, "--checkpoint", state)
    assert damaged.returncode == 1 and f"{CHECKPOINT} is damaged; remove it" in damaged.stderr


def test_refused(text: Path, tmp_path: Path) -> None:
    """What would be overwritten, what is not there, and options out of range: before any work."""
    before = text.read_bytes()
    twice = ("--segmented", tmp_path / "a.lex", "-o", tmp_path / "a.lex")
    for arguments, said in (
        (("-o", text), "is read, too"),
        (("--segmented", text), "is read, too"),
        (twice, "would be written twice"),
        (("--max-length", "0"), "--max-length: 0 is less than 1"),
        (("--max-length", "17"), "--max-length: 17 is more than 16"),
        (("--effort", "most"), "'most' is not one of"),
        (("--checkpoint", text), "is a file"),
        (("-o", tmp_path / "none" / "a.lex"), "there is no folder"),
    ):
        done = textmine("learn-lexicon", text, *arguments)
        assert (done.returncode, done.stdout) == (2, "") and said in message(done.stderr), arguments
    assert text.read_bytes() == before and [*tmp_path.iterdir()] == [text]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "text.txt"),
        (b"", "no text"),
        ("。，！\n".encode(), "neither letters nor digits; check that this is the right file"),
        ("天地".encode() * 9 + b"\xff\xff\n" + "玄黄".encode() * 9, "text.txt"),
    ],
)
def test_wrong_texts(content: bytes | None, said: str, text: Path) -> None:
    text.unlink()
    if content is not None:
        text.write_bytes(content)
    out = text.with_name("words.lex")
    arguments = ("--encoding", "utf-8", "--segmented", text.with_name("cut.txt"), "-o", out, "--quiet")
    done = textmine("learn-lexicon", text, *FAST, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("textmine learn-lexicon: ")
    assert said in done.stderr and not out.exists() and not text.with_name("cut.txt").exists()


def test_undecodable_bytes_are_counted(text: Path) -> None:
    text.write_bytes("天地。".encode() * 9 + b"\xff\xff\n" + "玄黄。".encode() * 9)
    done = textmine("learn-lexicon", text, *FAST, "--encoding", "utf-8", "--errors", "replace")
    assert done.returncode == 0 and dict(line.split() for line in done.stdout.splitlines())["天地"] == "9"
    assert done.stderr.splitlines()[-1] == "2 undecodable bytes replaced by U+FFFD"


def test_tables_and_normalisation(tmp_path: Path) -> None:
    table = tmp_path / "t.jsonl"
    table.write_text('{"a": "天地。天地", "b": "x"}\n{"a": "天地Ｗ", "b": "y"}\n', encoding="utf-8")
    done = textmine("learn-lexicon", table, *FAST, "--quiet", "--field", "a", "--normalise", "width")
    assert (done.returncode, done.stdout, done.stderr) == (0, "天地 3\nW 1\n", "")


def test_the_package_says_the_same(text: Path) -> None:
    code = (
        "import sys; import textmine as tm\n"
        "learned = tm.learn_lexicon(sys.argv[1], effort='fast', threads=3)\n"
        "for word, count in learned.lexicon.items(): print(word, count)\n"
    )
    done = textmine_process(text, program=(sys.executable, "-c", code))
    assert done.stdout == textmine("learn-lexicon", text, *FAST, "--quiet").stdout != ""
