"""Train vectors with hyperhyper (positive mutual information and SVD), for a peer's figures.

    PEER_PYTHON run_hyperhyper.py TEXT VECTORS [WEIGHT] [SUBSAMPLE]

PEER_PYTHON is an interpreter with `pip install hyperhyper`. TEXT has a paragraph a line, words split by
spaces. Words seen 5 times and more, window 10, dim 100, all else as it comes; WEIGHT (0) is the power of the
singular values, SUBSAMPLE ("deter") its way with frequent words. Writes word2vec binary.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

import hyperhyper

MIN_COUNT, WINDOW, DIM = 5, 10, 100


def as_is(texts: list[list[str]]) -> list[list[str]]:
    return texts


def main() -> None:
    text, output = sys.argv[1:3]
    weight = float(sys.argv[3]) if len(sys.argv) > 3 else 0.0
    subsample = sys.argv[4] if len(sys.argv) > 4 else "deter"
    with Path(text).open(encoding="utf-8") as lines:
        texts = [line.split() for line in lines]
    counts = Counter(word for words in texts for word in words)
    texts = [[word for word in words if counts[word] >= MIN_COUNT] for words in texts]
    corpus = hyperhyper.Corpus.from_sents(texts, preproc_func=as_is, keep_n=None)
    with tempfile.TemporaryDirectory() as folder:
        bunch = hyperhyper.Bunch(folder, corpus, force_overwrite=True)
        vectors = bunch.svd(
            dim=DIM,
            eig=weight,
            pair_args={"window": WINDOW, "subsample": subsample},
            keyed_vectors=True,
            evaluate=False,
        )
        bunch.close()
    vectors.save_word2vec_format(output, binary=True)


if __name__ == "__main__":
    main()
