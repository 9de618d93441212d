"""Search against solving everything."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmine.errors import InputError, ModelError
from textmine.similarity.bags import Masses, bags_of, masses_of
from textmine.similarity.pairs import transport_distances
from textmine.similarity.search import TransportIndex

WORDS = 60
ROWS = {str(word): word for word in range(WORDS)}


def texts(random: np.random.Generator, number: int) -> list[list[str]]:
    """Some of them equal, some empty, some without a known word."""
    made = [[str(w) for w in random.integers(-2, WORDS, random.integers(0, 9))] for _ in range(number)]
    return made + made[: number // 4]


def masses(made: list[list[str]], weights: np.ndarray) -> Masses:
    return masses_of(bags_of(made, ROWS), weights)


@settings(max_examples=40)
@given(
    st.integers(0, 2**32 - 1), st.sampled_from(["euclidean", "cosine"]), st.integers(1, 30), st.integers(1, 3)
)
def test_it_finds_what_solving_everything_finds(
    seed: int, kind: Literal["euclidean", "cosine"], top: int, threads: int
) -> None:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(WORDS, 6)).astype(np.float32)
    weights = np.ones(WORDS)
    if kind == "cosine":
        weights = np.linalg.norm(vectors, axis=1).astype(np.float64)
        vectors = (vectors / weights[:, None]).astype(np.float32)
    library = masses(texts(random, 200), weights)
    query = masses(texts(random, 1), weights)
    found = TransportIndex(vectors, kind, library).search(query, top, threads=threads)
    every = np.arange(len(library))
    values, _ = transport_distances(vectors, kind, query, library, (np.zeros_like(every), every))
    order = np.lexsort((every, values))
    order = order[~np.isnan(values[order])][:top]
    assert found.texts.tolist() == order.tolist()
    assert found.distances.tolist() == values[order].tolist()
    assert len(order) <= found.solved <= found.compared or not len(order)


def test_a_saved_index_finds_the_same(tmp_path: Path) -> None:
    random = np.random.default_rng(6)
    vectors, weights = random.normal(size=(WORDS, 6)).astype(np.float32), np.ones(WORDS)
    library, query = masses(texts(random, 80), weights), masses([["1", "2", "3"]], weights)
    index = TransportIndex(vectors, "euclidean", library)
    index.save(tmp_path / "index", {"name": "中"}, weights=weights)
    loaded, header, arrays = TransportIndex.load(tmp_path / "index")
    assert header == {"name": "中"}
    assert arrays["weights"].tolist() == weights.tolist()
    a, b = index.search(query, 7), loaded.search(query, 7)
    assert (a.texts.tolist(), a.distances.tolist(), a.solved) == (
        b.texts.tolist(),
        b.distances.tolist(),
        b.solved,
    )


def test_files_that_are_no_index_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with pytest.raises(InputError, match="No such file"):
        TransportIndex.load(path)
    np.savez(path.with_suffix(".npz"), a=np.ones(3))
    with pytest.raises(ModelError, match="no index"):
        TransportIndex.load(path.with_suffix(".npz"))
    TransportIndex(np.eye(WORDS, dtype=np.float32), "cosine", masses([["1"]], np.ones(WORDS))).save(path, {})
    whole = path.read_bytes()
    for name, values in {
        "starts": [0, 2],
        "rows": [WORDS],
        "units": [1],
        "used": [-1],
        "compact": [1],
    }.items():
        with np.load(path) as archive:
            members = {key: archive[key] for key in archive.files}
        members[name] = np.array(values, members[name].dtype)
        np.savez(tmp_path / "wrong.npz", **members)
        with pytest.raises(ModelError, match="damaged"):
            TransportIndex.load(tmp_path / "wrong.npz")
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(ModelError):
            TransportIndex.load(path)


def test_most_texts_need_not_be_solved() -> None:
    random = np.random.default_rng(5)
    centres = random.normal(size=(10, 8)) * 5
    vectors = (centres[np.arange(WORDS) % 10] + random.normal(size=(WORDS, 8))).astype(np.float32)
    topics = [[str(w) for w in random.choice(np.arange(topic, WORDS, 10), 5)] for topic in range(10)] * 40
    library = masses(topics, np.ones(WORDS))
    found = TransportIndex(vectors, "euclidean", library).search(masses(topics[:1], np.ones(WORDS)), 5)
    assert found.distances[0] == 0
    assert found.solved < found.compared / 2


@pytest.mark.parametrize("made", [[], [[]], [["-1"]]])
def test_texts_without_known_words_are_not_found(made: list[list[str]]) -> None:
    vectors, weights = np.eye(WORDS, dtype=np.float32), np.ones(WORDS)
    index = TransportIndex(vectors, "euclidean", masses(made, weights))
    assert index.search(masses([["1"]], weights)).texts.size == 0
    full = TransportIndex(vectors, "euclidean", masses([["1"]], weights))
    assert full.search(masses([[]], weights)).texts.size == 0


def test_all_that_are_equal_to_the_query_count_by_their_order() -> None:
    """1 - <x, x> is not quite 0 in float32, so the bounds of equal texts are not either."""
    random = np.random.default_rng(7)
    vectors = random.normal(size=(WORDS, 6))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    same = [["3", "7", "7", "20"]] * 200
    library, query = masses(same, np.ones(WORDS)), masses(same[:1], np.ones(WORDS))
    found = TransportIndex(vectors, "cosine", library).search(query, 50)
    assert found.texts.tolist() == list(range(50))
    assert not found.distances.any()
