"""What the commands that ask word vectors have in common."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from textmine.cli.progress import Reporter
from textmine.errors import InputError, ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from textmine.vectors.model import WordVectors

Question: TypeAlias = tuple[str, ...]

BATCH = 256  # questions answered by one pass over the vectors
SPELLINGS = 20  # unknown words that others are suggested for: looking for them takes a second a word

VectorsArgument: TypeAlias = Annotated[
    Path,
    typer.Argument(
        metavar="VECTORS",
        help="A file of word vectors: .npz, word2vec text or binary, GloVe text; or glove, wordllama.",
        show_default=False,
    ),
]


def check_words(words: list[str]) -> list[str]:
    """Refuse to wait for a terminal."""
    if not words and sys.stdin is not None and sys.stdin.isatty():
        raise typer.BadParameter("no words; name some, or pipe them in, a question a line")
    return words


def load_vectors(path: Path, report: Reporter) -> WordVectors:
    """The vectors in a file, and on standard error what was left out of them; or those of that name."""
    from textmine.vectors.packages import load_vectors as load

    vectors = load(path, report)
    for line in vectors.losses:
        report.note(line)
    return vectors


def tell_products(vectors: WordVectors, report: Reporter) -> None:
    """Say so where the file tells that products of its vectors are not mutual information."""
    trained = tuple(vectors.header.get(key) for key in ("program", "objective", "tables"))
    if vectors.header and trained != ("train-glove", "simpler", "shared"):
        report.note(
            "products of these vectors are not mutual information: they are not of train-glove with "
            "--objective simpler and --tables shared"
        )


def known_questions(
    vectors: WordVectors, words: Sequence[str], width: int, report: Reporter
) -> Iterator[tuple[list[Question], NDArray[np.int64]]]:
    """The questions of `width` words each whose words are all known, with their numbers (questions, width).

    Questions are made of `words`, or when there are none they are those on standard input, one a line, in
    batches as they come. A line on standard error tells of each word that is not known. Raises InputError,
    before anything is answered, when no question has known words only.
    """
    batches = iter([[tuple(words[i : i + width]) for i in range(0, len(words), width)]])
    found = _known(vectors, batches if words else _piped(width), width, report)
    return chain([next(found)], found)


def _known(
    vectors: WordVectors, batches: Iterator[list[Question]], width: int, report: Reporter
) -> Iterator[tuple[list[Question], NDArray[np.int64]]]:
    import numpy as np

    asked = answered = 0
    unknown: set[str] = set()
    for batch in batches:
        asked += len(batch)
        for word in dict.fromkeys(chain(*batch)):
            if word not in vectors and word not in unknown:
                unknown.add(word)
                report.note(_unknown(vectors, word, suggest=len(unknown) <= SPELLINGS and not report.quiet))
        known = [question for question in batch if all(word in vectors for word in question)]
        answered += len(known)
        if known:
            yield known, np.array([[vectors.index(word) for word in question] for question in known])
    if not asked:
        raise InputError("standard input holds no words", "write a question a line, or give it as arguments")
    if not answered:
        what = "none of the words is known" if width == 1 else "no question has known words only"
        raise InputError(what, "check the spelling, and that the vectors are of this language")


def _unknown(vectors: WordVectors, word: str, suggest: bool) -> str:
    if suggest:
        try:
            vectors.index(word)
        except ModelError as error:
            return str(error)
    return f"the vectors have no word {word!r}"


def _piped(width: int) -> Iterator[list[Question]]:
    """The questions on standard input: as many at a time as are there, so that a person or a program at the
    other end of the pipe gets an answer to each."""
    pending, done = b"", 0
    while sys.stdin is not None:
        sys.stdout.flush()
        piece = os.read(sys.stdin.fileno(), 1 << 16)
        *lines, pending = (pending + piece).split(b"\n")
        if not piece:
            lines = [pending]
        questions = []
        for number, line in enumerate(lines, done + 1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            except UnicodeDecodeError:
                raise InputError(f"standard input, line {number}: not UTF-8", "convert it first") from None
            question = (text,) if width == 1 else tuple(text.split())
            if text and len(question) != width:
                raise InputError(
                    f"standard input, line {number}: {len(question)} words, not {width}",
                    f"write {width} words a line",
                )
            if text:
                questions.append(question)
        done += len(lines)
        yield from (questions[i : i + BATCH] for i in range(0, len(questions), BATCH))
        if not piece:
            return
