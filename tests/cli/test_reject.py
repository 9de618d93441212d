from __future__ import annotations

import subprocess
from pathlib import Path
from random import Random

import pytest

from tests.cli.program import textmine, textmine_process
from tests.cli.small import rows
from textmine.terms.reject import Rejecter, default_patterns

DATA = Path(__file__).parents[2] / "data"
WORDS = [
    "法院",
    "当事人",
    "主管机关",
    "合同",
    "目的",
    "和平",
    "申请书",
    "十五日内",
    "五万元以上",
    "本法第二十条",
]
WORDS += ["第一款", "不少于", "2020年", "其配偶", "应当赔偿"]


def law_text() -> str:
    """Terms and what is none, in any order."""
    random = Random(1)
    return "".join("".join(random.choices(WORDS, k=random.randint(1, 6))) + "，\n" for _ in range(600))


@pytest.fixture
def law(tmp_path: Path) -> Path:
    path = tmp_path / "law"
    path.write_text(law_text(), "utf-8")
    return path


def discover(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    done = textmine("discover-terms", *arguments)
    assert done.returncode == 0, done.stderr
    return done


def terms(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [row["term"] for row in rows(done.stdout)]


def test_defaults(law: Path) -> None:
    """What is left out is what the patterns match, whatever the number of threads, and it is counted."""
    every, done = discover(law), discover(law, "--reject", "default")
    reject = Rejecter(default_patterns("zh"))
    assert terms(done) == [term for term in terms(every) if not reject(term)] != []
    assert reject.counts.total() > 5
    found, rejected = done.stderr.splitlines()
    assert found.startswith(f"{len(terms(done))} of {len(terms(done))} terms ") and rejected == str(reject)
    few = ("--threads", "1", "--memory", "500M")
    assert textmine_process("discover-terms", law, "--reject", "default", *few).stdout == done.stdout


def test_defaults_of_the_recognised_language(tmp_path: Path) -> None:
    """Also where the method has no use for the language."""
    text = tmp_path / "text"
    text.write_text((DATA / "jargon-file.txt").read_text("utf-8")[:100_000], "utf-8")
    cohesion = discover(text, "--reject", "default", "--method", "cohesion")
    assert " function words at the ends" in cohesion.stderr
    every, done = discover(text), discover(text, "--reject", "default")
    assert terms(done) == [term for term in terms(every) if not Rejecter(default_patterns("en")).reason(term)]
    assert len(terms(done)) < len(terms(every))
    german = discover(text, "--reject", "default", "--language", "de")
    assert len(terms(done)) < len(terms(german))


def test_files_of_ones_own(law: Path, tmp_path: Path) -> None:
    """In any order; what one keeps the other does not drop."""
    mine = tmp_path / "mine.txt"
    mine.write_text("# offices\n.*机关|法院\n!.*万元.*\n", "utf-8")
    default, done = discover(law, "--reject", "default"), discover(law, "--reject", mine)
    assert {"法院", "当事人"} <= set(terms(default)) and "法院" not in terms(done)
    assert "terms rejected: " in done.stderr and done.stderr.endswith(" offices\n")
    both = discover(law, "--reject", "default", "--reject", mine)
    assert discover(law, "--reject", mine, "--reject", "default").stdout == both.stdout
    wanted = [term for term in terms(discover(law)) if "万元" in term]
    kept = set(terms(default)) - {"法院"} | set(wanted)
    assert wanted and {term for term in terms(both) if "机关" not in term} == {
        term for term in kept if "机关" not in term
    }


def test_none(law: Path) -> None:
    done = discover(law, "--reject", "none")
    assert done.stdout == discover(law).stdout
    assert "rejected" not in done.stderr


def test_a_pipe(law: Path) -> None:
    done = textmine("discover-terms", "--reject", "default", stdin=law_text())
    assert done.stdout == discover(law, "--reject", "default").stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("# a\n[", "bad, line 2: '[' is no regular expression: unterminated character set"),
        ("", "bad has no patterns; "),
        (None, "cannot read the patterns "),
    ],
)
def test_bad_files(content: str | None, message: str, law: Path, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "bad").write_text(content)
    done = textmine("discover-terms", law, "--reject", tmp_path / "bad", "-o", tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "") and not (tmp_path / "out").exists()
    assert message in done.stderr and done.stderr.count("\n") == 1
