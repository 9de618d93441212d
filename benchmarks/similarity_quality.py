"""What the measures of similarity are worth: their correlation with what people say of pairs of sentences.

    python benchmarks/similarity_quality.py --set VECTORS FILE... [--set VECTORS FILE...]...
        [--stop-words FILE] [--frequencies SOURCE] [--whole-words]

VECTORS is a file, or `glove` or `wordllama` for those of a package. FILE has two sentences and a score a
line with tabs between them, the score first or last; lines without a score are left out. A row of the table
is a measure, a column a file, after those of a set their mean; a figure is Pearson's correlation x 100 of the
scores with minus the distance, or with the cosine.

All measures of a file see the same words and the same frequencies: those that `word_probabilities` chooses
for the vectors, or SOURCE. Chinese is cut by jieba, other text into words of lower case; unknown words are
cut into known parts unless --whole-words is given. A pair with a text without a known word counts as the
least alike. "stop words out" are those of --stop-words, "frequent words out" those with p(w) > 1/1000. What
the sentences of a file have in common (component, SIF, uSIF) is learnt from them, without their scores.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from common import print_table
from numpy.typing import NDArray

from textmine.corpus import tokenizer
from textmine.similarity.bags import bags_of, masses_of
from textmine.similarity.frequencies import choose_source, word_probabilities
from textmine.similarity.ground import CONVERSIONS, ground
from textmine.similarity.pairs import transport_distances
from textmine.similarity.parts import KnownParts
from textmine.vectors.model import WordVectors
from textmine.vectors.packages import PACKAGED, packaged_name, wordllama
from textmine.vectors.sentences import Method, SentenceEncoder

FREQUENT = 1e-3
BASELINES: dict[str, Method] = {"mean cosine": "mean", "SIF": "sif", "uSIF": "usif"}
TRANSPORT: dict[str, tuple[str, tuple[str, ...]]] = {
    "WMD plain": ("wmd", ()),
    "WMD stop words out": ("wmd", ()),
    "WMD frequent words out": ("wmd", ()),
    "WMD sif": ("wmd", ("sif",)),
    "WMD sif, unit": ("wmd", ("sif", "unit")),
    "WMD common, sif, unit": ("wmd", ("common", "sif", "unit")),
    "WMD default": ("wmd", CONVERSIONS["wmd"]),
    "WRD plain": ("wrd", ()),
    "WRD common": ("wrd", ("common",)),
    "WRD sif": ("wrd", ("sif",)),
    "WRD common, sif": ("wrd", ("common", "sif")),
    "WRD sif, component": ("wrd", ("sif", "component")),
    "WRD default": ("wrd", CONVERSIONS["wrd"]),
}
Sentences = list[list[str]]


def load_vectors(name: str, texts: list[Texts]) -> WordVectors:
    if packaged_name(name) == "wordllama":
        words = (word for file in texts for side in (file.a, file.b) for text in side for word in text)
        return wordllama(words, "zh" if any(file.chinese for file in texts) else "en")
    return PACKAGED[name]() if packaged_name(name) else WordVectors.load(name)


def read(path: Path) -> tuple[list[str], list[str], NDArray[np.float64]]:
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    first = all(_is_score(row[0]) for row in rows)
    triples = [(row[1], row[2], row[0]) if first else (row[0], row[1], row[2]) for row in rows]
    a, b, scores = zip(*(triple for triple in triples if triple[2].strip()), strict=True)
    return list(a), list(b), np.array(scores, float)


def _is_score(text: str) -> bool:
    try:
        return not text.strip() or bool(np.isfinite(float(text)))
    except ValueError:
        return False


def correlation(likeness: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
    likeness = np.where(np.isnan(likeness), np.nanmin(likeness), likeness)
    return float(100 * np.corrcoef(likeness, scores)[0, 1])


class Texts:
    """The pairs of one file in words, and their scores."""

    def __init__(self, path: Path) -> None:
        a, b, self.scores = read(path)
        han = sum("\u4e00" <= letter <= "\u9fff" for letter in "".join(a))
        self.chinese = han > sum(map(len, a)) / 10
        cut = tokenizer("jieba" if self.chinese else "word").tokenize
        self.a, self.b = ([cut(text.lower()) for text in side] for side in (a, b))


class Question:
    """The pairs of one file, and each measure's answer."""

    def __init__(
        self, texts: Texts, vectors: WordVectors, probabilities: NDArray[np.float64], whole: bool
    ) -> None:
        self.scores = texts.scores
        parts = KnownParts(vectors.rows)
        self.a, self.b = texts.a, texts.b
        if not whole:
            self.a, self.b = (
                [[part for word in text for part in parts.cut(word)] for text in side]
                for side in (texts.a, texts.b)
            )
        self.vectors, self.probabilities = vectors, probabilities
        self.all = bags_of(self.a + self.b, vectors.rows)

    def cosine(self, method: Method) -> NDArray[np.float64]:
        counts = np.round(self.probabilities * 1e9).astype(np.int64)
        vectors = WordVectors(self.vectors.words, self.vectors.matrix, counts)
        encoder = SentenceEncoder(vectors, method).fit(self.a + self.b)
        a, b = (np.vstack([rows for _, rows in encoder.encode(side)]) for side in (self.a, self.b))
        with np.errstate(invalid="ignore"):
            cosines: NDArray[np.float64] = (
                (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
            )
        return cosines

    def transport(self, metric: str, convert: tuple[str, ...], stop_words: set[str]) -> NDArray[np.float64]:
        made = ground(
            self.vectors,
            "wmd" if metric == "wmd" else "wrd",
            probabilities=self.probabilities,
            convert=convert,
            stop_words=stop_words,
            sentences=self.all,
        )
        a, b = (masses_of(bags_of(side, self.vectors.rows), made.weights) for side in (self.a, self.b))
        return -transport_distances(made.table, made.kind, a, b)[0]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", nargs="+", action="append", required=True, metavar=("VECTORS", "FILE"))
    parser.add_argument("--stop-words", type=Path, action="append", metavar="FILE", default=[])
    parser.add_argument("--frequencies", metavar="SOURCE")
    parser.add_argument("--whole-words", action="store_true")
    given = parser.parse_args()
    listed = {word.strip() for path in given.stop_words for word in path.read_text("utf-8").splitlines()}
    columns: list[tuple[str, dict[str, float]]] = []
    for name, *files in given.set:
        texts = [Texts(Path(file)) for file in files]
        vectors = load_vectors(name, texts)
        source = given.frequencies or choose_source(vectors)
        probabilities = word_probabilities(vectors, source)
        frequent = {vectors.words[row] for row in np.flatnonzero(probabilities > FREQUENT).tolist()}
        stopped = {"WMD stop words out": listed, "WMD frequent words out": frequent}
        for file, pairs in zip(map(Path, files), texts, strict=True):
            question = Question(pairs, vectors, probabilities, given.whole_words)
            answers = {row: question.cosine(method) for row, method in BASELINES.items()}
            for row, (metric, convert) in TRANSPORT.items():
                if row != "WMD stop words out" or listed:
                    answers[row] = question.transport(metric, convert, stopped.get(row, set()))
            answers["WMD default, 1 - d^2 / 2"] = 1 - answers["WMD default"] ** 2 / 2
            coverage = question.all.known.sum() / question.all.tokens.sum()
            figures = {row: correlation(answer, question.scores) for row, answer in answers.items()}
            columns.append((f"{Path(name).stem} {file.stem}", {"words known, %": 100 * coverage} | figures))
        if len(files) > 1:
            part = [figures for _, figures in columns[-len(files) :]]
            means = {row: float(np.mean([figures[row] for figures in part])) for row in part[0]}
            columns.append((f"{Path(name).stem} mean", means))
    print_table(
        ("measure", *(title for title, _ in columns)),
        [(row, *(f"{figures[row]:.1f}" for _, figures in columns)) for row in columns[0][1]],
    )


if __name__ == "__main__":
    main()
