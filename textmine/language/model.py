"""An n-gram language model."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine.arrays import add_array, map_array
from textmine.corpus.lookup import UNKNOWN, look_up
from textmine.errors import InputError, ModelError
from textmine.files import refuse_pipe, written
from textmine.kernels import language as kernels
from textmine.kernels.language import EMPTY, EOS, UNK
from textmine.language.kneser_ney import Smoothed

VERSION = 1
SPECIAL = ("<unk>", "<s>", "</s>")  # the first units
_ARRAYS = {
    "starts": np.int64,
    "first": np.int32,
    "units": np.uint32,
    "logs": np.float32,
    "backoffs": np.float32,
    "states": np.int32,
    "shorter": np.int32,
}


class LanguageModel:
    """p(unit | the units before it), with the arrays of `textmine.kernels.language`.

    `words` are the units, SPECIAL first; `starts` (int64[order + 1]) says where the nodes of each length
    begin. `header` has facts about the training: "unit", "tokenizer" and what else JSON can hold.
    """

    def __init__(
        self,
        words: Sequence[str],
        starts: NDArray[np.int64],
        first: NDArray[np.int32],
        units: NDArray[np.uint32],
        logs: NDArray[np.float32],
        backoffs: NDArray[np.float32],
        states: NDArray[np.int32],
        shorter: NDArray[np.int32],
        header: dict[str, Any] | None = None,
    ) -> None:
        self.words = words
        self.starts = starts
        self.first, self.units, self.logs, self.backoffs = first, units, logs, backoffs
        self.states, self.shorter = states, shorter
        self.header = dict(header or {})

    @classmethod
    def of(
        cls, words: Sequence[str], smoothed: Sequence[Smoothed], header: dict[str, Any] | None = None
    ) -> LanguageModel:
        """The model of these probabilities; `words` include SPECIAL."""
        starts = np.cumsum([0, *(len(level.units) for level in smoothed)], dtype=np.int64)
        nodes, contexts = int(starts[-1]), int(starts[-2])
        first = np.full(contexts + 1, nodes, np.int32)
        units, logs, states = (
            np.empty(nodes, np.uint32),
            np.empty(nodes, np.float32),
            np.empty(nodes, np.int32),
        )
        backoffs, shorter = np.zeros(contexts, np.float32), np.empty(contexts, np.int32)
        below = np.full(len(words), EMPTY, np.int32)
        for n, level in enumerate(smoothed):
            here = slice(int(starts[n]), int(starts[n + 1]))
            units[here], logs[here] = level.units, level.log_probabilities
            if n:
                below = states[level.suffixes + int(starts[n - 1])]
            states[here] = below
            if n + 1 < len(smoothed):
                shorter[here], backoffs[here] = below, level.log_backoffs
                sizes = np.bincount(smoothed[n + 1].parents, minlength=len(level.units))
                first[here] = starts[n + 1] + np.cumsum(sizes) - sizes
                useful = np.flatnonzero((sizes > 0) | (level.log_backoffs != 0))
                states[useful + here.start] = useful + here.start
        return cls(words, starts, first, units, logs, backoffs, states, shorter, header)

    @property
    def is_of_characters(self) -> bool:
        """Whether each of its words is a single character."""
        return all(len(word) == 1 for word in self.words[len(SPECIAL) :])

    @property
    def order(self) -> int:
        """The length of the longest n-grams."""
        return len(self.starts) - 1

    @cached_property
    def arrays(self) -> kernels.ModelArrays:
        """What the kernels ask for."""
        return kernels.ModelArrays(
            self.first, self.units, self.logs, self.backoffs, self.states, self.shorter
        )

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Word -> unit."""
        return {word: unit for unit, word in enumerate(self.words)}

    def encode(self, sentences: Sequence[Sequence[str]]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The units of all sentences, each with EOS at its end, and where they end (int64, a number a
        sentence). Words that the model does not know, and those spelt like SPECIAL, are UNK."""
        found = look_up(sentences, self.numbers)
        units = found.rows.astype(np.int32)
        units[(units == UNKNOWN) | (units < len(SPECIAL))] = UNK
        ends = found.starts[1:] + np.arange(1, len(sentences) + 1)
        tokens = np.insert(units, found.starts[1:], EOS)
        return tokens, ends

    def score(self, tokens: NDArray[np.int32]) -> NDArray[np.float64]:
        """float64: the natural log probability of each token of sentences as `encode` has them."""
        out = np.empty(len(tokens))
        kernels.score(np.ascontiguousarray(tokens, np.int32), *self.arrays, out)
        return out

    def log_probability(self, sentence: Sequence[str]) -> float:
        """log p of a sentence, its end included: sum_i log p(w_i | w_(i - order + 1) .. w_(i - 1))."""
        return float(self.score(self.encode([sentence])[0]).sum())

    def save(self, path: str | Path) -> None:
        """Write a file, whole or not at all, that `load` maps into memory. Raises InputError when it cannot
        be created."""
        header = json.dumps({"version": VERSION, "header": self.header}, ensure_ascii=False)
        members = {
            "language": np.frombuffer(header.encode(), np.uint8),
            "words": np.frombuffer("\n".join(self.words).encode("utf-8", "surrogatepass"), np.uint8),
            **{name: getattr(self, name) for name in _ARRAYS},
        }
        refuse_pipe(path, "a language model")
        with written(path) as stream, zipfile.ZipFile(stream, "w") as archive:
            for name, array in members.items():
                add_array(archive, stream, name, array)

    @classmethod
    def load(cls, path: str | Path) -> LanguageModel:
        """The model in a file of `save`, mapped into memory. Raises InputError when it cannot be opened,
        ModelError when it is of another kind or damaged."""
        other = f"{path} is no language model, or damaged"
        try:
            with zipfile.ZipFile(path) as archive:
                if "language.npy" not in archive.namelist():
                    raise ModelError(other, "train one with train-lm, or name an ARPA file")
                arrays = {
                    name: map_array(archive, Path(path), name) for name in ("language", "words", *_ARRAYS)
                }
            document = json.loads(arrays.pop("language").tobytes())
            if document["version"] != VERSION:
                raise ModelError(f"{path} is a language model of another version", "train it again")
            words = arrays.pop("words").tobytes().decode("utf-8", "surrogatepass").split("\n")
            model = cls(words, header=document["header"], **arrays)
            model._check()
        except ModelError:
            raise
        except OSError as error:
            raise InputError(f"cannot read {path}: {error.strerror}", "check the path") from error
        except Exception as error:  # of damaged files zipfile and numpy complain in a dozen ways
            raise ModelError(other, "train one with train-lm, or name an ARPA file") from error
        return model

    def _check(self) -> None:
        """Raise ValueError where arrays do not go together: kernels do not look."""
        for name, kind in _ARRAYS.items():
            if getattr(self, name).dtype != kind or getattr(self, name).ndim != 1:
                raise ValueError(f"{name} is no row of {kind.__name__}")
        starts, first = self.starts, self.first
        nodes, contexts = int(starts[-1]), int(starts[-2])
        sizes = (
            len(self.units),
            len(self.logs),
            len(self.states),
            len(first) - 1,
            len(self.backoffs),
            len(self.shorter),
        )
        if (
            sizes != (nodes, nodes, nodes, contexts, contexts, contexts)
            or starts[0]
            or starts[1] != len(self.words)
        ):
            raise ValueError("the parts are of different lengths")
        if tuple(self.words[: len(SPECIAL)]) != SPECIAL:
            raise ValueError("the first units have other names")
        if (
            (np.diff(starts) < 0).any()
            or first[0] != starts[1]
            or first[-1] != nodes
            or (np.diff(first) < 0).any()
        ):
            raise ValueError("the n-grams are not in order")
        if self.states.min() < EMPTY or self.states.max() >= contexts:
            raise ValueError("a link leads nowhere")
        for start, stop in pairwise(starts[:-1].tolist()):
            links = self.shorter[start:stop]
            if len(links) and (links.min() < EMPTY or links.max() >= start):
                raise ValueError(
                    "a link does not lead to a shorter n-gram: questions could go round for ever"
                )
        if self.units.max() >= len(self.words):
            raise ValueError("a unit has no word")
