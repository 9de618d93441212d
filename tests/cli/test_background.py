"""`textmine background`, and what --background of `discover-terms` makes of it."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import time
from collections.abc import Callable
from math import nan
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import TEXTMINE, textmine, textmine_process
from tests.cli.small import message, rows
from tests.processes import start_process
from textmine.terms.background import TextBackground, count_background, named_background

DATA = Path(__file__).parents[2] / "data"
OWN = ["term", "count", "documents", "cohesion", "left_entropy", "right_entropy", "score"]
AGAINST = ["background", "log_odds", "g2", "ratio", "dispersion"]
Done = subprocess.CompletedProcess[str]


def background(*arguments: str | Path, run: Callable[..., Done] = textmine, **more: Any) -> Done:
    return run("background", *arguments, **more)


def discover(*arguments: str | Path, run: Callable[..., Done] = textmine, **more: Any) -> Done:
    return run("discover-terms", *arguments, **more)


def fine(done: Done) -> Done:
    assert done.returncode == 0, done.stderr
    return done


def column(done: Done, name: str) -> list[str]:
    return [row[name] for row in rows(fine(done).stdout)]


def numbers(done: Done, name: str) -> list[float]:
    return [float(cell) for cell in column(done, name)]


def lines(path: Path, name: str, start: int, stop: int) -> Path:
    path.write_bytes(b"".join((DATA / name).open("rb").readlines()[start:stop]))
    return path


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lines(tmp_path_factory.mktemp("text") / "text.txt", "three-kingdoms.txt", 0, 60)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lines(tmp_path_factory.mktemp("other") / "other.txt", "three-kingdoms.txt", -80, 2000)


@pytest.fixture(scope="module")
def stats(other: Path) -> Path:
    path = other.with_name("other.stats")
    done = fine(background(other, "-o", path))
    found = TextBackground.load(path)
    said = f"{found.count.size} n-grams seen at least 2 times in {found.header['units']} chars"
    assert done.stdout == "" and done.stderr.splitlines()[-1] == said
    return path


@pytest.fixture(scope="module")
def plain(text: Path, other: Path) -> Done:
    return fine(discover(text, "--background", other))


# textmine background


def test_the_same_file_from_anywhere(other: Path, stats: Path, tmp_path: Path) -> None:
    packed, out = tmp_path / "other.gz", tmp_path / "b.stats"
    packed.write_bytes(gzip.compress(other.read_bytes()))
    out.write_bytes(b"old")
    for arguments, stdin, run in (
        ((packed, "--threads", "1", "--memory", "500M", "--tmp-dir", tmp_path, "-q"), b"", textmine_process),
        (("-q",), other.read_bytes(), textmine),
    ):
        done = fine(background(*arguments, "-o", out, stdin=stdin, run=run))
        assert (done.stdout, done.stderr) == ("", "")
        assert out.read_bytes() == stats.read_bytes()
    assert sorted(tmp_path.iterdir()) == [out, packed]


def test_options_reach_the_counting(tmp_path: Path) -> None:
    text = "".join(json.dumps({"body": line}) + "\n" for line in ["ＡＢ cd", "ab cd ef", "AB cd ef"] * 3)
    (tmp_path / "a.jsonl").write_text(text)
    options = ("--field", "body", "--min-count", "6", "--max-length", "2", "--unit", "word")
    more = ("--normalise", "width", "--normalise", "lower", "-o", tmp_path / "b.stats")
    done = fine(background(tmp_path / "a.jsonl", *options, *more))
    assert done.stderr.endswith("5 n-grams seen at least 6 times in 24 words\n")
    found = TextBackground.load(tmp_path / "b.stats")
    assert dict(found.header) == {
        "unit": "word",
        "kind": "word",
        "units": 24,
        "documents": 9,
        "min_count": 6,
        "normalise": ["width", "lower"],
    }
    grams = [("ab",), ("ab", "cd"), ("cd", "ef"), ("ab", "cd", "ef")]
    assert found.counts([], grams).tolist() == pytest.approx([9, 9, 6, nan], nan_ok=True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("-o", "b.stats"), 1, "textmine background: standard input holds no text; "),
        (("gone.txt", "-o", "b.stats"), 1, "textmine background: there is no file gone.txt; "),
        (("a.txt", "-o", "/dev/stdout"), 1, "a background cannot be written to a pipe or a device"),
        (("a.txt",), 2, "--output is missing"),
        (("a.txt", "-o", "."), 2, ". is a folder; name a file in it"),
        (("a.txt", "-o", "a.txt"), 2, "a.txt is read, too"),
        (("a.txt", "-o", "gone/b.stats"), 2, "there is no folder gone"),
        (("a.txt", "-o", "b.stats", "--min-count", "1"), 2, "--min-count"),
    ],
)
def test_errors(arguments: tuple[str, ...], code: int, said: str, tmp_path: Path, stats: Path) -> None:
    del stats  # it has made the compiler do its work, which would be told, too
    (tmp_path / "a.txt").write_text("甲乙甲乙", "utf-8")
    done = background(*arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (code, "") and said in message(done.stderr), done.stderr
    assert code == 2 or done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_interrupted(stats: Path, tmp_path: Path) -> None:
    work, out = tmp_path / "work", tmp_path / "out"
    work.mkdir()
    out.mkdir()
    novels = [str(DATA / "three-kingdoms.txt")] * 10
    command = [*TEXTMINE, "background", *novels, "--tmp-dir", str(work), "-o", str(out / "b.stats")]
    with start_process(
        command,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        until = time.monotonic() + 30
        while not any(work.iterdir()):
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.01)
        time.sleep(0.2)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert (process.returncode, said) == (130, "textmine background: interrupted\n")
    assert not list(work.iterdir()) and not list(out.iterdir())


# discover-terms --background


def test_columns_and_order(text: Path, other: Path, stats: Path, plain: Done) -> None:
    assert plain.stdout.splitlines()[0].split("\t") == OWN + AGAINST
    scores = numbers(plain, "score")
    assert scores == sorted(scores, reverse=True) and scores[0] > 0 > scores[-1]
    said = plain.stderr.splitlines()
    size = TextBackground.load(stats).header["units"]
    held = "what it has fewer than 2 times, or is longer than 12 chars, is not in it"
    assert said[-4] == f"background: {other}, {size} chars; {held}" and " terms rejected: " in said[-1]
    shared = sum(count > 0 for count in numbers(plain, "background"))
    assert said[-2] == f"{shared} of these {len(scores)} are in the background, too"
    spelled = other.read_text("utf-8")
    for row in rows(plain.stdout):
        count = spelled.count(row["term"])
        assert float(row["background"]) == (count if count >= 2 else 0)
        assert (float(row["score"]) > 0) <= (float(row["log_odds"]) > 0) == (float(row["g2"]) > 0)
        assert 0 < float(row["dispersion"]) < 1.6 and float(row["ratio"]) > 0


def test_the_same_rows_for_the_same_background(
    text: Path, other: Path, stats: Path, plain: Done, tmp_path: Path
) -> None:
    """As a file of counts, compressed, in a folder, in parts, by a pattern, from a pipe; also with other
    resources."""
    folder = tmp_path / "folder"
    folder.mkdir()
    parts = other.read_bytes().splitlines(keepends=True)
    (folder / "1.txt").write_bytes(b"".join(parts[:30]))
    (folder / "2.txt.gz").write_bytes(gzip.compress(b"".join(parts[30:])))
    few = ("--threads", "1", "--memory", "500M", "--tmp-dir", tmp_path)
    for arguments, stdin in (
        (("--background", stats), b""),
        (("--background", f"{folder}/1.t*", "--background", folder / "2.txt.gz", "--threads", "3"), b""),
        (("--background", "-"), other.read_bytes()),
    ):
        done = fine(discover(text, *arguments, stdin=stdin))
        assert done.stdout == plain.stdout, arguments
        assert done.stderr.splitlines()[-2:] == plain.stderr.splitlines()[-2:]
    done = fine(discover(text, "--background", folder, *few, run=textmine_process))
    assert done.stdout == plain.stdout
    assert done.stderr.splitlines()[-2:] == plain.stderr.splitlines()[-2:]
    assert list(tmp_path.iterdir()) == [folder]
    piped = fine(discover("--background", other, stdin=text.read_bytes()))
    assert piped.stdout == plain.stdout


def test_formats(text: Path, stats: Path, plain: Done, tmp_path: Path) -> None:
    options = (text, "--background", stats, "--top", "5", "--examples", "1")
    expected = rows(plain.stdout)[:5]
    fine(discover(*options, "-q", "-o", tmp_path / "out.jsonl"))
    records = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [list(record) for record in records] == [[*OWN, *AGAINST, "examples"]] * 5
    for record, row in zip(records, expected, strict=True):
        assert [record[name] for name in AGAINST] == [float(row[name]) for name in AGAINST]


def test_ranks_and_orders(text: Path, stats: Path, plain: Done) -> None:
    terms = sorted(column(plain, "term"))
    keyness = discover(text, "--background", stats, "--rank", "keyness")
    assert column(keyness, "score") == column(keyness, "log_odds")
    assert sorted(column(keyness, "term")) == terms
    by_log_odds = discover(text, "--background", stats, "--sort", "log_odds")
    assert numbers(by_log_odds, "log_odds") == numbers(keyness, "score")
    assert sorted(rows(by_log_odds.stdout), key=str) == sorted(rows(plain.stdout), key=str)
    alone = discover(text, "--rank", "termhood", "--reject", "default")
    assert sorted(column(alone, "term")) == terms and column(alone, "term") != column(plain, "term")
    assert alone.stdout.splitlines()[0].split("\t") == OWN


def test_lists_of_words(text: Path, stats: Path) -> None:
    jieba = named_background("jieba")
    assert jieba is not None
    done = discover(text, "--background", "jieba", "--background", stats)
    terms = column(done, "term")
    grams = [[*term] for term in terms]
    found = [one.counts(terms, grams).tolist() for one in (jieba, TextBackground.load(stats))]
    sums = [sum(count for count in counts if count == count) for counts in zip(*found, strict=True)]
    assert numbers(done, "background") == pytest.approx(sums, rel=1e-5) and max(sums) > 1000
    assert done.stderr.startswith(f"background: {stats}, ")


def test_english(tmp_path: Path) -> None:
    path = lines(tmp_path / "jargon.txt", "jargon-file.txt", 0, 200)
    done = discover(path, "--background", "wordfreq:en", "--top", "300", "--language", "en")
    listed = named_background("wordfreq:en")
    assert listed is not None
    terms = column(done, "term")
    told = listed.counts(terms, [[term] for term in terms]).tolist()
    expected = [count if count == count else 0 for count in told]
    assert numbers(done, "background") == pytest.approx(expected, rel=1e-5)
    assert any(expected) and any(" " in term for term in terms)
    assert "language en" in done.stderr and "function words at the ends" in done.stderr


def test_what_cannot_be_a_term_is_left_out_by_default(text: Path, stats: Path, plain: Done) -> None:
    every = discover(text, "--background", stats, "--reject", "none")
    assert len(column(every, "term")) > len(column(plain, "term"))
    assert "rejected" not in every.stderr
    left = set(column(plain, "term"))
    assert [row for row in rows(every.stdout) if row["term"] in left] == rows(plain.stdout)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--rank", "keyness"), "--rank keyness needs --background"),
        (("--reject", "none", "--reject", "default"), "--reject none goes with no other --reject"),
        (("--sort", "g2"), "--sort g2 needs --background"),
        (("--rank", "g2", "--background", "jieba"), "--rank"),
        (("--background", "text.txt", "-o", "text.txt"), "text.txt is read, too"),
        (("-", "--background", "-"), "standard input (-) cannot be both the text and its background"),
        (("-", "-"), "standard input (-) can be read but once"),
    ],
)
def test_usage(arguments: tuple[str, ...], said: str, text: Path) -> None:
    before = text.read_bytes()
    for inputs in ((), (text,)) if "-" in arguments else ((text,),):
        done = discover(*inputs, *arguments, folder=text.parent)
        assert (done.returncode, done.stdout) == (2, "") and said in message(done.stderr), done.stderr
    assert text.read_bytes() == before


def test_a_language_that_is_not_the_backgrounds(text: Path) -> None:
    done = discover(text, "--background", "wordfreq:en", "--language", "zh")
    assert "\n0 of these " in done.stderr and "too; is it of the same language?\n" in done.stderr


def test_a_background_written_otherwise(text: Path, tmp_path: Path) -> None:
    lower = count_background([text], normalise=["lower"])
    lower.save(tmp_path / "lower.stats")
    done = discover(text, "--background", "lower.stats", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "lower.stats was written with --normalise lower; use the same for both\n" in done.stderr


def test_units_of_another_kind(text: Path, tmp_path: Path) -> None:
    (tmp_path / "english.txt").write_text("core dump, core dump\n" * 9)
    before = sorted(tmp_path.iterdir())
    done = discover(text, "--background", "english.txt", "-o", "out.tsv", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.count("\n") == 2
    assert done.stderr.splitlines()[1].startswith(
        "textmine discover-terms: the background text is counted in words (unit auto), the text in chars "
    )
    assert sorted(tmp_path.iterdir()) == before
