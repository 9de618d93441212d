from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.program import TEXTMINE, textmine
from tests.processes import start_process

NOVEL = Path(__file__).parents[2] / "data" / "three-kingdoms.txt"


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text("宴 3\n桃园 5\n豪杰 5\n三 2\n结义 4\nmachine learning 2\n", encoding="utf-8")
    return path


def test_lexicon_from_a_pipe_to_a_pipe(words: Path) -> None:
    done = textmine("segment", "--lexicon", words, stdin="宴桃园豪杰三结义　斩\n\nmachine learning2020年\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "宴 桃园 豪杰 三 结义　斩\n\nmachine learning2020 年\n"


def test_jieba_is_the_default_and_hmm_can_be_left_out() -> None:
    text = "他来到了网易杭研大厦\n"
    assert textmine("segment", stdin=text).stdout == "他 来到 了 网易 杭研 大厦\n"
    assert textmine("segment", "--no-hmm", stdin=text).stdout == "他 来到 了 网易 杭 研 大厦\n"


def test_novel_keeps_its_lines_and_threads_do_not_matter(words: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "1.txt", tmp_path / "2.txt"
    assert textmine("segment", NOVEL, "--lexicon", words, "--threads", "1", "-o", one).returncode == 0
    assert textmine("segment", NOVEL, "--lexicon", words, "--threads", "3", "-o", two).returncode == 0
    text, out = NOVEL.read_text(encoding="utf-8"), one.read_text(encoding="utf-8")
    assert one.read_bytes() == two.read_bytes()
    assert out.count("\n") == text.count("\n")
    assert out.replace(" ", "") == text.replace(" ", "") and " 桃园 " in out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xe5\xae\xb4 3\n\xe5\xae\xb4 x y 2.5\n", "words.txt, line 2: '2.5' is not a count"),
        ("宴 3\n".encode("gb18030"), "words.txt, line 1: not UTF-8"),
        (b"", "words.txt has no words"),
    ],
)
def test_bad_lexicons(words: Path, content: bytes, message: str) -> None:
    words.write_bytes(content)
    done = textmine("segment", NOVEL, "--lexicon", words, "-o", words.with_name("out.txt"))
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr.startswith("textmine segment: ")
        and done.stderr.count("\n") == 1
        and message in done.stderr
    )
    assert sorted(words.parent.iterdir()) == [words]


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl"])
def test_a_table_of_terms_is_no_lexicon(ending: str, tmp_path: Path) -> None:
    terms = tmp_path / f"terms.{ending}"
    text = "桃园结义，桃园豪杰。\n" * 9
    assert textmine("discover-terms", "-o", terms, "--quiet", stdin=text).returncode == 0
    for command in (["segment", "--lexicon"], ["train-svd", "-o", tmp_path / "v.npz", "--tokenizer"]):
        done = textmine(*command, terms, stdin=text)
        assert (done.returncode, done.stdout) == (1, "")
        error = done.stderr.splitlines()[-1]
        assert f"{terms} is a table of terms" in error and "discover-terms" in error and "--lexicon" in error


def test_missing_files(words: Path) -> None:
    for arguments in (
        (NOVEL, "--lexicon", words.with_name("none")),
        (words.with_name("none"), "--lexicon", words),
    ):
        done = textmine("segment", *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert (
            done.stderr.startswith("textmine segment: ")
            and "none" in done.stderr
            and done.stderr.count("\n") == 1
        )


def test_hmm_is_an_option_of_jieba_only(words: Path) -> None:
    done = textmine("segment", NOVEL, "--no-hmm", "--lexicon", words)
    assert done.returncode == 2 and "--lexicon jieba" in done.stderr


def test_nothing_is_left_of_an_output_when_the_text_breaks(words: Path) -> None:
    text = words.with_name("text.txt")
    text.write_bytes("桃园\n".encode() * 200_000 + "桃园".encode("gb18030"))
    done = textmine("segment", text, "--lexicon", words, "-o", words.with_name("out.txt"))
    assert done.returncode == 1 and "text.txt" in done.stderr and done.stderr.count("\n") == 1
    assert sorted(words.parent.iterdir()) == [text, words]


def test_replaced_bytes_are_told(words: Path) -> None:
    done = textmine("segment", "--errors", "replace", "--lexicon", words, stdin="桃园".encode() + b"\xff\n")
    assert (done.returncode, done.stdout) == (0, "桃园 \ufffd\n")
    assert done.stderr == "1 undecodable byte replaced by U+FFFD\n"


@pytest.mark.parametrize("lexicon", ["jieba", "words"])
def test_closed_pipe(words: Path, lexicon: str) -> None:
    choice = str(words) if lexicon == "words" else lexicon
    with start_process(
        [*TEXTMINE, "segment", str(NOVEL), "--lexicon", choice],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0
