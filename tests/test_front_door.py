"""`import textmine as tm`: what is there, when it is loaded, and that it gives what the commands give."""

from __future__ import annotations

import ast
import doctest
import json
import re
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import textmine as tm
from tests.cli.program import textmine
from tests.processes import run_process
from textmine.errors import TextmineError

ROOT = Path(__file__).parents[1]
NOVEL, JARGON = ROOT / "data" / "three-kingdoms.txt", ROOT / "data" / "jargon-file.txt"
SCRIPTS = sorted((ROOT / "docs" / "scripts").glob("*.py"))
README = (ROOT / "README.md").read_text("utf-8")
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like one that README's commands are run in."""
    folder = tmp_path_factory.mktemp("door")
    (folder / "data").symlink_to(ROOT / "data")
    (folder / "lines.txt").write_text("".join(NOVEL.open(encoding="utf-8").readlines()[:150]), "utf-8")
    return folder


def of_command(*arguments: str | Path, folder: Path | None = None) -> list[dict[str, Any]]:
    """The rows of a command, whose numbers have six digits."""
    done = textmine(*arguments, "--format", "jsonl", "--quiet", folder=folder)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def rounded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As the commands write them."""
    return [
        {name: float(f"{cell:.6g}") if isinstance(cell, float) else cell for name, cell in row.items()}
        for row in rows
    ]


def test_names_are_loaded_when_they_are_asked_for() -> None:
    code = (
        "import sys, time; start = time.process_time(); import textmine as tm\n"
        "took = time.process_time() - start; heavy = {'numpy', 'numba', 'scipy', 'jieba'} & {*sys.modules}\n"
        "print(took, sorted(heavy)); tm.TextmineError; assert 'numpy' not in sys.modules; tm.Lexicon"
    )
    done = run_process([sys.executable, "-c", code], text=True, check=True)
    took, heavy = done.stdout.split(maxsplit=1)
    assert float(took) < 0.05 and heavy == "[]\n"


def test_what_is_there() -> None:
    assert {*tm.__all__} <= {*dir(tm)} and tm.__all__ == sorted(tm._HOMES)
    for name, home in tm._HOMES.items():
        assert getattr(tm, name) is getattr(import_module(f"textmine.{home}"), name)
    with pytest.raises(AttributeError, match="module 'textmine' has no attribute 'discover'"):
        # Only where it runs is the name missing: to mypy it is not there at all, which is what is tested.
        tm.discover  # type: ignore[attr-defined]  # noqa: B018


def test_editors_see_the_same_names() -> None:
    """What is imported for types is what is there."""
    tree = ast.parse(Path(str(tm.__file__)).read_text("utf-8"))
    block, _ = (node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.asname: str(node.module).removeprefix("textmine.")
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == tm._HOMES


@pytest.mark.parametrize("name", tm.__all__)
def test_examples_of_docstrings(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
    test = parser.get_doctest(getattr(tm, name).__doc__, {"tm": tm}, name, None, 0)
    assert test.examples and runner.run(test).failed == 0


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_scripts(path: Path, folder: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 13  # ten, a title, and what is imported
    done = run_process([sys.executable, path], text=True, cwd=folder)
    assert done.returncode == 0 and done.stdout and done.stderr == "", done.stderr


def test_the_page_is_of_all_names() -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    assert {*re.findall(r"^### tm\.(\w+)$", page, re.MULTILINE)} == {*tm.__all__}


def test_snippets_of_readme(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert SNIPPETS
    for snippet in SNIPPETS:
        exec(compile(snippet, "README.md", "exec"), {})


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("lines.txt", {}),
        ("lines.txt", {"background": "jieba", "known": "jieba", "only_new": True, "examples": 2}),
        ("lines.txt", {"method": "redundancy", "sort": "count", "top": 20, "max_length": 3}),
        ("data/jargon-file.txt", {"min_count": 4, "background": "lines.txt", "unit": "word"}),
    ],
)
def test_terms_are_those_of_the_command(
    path: str, options: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    given: list[str] = []
    for name, value in options.items():
        given += [f"--{name.replace('_', '-')}"] + ([] if value is True else [str(value)])
    wanted = of_command("discover-terms", path, *given, folder=folder)
    assert rounded(tm.discover_terms(path, **options).rows()) == wanted and wanted
    with open(path, encoding="utf-8") as lines:  # noqa: PTH123
        assert rounded(tm.discover_terms(lines, **options).rows()) == wanted


TEXTS = st.lists(st.text("天地玄黄ab \r\n\t，", max_size=30), min_size=1, max_size=20)


@settings(max_examples=6)
@given(TEXTS, st.sampled_from(["auto", "char", "word"]))
def test_terms_of_any_texts(texts: list[str], unit: Any) -> None:
    """As the command finds them in JSON Lines."""
    with TemporaryDirectory() as name:
        path = Path(name) / "texts.jsonl"
        path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
        done = textmine("discover-terms", path, "--unit", unit, "--min-count", "2", "-q", "--format", "jsonl")
        try:
            found = tm.discover_terms(texts, unit=unit, min_count=2).rows()
        except TextmineError as error:
            assert done.returncode == 1 and error.todo in done.stderr
            return
        assert rounded(found) == [json.loads(line) for line in done.stdout.splitlines()]


def test_a_lexicon_is_that_of_the_command(folder: Path) -> None:
    done = textmine("learn-lexicon", "lines.txt", "--effort", "fast", "-q", folder=folder)
    learned = tm.learn_lexicon(folder / "lines.txt", effort="fast")
    assert "".join(f"{word} {count}\n" for word, count in learned.lexicon.items()) == done.stdout != ""


def test_widened_terms_are_those_of_the_command(folder: Path) -> None:
    found = tm.discover_terms(folder / "lines.txt")
    found.lexicon().save(folder / "lines.lex")
    (folder / "seeds.txt").write_text("玄德\n曹操\n", "utf-8")
    seeds = ["玄德", "曹操"]
    command = ("expand-terms", "lines.lex", "--seeds", "seeds.txt", "--corpus", "lines.txt")
    wanted = of_command(*command, "--min-similarity", "0.2", "--dim", "10", folder=folder)
    vectors = tm.train_term_vectors(folder / "lines.txt", found.lexicon(), seeds, dim=10)
    widened = tm.expand_terms(vectors, found.lexicon(), seeds, min_similarity=0.2)
    assert rounded(widened.rows()) == wanted and len(wanted) > 2


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("glove", {"epochs": 2}),
        ("glove", {"objective": "glove", "epochs": 1, "window": 3}),
        ("word2vec", {"epochs": 1, "loss": "random-softmax"}),
        ("svd", {"window": 3, "weighting": "flat"}),
    ],
)
def test_vectors_are_those_of_the_command(name: str, options: dict[str, Any], folder: Path) -> None:
    options |= {"tokenizer": "jieba", "dim": 10, "seed": 2}
    given = [part for key, value in options.items() for part in (f"--{key.replace('_', '-')}", str(value))]
    done = textmine(f"train-{name}", "lines.txt", *given, "-o", "v.npz", folder=folder)
    assert done.returncode == 0, done.stderr
    vectors, wanted = (
        getattr(tm, f"train_{name}")(folder / "lines.txt", **options),
        tm.load_vectors(folder / "v.npz"),
    )
    assert list(vectors) == list(wanted) and np.array_equal(vectors.matrix, wanted.matrix)
    assert vectors.header == wanted.header
    (row, *_) = of_command("neighbors", "v.npz", "玄德", "--top", "1", folder=folder)
    ((word, score),) = vectors.neighbors("玄德", 1)
    assert (row["neighbor"], row["score"]) == (word, float(f"{score:.6g}"))


@pytest.mark.parametrize(
    ("path", "given", "options"),
    [
        ("lines.txt", ("--order", "4", "--prune", "0,1"), {"order": 4, "prune": (0, 1)}),
        ("data/jargon-file.txt", (), {}),
    ],
)
def test_a_language_model_is_that_of_the_command(
    path: str, given: tuple[str, ...], options: dict[str, Any], folder: Path
) -> None:
    done = textmine("train-lm", path, *given, "-o", "command.lm", folder=folder)
    assert done.returncode == 0, done.stderr
    tm.train_language_model(folder / path, **options).save(folder / "door.lm")
    assert (folder / "door.lm").read_bytes() == (folder / "command.lm").read_bytes()


@pytest.mark.parametrize("metric", ["wmd", "wrd", "sif"])
def test_distances_are_those_of_the_command(metric: Any, folder: Path) -> None:
    with tm.Corpus(JARGON) as corpus:
        texts = [document.text for document in corpus.documents()][40:120]
    (folder / "b.txt").write_text("".join(f"{text}\n" for text in texts), "utf-8")
    (folder / "a.txt").write_text("a bug in the code\nzzz\n", "utf-8")
    command = ("similarity", "a.txt", "b.txt", "--vectors", "data/jargon.npz", "--metric", metric, "--mode")
    wanted = of_command(*command, "search", "--top", "5", folder=folder)
    similarity = tm.Similarity(JARGON.with_name("jargon.npz"), metric, sample=texts)
    hits = similarity.index(texts).search("a bug in the code", 5)
    assert rounded(hits.rows()) == wanted and len(wanted) == 5
    wanted = of_command("similarity", "b.txt", "b.txt", *command[3:], "matrix", folder=folder)
    matrix = similarity.matrix(texts)
    found = [None if value != value else float(f"{value:.6g}") for value in matrix[np.triu_indices(80, 1)]]
    assert found == [row["distance"] for row in wanted]


def test_sentences_are_those_of_the_command(folder: Path) -> None:
    model = tm.train_language_model(folder / "lines.txt")
    model.save(folder / "lines.lm")
    every = ("--top", "0")
    command = ("sample", "lines.lm", "--keywords", "玄德,曹操", "--length", "10-16", "--steps", "500")
    wanted = of_command(*command, *every, folder=folder)
    drawn = tm.sample(folder / "lines.lm", keywords=["玄德", "曹操"], length=(10, 16), steps=500)
    assert rounded(drawn.rows()) == wanted and drawn.texts == [row["text"] for row in wanted] != []
    wanted = of_command("sample", "lines.lm", "--near", "玄德大喜。", "--steps", "200", *every, folder=folder)
    assert rounded(tm.sample(model, near="玄德大喜。", steps=200).rows()) == wanted
    wanted = of_command("sample", "lines.lm", "--length", "9", folder=folder)
    assert rounded(tm.sample(model, length=9).rows()) == wanted
    with pytest.raises(tm.TextmineError, match="give `near` one"):
        tm.sample(model, vectors=tm.load_vectors(ROOT / "data" / "jargon.npz"))


def test_defaults_are_those_of_the_commands() -> None:
    """Of every option that a function of the same name has, too; what has no default there is None here."""
    import inspect

    from textmine.cli.app import COMMANDS

    for command in COMMANDS:
        if command.__name__ not in tm.__all__:
            continue
        options = inspect.signature(command).parameters
        for name, parameter in inspect.signature(getattr(tm, command.__name__)).parameters.items():
            if name in options and parameter.default is not parameter.empty and name not in ELSEWHERE:
                told = options[name].default
                assert told is inspect.Parameter.empty or parameter.default in ((), told), (command, name)


ELSEWHERE = {"known"}  # "none" on the command line


def test_temporary_files_are_gone(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    lines = (folder / "lines.txt").read_text("utf-8").splitlines()
    found = tm.discover_terms(lines, background=NOVEL)
    tm.train_svd(lines, tokenizer="char", dim=4)
    tm.learn_lexicon(lines[:20], effort="fast")
    tm.train_term_vectors(lines, found.lexicon(), dim=4)
    for fails in (
        lambda: tm.discover_terms(lines, background=JARGON),
        lambda: tm.train_glove(lines, min_count=10**6),
        lambda: tm.train_svd(lines, tokenizer="nothing"),
        lambda: tm.train_svd(["a b"], min_count=1, dim=50),
        lambda: tm.learn_lexicon(["!"]),
    ):
        with pytest.raises(tm.TextmineError):
            fails()
    assert list(tmp_path.iterdir()) == []


def test_several_threads(folder: Path) -> None:
    """Each call gives what it gives alone."""
    lines = (folder / "lines.txt").read_text("utf-8").splitlines()

    def work(part: int) -> tuple[Any, ...]:
        some = lines[part * 30 : part * 30 + 60]
        vectors = tm.train_svd(some, tokenizer="jieba", dim=4, min_count=2, threads=1)
        return tm.discover_terms(some, threads=1).rows(), list(vectors), vectors.matrix.tobytes()

    alone = [work(part) for part in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == alone


def test_a_program_with_types(tmp_path: Path) -> None:
    """mypy --strict knows all of it, and a name that is not there, and a word that is none of the choices."""
    program = Path(__file__).with_name("typed_program.py").read_text("utf-8")
    assert {*re.findall(r"\btm\.(\w+)", program)} == {*tm.__all__}
    (tmp_path / "good.py").write_text(program, "utf-8")
    (tmp_path / "bad.py").write_text("import textmine as tm\ntm.discover\ntm.train_svd('a', weighting='x')\n")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file="]
    done = run_process([*command, "good.py", "bad.py"], text=True, cwd=tmp_path)
    places = [line.split(" error:")[0] for line in done.stdout.splitlines()]
    assert places == ["bad.py:2:", "bad.py:3:"], done


@pytest.mark.parametrize("mixed", [["a text", Path("a")], [Path("a"), "a text"]], ids=["text", "path"])
def test_texts_and_paths_do_not_mix(mixed: list[Any]) -> None:
    with pytest.raises(tm.TextmineError, match="side by side"):
        tm.discover_terms(mixed)


def test_new_words_need_known_ones() -> None:
    with pytest.raises(tm.TextmineError, match="`known`"):
        tm.discover_terms(["a text"], only_new=True)


def test_chinese_vectors_cut_chinese_texts() -> None:
    words = ["曹操", "大怒", "玄德"]
    vectors = tm.WordVectors(words, np.eye(3, dtype=np.float32))
    assert tm.Similarity(vectors).distance("曹操大怒", "大怒曹操") == 0


def test_a_string_is_not_taken_letter_by_letter(tmp_path: Path) -> None:
    vectors = tm.WordVectors(["曹操", "玄德"], np.eye(2, dtype=np.float32))
    model = tm.train_language_model(["曹操大怒"] * 9, order=2)
    calls: dict[str, Callable[[], object]] = {
        "keywords": lambda: tm.sample(model, keywords="曹操"),
        "forbid": lambda: tm.sample(model, forbid="曹操"),
        "stop_words": lambda: tm.Similarity(vectors, stop_words="曹操"),
        "seeds": lambda: tm.expand_terms(vectors, ["曹操"], "曹操"),
        "reject": lambda: tm.discover_terms(["曹操"], reject="default"),
        "normalise": lambda: tm.Corpus([tmp_path], normalise="nfkc"),  # type: ignore[arg-type]  # what is tested
    }
    for name, call in calls.items():
        with pytest.raises(tm.TextmineError, match=f"`{name}` is a list"):
            call()


def test_names_that_are_none() -> None:
    vectors = tm.WordVectors(["曹操"], np.eye(1, dtype=np.float32))
    with pytest.raises(tm.TextmineError, match="no metric 'cosin'; choose one of wmd, wrd"):
        tm.Similarity(vectors, "cosin")  # type: ignore[arg-type]  # mypy refuses it, too
    with pytest.raises(tm.TextmineError, match="no normalisation 'nkfc'"):
        tm.Corpus(["data"], normalise=["nkfc"])  # type: ignore[list-item]  # mypy refuses it, too
