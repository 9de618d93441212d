"""`textmine perplexity` and `textmine score`."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from tests.cli.program import textmine
from tests.cli.small import message, rows
from textmine.language.model import LanguageModel

NOVEL = Path(__file__).parents[2] / "data" / "three-kingdoms.txt"

# The model of the one sentence "a b", by hand: the discounts are .5, and there are four units to be drawn.
UNIGRAM = 0.5 / 3 + 0.5 / 4  # of a, b and </s>
BIGRAM = 0.5 + 0.5 * UNIGRAM  # of each that was seen
UNKNOWN = 0.5 / 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`ab.lm` of the words "a b", `ab.arpa` the same, `novel.lm` of the characters of a novel."""
    folder = tmp_path_factory.mktemp("models")
    for name in ("ab.lm", "ab.arpa"):
        assert textmine("train-lm", "--order", "2", "-o", folder / name, stdin="a b\n").returncode == 0
    assert textmine("train-lm", NOVEL, "--order", "3", "-o", folder / "novel.lm").returncode == 0
    return folder


def test_perplexity_by_hand(folder: Path) -> None:
    done = textmine("perplexity", folder / "ab.lm", stdin="a b\n\nx\n \n")
    assert done.returncode == 0, done.stderr
    [row] = rows(done.stdout)
    of_unknown = math.log(0.5 * UNKNOWN)  # after the beginning
    of_known = 3 * math.log(BIGRAM) + math.log(UNIGRAM)  # nothing goes on after x
    assert {name: row[name] for name in ("sentences", "tokens", "unknown")} == {
        "sentences": "2",
        "tokens": "5",
        "unknown": "1",
    }
    total = of_known + of_unknown
    assert float(row["log_probability"]) == pytest.approx(total, rel=1e-5)
    assert float(row["perplexity"]) == pytest.approx(math.exp(-total / 5), rel=1e-5)
    assert float(row["perplexity_known"]) == pytest.approx(math.exp(-of_known / 4), rel=1e-5)


def test_score_by_hand(folder: Path) -> None:
    done = textmine("score", folder / "ab.lm", "--show-texts", stdin="a b\n\nx\n \nb\n")
    assert (done.returncode, done.stderr) == (0, "2 lines without a word: no score\n")
    table = rows(done.stdout)
    assert [row["line"] for row in table] == ["1", "2", "3", "4", "5"]
    assert [row["text"] for row in table] == ["a b", "", "x", " ", "b"]
    assert [(row["tokens"], row["unknown"]) for row in table] == [
        ("3", "0"), ("", ""), ("2", "1"), ("", ""), ("2", "0"),
    ]  # fmt: skip
    expected = [
        3 * math.log(BIGRAM),
        None,
        math.log(0.5 * UNKNOWN) + math.log(UNIGRAM),
        None,
        math.log(0.5 * UNIGRAM) + math.log(BIGRAM),
    ]
    for row, value in zip(table, expected, strict=True):
        if value is None:
            assert row["log_probability"] == row["perplexity"] == ""
        else:
            assert float(row["log_probability"]) == pytest.approx(value, rel=1e-5)
            assert float(row["perplexity"]) == pytest.approx(math.exp(-value / int(row["tokens"])), rel=1e-5)


def test_score_each_token(folder: Path) -> None:
    done = textmine("score", folder / "ab.lm", "--per-token", "--format", "jsonl", stdin="a  b\n\nx\n")
    table = [list(json.loads(line).values()) for line in done.stdout.splitlines()]
    assert [row[:3] for row in table] == [
        [1, 1, "a"], [1, 2, "b"], [1, 3, "</s>"], [2, None, None], [3, 1, "x"], [3, 2, "</s>"],
    ]  # fmt: skip
    values = [BIGRAM, BIGRAM, BIGRAM, 0.5 * UNKNOWN, UNIGRAM]
    assert [row[3] for row in table] == [False, False, False, None, True, False]
    logs = [row[4] for row in table if row[4] is not None]
    assert logs == pytest.approx(list(map(math.log, values)), rel=1e-5) and table[3][4] is None
    assert "1 line without a word" in done.stderr


def test_what_the_units_are(folder: Path) -> None:
    text = "张飞大怒\n"
    by_header, as_words = (
        textmine("perplexity", folder / "novel.lm", *options, "--format", "jsonl", stdin=text)
        for options in ((), ("--unit", "word"))
    )
    assert json.loads(by_header.stdout)["tokens"] == 5
    assert json.loads(as_words.stdout)["tokens"] == 2
    assert "other units" not in by_header.stderr
    assert "trained on other units: its text was cut by --tokenizer char, this one by wh" in as_words.stderr
    same = textmine("perplexity", folder / "novel.lm", "--unit", "char", stdin=text)
    assert (same.returncode, same.stderr) == (0, "")
    arpa = textmine("perplexity", folder / "ab.arpa", stdin="a b\n")
    ours = textmine("perplexity", folder / "ab.lm", stdin="a b\n")
    assert arpa.stdout == ours.stdout
    assert "does not tell its units" in arpa.stderr and "does not tell" not in ours.stderr
    told = textmine("perplexity", folder / "ab.arpa", "--unit", "char", stdin="ab\n")
    assert told.stdout == ours.stdout and "does not tell" not in told.stderr


def test_models_of_a_lexicon_ask_for_it(folder: Path, tmp_path: Path) -> None:
    lexicon = tmp_path / "words.txt"
    lexicon.write_text("张飞 5\n大怒 5\n")
    model = tmp_path / "m.lm"
    trained = textmine("train-lm", "--tokenizer", lexicon, "-o", model, stdin="张飞大怒\n")
    assert trained.returncode == 0, trained.stderr
    forgotten = textmine("perplexity", model, stdin="张飞大怒\n")
    assert rows(forgotten.stdout)[0]["unknown"] == "1" and f"by the lexicon {lexicon}" in forgotten.stderr
    other = textmine("perplexity", model, "--unit", "char", stdin="张飞大怒\n")
    assert f"other units: its text was cut by --tokenizer {lexicon}, this one by char" in other.stderr
    done = textmine("perplexity", model, "--tokenizer", lexicon, stdin="张飞大怒\n")
    assert "other units" not in done.stderr
    assert (rows(done.stdout)[0]["tokens"], rows(done.stdout)[0]["unknown"]) == ("3", "0")


def test_a_model_through_a_pipe(folder: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("a b\n")
    done = textmine("score", "-", text, "-q", stdin=(folder / "ab.arpa").read_bytes())
    assert done.returncode == 0 and rows(done.stdout)[0]["tokens"] == "3"
    done = textmine("perplexity", "-", text, "-", stdin="a b\n")
    assert done.returncode == 2 and "cannot both be standard input" in message(done.stderr)


def test_rows_add_up(folder: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    texts = NOVEL.read_text("utf-8").splitlines()[:100]
    text.write_text("\n".join(["", *texts, ""]), encoding="utf-8")
    texts.insert(0, "")
    options = (folder / "novel.lm", text, "--format", "jsonl", "-q", "-o", tmp_path / "rows")
    tables = []
    for command in (("perplexity",), ("score",), ("score", "--per-token")):
        done = textmine(*command, *options)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        tables.append(list(map(json.loads, (tmp_path / "rows").read_text("utf-8").splitlines())))
    [whole], lines, tokens = tables
    assert [line["line"] for line in lines] == list(range(1, len(texts) + 1))
    words = ["".join(text.split()) for text in texts]
    assert [line["tokens"] for line in lines] == [len(word) + 1 if word else None for word in words]
    assert "".join(token["token"] for token in tokens if token["token"] not in (None, "</s>")) == "".join(
        words
    )
    scores = [line for line in lines if line["tokens"]]
    assert whole["sentences"] == len(scores) and whole["unknown"] == 0
    assert whole["tokens"] == sum(line["tokens"] for line in scores)
    total = sum(line["log_probability"] for line in scores)
    assert whole["log_probability"] == pytest.approx(total, rel=1e-5)
    logs = [token["log_probability"] for token in tokens if token["token"] is not None]
    assert len(logs) == whole["tokens"] and total == pytest.approx(sum(logs), rel=1e-5)


def test_records_of_several_lines(folder: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.jsonl"
    records = ["a b\na b", "a", "", "\nb\n\n"]
    text.write_text("".join(json.dumps({"text": record}) + "\n" for record in records))
    table = rows(textmine("score", folder / "ab.lm", text, "--show-texts").stdout)
    assert [(row["line"], row["tokens"]) for row in table] == [("1", "6"), ("2", "2"), ("3", ""), ("4", "2")]
    assert float(table[0]["log_probability"]) == pytest.approx(6 * math.log(BIGRAM), rel=1e-5)
    [whole] = rows(textmine("perplexity", folder / "ab.lm", text).stdout)
    assert (whole["sentences"], whole["tokens"]) == ("4", "10")
    tokens = rows(textmine("score", folder / "ab.lm", text, "--per-token").stdout)
    assert [(row["line"], row["place"]) for row in tokens[:6]] == [("1", str(n)) for n in range(1, 7)]


def test_a_line_of_many_blocks(folder: Path, tmp_path: Path) -> None:
    line = "".join(NOVEL.read_text("utf-8").split())
    (tmp_path / "line.txt").write_text(line, encoding="utf-8")
    done = textmine("score", folder / "novel.lm", tmp_path / "line.txt", "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout)
    model = LanguageModel.load(folder / "novel.lm")
    assert row["tokens"] == len(line) + 1
    assert row["log_probability"] == pytest.approx(model.log_probability(line), rel=1e-5)


def test_errors(folder: Path, tmp_path: Path) -> None:
    model, out = folder / "ab.lm", tmp_path / "rows.tsv"
    cut_short = tmp_path / "short.lm"
    cut_short.write_bytes(model.read_bytes()[:-100])
    vectors = Path(__file__).parents[2] / "data" / "jargon.npz"
    cases: list[tuple[tuple[str | Path, ...], str]] = [
        ((tmp_path / "gone.lm",), "gone.lm"),
        ((vectors,), "is no language model, or damaged"),
        ((cut_short,), "is no language model, or damaged"),
        ((NOVEL,), "three-kingdoms.txt is no language model but a text, '"),
        ((model, tmp_path / "gone.txt"), "gone.txt"),
    ]
    for options, what in cases:
        done = textmine("perplexity", *options, "-o", out, stdin="a b\n")
        assert done.returncode == 1 and what in message(done.stderr), (options, done.stderr)
        assert "Traceback" not in done.stderr and not out.exists()
    done = textmine("score", model, stdin="\n")
    assert done.returncode == 1 and "holds no text" in done.stderr
    before = model.read_bytes()
    done = textmine("score", model, "-o", model, stdin="a b\n")
    assert done.returncode == 2 and "is read, too" in message(done.stderr) and model.read_bytes() == before


def test_no_words(folder: Path) -> None:
    done = textmine("perplexity", folder / "ab.lm", "--tokenizer", "word", stdin="...\n")
    assert done.returncode == 1 and "there are no words in the text" in done.stderr
    done = textmine("score", folder / "ab.lm", "--tokenizer", "word", stdin="...\n")
    assert done.returncode == 0 and rows(done.stdout)[0]["tokens"] == ""
    done = textmine("score", folder / "ab.lm", "--per-token", "--show-texts", stdin="a\n")
    assert done.returncode == 2 and "shows the text already" in message(done.stderr)
