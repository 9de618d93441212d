"""What vectors are worth on test sets of word pairs and of analogies."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from textmine.corpus import Corpus
from textmine.errors import InputError
from textmine.progress import Progress, silent
from textmine.vectors.analogy import Analogies
from textmine.vectors.neighbors import Similarity


@dataclass(frozen=True)
class PairsResult:
    """Spearman's rank correlation between the vectors' scores and people's, over the `covered` of `total`
    pairs whose words are both known; None where it is not defined (fewer than two, or all alike)."""

    spearman: float | None
    covered: int
    total: int


@dataclass(frozen=True)
class SectionResult:
    """The `correct` answers to the `covered` of `total` questions of a section whose four words are all
    known."""

    name: str
    correct: int
    covered: int
    total: int

    @property
    def accuracy(self) -> float | None:
        """Correct among covered; None where none is covered."""
        return self.correct / self.covered if self.covered else None


@dataclass(frozen=True)
class Section:
    """Questions a, b, c with their answer d, under one name."""

    name: str
    questions: list[tuple[str, str, str, str]]


def read_pairs(path: str | Path, *, lower: bool = False) -> list[tuple[str, str, float]]:
    """Word, word, score of each line `word word score` of a file; between tabs, or commas, or white space.

    Lines that start with # and blank ones are passed over, and one heading: a first line without a score.
    What follows the score is ignored. `lower` makes the words lower case. Raises InputError with the line for
    anything else.
    """
    pairs: list[tuple[str, str, float]] = []
    heading = True
    for text, place in _lines(path, lower):
        if text.startswith("#"):
            continue
        mark = next((mark for mark in "\t," if mark in text), None)
        fields = [field.strip() for field in text.split(mark)]
        score = _number(fields[2]) if len(fields) > 2 and fields[0] and fields[1] else None
        if score is not None:
            pairs.append((fields[0], fields[1], score))
        elif not heading:
            raise InputError(f"{place}: not two words and a score", "write it like: tiger<tab>cat<tab>7.35")
        heading = False
    if not pairs:
        raise InputError(f"{path} holds no pairs of words", "give lines of two words and a score")
    return pairs


def read_analogies(path: str | Path, *, lower: bool = False) -> list[Section]:
    """The sections of a file of lines `a b c d` (a is to b as c is to d) under lines `: name`, as of the
    question-words set of word2vec.

    Questions before the first name are in a section named "". `lower` makes the words lower case. Raises
    InputError with the line for anything else.
    """
    sections = [Section("", [])]
    for text, place in _lines(path, lower):
        if text.startswith(":"):
            sections.append(Section(text[1:].strip(), []))
            continue
        match text.split():
            case [a, b, c, d]:
                sections[-1].questions.append((a, b, c, d))
            case words:
                raise InputError(f"{place}: {len(words)} words, not four", "write it like: a b c d")
    if not sections[0].questions:
        del sections[0]
    if not any(section.questions for section in sections):
        raise InputError(f"{path} holds no questions", "give lines of four words")
    return sections


def evaluate_pairs(similarity: Similarity, pairs: list[tuple[str, str, float]]) -> PairsResult:
    """How well the measure ranks `pairs` (word, word, people's score)."""
    vectors = similarity.vectors
    known = [pair for pair in pairs if pair[0] in vectors and pair[1] in vectors]
    numbers = np.array([[vectors.index(first), vectors.index(second)] for first, second, _ in known])
    first, second = numbers.reshape(-1, 2).astype(np.int64).T
    scores = similarity.between(first, second)
    wanted = np.array([score for _, _, score in known])
    spearman = None
    if len(known) > 1 and np.ptp(scores) > 0 and np.ptp(wanted) > 0:
        from scipy.stats import spearmanr  # a second to load

        spearman = float(spearmanr(scores, wanted).statistic)
    return PairsResult(spearman, len(known), len(pairs))


def evaluate_analogies(
    analogies: Analogies, sections: list[Section], *, on_progress: Progress = silent
) -> list[SectionResult]:
    """How many questions of each section get their answer first.

    A question counts where all four words are among the words that may answer. on_progress("answering",
    done, total) hears questions.
    """
    vectors, size = analogies.vectors, analogies.size

    def number(word: str) -> int:
        index = vectors.index(word) if word in vectors else size
        return index if index < size else -1

    asked = np.array(
        [[number(word) for word in question] for section in sections for question in section.questions],
        dtype=np.int64,
    ).reshape(-1, 4)
    covered = np.all(asked >= 0, axis=1)
    questions = asked[covered]
    right = np.zeros(len(asked), dtype=bool)
    answers = np.empty(0, dtype=np.int64)
    for batch in analogies.best(questions[:, :3]):
        answers = np.concatenate((answers, batch))
        on_progress("answering", len(answers), len(questions))
    right[covered] = answers == questions[:, 3]
    results = []
    start = 0
    for section in sections:
        own = slice(start, start + len(section.questions))
        start = own.stop
        results.append(
            SectionResult(
                section.name, int(right[own].sum()), int(covered[own].sum()), len(section.questions)
            )
        )
    return results


def total(results: list[SectionResult]) -> SectionResult:
    """All sections together, under the name "total"."""
    return SectionResult(
        "total",
        sum(result.correct for result in results),
        sum(result.covered for result in results),
        sum(result.total for result in results),
    )


def _lines(path: str | Path, lower: bool) -> Iterator[tuple[str, str]]:
    """The lines of a file that are not blank, and where they stand, for messages."""
    with Corpus([path], format="text", normalise=["lower"] if lower else ()) as corpus:
        for document in corpus.documents():
            text = document.text.strip()
            if text:
                yield text, f"{document.source}, line {document.line}"


def _number(text: str) -> float | None:
    """The finite number that `text` is."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
