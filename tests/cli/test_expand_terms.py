from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from tests.cli.program import textmine
from tests.cli.small import message, rows
from textmine.vectors.model import WordVectors

FRUITS, TOOLS = ["苹果", "香蕉", "葡萄", "桃子"], ["锤子", "钳子", "锯子", "斧头"]
FRAMES = ["我喜欢吃甜的{}水果", "成熟的{}长在树上"], ["用铁做的{}很重", "工匠拿着{}干活"]
COLUMNS = ["term", "similarity", "steps", "through", "count"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A text of fruits and tools, the terms of it, two seeds, and the same in English."""
    random = np.random.default_rng(5)
    lines = []
    for _ in range(400):
        kind = random.integers(2)
        lines.append(random.choice(FRAMES[kind]).format(random.choice((FRUITS, TOOLS)[kind])))
    text = "\n".join(lines) + "\n"
    (tmp_path / "text.txt").write_text(text, "utf-8")
    words = [*TOOLS, *FRUITS]
    table = "".join(f"{word}\t{text.count(word)}\t{n / 8}\n" for n, word in enumerate(words))
    (tmp_path / "terms.tsv").write_text(f"term\tcount\tscore\n{table}", "utf-8")
    (tmp_path / "seeds").write_text("苹果\n香蕉\n", "utf-8")
    return tmp_path


def terms_of(output: str) -> list[str]:
    return [row["term"] for row in rows(output)]


def test_from_seeds(folder: Path) -> None:
    command = ("expand-terms", "terms.tsv", "--seeds", "seeds", "--corpus", "text.txt")
    done = textmine(*command, "--save-vectors", "v.npz", folder=folder)
    assert done.returncode == 0 and done.stdout.splitlines()[0].split("\t") == COLUMNS
    assert "2 of 8 terms reached in 1 step" in done.stderr and "by the seeds, similarity" in done.stderr
    found = rows(done.stdout)
    assert [row["steps"] for row in found] == ["0", "0", "1", "1"]
    assert {row["term"] for row in found[:2]} == {"苹果", "香蕉"} and {row["term"] for row in found} == set(
        FRUITS
    )
    assert [row["through"] for row in found[:2]] == ["", ""]
    assert {row["through"] for row in found[2:]} <= {"苹果", "香蕉"}
    text = (folder / "text.txt").read_text("utf-8")
    assert all(int(row["count"]) == text.count(row["term"]) for row in found)
    again = textmine(
        "expand-terms", "terms.tsv", "--seeds", "seeds", "--vectors", "v.npz", "-q", "--all", folder=folder
    )
    everything = rows(again.stdout)
    assert everything[:4] == found and again.stderr == ""
    assert {row["term"] for row in everything[4:]} == set(TOOLS)
    assert {row["steps"] for row in everything[4:]} == {""} and all(row["similarity"] for row in everything)
    near = textmine("neighbors", "v.npz", "锤子", "--top", "1", folder=folder)
    assert rows(near.stdout)[0]["neighbor"] in TOOLS


def test_what_is_shown(folder: Path) -> None:
    command = ("expand-terms", "-", "--seeds", "seeds", "--corpus", "*.txt", "--no-seeds", "--top", "1")
    done = textmine(*command, stdin=(folder / "terms.tsv").read_bytes(), folder=folder)
    (row,) = rows(done.stdout)
    assert row["steps"] == "1" and row["term"] in FRUITS[2:]
    done = textmine(*command, "--threads", "1", stdin=(folder / "terms.tsv").read_bytes(), folder=folder)
    assert rows(done.stdout) == [row]
    done = textmine(*command, "-o", "out.jsonl", stdin="\n".join(FRUITS), folder=folder)
    told = json.loads((folder / "out.jsonl").read_text("utf-8"))
    assert done.stdout == "" and told["count"] is None and told["steps"] == 1
    holes = "term\tcount\n" + "\n".join(
        f"{word}\t{'' if word in TOOLS else 1e400}" for word in FRUITS + TOOLS
    )
    done = textmine(*command[:-3], stdin=holes, folder=folder)
    assert set(terms_of(done.stdout)) == set(FRUITS) and {row["count"] for row in rows(done.stdout)} == {""}


def test_how_far(folder: Path) -> None:
    command = ("expand-terms", "terms.tsv", "--seeds", "seeds", "--corpus", "text.txt")
    far = textmine(*command, "--min-similarity", "-1", "--alpha", "0", folder=folder)
    assert {row["steps"] for row in rows(far.stdout)} == {"0", "1"} and len(rows(far.stdout)) == 8
    (folder / "no").write_text("锤子\n锯子\n无此词\n", "utf-8")
    held = textmine(*command, "--min-similarity", "-1", "--alpha", "0", "--negative", "no", folder=folder)
    assert set(terms_of(held.stdout)) == {*FRUITS, "钳子", "斧头"}
    assert "1 of 3 negative words without a vector, passed over: 无此词" in held.stderr
    near = textmine(*command, "--min-similarity", "1", folder=folder)
    assert set(terms_of(near.stdout)) == {"苹果", "香蕉"}
    assert re.search(
        r"0 of 8 terms reached; the nearest has a likeness of 0\.[6-9][0-9] \(a lower --min-sim", near.stderr
    )


def test_unknown_seeds_are_told(folder: Path) -> None:
    (folder / "seeds").write_text("桃子\n" + "".join(f"无此{n}\n" for n in "一二三四五六"), "utf-8")
    command = ("expand-terms", "terms.tsv", "--seeds", "seeds", "--corpus", "text.txt")
    done = textmine(*command, folder=folder)
    assert (
        "6 of 7 seeds without a vector, passed over: 无此一, 无此二, 无此三, 无此四, 无此五, ...\n"
        in done.stderr
    )
    assert terms_of(done.stdout)[0] == "桃子"
    (folder / "seeds").write_text("无此\n", "utf-8")
    none = textmine(*command, folder=folder)
    assert none.returncode == 1 and none.stdout == ""
    assert "textmine expand-terms: none of the seeds has a vector; choose seeds" in none.stderr


def test_a_seed_that_the_terms_lack_is_cut_too(folder: Path) -> None:
    kept = [line for line in (folder / "terms.tsv").read_text("utf-8").splitlines() if "苹果" not in line]
    (folder / "fewer.tsv").write_text("\n".join(kept) + "\n", "utf-8")
    (folder / "seeds").write_text("苹果\n", "utf-8")
    done = textmine("expand-terms", "fewer.tsv", "--seeds", "seeds", "--corpus", "text.txt", folder=folder)
    assert terms_of(done.stdout)[0] == "苹果" and set(terms_of(done.stdout)) == set(FRUITS)
    assert rows(done.stdout)[0]["count"] == ""


def test_terms_of_several_words(tmp_path: Path) -> None:
    """They are one word while vectors are trained, and have their spaces afterwards."""
    frames = [
        ("the {} turns in strong wind", "a {} of steel spins"),
        ("she eats a {} today", "ripe {} is sweet"),
    ]
    kinds = [["wind turbine", "rotor blade", "gear"], ["red apple", "plum", "sour cherry"]]
    random = np.random.default_rng(1)
    lines = [
        random.choice(frames[kind]).format(random.choice(kinds[kind]))
        for kind in random.integers(2, size=600)
    ]
    (tmp_path / "text").write_text("\n".join(lines) + "\n")
    (tmp_path / "terms").write_text("".join(f"{word} 90\n" for kind in kinds for word in kind))
    command = ("expand-terms", "terms", "--seeds", "-", "--corpus", "text")
    done = textmine(*command, "--save-vectors", "v.npz", stdin="wind turbine\n", folder=tmp_path)
    assert set(terms_of(done.stdout)) == set(kinds[0])
    near = textmine("neighbors", "v.npz", "red apple", "--top", "2", folder=tmp_path)
    assert {row["neighbor"] for row in rows(near.stdout)} == {"plum", "sour cherry"}
    refused = textmine(*command, "--save-vectors", "v.vec", stdin="plum\n", folder=tmp_path)
    assert refused.returncode == 1 and not (tmp_path / "v.vec").exists()
    assert "v.vec cannot hold 'wind turbine', with its space; write .npz" in refused.stderr


def test_capitals(tmp_path: Path) -> None:
    """Text, terms and seeds in different capitals; rows and saved vectors are in those of the terms."""
    random = np.random.default_rng(2)
    kinds = [["Wind Turbine", "Rotor", "gear"], ["apple", "Plum", "CHERRY"]]
    frames = [["the {} turns in strong wind"], ["she eats a ripe {} today"]]
    lines = [frames[kind][0].format(random.choice(kinds[kind])) for kind in random.integers(2, size=400)]
    lines = [line.upper() if n % 2 else line.lower().replace(" ", "  ") for n, line in enumerate(lines)]
    (tmp_path / "text").write_text("\n".join(lines) + "\n")
    (tmp_path / "terms").write_text("".join(f"{word} 60\n" for kind in kinds for word in kind))
    command = ("expand-terms", "terms", "--seeds", "-", "--corpus", "text", "--save-vectors", "v.npz")
    done = textmine(*command, stdin="WIND turbine\n", folder=tmp_path)
    assert set(terms_of(done.stdout)) == set(kinds[0]) and terms_of(done.stdout)[0] == "Wind Turbine"
    assert "without a vector" not in done.stderr
    words = set(WordVectors.load(tmp_path / "v.npz").words)
    assert words >= {word for kind in kinds for word in kind} | {"she", "the"} and "The" not in words


def test_encoding_of_lists(folder: Path) -> None:
    """--encoding is that of the terms, seeds and negative words, too."""
    (folder / "no").write_text("锤子\n", "utf-8")
    for name in ("terms.tsv", "seeds", "no", "text.txt"):
        (folder / name).write_text((folder / name).read_text("utf-8"), "gb18030")
    command = ("expand-terms", "terms.tsv", "--seeds", "seeds", "--negative", "no", "--encoding", "gb18030")
    done = textmine(*command, "--corpus", "text.txt", "--save-vectors", "v.npz", folder=folder)
    assert {"苹果", "香蕉"} <= set(terms_of(done.stdout)) <= set(FRUITS)
    again = textmine(*command, "--vectors", "v.npz", folder=folder)
    assert again.stdout == done.stdout


def test_clusters(folder: Path) -> None:
    command = ("expand-terms", "terms.tsv", "--corpus", "text.txt")
    done = textmine(*command, folder=folder)
    assert "8 terms in 2 clusters by the sum of the score" in done.stderr
    found = rows(done.stdout)
    assert list(found[0]) == ["cluster", "weight", "term", "cosine", "count"]
    assert [row["cluster"] for row in found] == ["1"] * 4 + ["2"] * 4
    assert {row["term"] for row in found[:4]} == set(FRUITS) and found[0]["weight"] == "2.75"
    short = textmine(*command, "--top", "1", "--clusters", "4", "--threads", "1", folder=folder)
    assert [row["cluster"] for row in rows(short.stdout)] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("options", "code", "what"),
    [
        ((), 2, "one of the two"),
        *[
            ((*given.split(), "--corpus", "text.txt"), 2, f"{given.split()[0]} goes with --seeds")
            for given in (
                "--negative seeds",
                "--min-similarity 0.6",
                "--max-similarity 1",
                "--alpha 0.25",
                "--max-steps 1",
                "--all",
                "--no-seeds",
            )
        ],
        (("--corpus", "text.txt", "--seeds", "seeds", "--clusters", "2"), 2, "goes without --seeds"),
        *[
            ((*given.split(), "--vectors", "v.npz"), 2, f"{given.split()[0]} is for vectors that are trained")
            for given in (
                "--window 5",
                "--dim 5",
                "--errors strict",
                "--input-format auto",
                "--field a",
                "--column a",
                "--normalise lower",
            )
        ],
        (("--corpus", "text.txt", "--vectors", "v.npz"), 2, "one of the two"),
        (("--vectors", "v.npz", "--save-vectors", "w.npz"), 2, "--save-vectors is for"),
        (("--corpus", "-", "--seeds", "-"), 2, "standard input (-) can be one of"),
        (("--corpus", "gone.txt"), 1, "gone.txt"),
        (("--corpus", "text.txt", "--seeds", "gone"), 1, "gone"),
        (
            ("--corpus", "text.txt", "--seeds", "seeds", "--negative", "seeds"),
            1,
            "is both a seed and negative",
        ),
        (("--corpus", "text.txt", "--seeds", "seeds", "--max-similarity", ".5"), 1, "is above the greatest"),
        (("--corpus", "text.txt", "--dim", "500"), 1, "ask for fewer"),
        (("--vectors", "v.npz", "--seeds", "seeds"), 1, "none of the 8 terms has a vector"),
        (("--vectors", "v.npz"), 1, "none of the 8 terms has a vector; give the text that they are from"),
        (("--vectors", "one.npz"), 1, "clustering needs two terms or more with vectors"),
        (("--corpus", "text.txt", "--save-vectors", "v.json"), 2, "none of the endings"),
        (("--corpus", "text.txt", "-o", "terms.tsv"), 2, "is read, too"),
    ],
)
def test_what_cannot_be(options: tuple[str, ...], code: int, what: str, folder: Path) -> None:
    WordVectors(["x", "y"], np.eye(2, dtype=np.float32)).save(folder / "v.npz")
    WordVectors(["x", "锤子"], np.eye(2, dtype=np.float32)).save(folder / "one.npz")
    done = textmine("expand-terms", "terms.tsv", *options, folder=folder)
    assert (done.returncode, done.stdout) == (code, "") and what in message(done.stderr)
