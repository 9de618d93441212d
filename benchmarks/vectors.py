"""What vectors of each trainer are worth, side by side with the peers': same texts, same dimension.

    python benchmarks/vectors.py [--zh ZH_TOK --ca8 CA8_DIR] [--en EN_TOK] [--python PEER_PYTHON]
        [--only NAME]... [--keep FOLDER]

ZH_TOK and EN_TOK have a paragraph a line, words split by spaces. All train with 100 columns on words seen 5
times and more, else as they come (co-occurrences in a window of 10, word2vec in one of 5, 5 epochs; GloVe 15
epochs); each run is a process of its own, from the text to the saved vectors, on 2 threads. Figures:

- CA8 (CA8_DIR holds semantic.txt and morphological.txt), Google's analogies: the share of the questions with
  four known words whose answer is the nearest of all words to b - a + c (3CosAdd), the question's left out;
  Google's semantic and syntactic sections apart.
- WordSim-353, SimLex-999: Spearman's correlation over the pairs with two known words.
- seconds and peak memory of the whole run, on the first text given.

English sets are those that gensim brings with its tests. PEER_PYTHON is the interpreter of an environment
with `pip install hyperhyper`; without it these rows are left out.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from common import measure, print_table, textmine
from gensim.test.utils import datapath

PEERS = Path(__file__).parent / "peers"
SVD = "train-svd"
OURS: dict[str, tuple[str, ...]] = {
    "simpler GloVe, one table": ("train-glove",),
    "simpler GloVe, two tables summed": ("train-glove", "--tables", "sum"),
    "simpler GloVe, two tables joined": ("train-glove", "--tables", "concat", "--dim", "50"),
    "GloVe": ("train-glove", "--objective", "glove"),
    "skip-gram": ("train-word2vec",),
    "skip-gram, window 3": ("train-word2vec", "--window", "3"),
    "CBOW": ("train-word2vec", "--architecture", "cbow"),
    "random softmax": ("train-word2vec", "--loss", "random-softmax"),
    "SVD": (SVD,),
    "SVD, weight 0": (SVD, "--eigenvalue-weight", "0"),
    "SVD, shift -log 2": (SVD, "--shift", "-0.6931"),
    "SVD, weight 0, contexts added": (SVD, "--eigenvalue-weight", "0", "--add-contexts"),
}
GENSIM = {
    "gensim skip-gram": ("skipgram", "5"),
    "gensim skip-gram, window 3": ("skipgram", "3"),
    "gensim CBOW": ("cbow", "5"),
}
HYPERHYPER = {"hyperhyper, weight 0": "0", "hyperhyper, weight 1/2": "0.5"}
# Of the peers on the same texts, for each figure the best whatever tool it took.
BEST_PEER = {
    "CA8 sem.": 0.103,
    "CA8 morph.": 0.046,
    "WordSim": 0.694,
    "SimLex": 0.397,
    "Google sem.": 0.131,
    "Google synt.": 0.300,
}


def command(name: str, text: Path, output: Path, peer_python: str | None) -> list[str | Path]:
    if name in OURS:
        training, *options = OURS[name]
        return [textmine(), training, text, *options, "--threads", "2", "--quiet", "-o", output]
    if name in GENSIM:
        architecture, window = GENSIM[name]
        return [sys.executable, PEERS / "run_gensim.py", architecture, text, output, window]
    return [str(peer_python), PEERS / "run_hyperhyper.py", text, output, HYPERHYPER[name]]


def evaluate(vectors: Path, *options: str | Path) -> list[dict[str, str]]:
    """The rows of `textmine evaluate-vectors`."""
    arguments = [textmine(), "evaluate-vectors", vectors, *options, "--lower", "--quiet", "--format", "csv"]
    done = subprocess.run([str(part) for part in arguments], check=True, capture_output=True, text=True)
    return list(csv.DictReader(done.stdout.splitlines()))


def total(rows: list[dict[str, str]], file: str) -> float:
    return next(
        float(row["score"] or 0) for row in rows if row["file"] == file and row["section"] in ("", "total")
    )


def chinese(vectors: Path, ca8: Path) -> dict[str, float]:
    files = [str(ca8 / "semantic.txt"), str(ca8 / "morphological.txt")]
    rows = evaluate(vectors, "--analogies", files[0], "--analogies", files[1])
    return dict(zip(("CA8 sem.", "CA8 morph."), (total(rows, file) for file in files), strict=True))


def english(vectors: Path) -> dict[str, float]:
    files = [datapath(name) for name in ("wordsim353.tsv", "simlex999.txt", "questions-words.txt")]
    rows = evaluate(vectors, "--pairs", files[0], "--pairs", files[1], "--analogies", files[2])
    scores = {"WordSim": total(rows, files[0]), "SimLex": total(rows, files[1])}
    sections = [row for row in rows if row["file"] == files[2] and row["section"] != "total"]
    for figure, wanted in (("Google sem.", False), ("Google synt.", True)):
        part = [row for row in sections if row["section"].startswith("gram") == wanted]
        correct = sum(float(row["score"] or 0) * int(row["covered"]) for row in part)
        scores[figure] = correct / max(sum(int(row["covered"]) for row in part), 1)
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--zh", type=Path, metavar="ZH_TOK")
    parser.add_argument("--ca8", type=Path, metavar="CA8_DIR")
    parser.add_argument("--en", type=Path, metavar="EN_TOK")
    parser.add_argument("--python", metavar="PEER_PYTHON", help="the interpreter that has hyperhyper")
    names = [*OURS, *GENSIM, *HYPERHYPER]
    parser.add_argument("--only", choices=names, action="append", metavar="NAME", help=", ".join(names))
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the vectors here")
    given = parser.parse_args()
    if (given.zh is None) != (given.ca8 is None) or not (given.zh or given.en):
        parser.error("give --zh with --ca8, or --en, or all three")
    scorers: list[tuple[Path, Callable[[Path], dict[str, float]]]] = []
    if given.zh:
        scorers.append((given.zh, lambda vectors: chinese(vectors, given.ca8)))
    if given.en:
        scorers.append((given.en, english))
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        work = given.keep or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        for name in given.only or names:
            if name in HYPERHYPER and not given.python:
                continue
            scores: dict[str, float] = {}
            runs = []
            for text, score in scorers:
                file = f"{text.stem}-{name.replace(' ', '-').replace(',', '').replace('/', '-')}"
                output = work / f"{file}.{'npz' if name in OURS else 'bin'}"
                runs.append(measure(command(name, text, output, given.python), errors=work / "stderr.txt"))
                scores |= score(output)
            rows.append((name, scores, runs[0]))
            print(name, scores, file=sys.stderr, flush=True)
    figures = list(rows[0][1])
    print_table(
        ("trainer", *figures, "seconds", "peak MB"),
        [
            *((name, *scores.values(), run.seconds, round(run.peak_mb)) for name, scores, run in rows),
            ("best peer, recorded", *(BEST_PEER[figure] for figure in figures), "", ""),
        ],
    )


if __name__ == "__main__":
    main()
