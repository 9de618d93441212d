"""`textmine sample` by neural models."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.cli.program import TEXTMINE, textmine
from tests.cli.small import rows
from tests.processes import start_process
from tests.sampling import tiny
from textmine.cli.app import app

pytest.importorskip("torch")
pytest.importorskip("transformers")

TEXT = "甲乙丙丁\n乙丙甲甲丁\n丙丁乙\n甲丙乙丁丁\n丁丁甲乙\n乙甲戊\n" * 8
QUICK = ("--steps", "300", "--chains", "2", "--order", "drawn")
WORDS = "the cat sat\nthe dog sat on the cat\na cat and a dog\n" * 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`m.lm` of characters, of which a causal and a masked model know all but 戊; `words.lm` of words."""
    folder = tmp_path_factory.mktemp("neural")
    for name, text in (("m.lm", TEXT), ("words.lm", WORDS)):
        assert textmine("train-lm", "--order", "3", "-o", folder / name, stdin=text).returncode == 0
    tiny.causal(folder / "causal", tiny.tokenizer("甲乙丙丁", [("甲", "乙")], bos="[CLS]", eos="[SEP]"))
    tiny.masked(folder / "masked", tiny.tokenizer("甲乙丙丁"))
    tiny.causal(folder / "letters", tiny.tokenizer("acdeghnost "), positions=64)
    return folder


def sample(folder: Path, *options: str | Path, model: str = "m.lm") -> Result:
    """In this process, which is quicker."""
    given = (option.format(folder) if isinstance(option, str) else option for option in options)
    return CliRunner().invoke(app, ["sample", str(folder / model), *map(str, given)])


LM, MLM = ("--lm", "hf:{}/causal"), ("--proposal", "mlm:{}/masked")
METHODS: dict[str, tuple[str, ...]] = {
    "edit": (*LM, *MLM, "--gamma", "0.5", "--length-bonus", "0.3"),
    "keywords": (*LM, "--keywords", "乙丙,丁", "--any-order", "--forbid", "丁丁"),
    "metropolis": (*LM, *MLM, "--method", "metropolis", "--length", "5"),
    "gibbs": (*LM, *MLM, "--method", "gibbs", "--length", "5", "--candidates", "3"),
    "gibbs of all": (*LM, "--method", "gibbs", "--length", "5", "--candidates", "0"),
    "annealing": (*LM, *MLM, "--method", "annealing", "--length", "3-6"),
    "near": (*LM, *MLM, "--near", "乙丙甲甲丁"),
    "proposals": (*MLM, "--keywords", "乙丙"),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods(name: str, folder: Path) -> None:
    """log p is the model's and the energy that of the target, where the options have no other terms."""
    options = METHODS[name]
    done = sample(folder, *options, *QUICK)
    assert done.exit_code == 0, done.stderr
    table = rows(done.stdout)
    assert table and ("changes accepted: replace" in done.stderr)
    if "--lm" not in options:
        scored = textmine("score", folder / "m.lm", stdin="".join(row["text"] + "\n" for row in table))
        expected = [float(row["log_probability"]) for row in rows(scored.stdout)]
    else:
        from textmine.sampling.neural import CausalModel

        expected = CausalModel(folder / "causal").log_probabilities([row["text"] for row in table])
        assert not [row["text"] for row in table if "戊" in row["text"]]
        assert "left out: 1 word of 5, unknown to the tokenizer of" in done.stderr
    assert ("proposes the 4 words of 5" in done.stderr) == ("--proposal" in options)
    assert [float(row["log_probability"]) for row in table] == pytest.approx(expected, abs=1e-3)
    if name in ("metropolis", "gibbs", "gibbs of all"):
        assert [float(row["energy"]) for row in table] == pytest.approx([-log for log in expected], abs=1e-3)
    if name == "edit":
        energies = [-0.5 * log - 0.3 * len(row["text"]) for log, row in zip(expected, table, strict=True)]
        assert [float(row["energy"]) for row in table] == pytest.approx(energies, abs=1e-3)
    if name == "keywords":
        assert all("乙丙" in row["text"] and "丁" in row["text"] for row in table)
        assert not [row["text"] for row in table if "丁丁" in row["text"]]


def test_the_program(folder: Path, tmp_path: Path) -> None:
    """The same bytes for any number of threads, and nothing but its own notes on standard error."""
    models = ("--lm", f"hf:{folder}/causal", "--proposal", f"mlm:{folder}/masked")
    options = (*models, "--keywords", "乙", *QUICK)
    one = textmine("sample", folder / "m.lm", *options, "--threads", "1", "--trace", tmp_path / "trace.tsv")
    assert one.returncode == 0, one.stderr
    notes = [line for line in one.stderr.splitlines() if "compil" not in line]
    told = (
        "left out: 1 word",
        f"{folder}/masked proposes",
        "changes accepted",
        "of the log prob",
        "not mixed",
    )
    assert len(notes) in (4, 5), notes
    assert all(note.startswith(start) for note, start in zip(notes, told, strict=False)), notes
    assert len(rows((tmp_path / "trace.tsv").read_text("utf-8"))) == 2 * 240
    other = textmine("sample", folder / "m.lm", *options, "--threads", "2", "-q")
    assert (other.stdout, other.stderr) == (one.stdout, "")


def test_steps_lead_to_the_best(folder: Path) -> None:
    options = (*LM, *MLM, "--keywords", "乙", *QUICK, "--order", "best")
    [best] = rows(sample(folder, *options, "--top", "1").stdout)
    story = rows(sample(folder, *options, "--show-steps").stdout)
    assert (story[0]["step"], story[0]["change"]) == ("0", "start")
    assert (story[-1]["text"], story[-1]["log_probability"]) == (best["text"], best["log_probability"])
    from textmine.sampling.neural import CausalModel

    expected = CausalModel(folder / "causal").log_probabilities([row["text"] for row in story])
    assert [float(row["log_probability"]) for row in story] == pytest.approx(expected, abs=1e-3)


def test_words(folder: Path) -> None:
    """Scored with spaces between them."""
    done = sample(folder, "--lm", "hf:{}/letters", "--length", "2-5", *QUICK, model="words.lm")
    assert done.exit_code == 0 and "left out" not in done.stderr
    from textmine.sampling.neural import CausalModel

    table = rows(done.stdout)
    expected = CausalModel(folder / "letters").log_probabilities([row["text"] for row in table])
    assert [float(row["log_probability"]) for row in table] == pytest.approx(expected, abs=1e-3)
    assert all(set(row["text"].split(" ")) <= set(WORDS.split()) for row in table)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (("--lm", "hf:{}/none"), "none is no folder; name one with a model"),
        (("--lm", "hf:{}/masked"), "holds BertForMaskedLM, which is no causal language model"),
        (("--proposal", "mlm:{}/causal"), "holds GPT2LMHeadModel, which is no masked language model"),
        (("--proposal", "mlm:{}"), "cannot load "),
        ((*LM, "--keywords", "甲戊"), "does not know '戊'; choose another word"),
        ((*LM, "--method", "metropolis", "--length", "40"), "can read 32; allow shorter ones only"),
    ],
)
def test_what_cannot_be(options: tuple[str, ...], what: str, folder: Path, tmp_path: Path) -> None:
    done = sample(folder, *options, "-o", tmp_path / "rows", "-q")
    assert done.exit_code == 1 and what in done.stderr, done.stderr
    assert done.stderr.count("\n") == 1 and not list(tmp_path.iterdir())


def test_interrupted(folder: Path, tmp_path: Path) -> None:
    """Between two steps, not only after many of them."""
    options = ("--lm", f"hf:{folder}/causal", "--steps", "1000000000", "-o", tmp_path / "rows")
    with start_process(
        [*TEXTMINE, "sample", *map(str, (folder / "m.lm", *options))], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        while "left out" not in process.stderr.readline():
            assert process.poll() is None
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        assert process.stderr.read().endswith("textmine sample: interrupted\n")
        assert process.wait(timeout=10) == 130
    assert not list(tmp_path.iterdir())
