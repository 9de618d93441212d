"""Word vectors whose inner products are mutual information (simpler GloVe), and GloVe."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.counts.cooccurrence import Cooccurrences
from textmine.errors import InputError, ModelError
from textmine.files import written
from textmine.kernels import glove as kernels
from textmine.parallel import ordered_map
from textmine.progress import Progress, silent
from textmine.vectors.model import WordVectors
from textmine.vectors.records import GROUPS, PIECE, Fit, deal_records
from textmine.vectors.schedule import Block, tournament

Objective: TypeAlias = Literal["simpler", "glove"]
Tables: TypeAlias = Literal["shared", "concat", "sum"]

LANES = 16  # float32 in a vector register: rows are padded to a multiple
LEARNING_RATE = {"simpler": 0.4, "glove": 0.05}
X_MAX = {"simpler": 100.0, "glove": 10.0}  # 10 as in the demonstration of Stanford's program
TABLES: dict[str, Tables] = {"simpler": "shared", "glove": "sum"}


@dataclass(frozen=True)
class Settings:
    """What `train_glove` was asked for; None stands for the default of the objective."""

    objective: Objective = "simpler"
    tables: Tables | None = None
    dim: int = 100
    epochs: int = 15
    x_max: float | None = None
    alpha: float = 0.75
    truncate: bool = True
    learning_rate: float | None = None
    seed: int = 1


def train_glove(
    cooccurrences: Cooccurrences,
    settings: Settings = Settings(),
    *,
    checkpoint: str | Path | None = None,
    room: int | None = None,
    directory: str | None = None,
    threads: int | None = None,
    on_progress: Progress = silent,
    on_epoch: Callable[[int, float], None] | None = None,
    on_resume: Callable[[int], None] | None = None,
) -> WordVectors:
    """Train word vectors on co-occurrences X by weighted least squares.

    "simpler" (Su, A simpler GloVe, 2017): J = 1/2 sum f(X_ij) (<u_i, v_j> - log(X_ij N^2 / (T n_i n_j)))^2,
    so that <u_i, v_j> is the pointwise mutual information of i and j; no biases; pairs of a word with itself
    are left out. n are the counts of the words (after thinning out), N their sum, T the sum of X off the
    diagonal. "glove" (Pennington, Socher, Manning, 2014): target log X_ij with a bias for each word and
    context. f(x) = min(1, (x / x_max)^alpha), without the bound unless `truncate`. AdaGrad with sums that
    begin at 1; for "simpler" the learning rate falls with each epoch, by equal steps, to 1 / epochs of what
    it was at first.

    Tables: "shared" has v = u; "concat" and "sum" train two and give both side by side (2 dim columns) or
    added. The header of the result has the settings and `losses`, after each epoch J per record as met on the
    way. A record is one pair i < j with a shared table on symmetric counts, else one entry of X.

    Words are dealt to 16 groups by frequency rank modulo 16. A round trains blocks of two groups that share
    no group, so any number of threads gives the same bytes. The order inside a block is shuffled once, the
    rounds before each epoch.

    `checkpoint`, a folder, gets the state after each epoch; a run that finds a state of the same training
    there goes on from it and ends in the same bytes; `on_resume(epoch)` hears after which epoch.
    `on_epoch(epoch, loss)` hears the loss.

    Raises InputError where nothing is left to train on, ModelError where `checkpoint` holds another training
    or the loss grows beyond all numbers.
    """
    training = _Training(cooccurrences, settings, room, directory, threads, on_progress)
    state = None if checkpoint is None else _Checkpoint(Path(checkpoint), training.identity())
    losses = state.restore(training.arrays) if state is not None else []
    if losses and on_resume is not None:
        on_resume(len(losses))
    for epoch in range(len(losses) + 1, settings.epochs + 1):
        losses.append(training.epoch(epoch, threads, on_progress))
        if not math.isfinite(losses[-1]):
            raise ModelError(
                "training went astray: the loss is no number any more", "lower the learning rate"
            )
        if on_epoch is not None:
            on_epoch(epoch, losses[-1])
        if state is not None:
            state.save(training.arrays, losses)
    return training.result(losses)


class _Training:
    def __init__(
        self,
        counts: Cooccurrences,
        settings: Settings,
        room: int | None = None,
        directory: str | None = None,
        threads: int | None = None,
        on_progress: Progress = silent,
    ) -> None:
        self._vocabulary = counts.vocabulary
        self._settings = settings
        self._tables = settings.tables or TABLES[settings.objective]
        self._rate = (
            LEARNING_RATE[settings.objective] if settings.learning_rate is None else settings.learning_rate
        )
        if self._tables == "shared" and not counts.symmetric:
            raise InputError("one shared table cannot learn from one-sided counts", "ask for two tables")
        if self._tables == "shared" and settings.objective == "glove":
            raise InputError("GloVe trains two tables, of words and of contexts", "choose concat or sum")
        self._x_max = X_MAX[settings.objective] if settings.x_max is None else settings.x_max
        words = len(counts.vocabulary.words)
        self._per_group = -(-words // GROUPS)
        self._records = deal_records(
            counts,
            self._fit(counts),
            diagonal=settings.objective == "glove",
            both=counts.symmetric and self._tables != "shared",
            seed=settings.seed,
            room=room,
            directory=directory,
            threads=threads,
            on_progress=on_progress,
        )
        self._make_tables()
        self._counts = counts

    def identity(self) -> dict[str, Any]:
        """What tells this training from any other: the header, and a hash of what it learns from."""
        digest = hashlib.sha256("\n".join(self._vocabulary.words).encode("utf-8", "surrogatepass"))
        digest.update(self._vocabulary.counts.tobytes())
        for column in (self._counts.rows, self._counts.columns, self._counts.weights):
            for start in range(0, column.size, PIECE):
                digest.update(column[start : start + PIECE].tobytes())
        return {**self.header(), "data": digest.hexdigest()}

    def header(self) -> dict[str, Any]:
        """The settings with the defaults filled in."""
        return {
            "program": "train-glove",
            **asdict(self._settings),
            "tables": self._tables,
            "x_max": self._x_max,
            "learning_rate": self._rate,
            "window": self._counts.window,
            "unit": self._counts.unit,
            "symmetric": self._counts.symmetric,
            "sample": self._counts.sample,
        }

    def _fit(self, counts: Cooccurrences) -> Fit:
        """The formulas of target and weight."""
        settings = self._settings
        n = counts.occurrences
        log_n = np.log(n)
        off_diagonal = counts.weights.sum() - counts.weights[counts.rows == counts.columns].sum()
        total = float(off_diagonal) / counts.unit * (2 if counts.symmetric else 1)
        constant = 2 * math.log(n.sum()) - math.log(max(total, 1.0))

        def fit(
            rows: NDArray[np.int32], columns: NDArray[np.int32], x: NDArray[np.float64]
        ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
            target = np.log(x)
            if settings.objective == "simpler":
                target += constant - log_n[rows] - log_n[columns]
            weight = (x / self._x_max) ** settings.alpha
            return target, np.minimum(weight, 1) if settings.truncate else weight

        return fit

    def _make_tables(self) -> None:
        settings = self._settings
        random = np.random.default_rng([settings.seed, 1])
        columns = settings.dim + (2 if settings.objective == "glove" else 0)
        shape = (GROUPS * self._per_group, -(-columns // LANES) * LANES)
        self.arrays: list[NDArray[np.float32]] = []
        for table in range(1 if self._tables == "shared" else 2):
            vectors = np.zeros(shape, np.float32)
            vectors[:, :columns] = (random.random((shape[0], columns), np.float32) - 0.5) / settings.dim
            if settings.objective == "glove":
                vectors[:, settings.dim + 1 - table] = 1
            self.arrays += [vectors, np.ones(shape, np.float32)]

    def epoch(self, number: int, threads: int | None, on_progress: Progress) -> float:
        """One pass over all records; J per record."""
        rounds = tournament(GROUPS)
        order = np.random.default_rng([self._settings.seed, 2, number]).permutation(len(rounds))
        rate = self._rate
        if self._settings.objective == "simpler":
            rate *= 1 - (number - 1) / self._settings.epochs
        cost = 0.0
        done = 0
        for blocks in (rounds[i] for i in order.tolist()):
            cost += math.fsum(ordered_map(partial(self._train, rate), blocks, threads))
            done += sum(block.stop - block.start for block in (self._records.block(*pair) for pair in blocks))
            on_progress(f"epoch {number} of {self._settings.epochs}", done, self._records.size)
        return float(cost / self._records.size)

    def _train(self, rate: float, block: Block) -> float:
        records, part = self._records, self._records.block(*block)
        columns = records.left[part], records.right[part], records.targets[part], records.weights[part]
        u, squares_u, v, squares_v = (self.arrays * 2)[:4]  # one table is both
        if self._settings.objective == "glove":
            return float(kernels.train_glove(*columns, u, squares_u, v, squares_v, rate, self._settings.dim))
        return float(kernels.train_simpler(*columns, u, squares_u, v, squares_v, rate))

    def result(self, losses: list[float]) -> WordVectors:
        """The vectors in the order of the vocabulary."""
        rank = np.arange(len(self._vocabulary.words))
        place = rank % GROUPS * self._per_group + rank // GROUPS
        dim = self._settings.dim
        matrix = self.arrays[0][place, :dim]
        if self._tables == "concat":
            matrix = np.concatenate([matrix, self.arrays[2][place, :dim]], axis=1)
        elif self._tables == "sum":
            matrix = matrix + self.arrays[2][place, :dim]
        header = {**self.header(), "losses": losses}
        return WordVectors(self._vocabulary.words, matrix, self._vocabulary.counts, header)


class _Checkpoint:
    """The state after an epoch in one file, replaced as a whole."""

    def __init__(self, folder: Path, identity: dict[str, Any]) -> None:
        self._path = folder / "glove.checkpoint.npz"
        self._identity = identity
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"cannot make the folder {folder}: {error.strerror}", "choose another"
            ) from error

    def restore(self, arrays: list[NDArray[np.float32]]) -> list[float]:
        """Fill the arrays and return the losses so far, where there is a state."""
        if not self._path.exists():
            return []
        try:
            with np.load(self._path, allow_pickle=False) as file:
                header = json.loads(file["header"].tobytes())
                saved = (
                    [file[f"array{i}"] for i in range(len(arrays))]
                    if header["identity"] == self._identity
                    else []
                )
        except Exception as error:
            raise ModelError(f"{self._path} is damaged", "remove it to begin anew") from error
        if not saved:
            raise ModelError(
                f"{self._path} is of another training: other text, vocabulary or options",
                "give another folder, or remove the file",
            )
        for array, values in zip(arrays, saved, strict=True):
            array[:] = values
        return list(header["losses"])

    def save(self, arrays: list[NDArray[np.float32]], losses: list[float]) -> None:
        """Write the state beside the old one, then put it in its place."""
        header = json.dumps({"identity": self._identity, "losses": losses}).encode()
        with written(self._path) as file:
            np.savez(
                file,
                header=np.frombuffer(header, np.uint8),
                **{f"array{i}": array for i, array in enumerate(arrays)},  # type: ignore[arg-type]
            )
