"""How fast transport distances are, beside POT and gensim in one run.

    python benchmarks/similarity.py [--vectors VECTORS --text TEXT] [--only PART]...

Parts:

- "pairs": random texts of 13, 108 and 307 different words, WMD and WRD from word numbers to distances, two
  threads; POT's emd2 and gensim's wmdistance on some of the same, one thread.
- "lines": 500,000 pairs of lines of 13 different English words (of 20,000) through the command, start
  included.
- "search": exact top 10 by WMD of paragraphs of TEXT (words split by spaces), 30 to 100 words, among 10,000
  and 50,000 others, vectors of length 1; each answer is compared with solving everything.
- "all": all pairs of 1,000 of these paragraphs.

VECTORS and TEXT: those of the benchmarks of word vectors.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import ot
import wordfreq
from common import measure, print_table, textmine
from gensim.models import KeyedVectors

from textmine.similarity.bags import UNIT, Masses, bags_of, masses_of
from textmine.similarity.pairs import transport_distances
from textmine.similarity.search import TransportIndex
from textmine.vectors.model import WordVectors

DIM, VOCABULARY = 50, 20_000
SIZES = {13: (50_000, 300), 108: (2_000, 30), 307: (300, 5)}  # words: pairs of ours, of the peers'
THREADS = 2
WORDS = wordfreq.top_n_list("en", VOCABULARY)
QUERIES, CHECKED = 50, 50


def part(masses: Masses, start: int, stop: int) -> Masses:
    """The texts from start to stop - 1."""
    first, last = masses.starts[start], masses.starts[stop]
    return Masses(masses.starts[start : stop + 1] - first, masses.rows[first:last], masses.units[first:last])


def random_texts(words: int, number: int, seed: int) -> list[list[str]]:
    random = np.random.default_rng(seed)
    return [[WORDS[i] for i in random.choice(VOCABULARY, words, replace=False)] for _ in range(number)]


def by_pot(table: np.ndarray, a: Masses, b: Masses, text: int) -> float:
    sides = []
    for masses in (a, b):
        place = slice(masses.starts[text], masses.starts[text + 1])
        sides.append((table[masses.rows[place]].astype(np.float64), masses.units[place] / UNIT))
    (x, p), (y, q) = sides
    return float(ot.emd2(p / p.sum(), q / q.sum(), ot.dist(x, y, metric="euclidean")))


def pairs() -> None:
    """Pairs a second."""
    random = np.random.default_rng(0)
    vectors = random.normal(size=(VOCABULARY, DIM)).astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1)
    unit = (vectors / lengths[:, None]).astype(np.float32)
    words = WORDS
    peer = KeyedVectors(DIM)
    peer.add_vectors(words, vectors)
    numbers = {word: row for row, word in enumerate(words)}
    rows = []
    for size, (number, few) in SIZES.items():
        left, right = random_texts(size, number, 1), random_texts(size, number, 2)
        bags = bags_of(left, numbers), bags_of(right, numbers)
        for name, table, kind, weights in (
            ("WMD", vectors, "euclidean", np.ones(VOCABULARY)),
            ("WRD", unit, "cosine", lengths.astype(np.float64)),
        ):
            a, b = (masses_of(bag, weights) for bag in bags)
            transport_distances(table, kind, part(a, 0, 1), part(b, 0, 1), threads=THREADS)
            start = time.perf_counter()
            a, b = (masses_of(bag, weights) for bag in bags)
            values, duals = transport_distances(table, kind, a, b, threads=THREADS)
            rate = number / (time.perf_counter() - start)
            gap = float(np.max(np.abs(values - duals) / values))
            rows.append((f"textmine {name}", f"{size} x {size}", rate, f"largest gap {gap:.1e}"))
        a, b = (masses_of(bag, np.ones(VOCABULARY)) for bag in bags)
        start = time.perf_counter()
        for text in range(few):
            by_pot(vectors, a, b, text)
        rows.append(("POT emd2", f"{size} x {size}", few / (time.perf_counter() - start), "one thread"))
        start = time.perf_counter()
        for text in range(few):
            peer.wmdistance(left[text], right[text])
        rate = few / (time.perf_counter() - start)
        rows.append(("gensim wmdistance", f"{size} x {size}", rate, "one thread"))
    print_table(("program", "words", "pairs a second", ""), rows)


def lines() -> None:
    """Through the command."""
    number = 500_000
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name, seed in (("a", 1), ("b", 2)):
            texts = random_texts(13, number, seed)
            (work / name).write_text("".join(" ".join(text) + "\n" for text in texts))
        vectors = np.random.default_rng(0).normal(size=(VOCABULARY, DIM)).astype(np.float32)
        counts = np.arange(VOCABULARY, 0, -1)
        WordVectors(WORDS, vectors, counts).save(work / "v.npz")
        rows = []
        for metric in ("wmd", "wrd"):
            command = [textmine(), "similarity", work / "a", work / "b", "--vectors", work / "v.npz"]
            command += ["--metric", metric, "--tokenizer", "whitespace", "--quiet", "-o", work / "rows.tsv"]
            measure(command)
            run = measure(command)
            rows.append((metric, number / run.seconds, run.seconds, round(run.peak_mb)))
        print_table(("metric", "pairs a second", "seconds", "peak MB"), rows)


def paragraphs(vectors: Path, text: Path, number: int) -> tuple[np.ndarray, Masses, list[list[str]]]:
    """Vectors of length 1, and the masses of the first paragraphs."""
    model = WordVectors.load(vectors)
    texts = []
    with text.open(encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if 30 <= len(words) <= 100:
                texts.append(words)
                if len(texts) == number:
                    break
    table = np.array(model.matrix)
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    table /= np.where(lengths, lengths, 1)
    return table, masses_of(bags_of(texts, model.rows), np.ones(len(model))), texts


def search(vectors: Path, text: Path) -> None:
    """Seconds a query."""
    rows = []
    for number in (10_000, 50_000):
        table, masses, _ = paragraphs(vectors, text, number + QUERIES)
        index = TransportIndex(table, "euclidean", part(masses, 0, number))
        every = np.arange(number)
        times, solved, differing = [], [], 0
        for query in range(QUERIES):
            asked = part(masses, number + query, number + query + 1)
            start = time.perf_counter()
            found = index.search(asked, 10, threads=THREADS)
            times.append(time.perf_counter() - start)
            solved.append(found.solved / found.compared)
            if query < CHECKED:
                pairs = (np.zeros_like(every), every)
                values, _ = transport_distances(table, "euclidean", asked, masses, pairs, threads=THREADS)
                best = np.lexsort((every, values))[:10]
                same = np.array_equal(best, found.texts) and np.array_equal(values[best], found.distances)
                differing += not same
        rows.append(
            (number, statistics.median(times), max(times), statistics.median(solved), max(solved), differing)
        )
    columns = ("texts", "median s", "longest s", "median solved", "most solved", f"wrong of {CHECKED}")
    print_table(columns, rows)


def all_pairs(vectors: Path, text: Path) -> None:
    """All pairs of 1,000, and the peers on some."""
    table, masses, texts = paragraphs(vectors, text, 1000)
    first, second = np.triu_indices(1000, 1)
    transport_distances(table, "euclidean", masses, masses, (first[:9], second[:9]), threads=THREADS)
    start = time.perf_counter()
    transport_distances(table, "euclidean", masses, masses, (first, second), threads=THREADS)
    spent = time.perf_counter() - start
    some = np.random.default_rng(0).choice(len(first), 1000, replace=False)
    couples = list(zip(first[some].tolist(), second[some].tolist(), strict=True))
    start = time.perf_counter()
    for i, j in couples:
        by_pot(table, part(masses, i, i + 1), part(masses, j, j + 1), 0)
    pot = time.perf_counter() - start
    model = WordVectors.load(vectors)
    peer = KeyedVectors(model.dim)
    peer.add_vectors(list(model.words), np.array(model.matrix))
    start = time.perf_counter()
    for i, j in couples:
        peer.wmdistance(texts[i], texts[j])
    gensim = time.perf_counter() - start
    scale = len(first) / len(some)
    print_table(
        ("program", "seconds"),
        [
            ("textmine, two threads", spent),
            ("POT emd2, from 1,000 pairs", pot * scale),
            ("gensim wmdistance, from 1,000 pairs", gensim * scale),
        ],
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--text", type=Path)
    parser.add_argument("--only", choices=("pairs", "lines", "search", "all"), action="append")
    given = parser.parse_args()
    wanted = given.only or ["pairs", "lines", *(("search", "all") if given.vectors else ())]
    for name, work in (("pairs", pairs), ("lines", lines)):
        if name in wanted:
            work()
    for name, on_text in (("search", search), ("all", all_pairs)):
        if name in wanted:
            on_text(given.vectors, given.text)


if __name__ == "__main__":
    main()
