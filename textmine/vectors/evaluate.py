"""What vectors are worth on test sets of word pairs and of analogies."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from textmine.corpus import Corpus
from textmine.errors import InputError
from textmine.progress import Progress, silent
from textmine.vectors.analogy import Analogies
from textmine.vectors.neighbors import Similarity

_LIKE_A_SCORE = re.compile(r"([-+]?(\.?\d.*|nan|inf(inity)?))?", re.IGNORECASE)


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


def read_pairs(
    path: str | Path,
    *,
    lower: bool = False,
    on_heading: Callable[[str, str], None] = lambda place, text: None,
) -> list[tuple[str, str, float]]:
    """Word, word, score of each line `word word score` of a file; between tabs or commas where that gives a
    score, else between white space.

    Lines that start with # and blank ones are passed over, and one heading: a first line of three fields or
    more with words for a score, which on_heading(place, text) hears. Under a heading the score may stand
    further on between the tabs, as in SimLex-999: then it is in the first column of numbers. What follows the
    score is ignored. `lower` makes the words lower case. Raises InputError with the line for anything else.
    """
    pairs: list[tuple[str, str, float]] = []
    first = True
    column, headed = 2, False  # where the score is; whether a heading was just read
    for text, place in _lines(path, lower):
        if text.startswith("#"):
            continue
        pair = _pair(text, column)
        if pair is None and headed:
            column = _score_column(text) or 2
            pair = _pair(text, column)
        headed = False
        if pair is not None:
            pairs.append(pair)
        elif first and _is_heading(text):
            on_heading(place, text)
            headed = _score_column(text) is None
        else:
            raise InputError(f"{place}: not two words and a score", "write it like: tiger<tab>cat<tab>7.35")
        first = False
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


def _splits(text: str) -> list[list[str]]:
    """The fields of a line in each way that gives three or more."""
    splits = ([field.strip() for field in text.split(mark)] for mark in ("\t", ",", None))
    return [fields for fields in splits if len(fields) > 2 and fields[0] and fields[1]]


def _pair(text: str, column: int) -> tuple[str, str, float] | None:
    for fields in _splits(text):
        number = _number(fields[column]) if column < len(fields) else None
        if number is not None:
            return fields[0], fields[1], number
    return None


def _score_column(text: str) -> int | None:
    """The first column behind the two words, between tabs, that begins like a number."""
    fields = text.split("\t")
    return next((i for i, field in enumerate(fields) if i > 1 and re.match(r"\s*[-+.]*\d", field)), None)


def _is_heading(text: str) -> bool:
    """Whether a line names columns; one with something like a number for a score is a broken pair."""
    return any(not _LIKE_A_SCORE.fullmatch(fields[2]) for fields in _splits(text)[:1])


def _number(text: str) -> float | None:
    """The finite number that `text` is."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
