"""The stages of each command, as the library names them, and how long each takes in proportion.

Measured by `benchmarks/progress.py` on 20 MB of Chinese law or the novel; `textmine.cli.share` says how names
are read. Other text and options shift the proportions: the share of the whole is an estimate.
"""

from __future__ import annotations

from typing import Literal

Stages = dict[str, float]

LOADING: Stages = {"loading vectors": 1}
READING: Stages = {"loading vectors": 1, "reading": 20}
ENCODING: Stages = {"loading vectors": 1, "reading": 6, "writing vectors": 20}
SCORING: Stages = {"loading the model": 4, "reading": 20}
CUTTING: Stages = {"reading": 1}
BACKGROUND: Stages = {"reading": 7, "counting|counting backwards*2": 24}
COMPARING: Stages = {"loading vectors*2": 4, "looking for neighbours": 6}
CLUSTERING: Stages = {"loading vectors": 5, "choosing centres": 5, "clustering": 10}
SAMPLING: Stages = {"loading the model": 1, "sampling": 20}
SEGMENTS: dict[
    str, Stages
] = {  # of each method of discover-terms: what it does with the text once it is counted
    "autonomy": {"segmenting (1)": 8, "segmenting (2)": 4, "segmenting (3)": 3},
    "cohesion": {"joining": 7},
    "redundancy": {"joining": 4, "segmenting (1)": 8},
    "entropy": {},
    "learned": {},
}


def discovering(method: str, against_text: bool, examples: bool) -> Stages:
    """Of discover-terms; `against_text`: the background is a text, too."""
    stages: Stages = {}
    if against_text:
        stages |= {"background: reading": 15, "background: counting|background: counting backwards*2": 20}
    stages |= {"reading": 15}
    if method == "learned":
        stages |= {name: 10 * weight for name, weight in learning(10).items() if name != "reading"}
    stages |= {"counting|counting backwards*2": 20, "looking up": 10, **SEGMENTS[method]}
    stages |= {"counting documents": 3}
    return stages | ({"finding examples": 2} if examples else {})


def learning(sweeps: int, every: int = 5) -> Stages:
    """Of learn-lexicon, which moves types before each fifth sweep but the first."""
    stages: Stages = {"reading": 1, "finding substrings": 1}
    for sweep in range(1, sweeps + 1):
        stages[f"learning boundaries before sweep {sweep}"] = 0.4
        if sweep % every == 1 and sweep > 1:
            stages[f"moving types before sweep {sweep}"] = 2
        stages[f"sweep {sweep} of {sweeps}"] = 2.5
    return stages


def epochs(number: int, weight: float) -> Stages:
    """Of training that goes through its data again and again."""
    return {f"epoch {epoch} of {number}": weight for epoch in range(1, number + 1)}


def training(program: Literal["glove", "word2vec"], number: int, dim: int, tokenizer: str) -> Stages:
    """Of train-glove and train-word2vec: reading depends on how text is cut, an epoch on the numbers of a
    vector."""
    reading = 34.0 if tokenizer == "jieba" else 19.0
    if program == "word2vec":
        return {"reading": reading, **epochs(number, 0.35 * dim)}
    return {"reading": reading, "counting pairs": 8, "dealing pairs": 4, **epochs(number, 0.03 * dim)}


def decomposing(dim: int, tokenizer: str = "char") -> Stages:
    """Of train-svd, and of vectors for expand-terms."""
    return {
        "reading": 34 if tokenizer == "jieba" else 19,
        "counting pairs": 8,
        "finding components": 0.2 * dim,
    }


def widening(dim: int, loaded: bool) -> Stages:
    """Of expand-terms, with vectors of its own or loaded ones."""
    vectors = {"loading vectors": 20.0} if loaded else decomposing(dim)
    return {**vectors, "walking|choosing centres|clustering": 3}


def modelling(order: int, arpa: bool) -> Stages:
    """Of train-lm; `arpa`: the model is written as text."""
    stages: Stages = {"reading": 20, "counting*2": 2 * order, "smoothing": order}
    return stages | ({"writing n-grams": 4} if arpa else {})


def evaluating(files: int) -> Stages:
    """Of evaluate-vectors, with so many files of analogies."""
    answering: Stages = {f"answering*{files}": 10 * files} if files else {}
    return {"loading vectors": 5, **answering}


def transporting(mode: str, trains: bool) -> Stages:
    """Of similarity; `trains`: there are no vectors, so some may have to be trained."""
    together = mode in ("search", "matrix")
    stages: Stages = {"reading*3": 2} if together else {}
    if trains:
        stages |= {"vectors: reading": 1, "vectors: counting pairs": 1, "vectors: finding components": 6}
    else:
        stages |= {"loading vectors": 4}
    if together:
        return stages | {"searching" if mode == "search" else "comparing": 40}
    return stages | {"reading*2": 40}
