from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from textmine.corpus.token_store import Vocabulary
from textmine.counts.cooccurrence import Cooccurrences
from textmine.errors import InputError, ModelError
from textmine.kernels import glove as kernels
from textmine.vectors import glove as module
from textmine.vectors.glove import Settings, train_glove
from textmine.vectors.model import WordVectors
from textmine.vectors.records import GROUPS
from textmine.vectors.schedule import tournament

WORDS = 40


def counts(symmetric: bool = True, words: int = WORDS, seed: int = 3) -> Cooccurrences:
    random = np.random.default_rng(seed)
    matrix = random.poisson(2 / np.add.outer(np.arange(1, words + 1), np.arange(1, words + 1)) * 30)
    if symmetric:
        matrix = np.triu(matrix)
    rows, columns = np.nonzero(matrix)
    total = np.sort(random.integers(50, 5000, words))[::-1].astype(np.int64)
    vocabulary = Vocabulary([f"w{i}" for i in range(words)], total)
    weights = matrix[rows, columns].astype(np.int64)
    return Cooccurrences(
        vocabulary, rows.astype(np.int32), columns.astype(np.int32), weights, 1, symmetric, 5
    )


def losses(vectors: WordVectors) -> list[float]:
    return list(vectors.header["losses"])


def records(found: Cooccurrences, settings: Settings, both: bool) -> list[tuple[int, int, float, float]]:
    """(row, column, target, weight) by the formulas, without blocks."""
    pairs = {
        (int(i), int(j)): int(x) for i, j, x in zip(found.rows, found.columns, found.weights, strict=True)
    }
    if both:
        pairs |= {(j, i): x for (i, j), x in pairs.items()}
    simpler = settings.objective == "simpler"
    n = found.vocabulary.counts
    sides = 2 if found.symmetric and not both else 1
    total = sides * sum(x for (i, j), x in pairs.items() if i != j)
    out = []
    for (i, j), x in pairs.items():
        if simpler and i == j:
            continue
        target = math.log(x * float(n.sum()) ** 2 / (total * n[i] * n[j])) if simpler else math.log(x)
        x_max = settings.x_max or (100 if simpler else 10)
        weight = (x / x_max) ** settings.alpha
        out.append((i, j, target, min(weight, 1) if settings.truncate else weight))
    return out


def row_of(word: int) -> int:
    per_group = -(-WORDS // GROUPS)
    return word % GROUPS * per_group + word // GROUPS


def plain_epoch(
    training: module._Training,
    tables: list[NDArray[np.float64]],
    settings: Settings,
    rate: float,
    number: int,
) -> float:
    """One epoch in Python, record by record, in the order of the blocks; tables as of `training`."""
    cost = 0.0
    rounds = tournament(GROUPS)
    order = np.random.default_rng([settings.seed, 2, number]).permutation(len(rounds))
    u, gu, v, gv = (tables * 2)[:4]
    for g, h in (block for i in order for block in rounds[i]):
        block = training._records.block(g, h)
        for a, b, t, f in zip(
            training._records.left[block].tolist(), training._records.right[block].tolist(),
            training._records.targets[block].tolist(), training._records.weights[block].tolist(), strict=True,
        ):  # fmt: skip
            error = float(u[a] @ v[b]) - t
            cost += f * error * error / 2
            x, y = u[a].copy(), v[b].copy()
            if settings.objective == "simpler":
                to_x, to_y = f * error * y, f * error * x
                gu[a] += to_x**2
                gv[b] += to_y**2
                u[a] = x - rate * to_x / np.sqrt(gu[a])
                v[b] = y - rate * to_y / np.sqrt(gv[b])
            else:
                to_x = rate * np.clip(f * error * y, -100, 100)
                to_y = rate * np.clip(f * error * x, -100, 100)
                u[a] = x - to_x / np.sqrt(gu[a])
                v[b] = y - to_y / np.sqrt(gv[b])
                gu[a] += to_x**2
                gv[b] += to_y**2
                v[b, settings.dim] = 1
                u[a, settings.dim + 1] = 1
    return float(cost / training._records.left.size)


SETTINGS = [
    Settings(dim=5, epochs=3),
    Settings(dim=16, epochs=3, tables="concat", truncate=False, x_max=5),
    Settings(dim=5, epochs=3, tables="sum"),
    Settings(dim=5, epochs=3, objective="glove"),
]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("symmetric", [True, False])
def test_against_a_plain_trainer(settings: Settings, symmetric: bool) -> None:
    if not symmetric and settings.tables is None and settings.objective == "simpler":
        settings = Settings(dim=5, epochs=3, tables="sum")
    found = counts(symmetric)
    training = module._Training(found, settings)
    tables = [array.astype(np.float64) for array in training.arrays]
    wanted = []
    for number in range(1, settings.epochs + 1):
        falling = 1 - (number - 1) / settings.epochs if settings.objective == "simpler" else 1
        rate = module.LEARNING_RATE[settings.objective] * falling
        wanted.append(plain_epoch(training, tables, settings, rate, number))
    vectors = train_glove(found, settings, threads=2)
    assert losses(vectors) == pytest.approx(wanted, rel=1e-3)
    places = [row_of(word) for word in range(WORDS)]
    one = tables[0][places, : settings.dim]
    other = tables[-2][places, : settings.dim]
    mode = vectors.header["tables"]
    matrix = {"shared": one, "concat": np.concatenate([one, other], axis=1), "sum": one + other}[mode]
    np.testing.assert_allclose(vectors.matrix, matrix, rtol=5e-3, atol=5e-4)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("symmetric", [True, False])
def test_every_record_is_in_its_block(settings: Settings, symmetric: bool) -> None:
    if not symmetric and settings.tables is None and settings.objective == "simpler":
        settings = Settings(dim=5, tables="sum")
    found = counts(symmetric)
    training = module._Training(found, settings)
    wanted = {
        (row_of(i), row_of(j)): (target, weight)
        for i, j, target, weight in records(found, settings, symmetric and training._tables != "shared")
    }
    dealt = {
        (a, b): (t, f)
        for a, b, t, f in zip(
            training._records.left.tolist(), training._records.right.tolist(),
            training._records.targets.tolist(), training._records.weights.tolist(), strict=True,
        )
    }  # fmt: skip
    assert len(dealt) == training._records.left.size
    assert dealt.keys() == wanted.keys()
    for pair, values in wanted.items():
        assert dealt[pair] == pytest.approx(values, rel=1e-5, abs=1e-6)
    per_group = -(-WORDS // GROUPS)
    for g in range(GROUPS):
        for h in range(GROUPS):
            block = training._records.block(g, h)
            groups = {
                (min(a, b), max(a, b))
                for a, b in zip(
                    (training._records.left[block] // per_group).tolist(),
                    (training._records.right[block] // per_group).tolist(),
                    strict=True,
                )
            }
            assert groups <= {(g, h)}


@pytest.mark.parametrize("objective", ["simpler", "glove"])
def test_a_step_goes_along_the_gradient(objective: str) -> None:
    """Where the sums of squares are too large to change, a step is -rate / sqrt(G) times the slope of J."""
    random = np.random.default_rng(4)
    dim = 6
    u, v = random.normal(size=(2, 3, 16)).astype(np.float32)
    u[:, dim + 2 :] = v[:, dim + 2 :] = 0
    if objective == "simpler":
        u[:, dim:] = v[:, dim:] = 0
    else:
        v[:, dim] = u[:, dim + 1] = 1
    left, right = np.array([1], np.int32), np.array([2], np.int32)
    target, weight = np.array([0.7], np.float32), np.array([0.3], np.float32)

    def cost(u: NDArray[np.float64], v: NDArray[np.float64]) -> float:
        return float(0.3 * (u[1] @ v[2] - 0.7) ** 2 / 2)

    start = [u.astype(np.float64), v.astype(np.float64)]
    huge = [np.full(u.shape, 1e8, np.float32) for _ in range(2)]
    moved = [u.copy(), v.copy()]
    arguments = left, right, target, weight, moved[0], huge[0], moved[1], huge[1], 1e4 * 0.01
    if objective == "simpler":
        kernels.train_simpler(*arguments)
    else:
        kernels.train_glove(*arguments, dim)
    columns = dim if objective == "simpler" else dim + 1
    for table in range(2):
        free = [k for k in range(columns + 1) if objective == "simpler" or k != dim + 1 - table][: dim + 1]
        for k in free[:columns]:
            step = np.zeros((3, 16))
            step[table + 1, k] = 1e-5
            ahead = [start[i] + (step if i == table else 0) for i in range(2)]
            behind = [start[i] - (step if i == table else 0) for i in range(2)]
            slope = (cost(*ahead) - cost(*behind)) / 2e-5
            taken = (moved[table].astype(np.float64) - start[table])[table + 1, k]
            assert taken == pytest.approx(-0.01 * slope, rel=2e-3, abs=1e-6)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_threads_and_interruptions_do_not_matter(settings: Settings, tmp_path: Path) -> None:
    found = counts()
    whole = train_glove(found, settings, threads=1)
    assert train_glove(found, settings, threads=4).matrix.tobytes() == whole.matrix.tobytes()
    filed = train_glove(found, settings, room=100, directory=str(tmp_path))
    with pytest.raises(FileNotFoundError):  # so it did use files
        train_glove(found, settings, room=100, directory=str(tmp_path / "missing"))
    assert filed.matrix.tobytes() == whole.matrix.tobytes()

    def stop(epoch: int, loss: float) -> None:
        if epoch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_glove(found, settings, checkpoint=tmp_path, on_epoch=stop)
    heard: list[int] = []
    resumed = train_glove(
        found,
        settings,
        checkpoint=tmp_path,
        on_epoch=lambda epoch, loss: heard.append(epoch),
        on_resume=lambda epoch: heard.append(-epoch),
    )
    assert heard == [-1, 2, 3]
    assert resumed.matrix.tobytes() == whole.matrix.tobytes()
    assert losses(resumed) == losses(whole)


def test_a_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    train_glove(counts(), Settings(dim=4, epochs=1), checkpoint=tmp_path)
    with pytest.raises(ModelError, match="another training"):
        train_glove(counts(seed=4), Settings(dim=4, epochs=1), checkpoint=tmp_path)
    with pytest.raises(ModelError, match="another training"):
        train_glove(counts(), Settings(dim=4, epochs=2), checkpoint=tmp_path)
    (tmp_path / "glove.checkpoint.npz").write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(ModelError, match="damaged"):
        train_glove(counts(), Settings(dim=4, epochs=1), checkpoint=tmp_path)


def test_seeds_matter_and_loss_falls() -> None:
    one, other = (train_glove(counts(), Settings(dim=8, epochs=20, seed=seed)) for seed in (1, 2))
    assert not np.array_equal(one.matrix, other.matrix)
    assert losses(one)[-1] < losses(one)[0] / 2


def test_inner_products_come_to_the_mutual_information() -> None:
    found = counts(words=12)
    vectors = train_glove(found, Settings(dim=12, epochs=400, x_max=1))
    products = vectors.matrix @ vectors.matrix.T
    for i, j, target, _ in records(found, Settings(), False):
        assert products[i, j] == pytest.approx(target, abs=0.15)


@pytest.mark.parametrize(
    ("settings", "symmetric"),
    [(Settings(tables="shared"), False), (Settings(tables="shared", objective="glove"), True)],
)
def test_one_table_is_not_for_everything(settings: Settings, symmetric: bool) -> None:
    with pytest.raises(InputError):
        train_glove(counts(symmetric), settings)


def test_no_pairs() -> None:
    empty = counts()
    for name in ("rows", "columns", "weights"):
        setattr(empty, name, getattr(empty, name)[:0])
    with pytest.raises(InputError, match="near each other"):
        train_glove(empty, Settings())
