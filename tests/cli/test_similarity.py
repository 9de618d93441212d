from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.program import on_terminal, textmine
from tests.cli.small import WORDS, files, message, rows, small_vectors
from textmine.cli.bundles import ArrayWriting, Reading, Running
from textmine.cli.progress import Reporter
from textmine.cli.similarity import similarity
from textmine.similarity import sides
from textmine.vectors.model import WordVectors


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    return small_vectors(tmp_path)


def test_lines(vectors: Path, tmp_path: Path) -> None:
    a, b = files(tmp_path, "a b\na\nx\n", "b a\nb x\nb\n")
    done = textmine("similarity", a, b, "--vectors", vectors, "--metric", "wmd", "--convert", "none")
    assert done.returncode == 0
    assert done.stdout == (
        "line_a\tline_b\tdistance\tsimilarity\tcoverage_a\tcoverage_b\n"
        "1\t1\t0\t1\t1\t1\n"
        "2\t2\t1.41421\t0.414214\t1\t0.5\n"
        "3\t3\t\t\t0\t1\n"
    )
    assert done.stderr.endswith("1 without a value: a text has no word that counts\n")


def test_every_metric_knows_equal_texts_from_others(tmp_path: Path) -> None:
    a, b = files(tmp_path, "a b\na c\n玄德 d\n" * 20, "a b\nd b\n玄德 曹操\n" * 20)
    matrix = np.random.default_rng(1).normal(size=(6, 20)).astype(np.float32)
    WordVectors(WORDS, matrix, np.arange(6, 0, -1)).save(tmp_path / "v.npz")
    for metric in ("wmd", "wrd", "sinkhorn", "cosine", "sif", "usif"):
        weights = () if metric == "cosine" else ("--frequencies", "counts")
        options = ("--vectors", tmp_path / "v.npz", "--metric", metric, *weights)
        done = textmine("similarity", a, b, *options, "--tokenizer", "jieba", "--quiet")
        assert (done.returncode, done.stderr) == (0, "")
        first, second, third = rows(done.stdout)[:3]
        assert float(first["distance"]) == pytest.approx(0, abs=1e-2 if metric == "sinkhorn" else 1e-9)
        assert float(second["distance"]) > 0.05
        assert float(third["similarity"]) < 1 - 1e-3


def test_pairs_from_a_pipe_in_a_format(vectors: Path) -> None:
    options = (
        "--vectors",
        vectors,
        "--metric",
        "wrd",
        "--convert",
        "none",
        "--format",
        "jsonl",
        "--certificate",
    )
    done = textmine("similarity", "--pairs", "-", *options, stdin="a\tb\n玄德\t曹操\tmore\n")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [round(row["distance"], 5) for row in found] == [1, 0.04]
    assert "1 line of more than two columns: what follows the second is passed over\n" in done.stderr
    for row in found:
        assert row["gap"] <= 1e-9 and row["dual"] == pytest.approx(row["distance"])
        assert row["similarity"] == pytest.approx(1 - row["distance"])


def test_explained(vectors: Path) -> None:
    options = ("--vectors", vectors, "--metric", "wmd", "--convert", "none", "--explain")
    done = textmine("similarity", "--pairs", "-", *options, stdin="a d\tc d\n")
    assert done.stdout == (
        "line_a\tline_b\tword_a\tword_b\tmass\tcost\tpart\n1\t1\ta\tc\t0.5\t1\t0.5\n1\t1\td\td\t0.5\t0\t0\n"
    )


def test_a_pair_without_a_value_is_explained_by_an_empty_row(vectors: Path) -> None:
    options = ("--vectors", vectors, "--metric", "wmd", "--convert", "none", "--explain")
    done = textmine("similarity", "--pairs", "-", *options, stdin="a\tx\na\tc\n")
    assert done.stdout.splitlines()[1:] == ["1\t1\t\t\t\t\t", "2\t2\ta\tc\t1\t1\t1"]
    assert "1 without a value" in done.stderr


def test_words_do_not_steer_the_terminal(tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07"
    header = {"tokenizer": "whitespace"}
    WordVectors(["a", evil], np.eye(2, dtype=np.float32), np.array([2, 1]), header).save(tmp_path / "v.npz")
    (tmp_path / "pairs").write_text(f"a\t{evil}\n")
    options = ("--vectors", tmp_path / "v.npz", "--convert", "none", "--explain")
    code, screen, _, _ = on_terminal("similarity", "--pairs", tmp_path / "pairs", *options)
    assert code == 0 and r"\x1b]0;owned\x07" in screen and evil not in screen


def test_documents_are_whole_files(vectors: Path, tmp_path: Path) -> None:
    a, b = files(tmp_path, "a\nb\n", "b\n\na\n")
    done = textmine("similarity", a, b, "--mode", "documents", "--vectors", vectors, "--quiet")
    assert [row["distance"] for row in rows(done.stdout)] == ["0"]


def test_matrix(vectors: Path, tmp_path: Path) -> None:
    a, b = files(tmp_path, "a\nb\nx\n", "c\nd\n")
    options = ("--mode", "matrix", "--vectors", vectors, "--metric", "wmd", "--convert", "none", "--quiet")
    done = textmine("similarity", a, b, *options)
    found = {(row["line_a"], row["line_b"]): row["distance"] for row in rows(done.stdout)}
    expected = [["1", "3"], ["1", "2.23607"], ["", ""]]
    assert found == {(str(i + 1), str(j + 1)): expected[i][j] for i in range(3) for j in range(2)}
    assert textmine("similarity", a, b, *options, "-o", tmp_path / "m.npy").returncode == 0
    wanted = np.array([[1, 3], [1, 5**0.5], [np.nan, np.nan]])
    assert np.load(tmp_path / "m.npy") == pytest.approx(wanted, nan_ok=True)


def test_matrix_of_one_file_has_each_pair_once(vectors: Path, tmp_path: Path) -> None:
    a, _ = files(tmp_path, "a\nb\nx\nc\n", "")
    options = ("--mode", "matrix", "--vectors", vectors, "--metric", "wmd", "--convert", "none")
    done = textmine("similarity", a, *options)
    pairs = [(row["line_a"], row["line_b"]) for row in rows(done.stdout)]
    assert pairs == [("1", "2"), ("1", "3"), ("1", "4"), ("2", "3"), ("2", "4"), ("3", "4")]
    assert textmine("similarity", a, a, *options, "-o", tmp_path / "m.npy").returncode == 0
    square = np.load(tmp_path / "m.npy")
    assert np.array_equal(square, square.T, equal_nan=True)
    assert square[0] == pytest.approx([0, 2**0.5, np.nan, 1], nan_ok=True)


@pytest.mark.parametrize("metric", ["wmd", "wrd", "sinkhorn", "cosine"])
def test_the_diagonal_of_a_matrix_is_0_or_nothing(metric: str, vectors: Path, tmp_path: Path) -> None:
    (tmp_path / "stop").write_text("d\n")
    options: tuple[str | Path, ...] = ("--mode", "matrix", "--vectors", vectors, "--metric", metric)
    options += ("-o", tmp_path / "m.npy")
    if metric != "cosine":
        options += ("--convert", "none", "--stop-words", tmp_path / "stop")
    a, _ = files(tmp_path, "a\nx\nd\n玄德 b\n\nc\n", "")
    assert textmine("similarity", a, *options).returncode == 0
    square = np.load(tmp_path / "m.npy")
    none = {1, 4} if metric == "cosine" else {1, 2, 4}
    assert set(np.flatnonzero(np.isnan(np.diag(square))).tolist()) == none
    assert np.nansum(np.diag(square)) == 0 and np.array_equal(square, square.T, equal_nan=True)
    assert np.isnan(square[1]).all() and np.isfinite(square[0, 3])
    a.write_text("a\nx\n")  # one text that has no other to be told from
    assert textmine("similarity", a, *options).returncode == 0
    assert np.load(tmp_path / "m.npy")[0, 0] == 0


def test_without_vectors_some_are_trained(tmp_path: Path) -> None:
    text = "玄德与云长饮酒\n曹操领兵追赶\n孔明在城上弹琴\n云长斩了颜良\n" * 5
    a, b = files(tmp_path, "玄德饮酒\n", text)
    done = textmine("similarity", a, b, "--mode", "search", "--top", "1", "--show-texts")
    assert done.returncode == 0
    assert "trained on" in done.stderr and "rough" in done.stderr
    assert rows(done.stdout)[0]["text_b"] == "玄德与云长饮酒"
    assert (
        textmine("similarity", a, b, "--mode", "search", "--top", "1", "--show-texts").stdout == done.stdout
    )


def test_stop_words_do_not_count(vectors: Path, tmp_path: Path) -> None:
    (tmp_path / "stop").write_text("d\n")
    options = ("--vectors", vectors, "--convert", "none", "--stop-words", tmp_path / "stop", "--quiet")
    done = textmine("similarity", "--pairs", "-", *options, stdin="a d\ta\n")
    assert rows(done.stdout)[0]["distance"] == "0"


def test_stop_words_are_taken_in_small_letters_as_words_are(vectors: Path, tmp_path: Path) -> None:
    (tmp_path / "stop").write_text("D\n")
    options = ("--vectors", vectors, "--convert", "none", "--stop-words", tmp_path / "stop", "--quiet")
    done = textmine("similarity", "--pairs", "-", *options, stdin="a D\ta\n")
    assert rows(done.stdout)[0]["distance"] == "0"


def test_an_array_by_another_spelling_of_its_ending(vectors: Path, tmp_path: Path) -> None:
    a, b = files(tmp_path, "a\nb\n", "c\n")
    done = textmine("similarity", a, b, "--mode", "matrix", "--vectors", vectors, "-o", tmp_path / "m.NPY")
    assert done.returncode == 0 and np.load(tmp_path / "m.NPY").shape == (2, 1)


def test_vectors_of_a_part_of_the_texts_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[str] = []
    monkeypatch.setattr(sides, "SAMPLE", 10)
    monkeypatch.setattr(Reporter, "note", lambda self, line: notes.append(line))
    text = "玄德与云长饮酒\n曹操领兵追赶\n孔明在城上弹琴\n云长斩了颜良\n"
    a, b = files(tmp_path, text, text * 5)
    for arguments in ((a, b), (b,), (a,)):
        similarity(
            *map(str, arguments),
            mode="matrix",
            reading=Reading(normalise=[]),
            writing=ArrayWriting(output=tmp_path / "m.npy"),
            running=Running(),
        )
    trained = [note.partition(" (")[0] for note in notes if note.startswith("vectors")]
    counts = [int(note.split()[4]) for note in trained]
    assert [note.partition(" of ")[2] for note in trained] == [
        "the first 10 lines of each side", "the first 10 lines", "the texts themselves"
    ]  # fmt: skip
    assert counts[0] == counts[1] + counts[2]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ((), 2, "no texts; name A and B"),
        (("a.txt",), 2, "compares two texts; name B"),
        (("a.txt", "b.txt", "--pairs", "-"), 2, "takes the place of A and B"),
        (("a.txt", "b.txt", "--metric", "sif", "--explain"), 2, "solved exactly"),
        (("a.txt", "b.txt", "--certificate", "--metric", "cosine"), 2, "solved exactly"),
        (("a.txt", "b.txt", "-o", "x.npy"), 2, "distances of --mode matrix"),
        (("a.txt", "--mode", "search", "--index", "none"), 2, "there is no index"),
        (("-", "-"), 2, "A or B, not both"),
        (("a.txt", "b.txt", "--top", "3"), 2, "--top goes with --mode search"),
        (("a.txt", "b.txt", "--metric", "sif", "--stop-words", "b.txt"), 2, "--stop-words goes with"),
        (("a.txt", "b.txt", "--metric", "cosine", "--frequencies", "en"), 2, "all metrics but cosine"),
        (
            ("a.txt", "b.txt", "--convert", "unit", "--frequencies", "en"),
            2,
            "goes with --convert sif or common",
        ),
        (("--pairs", "a.txt", "--field", "text"), 2, "--pairs is plain text"),
        (("--pairs", "a.txt", "--column", "text"), 2, "--pairs is plain text"),
        (("--pairs", "a.txt", "--input-format", "csv"), 2, "--pairs is plain text"),
        (("a.txt", "--mode", "matrix", "-o", "x.npy", "--format", "csv"), 2, "leave one out"),
        (("a.txt", "b.txt"), 1, "B ends after 1 line, the other"),
        (("a.txt", "b.txt", "--mode", "search", "--convert", "nonsense"), 1, "no conversion 'nonsense'"),
        (("a.txt", "b.txt", "--mode", "search", "--frequencies", "xx"), 1, "xx"),
        (("a.txt", "gone.txt", "--mode", "search"), 1, "gone.txt"),
        (("--pairs", "a.txt"), 1, "a.txt, line 1: no tab"),
        (("--pairs", "gone.txt"), 1, "gone.txt"),
    ],
)
def test_bad_input_is_told_in_a_line(
    arguments: tuple[str, ...], code: int, told: str, vectors: Path, tmp_path: Path
) -> None:
    files(tmp_path, "a\nb\n", "a\n")
    done = textmine("similarity", *arguments, "--vectors", vectors, folder=tmp_path)
    assert done.returncode == code
    assert told in message(done.stderr)
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x.npy").exists()


def test_equal_texts_are_at_distance_0_in_any_batch(tmp_path: Path) -> None:
    words = [f"w{i}" for i in range(40)]
    matrix = np.random.default_rng(1).normal(size=(40, 25)).astype(np.float32)
    WordVectors(words, matrix, np.arange(40, 0, -1)).save(tmp_path / "v.npz")
    random = np.random.default_rng(2)
    lines = [" ".join(random.choice(words, 9)) for _ in range(60)]
    a, b = files(tmp_path, "\n".join(lines), "\n".join(lines * 3))
    for metric in ("cosine", "sif", "usif"):
        options = ("--vectors", tmp_path / "v.npz", "--metric", metric, "--mode", "search", "--top", "3")
        done = rows(textmine("similarity", a, b, *options).stdout)
        assert [row["distance"] for row in done] == ["0"] * 180
        assert [int(row["line_b"]) for row in done[:6]] == [1, 61, 121, 2, 62, 122]


def test_little_coverage_is_told(vectors: Path, tmp_path: Path) -> None:
    a, b = files(tmp_path, "a x y\nb\n", "c z z\nx y z\n")
    done = textmine("similarity", a, b, "--vectors", vectors)
    assert "a vector is known for 42% of the words only (cut by whitespace)" in done.stderr
    done = textmine("similarity", a, a, "--vectors", vectors)
    assert "of the words only" not in done.stderr


def test_a_field_of_one_side_will_do(vectors: Path, tmp_path: Path) -> None:
    a, _ = files(tmp_path, "a b\n", "")
    records = tmp_path / "b.jsonl"
    records.write_text('{"body": "d"}\n{"body": "a"}\n')
    options = ("--mode", "search", "--top", "1", "--vectors", vectors, "--convert", "none")
    done = textmine("similarity", a, records, *options, "--field", "body")
    assert [(row["line_a"], row["line_b"]) for row in rows(done.stdout)] == [("1", "2")]
    done = textmine("similarity", a, records, *options, "--column", "body")
    assert done.returncode == 1 and "no input is a table" in done.stderr
    done = textmine("similarity", a, a, *options, "--field", "body")
    assert done.returncode == 1 and "no input is JSON Lines" in done.stderr


def test_different_numbers_of_files(vectors: Path, tmp_path: Path) -> None:
    a, _ = files(tmp_path, "a\n", "a\n")
    done = textmine("similarity", a, tmp_path, "--mode", "documents", "--vectors", vectors)
    assert done.returncode == 1 and "A ends after 1 file, the other goes on" in done.stderr
    assert "documents" not in done.stderr.partition("choose")[2]


def test_explained_on_a_terminal_is_a_table(vectors: Path, tmp_path: Path) -> None:
    (tmp_path / "pairs").write_text("a d\tc d\n")
    options = ("--vectors", vectors, "--convert", "none", "--explain", "--quiet")
    code, screen, _, _ = on_terminal("similarity", "--pairs", tmp_path / "pairs", *options)
    assert code == 0 and screen.splitlines()[2:] == [
        "     1       1  a       c        0.5     1   0.5",
        "     1       1  d       d        0.5     0   0",
    ]
