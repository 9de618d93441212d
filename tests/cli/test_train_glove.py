from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.program import TEXTMINE, textmine, textmine_process
from tests.processes import run_process, start_process
from textmine.vectors.model import WordVectors

NOVEL = Path(__file__).parents[2] / "data" / "three-kingdoms.txt"
QUICK = ("--dim", "8", "--epochs", "2", "--min-count", "20")


def test_from_raw_text_to_vectors(tmp_path: Path) -> None:
    done = textmine("train-glove", NOVEL, "--tokenizer", "jieba", *QUICK, "-o", tmp_path / "v.npz")
    assert done.returncode == 0 and done.stdout == ""
    assert re.search(r"^\d+ words, \d+ different; \d+ left out", done.stderr, re.MULTILINE)
    told = [float(value) for value in re.findall(r"^epoch \d+: loss ([\d.]+)$", done.stderr, re.MULTILINE)]
    vectors = WordVectors.load(tmp_path / "v.npz")
    assert "曹操" in vectors and vectors.dim == 8
    assert vectors.header["losses"] == pytest.approx(told, abs=1e-6)
    assert vectors.counts is not None and vectors.counts[0] == vectors.counts.max()


@pytest.mark.parametrize(("tokenizer", "word"), [("char", "曹"), ("word", "曹"), ("lexicon", "曹操")])
def test_tokenizers(tokenizer: str, word: str, tmp_path: Path) -> None:
    if tokenizer == "lexicon":
        tokenizer = str(tmp_path / "words.txt")
        Path(tokenizer).write_text("曹操 900\n玄德 800\n")
    output = tmp_path / "v.txt"
    done = textmine("train-glove", NOVEL, "--tokenizer", tokenizer, *QUICK, "-q", "-o", output)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert word in WordVectors.load(output)


def test_threads_memory_and_pipes_give_the_same_bytes(tmp_path: Path) -> None:
    text = run_process([*TEXTMINE, "segment", NOVEL], check=True).stdout
    for name, options in (("a", ["--threads", "1"]), ("b", ["--threads", "4", "--memory", "32M"])):
        done = textmine("train-glove", *QUICK, *options, "-o", tmp_path / f"{name}.npz", stdin=text)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_killed_and_gone_on_with(tmp_path: Path) -> None:
    arguments = ("train-glove", NOVEL, "--tokenizer", "char", "--dim", "64", "--epochs", "6")
    whole = textmine(*arguments, "-o", tmp_path / "whole.npz")
    assert whole.returncode == 0, whole.stderr
    assert "going on" not in whole.stderr
    state = tmp_path / "state"
    resume = (*arguments, "-o", tmp_path / "resumed.npz", "--checkpoint", state)
    with start_process([*TEXTMINE, *map(str, resume)], stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not (state / "glove.checkpoint.npz").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert not (tmp_path / "resumed.npz").exists()
    done = textmine(*resume)
    assert done.returncode == 0, done.stderr
    assert "epoch 1:" not in done.stderr
    assert re.search(r"^going on from epoch [1-6] of 6$", done.stderr, re.MULTILINE)
    assert (tmp_path / "resumed.npz").read_bytes() == (tmp_path / "whole.npz").read_bytes()
    other = textmine(*resume, "--seed", "7")
    assert other.returncode == 1 and "another training" in other.stderr and "going on" not in other.stderr


@pytest.mark.parametrize(
    ("text", "options", "code", "message"),
    [
        ("", [], 1, "no text"),
        ("a b c\n", [], 1, "no word occurs 5 times"),
        ("a\n" * 9, [], 1, "no two words stand near each other"),
        ("a b\n" * 9, ["--left", "--tables", "shared"], 2, "does not go with --left"),
        (
            "a b\n" * 9,
            ["--objective", "glove", "--tables", "shared"],
            2,
            "does not go with --objective glove",
        ),
        ("a b\n" * 9, ["--tokenizer", "nowhere.txt"], 1, "nowhere.txt"),
    ],
)
def test_bad_input(text: str, options: list[str], code: int, message: str, tmp_path: Path) -> None:
    done = textmine("train-glove", *options, "-o", tmp_path / "v.npz", stdin=text)
    assert done.returncode == code
    assert message in " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.stderr).split())
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_output_is_needed() -> None:
    done = textmine("train-glove", stdin="a b\n" * 9)
    assert done.returncode == 2 and "--output" in done.stderr


@pytest.mark.parametrize("size", ["3m", "20m", "40m"])
def test_full_disk(size: str, tmp_path: Path) -> None:
    """Words, spilled pairs, counts and records go to files, one after the other."""
    if shutil.which("unshare") is None or run_process(["unshare", "-rm", "true"]).returncode:
        pytest.skip("no small disk can be made here: the system does not let users mount one")
    script = (
        'mount -t tmpfs -o size="$0" none "$1" && cd "$1" && shift && "$@"; code=$?; ls -A . ; exit $code'
    )
    options = (
        "--tokenizer",
        "char",
        "--memory",
        "32M",
        "--epochs",
        "1",
        "--dim",
        "4",
        "-q",
        "--tmp-dir",
        ".",
    )
    command = (*TEXTMINE, "train-glove", NOVEL, *options, "-o", tmp_path.parent / f"full{size}.npz")
    done = textmine_process("-rm", "sh", "-c", script, size, tmp_path, *command, program=("unshare",))
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert re.fullmatch("textmine train-glove: no space left on the disk; [^\n]*--tmp-dir\n", done.stderr)


@pytest.mark.parametrize("command", ["train-glove", "train-word2vec", "train-svd"])
@pytest.mark.parametrize("name", ["-", "vectors", "v.tsv", "v.npz.gz"])
def test_the_ending_of_the_output_is_one_of_four(command: str, name: str, tmp_path: Path) -> None:
    done = textmine(command, "-o", name, stdin="a b\n" * 9, folder=tmp_path)
    said = " ".join(done.stderr.replace("│", " ").split())
    assert (done.returncode, done.stdout) == (2, "") and ".npz .bin .vec .txt" in said and "epoch" not in said
    assert list(tmp_path.iterdir()) == []
