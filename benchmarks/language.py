"""n-gram language models of characters beside KenLM: the same model, training, questions.

    python benchmarks/language.py kenlm TEXT --reference ARPA [--test FILE] [--order 5]
    python benchmarks/language.py train TEXT [--order 5] [--runs 3]
    python benchmarks/language.py queries TEXT [--order 5] [--runs 5]

A line of TEXT is a sentence, each of its characters but white space a unit.

kenlm: trains on TEXT and compares every n-gram with those of ARPA, which KenLM's lmplz wrote for that text:
log10 of probability and backoff weight. The script fails where one is missing or differs by more than 1e-4.
`--test`: the perplexity of both on FILE, with and without unknown units (each line's end counts), and where
KenLM's Python package is installed, the scores of FILE's lines by that package, which reads our ARPA.
train: `textmine train-lm`, file to file, after a run on a small piece that compiles the kernels.
queries: trains on TEXT and asks for log p of each unit of TEXT and each end, in one thread; then KenLM's
Python package, a sentence a call, where it is installed.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from common import measure, median, print_table, textmine

from textmine.corpus import Corpus
from textmine.corpus.token_store import encode_tokens
from textmine.language.files import load_language_model, save_language_model
from textmine.language.model import LanguageModel
from textmine.language.train import train_language_model
from textmine.words.tokenizers import cutter

LIMIT = 1e-4
LN10 = float(np.log(10))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=["kenlm", "train", "queries"])
    parser.add_argument("text", type=Path, metavar="TEXT")
    parser.add_argument("--order", type=int, default=5)
    parser.add_argument("--reference", type=Path, metavar="ARPA")
    parser.add_argument("--test", type=Path, metavar="FILE")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.part == "train":
        train(arguments.text, arguments.order, arguments.runs)
    elif arguments.part == "queries":
        queries(arguments.text, arguments.order, arguments.runs)
    elif arguments.reference is None:
        parser.error("kenlm needs --reference")
    else:
        compare(arguments.text, arguments.order, arguments.reference, arguments.test)


def compare(text: Path, order: int, reference: Path, test: Path | None) -> None:
    ours, theirs = trained(text, order), load_language_model(reference)
    found, expected = ngrams(ours), ngrams(theirs)
    alone = len(found.keys() ^ expected.keys())
    print(f"{len(found):,} n-grams, {len(expected):,} in the reference, {alone:,} in one of them only")
    both = found.keys() & expected.keys()
    differences = np.abs([np.subtract(found[ngram], expected[ngram]) for ngram in both]).max(axis=0) / LN10
    print(
        f"largest difference of log10: probability {differences[0]:.2g}, backoff weight {differences[1]:.2g}"
    )
    if test is not None:
        rows = [
            (name, *map(str, perplexities(model, test)))
            for name, model in (("ours", ours), ("reference", theirs))
        ]
        print_table(("model", "perplexity", "without unknown", "units", "unknown"), rows)
        differences = np.append(differences, by_kenlm(ours, sentences_of(test)))
    sys.exit(alone > 0 or bool((differences > LIMIT).any()))


def by_kenlm(model: LanguageModel, sentences: list[str]) -> float:
    """The largest difference of log10 p of a sentence. KenLM adds single precision, which tells by itself in
    the fourth place of a long line: its parts are added here."""
    theirs = kenlm_model(model)
    if theirs is None:
        return 0.0
    largest = max(
        abs(model.log_probability(line) / LN10 - sum(part[0] for part in theirs.full_scores(" ".join(line))))
        for line in sentences
    )
    print(f"our ARPA in KenLM: {len(sentences)} lines, largest difference of log10 {largest:.2g}")
    return largest


def kenlm_model(model: LanguageModel) -> Any:
    """The model read by KenLM's Python package, None where it is not installed."""
    try:
        kenlm = importlib.import_module("kenlm")
    except ImportError:
        print("there is no kenlm package here", file=sys.stderr)
        return None
    with tempfile.TemporaryDirectory() as work:
        save_language_model(model, Path(work, "model.arpa"))
        return kenlm.Model(str(Path(work, "model.arpa")))


def train(text: Path, order: int, runs: int) -> None:
    with tempfile.TemporaryDirectory() as work:
        head = Path(work, "head.txt")
        with text.open(encoding="utf-8") as lines:
            head.write_text("".join(itertools.islice(lines, 2000)), "utf-8")
        model = Path(work, "model.lm")
        options = ["--unit", "char", "--order", str(order), "--quiet", "-o", model]
        measure([textmine(), "train-lm", head, *options])
        run = median([measure([textmine(), "train-lm", text, *options]) for _ in range(runs)])
        size = model.stat().st_size / 1e6
    print_table(
        ("train-lm", "seconds", "peak MB", "file, MB"),
        [(f"order {order}", run.seconds, f"{run.peak_mb:.0f}", f"{size:.0f}")],
    )


def queries(text: Path, order: int, runs: int) -> None:
    model = trained(text, order)
    sentences = sentences_of(text)
    tokens, _ = model.encode(sentences)
    rows = [("textmine", *rate(lambda: model.score(tokens).sum(), len(tokens), runs))]
    theirs = kenlm_model(model)
    if theirs is not None:
        spaced = [" ".join(line) for line in sentences]
        figures = rate(lambda: sum(map(theirs.score, spaced)) * LN10, len(tokens), runs)
        rows.append(("kenlm, whole sentences", *figures))
    print_table(("program", "million a second", "log p of the text"), rows)


def rate(score: Callable[[], float], size: int, runs: int) -> tuple[str, str]:
    """Millions a second, the median of the runs, and what `score` gives."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        total = score()
        seconds.append(time.perf_counter() - start)
    return f"{size / statistics.median(seconds) / 1e6:.2f}", f"{total:.1f}"


def trained(text: Path, order: int) -> LanguageModel:
    with tempfile.TemporaryDirectory() as work:
        store = encode_tokens(Corpus([text]), work, cut=cutter("char", None), min_count=1)
        return train_language_model(store, order=order, directory=work)[0]


def ngrams(model: LanguageModel) -> dict[tuple[str, ...], tuple[float, float]]:
    """n-gram -> natural logs of its probability and backoff weight."""
    names: list[tuple[str, ...]] = [(word,) for word in model.words]
    for node, (start, end) in enumerate(itertools.pairwise(model.first.tolist())):
        names += [(*names[node], model.words[unit]) for unit in model.units[start:end].tolist()]
    backoffs = itertools.chain(model.backoffs.tolist(), itertools.repeat(0.0))
    return dict(zip(names, zip(model.logs.tolist(), backoffs, strict=False), strict=True))


def sentences_of(text: Path) -> list[str]:
    """The lines, without white space, that have something."""
    with text.open(encoding="utf-8") as lines:
        return [line for spaced in lines if (line := "".join(spaced.split()))]


def perplexities(model: LanguageModel, test: Path) -> tuple[str, str, str, str]:
    """With and without unknown units; how many units, ends included, and how many unknown."""
    tokens, _ = model.encode(sentences_of(test))
    logs = model.score(tokens)
    known = tokens != 0
    figures = [f"{np.exp(-part.mean()):.3f}" for part in (logs, logs[known])]
    return figures[0], figures[1], f"{len(tokens):,}", f"{np.count_nonzero(~known):,}"


if __name__ == "__main__":
    main()
