"""`textmine sample`."""

from __future__ import annotations

import csv
import io
import json
import math
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from tests.cli.program import TEXTMINE, textmine
from tests.cli.small import message, rows
from tests.processes import start_process
from textmine.cli.app import app
from textmine.cli.sampling import lengths, temperatures, words_between_commas
from textmine.sampling.chain import KINDS

ROOT = Path(__file__).parents[2]
NOVEL = ROOT / "data" / "three-kingdoms.txt"
COLUMNS = ["text", "log_probability", "energy", "chain", "step", "count"]
QUICK = ("--steps", "3000", "--thin", "10")
KEYWORDS = ("--keywords", "曹操,刘备", "--length-bonus", "4")
EDIT = (*KEYWORDS, *QUICK, "--chains", "2")
WORDS = "the cat sat on the mat\nthe dog sat on the cat\na cat and a dog sat\nthe mat and the dog\n" * 3
METHODS: dict[str, tuple[str, ...]] = {
    "ancestral": ("--steps", "50", "--length", "1-60"),
    "rejection": ("--steps", "10", "--keywords", "曹操", "--length", "2-60"),
    "gibbs": ("--steps", "1000", "--length", "8"),
    "metropolis": (*QUICK, "--length", "8"),
    "annealing": (*QUICK, "--length", "6-9"),
    "edit": EDIT,
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`novel.lm` of the characters of a part of a novel, `novel.arpa` the same; `words.lm` of words."""
    folder = tmp_path_factory.mktemp("models")
    text = "\n".join(NOVEL.read_text("utf-8").splitlines()[:400])
    for name in ("novel.lm", "novel.arpa"):
        assert textmine("train-lm", "-o", folder / name, stdin=text).returncode == 0
    assert textmine("train-lm", "--order", "3", "-o", folder / "words.lm", stdin=WORDS).returncode == 0
    return folder


@pytest.fixture(scope="session")
def model(folder: Path) -> Path:
    return folder / "novel.lm"


def sample(*arguments: str | Path) -> Result:
    """`textmine sample` in this process, which is quicker."""
    return CliRunner().invoke(app, ["sample", *map(str, arguments)])


def sampled(model: Path, *options: str | Path) -> list[dict[str, str]]:
    """The rows, all of them if not told otherwise, where all went well."""
    done = sample(model, "--top", "0", *options)
    assert done.exit_code == 0, done.stderr
    return rows(done.stdout)


def in_order(text: str, *words: str) -> bool:
    place = 0
    for word in words:
        place = text.find(word, place) + len(word)
        if place < len(word):
            return False
    return True


@pytest.mark.parametrize("method", METHODS)
def test_methods(method: str, model: Path) -> None:
    options = METHODS[method]
    done = sample(model, "--method", method, *options, "--top", "0")
    assert done.exit_code == 0, done.stderr
    table = rows(done.stdout)
    assert table and list(table[0]) == COLUMNS
    single = method in ("ancestral", "rejection")
    steps = int(options[options.index("--steps") + 1])
    kept = {"gibbs": 4 * 800, "metropolis": 4 * 240, "edit": 2 * 240}.get(method, steps)
    if method == "annealing":
        assert len(table) == 4
    else:
        assert sum(int(row["count"]) for row in table) == kept
    assert len({row["text"] for row in table}) == len(table)
    energies = [float(row["energy"]) for row in table]
    assert energies == sorted(energies)
    if "--length" in options:
        least, most = lengths(options[options.index("--length") + 1]) or (0, 0)
        assert all(least <= len(row["text"]) <= most for row in table)
    assert len({row["chain"] for row in table}) == (1 if single else 2 if method == "edit" else 4)
    assert all(0 < int(row["step"]) <= steps for row in table)
    if single:
        assert f"{steps} sentences of " in done.stderr and "R-hat" not in done.stderr
    else:
        assert "changes accepted: replace " in done.stderr
        assert ("insert" in done.stderr) == (method in ("annealing", "edit"))
        assert ("split R-hat" in done.stderr) == (method != "annealing")


def test_keywords_are_in_every_row(model: Path) -> None:
    table = sampled(model, *EDIT)
    assert all(in_order(row["text"], "曹操", "刘备") for row in table)
    assert all(len(row["text"]) <= 4 + 30 for row in table) and len(table) > 50
    table = sampled(model, *EDIT, "--any-order", "--steps", "6000")
    assert all("曹操" in row["text"] and "刘备" in row["text"] for row in table)
    swapped = [in_order(row["text"], "刘备", "曹操") for row in table]
    assert any(swapped) and not all(swapped)
    table = sampled(model, "--method", "annealing", *EDIT, "--length", "12", "--order", "drawn")
    assert len(table) > 50 and all(
        in_order(row["text"], "曹操", "刘备") and len(row["text"]) == 12 for row in table
    )
    spaced = sampled(model, *EDIT, "--keywords", " 曹 操， 刘备 ")
    assert [row["text"] for row in spaced] == [row["text"] for row in sampled(model, *EDIT)]


@pytest.mark.parametrize("method", ["edit", "annealing", "metropolis", "gibbs", "rejection"])
def test_what_is_forbidden(method: str, model: Path) -> None:
    """Also where the keywords side by side, or most sentences, would have it."""
    given = {"metropolis": "", "gibbs": "", "rejection": "--length 1-20"}
    keywords = given.get(method, "--keywords 曹操,刘备 --length 4-12").split()
    options = ("--method", method, *keywords, "--steps", "300", "--forbid", "操刘,之，曰,不")
    table = sampled(model, *options, "--order", "drawn")
    assert len(table) > 5
    assert not [
        row["text"] for row in table if any(word in row["text"] for word in ("操刘", "之", "曰", "不"))
    ]
    assert all(math.isfinite(float(row["energy"])) for row in table)


def test_near_a_text_that_is_forbidden_in_part(model: Path) -> None:
    table = sampled(model, "--near", "曹操大怒。", "--forbid", "大怒", "--steps", "300")
    assert table and not [row["text"] for row in table if "大怒" in row["text"]]


def test_energy_and_log_probability(model: Path, tmp_path: Path) -> None:
    """log p is what `score` says, the energy -(gamma log p + bonus x length)."""
    table = sampled(model, *EDIT, "--gamma", "0.7", "--top", "50")
    (tmp_path / "texts").write_text("".join(row["text"] + "\n" for row in table))
    scores = rows(textmine("score", model, tmp_path / "texts").stdout)
    for row, score in zip(table, scores, strict=True):
        log = float(row["log_probability"])
        assert log == pytest.approx(float(score["log_probability"]), rel=1e-5)
        assert float(row["energy"]) == pytest.approx(-0.7 * log - 4 * len(row["text"]), abs=1e-3)


def test_rows_and_their_order(model: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    drawn = sampled(model, *EDIT, "--order", "drawn", "--trace", trace)
    found = [json.loads(line) for line in trace.read_text("utf-8").splitlines()]
    assert list(found[0]) == ["chain", "step", "text", "log_probability", "energy"]
    kept = [(chain, step) for chain in (1, 2) for step in range(610, 3001, 10)]
    assert [(row["chain"], row["step"]) for row in found] == kept
    counts: dict[str, int] = {}
    begun: dict[str, tuple[str, str]] = {}
    for row in found:
        counts[row["text"]] = counts.get(row["text"], 0) + 1
        begun.setdefault(row["text"], (str(row["chain"]), str(row["step"])))
    assert [(row["text"], int(row["count"])) for row in drawn] == list(counts.items())
    assert [(row["chain"], row["step"]) for row in drawn] == list(begun.values())
    best = sampled(model, *EDIT)
    assert sorted(map(str, best)) == sorted(map(str, drawn)) and best != drawn
    assert sampled(model, *EDIT, "--top", "7") == best[:7]
    usual = sample(model, *EDIT)
    assert rows(usual.stdout) == best[:10]
    assert f"the best 10 of {len(best)} different sentences (--top 0: all)" in usual.stderr
    assert rows(sample(model, *EDIT, "--order", "drawn").stdout) == drawn
    assert sampled(model, *EDIT, "--top", "3", "--order", "drawn") == drawn[:3]


def test_annealing_gives_the_best_of_each_chain(model: Path) -> None:
    options = ("--method", "annealing", *KEYWORDS, *QUICK, "--chains", "5")
    drawn = sampled(model, *options, "--order", "drawn")
    best = rows(sample(model, *options).stdout)
    lowest = {row["chain"]: row for row in sorted(drawn, key=lambda row: -float(row["energy"]))}
    assert best == sorted(lowest.values(), key=lambda row: float(row["energy"])) and len(best) == 5


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("曹操,刘备", ["曹操", "刘备"]),
        (" 曹操， 刘备", ["曹操", "刘备"]),
        ("，", ["，"]),
        (",", [","]),
        ("曹操,，,刘备，关羽", ["曹操", "，", "刘备", "关羽"]),
        (None, []),
    ],
)
def test_words_between_commas(given: str | None, found: list[str]) -> None:
    assert words_between_commas(given) == found


def test_words_are_cut_as_the_model_was(folder: Path) -> None:
    """Keywords of several words of the tokenizer, and those that it would cut but the model knows."""
    text = "上海市 环境 保护 条例 。\n环境保护 局 。\n" * 30
    jieba = folder / "jieba.lm"
    assert (
        textmine("train-lm", "--tokenizer", "jieba", "--order", "2", "-o", jieba, stdin=text).returncode == 0
    )
    for word, found in (
        ("上海市环境", "上海市环境"),
        ("上海市 环境", "上海市环境"),
        ("环境保护", "环境保护"),
    ):
        table = sampled(jieba, "--keywords", word, "--steps", "2000")
        assert table and all(found in row["text"] for row in table)
    told = sample(jieba, "--keywords", "上海市长江").stderr
    assert "the model has never seen" in told and "spaces part the units of a word" in told


def test_the_same_text_in_other_words(folder: Path, tmp_path: Path) -> None:
    """One row, with the likeliest way to write it."""
    other = folder / "other.lm"
    options = ("--tokenizer", "whitespace", "--order", "2", "-o", other)
    assert textmine("train-lm", *options, stdin="上海 市 环境\n上海市 环境\n上海市 环境\n").returncode == 0
    trace = tmp_path / "trace.jsonl"
    table = sampled(other, "--trace", trace)
    found = [json.loads(line) for line in trace.read_text("utf-8").splitlines()]
    assert len({row["text"] for row in found}) == len(table)
    assert len({(row["text"], row["energy"]) for row in found}) > len(table)
    for row in table:
        same = [other for other in found if other["text"] == row["text"]]
        assert int(row["count"]) == len(same)
        assert float(row["energy"]) == pytest.approx(min(other["energy"] for other in same), rel=1e-5)


@pytest.mark.parametrize(
    "options",
    [
        EDIT,
        (*EDIT, "--any-order"),
        ("--method", "annealing", *EDIT),
        ("--method", "gibbs", "--length", "8", "--steps", "2500"),
        (*EDIT, "--forbid", "操刘"),
    ],
)
def test_steps_lead_to_the_best(options: tuple[str, ...], model: Path) -> None:
    [best] = sampled(model, *options, "--top", "1")
    story = rows(sample(model, *options, "--show-steps").stdout)
    assert list(story[0]) == ["step", "change", "text", "log_probability"]
    assert (story[0]["step"], story[0]["change"]) == ("0", "start")
    assert story[-1]["text"] == best["text"] and int(story[-1]["step"]) <= int(best["step"])
    assert story[-1]["log_probability"] == best["log_probability"]
    steps = [int(row["step"]) for row in story]
    assert steps == sorted(set(steps)) and len(steps) > 10
    for before, after in pairwise(story):
        old, new = before["text"], after["text"]
        grown = {"insert": 1, "delete": -1}.get(after["change"], 0)
        assert len(new) - len(old) == grown
        differ = sum(x != y for x, y in zip(old, new, strict=False))
        assert {"replace": differ == 1, "swap": differ > 1, "shift": differ > 1}.get(after["change"], True)
    kinds = {row["change"] for row in story}
    assert kinds <= {"start", *KINDS} and ("--any-order" in options or "swap" not in kinds)
    assert kinds >= ({"start", "replace"} if "gibbs" in options else {"start", "insert", "replace"})


def test_the_same_bytes(model: Path, tmp_path: Path) -> None:
    for options in (EDIT, ("--method", "ancestral", "--steps", "30")):
        one, again, other = (
            textmine("sample", model, *options, "--seed", seed, "--threads", threads)
            for seed, threads in (("1", "1"), ("1", "2"), ("2", "2"))
        )
        assert one.stdout == again.stdout and one.stderr == again.stderr
        assert one.stdout != other.stdout and other.returncode == 0


def test_a_model_without_facts(folder: Path) -> None:
    """An ARPA file does not tell its units; its numbers are rounded."""
    table = sampled(folder / "novel.arpa", *EDIT, "--top", "5")
    assert all(in_order(row["text"], "曹操", "刘备") and " " not in row["text"] for row in table)


def test_words(folder: Path) -> None:
    table = sampled(folder / "words.lm", "--keywords", "cat, on the,dog", *QUICK, "--length", "5-9")
    for row in table:
        words = row["text"].split(" ")
        assert set(words) <= set(WORDS.split()) and 5 <= len(words) <= 9
        assert in_order(f" {row['text']} ", " cat ", "on the", " dog ")
    drawn = sampled(folder / "words.lm")
    assert sum(int(row["count"]) for row in drawn) == 100 and {len(row["text"].split()) for row in drawn} > {
        6
    }


def test_formats(model: Path, tmp_path: Path) -> None:
    table = sampled(model, *EDIT, "--top", "4")
    done = sample(model, *EDIT, "--top", "4", "--format", "jsonl", "-q")
    assert done.stderr == ""
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [list(record) for record in records] == [COLUMNS] * 4
    assert [record["text"] for record in records] == [row["text"] for row in table]
    assert isinstance(records[0]["count"], int) and isinstance(records[0]["energy"], float)
    out = tmp_path / "rows.csv"
    done = sample(model, *EDIT, "--top", "4", "-o", out, "--trace", tmp_path / "trace.tsv")
    assert (done.exit_code, done.stdout) == (0, "")
    assert list(csv.DictReader(io.StringIO(out.read_text("utf-8")))) == table
    assert len(rows((tmp_path / "trace.tsv").read_text("utf-8"))) == 480


def test_whether_chains_have_mixed(model: Path, folder: Path) -> None:
    short = sample(model, "--method", "metropolis", "--steps", "60")
    assert "not mixed: do not read frequencies off these; take " in short.stderr
    one = sample(model, "--method", "metropolis", "--steps", "2", "--chains", "1")
    assert "too few samples to tell" in one.stderr and "nan" not in one.stderr
    still = sample(model, "--method", "metropolis", *QUICK, "--burn-in", "2800", "--temperature", "0.001")
    assert "never moved: do not read" in still.stderr
    only = sample(model, "--keywords", "曹操", "--length", "2", "--steps", "100")
    assert "R-hat 1.000" in only.stderr and "never moved" not in only.stderr
    long = sample(folder / "words.lm", "--method", "gibbs", "--length", "3")
    assert "split R-hat 1.0" in long.stderr and "not mixed" not in long.stderr
    assert " effective of 3200 samples from 4 chains" in long.stderr


def test_lower_temperatures_find_likelier_sentences(model: Path) -> None:
    """And so does a larger gamma, which is the same where lengths are."""
    means = []
    for options in (("--temperature", "2"), (), ("--temperature", "0.5"), ("--gamma", "2")):
        table = sampled(model, "--method", "metropolis", *QUICK, "--length", "8", *options)
        total = sum(float(row["log_probability"]) * int(row["count"]) for row in table)
        means.append(total / sum(int(row["count"]) for row in table))
    assert means[0] < means[1] - 2 < means[2] - 4 and means[2] == pytest.approx(means[3])
    cooled = ("--method", "annealing", *QUICK, "--length", "8", "--temperature", "3:0.05")
    last = sampled(model, *cooled, "--burn-in", "2950", "--order", "drawn")
    found = [float(row["log_probability"]) for row in last]
    assert len(found) < 10 and min(found) > means[1] and max(found) > means[2]


NEVER = "the model has never seen '㐀'"


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (("--keywords", "曹操,㐀"), f"{NEVER}; choose another word"),
        (("--keywords", "曹操,曹㐀"), f"{NEVER} of '曹㐀'"),
        (("--keywords", "曹操", "--forbid", "㐀"), NEVER),
        (("--keywords", "曹操,,刘备"), "there is an empty word in '曹操,,刘备'"),
        (("--keywords", ""), "there is an empty word in ''"),
        (("--keywords", "曹操", "--forbid", "曹 操, "), "there is an empty word"),
        (("--keywords", "曹操,刘备", "--length", "2-3"), "the keywords have 4 units, for which no length"),
        (("--keywords", "曹操", "--forbid", "操"), "'曹操' has in it what --forbid rules out"),
        (
            ("--keywords", "曹操,刘备", "--length", "4", "--forbid", "操刘"),
            "the constraints leave no sentence",
        ),
        (("--keywords", "曹操", "--steps", "100", "--burn-in", "100"), "of 100 steps 100 are left out"),
        (("--method", "gibbs", "--steps", "100", "--thin", "90"), "every 90-th of the others kept: none"),
    ],
)
def test_what_cannot_be(options: tuple[str, ...], what: str, model: Path, tmp_path: Path) -> None:
    done = sample(model, *options, "-o", tmp_path / "rows", "--trace", tmp_path / "trace")
    assert done.exit_code == 1 and done.stdout == ""
    assert what in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (("--length", "5-3"), "the shortest first"),
        (("--length", "x"), "--length: 'x' is no length; write 20 or 10-30"),
        (("--length", "20000"), "lengths are from 0 to 10000"),
        (("--keywords", "曹操", "--temperature", "x"), "--temperature: 'x' is no temperature"),
        (("--keywords", "曹操", "--temperature", "1:"), "--temperature: '1:' is no temperature"),
        (("--keywords", "曹操", "--temperature", "0"), "temperatures are from 0.001"),
        (("--method", "gibbs", "--keywords", "曹操"), "--keywords goes with --method edit"),
        (("--method", "ancestral", "--keywords", "曹操"), "not ancestral"),
        (("--any-order",), "--any-order is for --keywords"),
        (("--method", "metropolis", "--length", "5-9"), "--method metropolis keeps the length"),
        (("--method", "rejection", "--gamma", "0.5"), "of 1 and more only"),
        (("--method", "ancestral", "--gamma", "2"), "go with the other methods, not ancestral"),
        (("--method", "ancestral", "--forbid", "曹"), "go with the other methods, not ancestral"),
        (("--method", "ancestral", "--length-bonus", "1"), "go with the other methods, not ancestral"),
        (("--method", "ancestral", "--temperature", "2"), "are for chains"),
        (("--keywords", "曹操", "--candidates", "5"), "--candidates goes with --method gibbs"),
        (("--method", "rejection", "--burn-in", "3"), "are for chains"),
        (("--method", "rejection", "--thin", "3"), "are for chains"),
        (("--method", "ancestral", "--show-steps"), "are for chains"),
        (("--keywords", "曹操", "--show-steps", "--top", "3"), "--show-steps has its own rows"),
        (("--lm", "gpt2"), "'gpt2' is no neural model for this; write hf:FOLDER"),
        (("--lm", "mlm:x"), "write hf:FOLDER"),
        (("--proposal", "mlm:"), "write mlm:FOLDER"),
        (("--lm", "hf:x", "--method", "ancestral"), "--lm and --proposal go with --method edit"),
        (("--proposal", "mlm:x", "--method", "rejection"), "--lm and --proposal go with --method edit"),
        (("--proposal", "mlm:x", "--method", "gibbs", "--candidates", "0"), "and needs no --proposal"),
        (("--method", "guess"), "'guess' is not one of"),
        (("--steps", "0"), "--steps"),
    ],
)
def test_options_that_make_no_sense(options: tuple[str, ...], what: str, model: Path, tmp_path: Path) -> None:
    done = sample(model, *options, "-o", tmp_path / "rows")
    assert done.exit_code == 2 and what in message(done.stderr), done.stderr
    assert "Traceback" not in done.stderr and not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["1-", "-3", "", "1.5", "3-2", "10001", "1-2-3"])
def test_no_lengths(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        lengths(text)


@pytest.mark.parametrize("text", ["", ":", "1:2:3", "nan", "inf", "-1", "2000", "1:0"])
def test_no_temperatures(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        temperatures(text)


def test_lengths_and_temperatures() -> None:
    assert (lengths("7"), lengths("0-12")) == ((7, 7), (0, 12))
    assert (temperatures("2"), temperatures("3:0.1")) == ((2.0, 2.0), (3.0, 0.1))


def test_models_of_another_kind(model: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.lm"
    short.write_bytes(model.read_bytes()[:-100])
    cases = [
        (short, "is no language model, or damaged"),
        (ROOT / "data" / "jargon.npz", "is no language model, or damaged"),
        (NOVEL, "is no language model but a text"),
        (tmp_path / "gone.lm", "there is no file"),
    ]
    for path, what in cases:
        done = sample(path, "--keywords", "曹操", "-o", tmp_path / "rows")
        assert done.exit_code == 1 and what in message(done.stderr), done.stderr
        assert "Traceback" not in done.stderr and not (tmp_path / "rows").exists()


def test_neural_models_without_the_packages(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    done = sample(model, "--lm", f"hf:{tmp_path}", "-o", tmp_path / "rows")
    assert done.exit_code == 1 and not list(tmp_path.iterdir())
    assert done.stderr == (
        "textmine sample: neural models need a package that is not installed (torch); "
        'pip install "textmine[neural]"\n'
    )


def test_the_model_is_not_written_over(model: Path, tmp_path: Path) -> None:
    before = model.read_bytes()
    for options in (("-o", model), ("--trace", model), ("-o", tmp_path / "a", "--trace", tmp_path / "a")):
        done = sample(model, *options)
        assert done.exit_code == 2 and "give another place" in message(done.stderr)
    assert model.read_bytes() == before and not list(tmp_path.iterdir())


def test_nothing_that_fits(model: Path) -> None:
    done = sample(model, "--method", "rejection", "--keywords", "曹操,刘备", "--length", "4")
    assert done.exit_code == 1 and done.stderr.startswith("textmine sample: of 1000000 sentences")
    assert "choose --method edit" in done.stderr and done.stdout == ""


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--forbid", "曰"),
        ("--burn-in", "999999999", "--thin", "1"),
        ("--burn-in", "0", "--thin", "1000000000", "--threads", "1"),
    ],
)
def test_interrupted(options: tuple[str, ...], model: Path, tmp_path: Path) -> None:
    written = ("-o", str(tmp_path / "rows"), "--trace", str(tmp_path / "trace"))
    with start_process(
        [*TEXTMINE, "sample", str(model), *KEYWORDS, "--steps", "1000000000", *options, *written],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        told = process.stderr.read()
        assert process.wait(timeout=30) == 130
    assert told == "textmine sample: interrupted\n" and not list(tmp_path.iterdir())
