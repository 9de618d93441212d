"""Time of co-occurrence counting and GloVe training, and the cost that training reaches.

    python benchmarks/glove.py ZH_TOK [--threads 2] [--epochs 15] [--check 5000]

ZH_TOK holds words parted by spaces, a paragraph a line. One run of a small piece before the measured one
compiles the kernels. `--check N`: the counts of the first N lines are compared, pair by pair, with those of a
plain counter in Python. The cost is J = 1/2 sum f (<v_i, v_j> - t)^2 per record, as met on the way through an
epoch. textmine visits each pair i < j once an epoch where one table is shared; simpler_glove, the program in
C, stores both (i, j) and (j, i) and visits both, so one of its epochs is two of ours.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
from common import measure, print_table, textmine

from textmine.corpus import Corpus
from textmine.corpus.token_store import encode_tokens
from textmine.counts.cooccurrence import Cooccurrences, count_cooccurrences
from textmine.kernels import glove as kernels
from textmine.vectors.glove import Settings, _Training, train_glove

WINDOW = 10


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path, metavar="ZH_TOK")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--check", type=int, default=5000, metavar="N", help="lines to count plainly as well")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        head = Path(work, "head.txt")
        with arguments.text.open(encoding="utf-8") as lines:
            head.write_text("".join(itertools.islice(lines, arguments.check)), "utf-8")
        command = [textmine(), "train-glove", arguments.text, "--quiet", "--threads", str(arguments.threads)]
        measure([command[0], "train-glove", head, "--quiet", "-o", Path(work, "v.npz")])
        # First, as a child's peak holds what this process had when it began.
        whole = measure([*command, "-o", Path(work, "v.npz")])
        small = counted(head, work, arguments.threads)[0]
        same = plain_counts(head, small) == as_dict(small)
        train_glove(small, Settings(objective="glove", epochs=1), threads=arguments.threads)
        shared = Settings(epochs=arguments.epochs)
        ours = train_glove(small, shared, threads=arguments.threads).header["losses"][-1]
        theirs = reference_cost(small, arguments.epochs)
        found, tokens, reading, counting = counted(arguments.text, work, arguments.threads)
        rows = [
            ("words to ids", reading, f"{tokens / reading / 1e6:.2f} M words/s"),
            (f"co-occurrences, window {WINDOW}", counting, f"{tokens / counting / 1e6:.2f} M words/s"),
        ]
        for name, settings, aim in (
            ("simpler, one table", shared, "9 s, cost .0159"),
            ("simpler, two tables", Settings(epochs=arguments.epochs, tables="sum"), "none"),
            ("glove", Settings(epochs=arguments.epochs, objective="glove"), "35 s"),
        ):
            start = time.perf_counter()
            vectors = train_glove(found, settings, threads=arguments.threads)
            seconds = time.perf_counter() - start
            cost = vectors.header["losses"][-1]
            rows.append((f"{name}: {arguments.epochs} epochs", seconds, f"cost {cost:.4f}; aim: {aim}"))
        rows.append(("train-glove, file to file", whole.seconds, f"{whole.peak_mb:.0f} MB; aim: 20 s"))
    print_table(("part", "seconds", ""), rows)
    print(f"the first {arguments.check} lines, cost after {arguments.epochs} epochs: {ours:.4f};", end=" ")
    print(f"both halves of the matrix, in random order, at a rate of 0.1, as in C: {theirs:.4f}")
    print("their counts:", "as a plain counter has them" if same else "WRONG")
    sys.exit(not same)


def reference_cost(found: Cooccurrences, epochs: int) -> float:
    """The cost per record of simpler_glove's way: each pair twice an epoch, one thread, no blocks."""
    training = _Training(found, Settings())
    random = np.random.default_rng(0)
    left = np.concatenate([training._records.left, training._records.right])
    right = np.concatenate([training._records.right, training._records.left])
    targets, weights = np.tile(training._records.targets, 2), np.tile(training._records.weights, 2)
    order = random.permutation(left.size)
    records = left[order], right[order], targets[order], weights[order]
    u, squares = training.arrays
    cost = 0.0
    for _ in range(epochs):
        cost = kernels.train_simpler(*records, u, squares, u, squares, 0.1)
    return cost / left.size


def counted(text: Path, work: str, threads: int) -> tuple[Cooccurrences, int, float, float]:
    """Co-occurrences; words read; seconds of reading and of counting."""
    start = time.perf_counter()
    store = encode_tokens(Corpus([text], block_size=1 << 20), work)
    read = time.perf_counter()
    found = count_cooccurrences(store, window=WINDOW, directory=work, threads=threads)
    tokens = store.tokens + store.outside
    return found, tokens, read - start, time.perf_counter() - read


def as_dict(found: Cooccurrences) -> dict[tuple[str, str], int]:
    """Both words -> count."""
    words = found.vocabulary.words
    rows, columns = found.rows.tolist(), found.columns.tolist()
    return {(words[i], words[j]): x for i, j, x in zip(rows, columns, found.weights.tolist(), strict=True)}


def plain_counts(text: Path, found: Cooccurrences) -> dict[tuple[str, str], int]:
    """The same with a dictionary and no cleverness."""
    index = found.vocabulary.index
    counts: Counter[tuple[str, str]] = Counter()
    for line in text.read_text("utf-8").split("\n"):
        words = [word for word in line.split() if word in index]
        for at, word in enumerate(words):
            for other in words[max(at - WINDOW, 0) : at]:
                pair = (word, other) if index[word] <= index[other] else (other, word)
                counts[pair] += 2 if word == other else 1
    return dict(counts)


if __name__ == "__main__":
    main()
