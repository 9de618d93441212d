"""A lexicon learned from raw text: words are what makes the text most probable under a model of word
bigrams."""

from __future__ import annotations

import hashlib
import json
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.texts import TextSource, corpus_of
from textmine.errors import InputError, ModelError
from textmine.files import written
from textmine.memory import tune_allocator
from textmine.progress import Progress, silent
from textmine.terms.learning.model import SegmentationModel
from textmine.terms.learning.units import ZERO, Units, split_units
from textmine.words.lexicon import Lexicon
from textmine.words.segmenter import spaced

Effort = Literal["fast", "full"]
SWEEPS: dict[Effort, int] = {"fast": 10, "full": 40}
PERIOD = 5  # sweeps between two moves of types
LONGEST_WORD = 16  # units
START_LENGTH = 4  # units of a word in the first segmentation
PRICE = 0.25  # of a word, in shares of the drawn segmentations
CHECKPOINT = "lexicon.checkpoint.npz"
FORMAT = 2  # of the state: another where the same state would go on to other words


@dataclass(frozen=True)
class Settings:
    """`effort`: how many sweeps; `max_length`: units a word has at most, 1 to 16; `seed`: of all draws."""

    effort: Effort = "full"
    max_length: int = 5
    seed: int = 1


@dataclass(frozen=True)
class Stage:
    """What a sweep ended with: code length in nats a character, and how many words and different words there
    are, where those that share their units (`textmine.terms.learning.units`) are one."""

    sweep: int
    code_length: float
    words: int
    types: int


class LearnedWords:
    """What was learned: the words of the text in place, and how it went (`stages`)."""

    def __init__(self, text: str, units: Units, begins: NDArray[np.bool_], stages: list[Stage]) -> None:
        self._text = text
        self._starts = units.places[np.flatnonzero(begins)]
        self.stages = stages

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words, by falling count and then by code points; single marks of punctuation are left out."""
        starts = self._starts.tolist()
        text = self._text
        pieces = (text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True))
        counts = Counter(pieces)
        words = [(word, count) for word, count in counts.items() if _is_word(word)]
        return Lexicon(dict(sorted(words, key=lambda entry: (-entry[1], entry[0]))))

    def segmented(self) -> Iterator[bytes]:
        """UTF-8 of the text, in pieces, with one space between words where there is no white space yet."""
        begins = np.zeros(len(self._text) + 1, np.uint8)
        begins[self._starts] = 1
        return spaced(self._text, begins[:-1])


def learn_lexicon(
    source: TextSource,
    *,
    effort: Effort = "full",
    max_length: int = 5,
    seed: int = 1,
    tmp_dir: str | Path | None = None,
    threads: int | None = None,
    checkpoint: str | Path | None = None,
    on_progress: Progress = silent,
    on_stage: Callable[[Stage], None] | None = None,
    on_resume: Callable[[int], None] | None = None,
) -> LearnedWords:
    """Learn the words of a text (`TextSource`) from nothing but the text.

    The text is cut into units (`textmine.terms.learning.units`) and, by autonomy, into first words. Then
    sweeps draw the segmentation of one part of the text after the other anew, given the words of the other
    parts, from word bigrams over a model of how words are spelled (Mochihashi, Yamada, Ueda: Bayesian
    unsupervised word segmentation with nested Pitman-Yor language modeling, ACL 2009; here with one table for
    each kind of pair). There are 10^7 / units parts, at least 5 and at most 50. Before each sweep a
    classifier of word beginnings is fitted to the cuts, each half of the text weighed by what holds in the
    other; before each fifth from the sixth on, all uses of a word are joined or split at once where the text
    becomes more probable so.

    The code length is -log p of what a sweep drew, given the other parts, in nats a character that is not a
    boundary. At last the text is cut so that the shares of the segmentations drawn in the later half of the
    sweeps that have a word, less a quarter for each word, add up to the most.

    `effort` "fast" makes 10 sweeps, "full" 40. Words have at most `max_length` units, 1 to 16. The same text,
    options and seed give the same words, whatever the
    threads. `checkpoint`, a folder, gets the state after every fifth sweep; a run that finds a state of the
    same text and settings there goes on from it and ends in the same words; `on_resume(sweep)` hears where,
    `on_stage` hears each sweep. Memory: the text, and some 250 bytes a character.

    Raises InputError where the text has no letters, ModelError where `checkpoint` holds another run,
    ValueError for a `max_length` out of range.

    >>> lines = open("data/three-kingdoms.txt", encoding="utf-8").readlines()[:60]
    >>> learned = tm.learn_lexicon(lines, effort="fast")
    >>> learned.lexicon["十常侍"], len(learned.stages)
    (23, 10)
    """
    settings = Settings(effort, max_length, seed)
    if not 1 <= max_length <= LONGEST_WORD:
        raise ValueError(f"max_length must be from 1 to {LONGEST_WORD}")
    tune_allocator()
    with corpus_of(source, tmp_dir=tmp_dir, on_progress=on_progress) as corpus:
        text = "".join(block.text for block in corpus.blocks(on_progress))
    units = split_units(text)
    if units.fixed.all():
        raise InputError("the text holds neither letters nor digits", "check that this is the right file")
    state = None if checkpoint is None else _Checkpoint(Path(checkpoint), units, settings)
    on_progress("finding substrings", 0, None)
    start = min(START_LENGTH, max_length)
    model = SegmentationModel(units, max_length, start, seed, threads)
    stages: list[Stage] = [] if state is None else state.restore(model)
    if state is not None and not stages:
        state.save(model, stages)  # what cannot be written is told now
    if stages and on_resume is not None:
        on_resume(len(stages))
    for stage in train(model, effort, len(stages), on_progress):
        stages.append(stage)
        if state is not None and stage.sweep % PERIOD == 0:
            state.save(model, stages)
        if on_stage is not None:
            on_stage(stage)
    return LearnedWords(text, units, model.best_cuts(PRICE), stages)


def train(
    model: SegmentationModel, effort: Effort, done: int = 0, on_progress: Progress = silent
) -> Iterator[Stage]:
    """Make the sweeps after the first `done`, with what goes before each; what they end with."""
    sweeps = SWEEPS[effort]
    model.count()
    for number in range(done, sweeps):
        on_progress(f"learning boundaries before sweep {number + 1}", 0, None)
        model.classify(number)
        if number % PERIOD == 0 and number > 0:
            for part, parts in model.move_types(number):
                on_progress(f"moving types before sweep {number + 1}", part, parts)
        code_length = 0.0
        for part, nats in enumerate(model.sweep(number), 1):
            code_length = nats
            on_progress(f"sweep {number + 1} of {sweeps}", part, model.folds)
        if 2 * number >= sweeps:
            model.average()
        yield Stage(number + 1, code_length, model.tokens, model.types)


def _is_word(piece: str) -> bool:
    """Whether a piece goes into the lexicon: not white space, nor a mark or symbol by itself."""
    if not piece:
        return False
    category = unicodedata.category(piece[0])[0]
    return category in "LMN" or piece[0] == ZERO or (category in "PS" and len(piece) > 1)


class _Checkpoint:
    """The state between two sweeps in one file, replaced as a whole."""

    def __init__(self, folder: Path, units: Units, settings: Settings) -> None:
        self._path = folder / CHECKPOINT
        digest = hashlib.sha256(units.ids.tobytes() + units.fixed.tobytes())
        self._identity = {**asdict(settings), "data": digest.hexdigest(), "format": FORMAT}
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"cannot make the folder {folder}: {error.strerror}", "choose another"
            ) from error
        if self._path.exists() and self._read()["header"]["identity"] != self._identity:
            raise ModelError(
                f"{self._path} is of another run: other text, options or version of textmine",
                "give another folder, or remove the file",
            )

    def restore(self, model: SegmentationModel) -> list[Stage]:
        """Take over the state, if there is one; the stages so far."""
        if not self._path.exists():
            return []
        state = self._read()
        header = state["header"]
        with self._sound():
            model.begins[:] = state["begins"]
            model.shares[:] = state["shares"]
            model.averaged = header["averaged"]
            return [Stage(**stage) for stage in header["stages"]]

    def save(self, model: SegmentationModel, stages: list[Stage]) -> None:
        """Write the state beside the old one, then put it in its place."""
        header: dict[str, Any] = {
            "identity": self._identity,
            "averaged": model.averaged,
            "stages": [asdict(stage) for stage in stages],
        }
        with written(self._path) as file:
            np.savez(
                file,
                header=np.frombuffer(json.dumps(header).encode(), np.uint8),
                begins=model.begins,
                shares=model.shares,
            )

    def _read(self) -> dict[str, Any]:
        with self._sound(), np.load(self._path, allow_pickle=False) as file:
            state: dict[str, Any] = {name: file[name] for name in ("header", "begins", "shares")}
            state["header"] = json.loads(state["header"].tobytes())
            state["header"]["identity"]  # is there
            return state

    @contextmanager
    def _sound(self) -> Iterator[None]:
        """What is wrong with the content of the file as one error."""
        try:
            yield
        except OSError as error:
            raise InputError(f"cannot read {self._path}: {error.strerror}", "give another folder") from error
        except (EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError(f"{self._path} is damaged", "remove it to begin anew") from error
