from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from tests.cli.program import TEXTMINE, on_terminal, textmine
from tests.processes import run_process, start_process
from textmine.vectors.model import WordVectors

WORDS = {
    "king": (4, 1),
    "queen": (4, 1.5),
    "man": (1, 0),
    "woman": (1, 0.5),
    "ice cream": (-1, 3),
    "黄蓉": (0, 2),
}


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    path = tmp_path / "v.npz"
    matrix = np.array(list(WORDS.values()), dtype=np.float32)
    WordVectors(list(WORDS), matrix, np.array([9, 8, 7, 6, 5, 4])).save(path)
    return path


def test_words_as_arguments(vectors: Path) -> None:
    done = textmine("neighbors", vectors, "king", "黄蓉", "--top", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "word\tneighbor\tscore",
        "king\tqueen\t0.993533",
        "king\twoman\t0.976187",
        "黄蓉\tice cream\t0.948683",
        "黄蓉\twoman\t0.447214",
    ]


def test_by_mutual_information_and_by_distribution(vectors: Path) -> None:
    done = textmine("neighbors", vectors, "man", "--by", "pmi", "--top", "3")
    assert done.stdout.splitlines()[1:] == ["man\tking\t4", "man\tqueen\t4", "man\twoman\t1"]
    done = textmine(
        "neighbors", vectors, "man", "--by", "distribution", "--frequent", "4", "--format", "jsonl"
    )
    matrix = np.array(list(WORDS.values()))
    profiles = matrix @ (matrix[:4] - matrix[:4].mean(axis=0)).T
    wanted = np.corrcoef(profiles)[2]
    order = sorted((i for i in range(6) if i != 2), key=lambda i: -wanted[i])
    names = list(WORDS)
    assert [
        f'"neighbor": "{names[i]}"' in line for i, line in zip(order, done.stdout.splitlines(), strict=True)
    ]
    assert done.stdout.count("\n") == 5


def test_words_from_a_pipe(vectors: Path) -> None:
    done = textmine("neighbors", vectors, "--top", "1", stdin="\ufeffking\r\n\n ice cream \nking\nwoman")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split("\t")[0] for line in done.stdout.splitlines()[1:]] == [
        "king",
        "ice cream",
        "king",
        "woman",
    ]


def test_more_words_than_a_batch_are_answered_in_order(vectors: Path) -> None:
    words = [list(WORDS)[i % 6] for i in range(2000)]
    done = textmine("neighbors", vectors, "--top", "1", stdin="\n".join(words))
    assert [line.split("\t")[0] for line in done.stdout.splitlines()[1:]] == words


def test_each_word_is_answered_as_it_comes(vectors: Path) -> None:
    with start_process(
        [*TEXTMINE, "neighbors", str(vectors), "--top", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        for word, answer in (
            ("king", b"word\tneighbor\tscore\nking\tqueen\t0.993533\n"),
            ("man", b"man\tking\t0.970143\n"),
        ):
            process.stdin.write(word.encode() + b"\n")
            process.stdin.flush()
            got = b""
            start = time.monotonic()
            while len(got) < len(answer) and time.monotonic() - start < 60:
                got += os.read(process.stdout.fileno(), 4096)
            assert got == answer
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def test_unknown_words_are_told_and_the_others_answered(vectors: Path) -> None:
    done = textmine("neighbors", vectors, "qeen", "king", "xyz", "qeen", "--top", "1")
    assert done.returncode == 0 and done.stdout.splitlines()[1:] == ["king\tqueen\t0.993533"]
    first, second = done.stderr.splitlines()
    assert "'qeen'" in first and "did you mean queen" in first and "'xyz'" in second
    done = textmine("neighbors", vectors, "qeen", "king", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("piped", [False, True])
def test_only_unknown_words_are_an_error(vectors: Path, piped: bool) -> None:
    out = vectors.with_name("out.tsv")
    words = [] if piped else ["qeen", "kig"]
    done = textmine("neighbors", vectors, *words, "-o", out, stdin="qeen\nkig\n" if piped else "")
    assert (done.returncode, done.stdout) == (1, "") and not out.exists()
    *notes, error = done.stderr.splitlines()
    assert len(notes) == 2 and error.startswith("textmine neighbors: ")
    assert textmine("neighbors", vectors, *words, stdin="qeen\nkig\n").stdout == ""


def test_many_unknown_words_do_not_take_long(vectors: Path) -> None:
    done = textmine("neighbors", vectors, stdin="king\n" + "".join(f"quee{i}\n" for i in range(100)))
    assert done.returncode == 0 and len(done.stderr.splitlines()) == 100
    assert (
        "did you mean" in done.stderr.splitlines()[0] and "did you mean" not in done.stderr.splitlines()[-1]
    )


def test_no_words(vectors: Path) -> None:
    done = textmine("neighbors", vectors, stdin="\n")
    assert done.returncode == 1 and "standard input holds no words" in done.stderr
    code, screen, _, _ = on_terminal("neighbors", str(vectors))
    assert code == 2 and "no words" in screen


def test_words_that_are_not_utf8(vectors: Path) -> None:
    done = textmine("neighbors", vectors, stdin=b"king\n" + "黄蓉\n".encode("gb18030"))
    assert done.returncode == 1 and "line 2: not UTF-8" in done.stderr


def test_missing_and_broken_vectors(tmp_path: Path) -> None:
    for name, content in (("none.vec", None), ("bad.vec", b"2 2\na 1 2\nb 1\n")):
        if content:
            (tmp_path / name).write_bytes(content)
        done = textmine("neighbors", tmp_path / name, "a")
        assert done.returncode == 1 and done.stderr.count("\n") == 1 and name in done.stderr


def test_a_closed_pipe(vectors: Path) -> None:
    line = f"yes king | head -50000 | textmine neighbors {vectors} | head -3"
    path = os.pathsep.join((str(Path(TEXTMINE[0]).parent), os.environ["PATH"]))
    done = run_process(
        ["bash", "-c", line + "; echo ${PIPESTATUS[2]}"],
        text=True, env={**os.environ, "PATH": path}, limit=60, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "0" and done.stderr == ""


def test_top_0_is_all_others_best_first(vectors: Path) -> None:
    done = textmine("neighbors", vectors, "king", "man", "--top", "0")
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split("\t") for line in done.stdout.splitlines()[1:]]
    for word in ("king", "man"):
        assert sorted(other for asked, other, _ in rows if asked == word) == sorted(WORDS.keys() - {word})
        scores = [float(score) for asked, _, score in rows if asked == word]
        assert scores == sorted(scores, reverse=True)
