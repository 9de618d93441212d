"""Speed and quality of `train_word2vec` beside gensim's Word2Vec, in the same run.

    python benchmarks/word2vec.py ZH_TOK [--epochs 1] [--threads 2] [--only NAME]...
        [--analogies FILE]... [--pairs FILE]...

ZH_TOK has a paragraph a line, words split by spaces. The models train in turn, each in a process of its own
that reads the text before the clock starts (gensim: `corpus_file`, after its vocabulary is built), with dim
100, window 5, sample 1e-4, minimum count 5. Words a second are words of the text, epochs counted, before
subsampling. Quality, after all epochs (5, for figures that mean something), is accuracy on the analogies and
Spearman's correlation on the pairs.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from common import print_table

DIM, WINDOW, SAMPLE, MIN_COUNT = 100, 5, 1e-4, 5
OURS: dict[str, dict[str, Any]] = {
    "skip-gram": {},
    "skip-gram, one table": {"tables": "shared"},
    "skip-gram, AdaGrad": {"optimizer": "adagrad"},
    "skip-gram, Lookahead": {"lookahead": True},
    "skip-gram, hierarchical": {"loss": "hierarchical"},
    "random softmax": {"loss": "random-softmax"},
    "random softmax, two tables": {"loss": "random-softmax", "tables": "two"},
    "CBOW": {"architecture": "cbow"},
    "CBOW, hierarchical": {"architecture": "cbow", "loss": "hierarchical"},
    "CBOW, random softmax": {"architecture": "cbow", "loss": "random-softmax"},
}
GENSIM: dict[str, dict[str, Any]] = {
    "gensim skip-gram": {"sg": 1, "negative": 5},
    "gensim CBOW": {"sg": 0, "negative": 5},
    "gensim CBOW, hierarchical": {"sg": 0, "negative": 0, "hs": 1},
}
USUAL = ("gensim skip-gram", "skip-gram", "random softmax", "gensim CBOW", "CBOW")
TARGETS = (
    ("skip-gram", 2.0, "gensim skip-gram"),
    ("CBOW", 1.0, "gensim CBOW"),
    ("random softmax", 1.0, "gensim skip-gram"),
)


class Trained(NamedTuple):
    """Words trained, seconds of training, and the peak memory of the process in MB."""

    words: int
    seconds: float
    peak_mb: float


def train_ours(text: Path, output: Path, epochs: int, threads: int, options: dict[str, Any]) -> Trained:
    from textmine.corpus import Corpus
    from textmine.corpus.token_store import encode_tokens
    from textmine.vectors.word2vec import Settings, train_word2vec

    settings = Settings(dim=DIM, window=WINDOW, sample=SAMPLE, epochs=epochs, **options)
    with tempfile.TemporaryDirectory() as folder, Corpus([str(text)]) as corpus:
        store = encode_tokens(corpus, folder, min_count=MIN_COUNT)
        start = time.perf_counter()
        vectors = train_word2vec(store, settings, threads=threads)
        seconds = time.perf_counter() - start
    vectors.save(output, "word2vec-binary")
    return Trained((store.tokens + store.outside) * epochs, seconds, peak())


def train_gensim(text: Path, output: Path, epochs: int, threads: int, options: dict[str, Any]) -> Trained:
    from gensim.models import Word2Vec

    model = Word2Vec(
        vector_size=DIM,
        window=WINDOW,
        sample=SAMPLE,
        min_count=MIN_COUNT,
        epochs=epochs,
        workers=threads,
        seed=1,
        **options,
    )
    model.build_vocab(corpus_file=str(text))
    words = model.corpus_total_words
    start = time.perf_counter()
    model.train(corpus_file=str(text), total_words=words, total_examples=model.corpus_count, epochs=epochs)
    seconds = time.perf_counter() - start
    model.wv.save_word2vec_format(output, binary=True)
    return Trained(words * epochs, seconds, peak())


def peak() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def quality(path: Path, analogies: list[Path], pairs: list[Path]) -> list[float | None]:
    """Accuracy on each file of analogies, correlation on each file of pairs."""
    from textmine.vectors.analogy import Analogies
    from textmine.vectors.evaluate import (
        evaluate_analogies,
        evaluate_pairs,
        read_analogies,
        read_pairs,
        total,
    )
    from textmine.vectors.model import WordVectors
    from textmine.vectors.neighbors import Similarity

    vectors = WordVectors.load(path)
    return [
        *(
            total(evaluate_analogies(Analogies(vectors), read_analogies(file, lower=True))).accuracy
            for file in analogies
        ),
        *(evaluate_pairs(Similarity(vectors), read_pairs(file, lower=True)).spearman for file in pairs),
    ]


def apart(function: Any, *arguments: Any) -> Any:
    """The result of a call in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path, metavar="ZH_TOK")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", action="append", choices=[*OURS, *GENSIM], metavar="NAME")
    parser.add_argument("--analogies", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--pairs", type=Path, action="append", default=[], metavar="FILE")
    given = parser.parse_args()
    files = [*given.analogies, *given.pairs]
    rows: list[list[object]] = []
    speed = {}
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder, "few.txt")
        lines.write_text("one two three\n" * 99, encoding="utf-8")
        apart(train_ours, lines, Path(folder, "few.bin"), 1, 1, {})  # compiles, where nothing is cached
        for name in given.only or USUAL:
            output = Path(folder, "vectors.bin")
            train, options = (train_ours, OURS[name]) if name in OURS else (train_gensim, GENSIM[name])
            run = apart(train, given.text, output, given.epochs, given.threads, options)
            speed[name] = run.words / run.seconds / 1e6
            scores = apart(quality, output, given.analogies, given.pairs)
            rows.append([name, run.seconds, speed[name], round(run.peak_mb), *scores])
    print_table(("model", "seconds", "M words/s", "peak MB", *(file.stem for file in files)), rows)
    for ours, times, peer in TARGETS:
        if ours in speed and peer in speed:
            print(f"{ours}: {speed[ours] / speed[peer]:.2f} times {peer}; target {times:.0f}")


if __name__ == "__main__":
    main()
