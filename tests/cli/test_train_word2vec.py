from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from tests.cli.program import TEXTMINE, textmine
from tests.processes import start_process
from textmine.vectors.model import WordVectors

NOVEL = Path(__file__).parents[2] / "data" / "three-kingdoms.txt"
QUICK = ("--dim", "10", "--epochs", "2", "--sample", "0")


def test_from_a_pipe_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "v.npz"
    done = textmine("train-word2vec", "--min-count", "1", *QUICK, "-o", out, stdin="one two three\n" * 40)
    assert (done.returncode, done.stdout) == (0, "")
    vectors = WordVectors.load(out)
    assert sorted(vectors.words) == ["one", "three", "two"] and vectors.dim == 10
    assert [line.split(":")[0] for line in done.stderr.splitlines()[-2:]] == ["epoch 1", "epoch 2"]
    losses = [f"epoch {e}: loss {loss:.6f}" for e, loss in enumerate(vectors.header["losses"], 1)]
    assert done.stderr.splitlines()[-2:] == losses


@pytest.mark.parametrize(
    "options",
    [
        ("--optimizer", "adagrad", "--lookahead"),
        ("--loss", "random-softmax", "--negative", "4"),
        ("--architecture", "cbow", "--loss", "hierarchical"),
    ],
)
def test_threads_do_not_matter(options: tuple[str, ...], tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text(NOVEL.read_text(encoding="utf-8")[:150_000], encoding="utf-8")
    files = [tmp_path / "1.npz", tmp_path / "8.npz"]
    for file in files:
        done = textmine(
            "train-word2vec", text, "--tokenizer", "char", *QUICK, *options, "--quiet",
            "--threads", file.stem, "-o", file,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert files[0].read_bytes() == files[1].read_bytes()


def test_formats(tmp_path: Path) -> None:
    text = "the cat sat on the mat\n" * 30
    for name in ("v.bin", "v.vec"):
        assert textmine("train-word2vec", *QUICK, "-o", tmp_path / name, stdin=text).returncode == 0
    matrices = [WordVectors.load(path).matrix for path in sorted(tmp_path.iterdir())]
    assert all(matrix == pytest.approx(matrices[0], abs=1e-6) for matrix in matrices)
    assert np.isfinite(matrices[0]).all()


@pytest.mark.parametrize(
    ("options", "text", "code", "message"),
    [
        (("--loss", "hierarchical", "--tables", "shared"), "a b\n", 2, "--tables shared"),
        (("--loss", "hierarchical", "--negative", "3"), "a b\n", 2, "--negative"),
        ((), "a b\n", 1, "no word occurs 5 times"),
        ((), "a\n" * 9, 1, "no two words stand near each other"),
        ((), "", 1, "holds no text"),
    ],
)
def test_errors(options: tuple[str, ...], text: str, code: int, message: str, tmp_path: Path) -> None:
    done = textmine("train-word2vec", *options, "-o", tmp_path / "v.npz", stdin=text)
    assert done.returncode == code and message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr and not list(tmp_path.iterdir())


def test_interrupted(tmp_path: Path) -> None:
    work, out = tmp_path / "tmp", tmp_path / "out"
    work.mkdir()
    out.mkdir()
    with start_process(
        [*TEXTMINE, "train-word2vec", NOVEL, "--tokenizer", "char", "--epochs", "500", "--tmp-dir", work,
         "-o", out / "v.npz"],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("epoch 1:"):
                break
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(timeout=60) == 130
    assert rest.splitlines()[-1] == "textmine train-word2vec: interrupted"
    assert not list(work.iterdir()) and not list(out.iterdir())
