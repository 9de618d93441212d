"""A small program that uses all of the front door, for `mypy --strict`; it never runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import textmine as tm


def lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from file


def terms(path: Path) -> list[dict[str, Any]]:
    with tm.Corpus(path, document="paragraph", normalise=["nfkc"]) as corpus:
        found = tm.discover_terms(corpus, method="learned", background=["jieba", path], stop={"the"})
    assert_type([term.score for term in found.terms], list[float])
    lexicon = assert_type(found.lexicon(), tm.Lexicon)
    vectors = tm.train_term_vectors([path, path], lexicon, ["seed"], dim=50)
    return tm.expand_terms(vectors, lexicon, ["seed"], negative=["other"]).rows(every=True)


def words(path: Path) -> list[str]:
    learned = tm.learn_lexicon(lines(path), effort="fast", on_stage=lambda stage: print(stage.sweep))
    return tm.Segmenter(learned.lexicon).segment("text")


def vectors(path: Path) -> tuple[str, float]:
    heard: list[tuple[int, float]] = []
    made = [
        tm.train_glove(path, tokenizer="jieba", on_epoch=lambda epoch, loss: heard.append((epoch, loss))),
        tm.train_word2vec(["a text", "another"], loss="random-softmax", min_count=1),
        tm.train_svd(str(path), weighting="flat"),
        tm.load_vectors("glove"),
    ]
    best = assert_type(made, list[tm.WordVectors])[0]
    assert_type(best.matrix, NDArray[np.float32])
    assert_type([word for word in best if word in best], list[str])
    word, score = best.neighbors("word", 5, by="pmi")[0]
    return word, score


def texts(path: Path) -> NDArray[np.float64]:
    similarity = tm.Similarity(path, "wrd", sample=list(lines(path)), threads=2)
    assert_type(similarity.distance("a", "b"), float)
    assert_type(similarity.index(lines(path)).search("a", 3).rows(), list[dict[str, Any]])
    return similarity.matrix(["a"], ["b", "c"])


def sentences(path: Path) -> list[str]:
    try:
        model = tm.load_language_model(path)
    except tm.TextmineError as error:
        print(error.what, error.todo)
        model = tm.train_language_model(path, order=3, prune=[0, 1])
    drawn = tm.sample(model, keywords=["word"], length=(10, 24), temperature=0.5)
    assert_type(drawn.rows(), list[dict[str, Any]])
    return drawn.texts
