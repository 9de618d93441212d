from __future__ import annotations

import gzip
import json
import re
import signal
import subprocess
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import typer

from tests.cli.program import TEXTMINE, textmine
from tests.cli.small import message
from tests.processes import start_process
from textmine.cli.language import named_tokenizer
from textmine.cli.train_lm import cutoffs
from textmine.language.model import LanguageModel

NOVEL = Path(__file__).parents[2] / "data" / "three-kingdoms.txt"
TEXT = "a b a c\n\na b d\na b a d\nb a\n  \n"


def sizes(model: Path) -> list[int]:
    """How many n-grams of each length there are."""
    starts: list[int] = LanguageModel.load(model).starts.tolist()
    return [stop - start for start, stop in pairwise(starts)]


def n_grams(text: str, length: int) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for line in filter(None, map(str.split, text.split("\n"))):
        units = ["<s>", *line, "</s>"]
        found.update(zip(*(units[start:] for start in range(length)), strict=False))
    return found


def test_words_from_a_pipe(tmp_path: Path) -> None:
    done = textmine("train-lm", "--order", "3", "-o", tmp_path / "m.lm", stdin=TEXT)
    assert (done.returncode, done.stdout) == (0, "")
    model = LanguageModel.load(tmp_path / "m.lm")
    assert model.header == {"unit": "word", "tokenizer": "whitespace", "order": 3, "prune": [0]}
    assert model.words == ["<unk>", "<s>", "</s>", "a", "b", "d", "c"] and model.order == 3
    assert sizes(tmp_path / "m.lm") == [7, len(n_grams(TEXT, 2)), len(n_grams(TEXT, 3))]
    notes = done.stderr.splitlines()
    assert notes[-4:-1] == [
        "units are words between white space",
        "13 words, 4 different",
        f"4 sentences; n-grams by length: 7, {len(n_grams(TEXT, 2))}, {len(n_grams(TEXT, 3))}",
    ]
    assert notes[-1].startswith("too little text to estimate the discounts of n-grams of length 3: 0.5, 1.0")


@pytest.mark.parametrize("prune", ["1", "0,1,2"])
def test_rare_n_grams_are_left_out(prune: str, tmp_path: Path) -> None:
    text = "".join(
        f"{line}\n" for line in ("a b a c", "a b d", "a b a d", "b a", "a b a c", "a b a c a", "a")
    )
    done = textmine("train-lm", "--order", "5", "--prune", prune, "-o", tmp_path / "m.lm", stdin=text)
    assert done.returncode == 0, done.stderr
    cutoffs = list(map(int, prune.split(",")))
    assert LanguageModel.load(tmp_path / "m.lm").header["prune"] == cutoffs
    cutoffs += [cutoffs[-1]] * (4 - len(cutoffs))
    kept = [
        sum(count > least for count in n_grams(text, length).values())
        for length, least in enumerate(cutoffs, 2)
    ]
    assert sizes(tmp_path / "m.lm")[1:] == kept and kept[-1] < len(n_grams(text, 5))


def test_the_same_bytes_from_any_place_in_any_room(tmp_path: Path) -> None:
    packed = tmp_path / "novel.gz"
    packed.write_bytes(gzip.compress(NOVEL.read_bytes(), 1))
    runs: list[tuple[tuple[str | Path, ...], bytes]] = [
        ((NOVEL,), b""),
        (("--memory", "32M", "--threads", "1", "--tmp-dir", tmp_path, "--unit", "char"), NOVEL.read_bytes()),
        (("--threads", "2", "--tokenizer", "char", packed), b""),
    ]
    models: list[bytes] = []
    for options, stdin in runs:
        out = tmp_path / f"{len(models)}.lm"
        done = textmine("train-lm", *options, "-o", out, stdin=stdin)
        assert done.returncode == 0, done.stderr
        assert ("units are characters" in done.stderr) == (not models)
        assert re.search(r"^\d+ characters, \d+ different$", done.stderr, re.MULTILINE)
        models.append(out.read_bytes())
    assert models[0] == models[1] == models[2]
    header = {"unit": "char", "tokenizer": "char", "order": 5, "prune": [0]}
    assert LanguageModel.load(tmp_path / "0.lm").header == header
    assert not [path for path in tmp_path.iterdir() if path.suffix not in (".lm", ".gz")]


def test_records_and_tokenizers(tmp_path: Path) -> None:
    records = [{"body": "One-two, three!"}, {"body": "...\nTHREE"}, {"body": ""}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    options = ("--field", "body", "--tokenizer", "word", "--normalise", "lower", "-q")
    done = textmine("train-lm", tmp_path / "a.jsonl", *options, "-o", tmp_path / "m.lm")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    model = LanguageModel.load(tmp_path / "m.lm")
    assert model.words[3:] == ["three", "one-two"]
    assert (model.header["unit"], model.header["tokenizer"]) == ("word", "word")


def test_an_arpa_file(tmp_path: Path) -> None:
    done = textmine("train-lm", "--order", "2", "-q", "-o", tmp_path / "m.arpa", stdin=TEXT)
    assert (done.returncode, done.stderr) == (0, "")
    lines = (tmp_path / "m.arpa").read_text().splitlines()
    assert lines[:3] == ["\\data\\", "ngram 1=7", f"ngram 2={len(n_grams(TEXT, 2))}"]


@pytest.mark.parametrize(
    ("options", "text", "code", "what"),
    [
        ((), "", 1, "holds no text"),
        (("--tokenizer", "word"), "... !\n", 1, "there are no words in the text"),
        ((), "a <s> b\n", 1, "the text has the word <s>, which has a meaning of its own"),
        (("gone.txt",), "", 1, "gone.txt"),
        (("--tokenizer", "gone.txt"), "a\n", 1, "there is no lexicon file 'gone.txt'"),
        (("--order", "0"), "a\n", 2, "--order"),
        (("--prune", "2,1"), "a\n", 2, "must not fall"),
    ],
)
def test_errors(options: tuple[str, ...], text: str, code: int, what: str, tmp_path: Path) -> None:
    done = textmine("train-lm", *options, "-o", tmp_path / "m.lm", stdin=text)
    assert done.returncode == code and what in message(done.stderr), done.stderr
    assert "Traceback" not in done.stderr and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("prune", "order", "what"),
    [
        ("1,-1", 5, "is no list of counts; write 1 or 0,1,1"),
        ("", 5, "is no list of counts; write 1 or 0,1,1"),
        ("1,", 5, "is no list of counts; write 1 or 0,1,1"),
        ("0,2,1", 5, "must not fall"),
        ("0,1,1", 3, "a number for n-grams of 4 units, and --order is 3"),
        ("0", 1, "a number for n-grams of 2 units, and --order is 1"),
    ],
)
def test_numbers_that_prune_nothing(prune: str, order: int, what: str) -> None:
    with pytest.raises(typer.BadParameter, match=what):
        cutoffs(prune, order)


def test_numbers_that_prune() -> None:
    assert (cutoffs(None, 1), cutoffs("1", 2), cutoffs("0,0,12", 4)) == ([0], [1], [0, 0, 12])


def test_characters_are_no_words() -> None:
    assert named_tokenizer("char", None) == named_tokenizer("char", "char") == "char"
    assert (named_tokenizer("word", None), named_tokenizer(None, "jieba")) == ("whitespace", "jieba")
    assert named_tokenizer(None, None) is None
    with pytest.raises(typer.BadParameter, match="give one"):
        named_tokenizer("char", "jieba")


def test_help_tells_the_bounds_and_who_asks_the_model() -> None:
    said = message(textmine("train-lm", "--help", environment={"COLUMNS": "200"}).stdout)
    assert "[1 to 9]" in said and "`sample` draws sentences from it" in said


def test_the_text_is_not_written_over(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text(TEXT)
    done = textmine("train-lm", text, "-o", text)
    assert done.returncode == 2 and "is read, too" in message(done.stderr)
    assert text.read_text() == TEXT and list(tmp_path.iterdir()) == [text]


def test_interrupted(tmp_path: Path) -> None:
    work, out = tmp_path / "tmp", tmp_path / "out"
    work.mkdir()
    out.mkdir()
    with start_process(
        [*TEXTMINE, "train-lm", *[NOVEL] * 10, "--order", "9", "--tmp-dir", work, "-o", out / "m.lm"],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "characters," in line:
                break
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(timeout=60) == 130
    assert rest == "textmine train-lm: interrupted\n"
    assert not list(work.iterdir()) and not list(out.iterdir())
