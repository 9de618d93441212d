from __future__ import annotations

import heapq
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.corpus import Corpus
from textmine.corpus.token_store import TokenStore, encode_tokens
from textmine.errors import InputError
from textmine.vectors.word2vec import (
    Architecture,
    Loss,
    Settings,
    Tables,
    _Training,
    huffman_paths,
    train_word2vec,
)

NOVEL = Path(__file__).parents[2] / "data" / "three-kingdoms.txt"
KINDS: list[tuple[Architecture, Loss]] = [
    (architecture, loss)
    for architecture in ("skipgram", "cbow")
    for loss in ("negative", "hierarchical", "random-softmax")
]


def encode(text: str, folder: Path, min_count: int = 1) -> TokenStore:
    path = folder / "text.txt"
    path.write_text(text, encoding="utf-8")
    with Corpus([str(path)]) as corpus:
        return encode_tokens(corpus, str(folder), min_count=min_count)


@pytest.fixture(scope="module")
def novel(tmp_path_factory: pytest.TempPathFactory) -> TokenStore:
    """The characters of a part of the novel: 100,000, enough for several chunks and groups."""
    text = NOVEL.read_text(encoding="utf-8")[:100_000]
    spaced = "\n".join(" ".join(line) for line in text.splitlines())
    return encode(spaced, tmp_path_factory.mktemp("novel"), min_count=2)


@pytest.fixture(scope="module")
def topics(tmp_path_factory: pytest.TempPathFactory) -> TokenStore:
    """Lines of words of one of four topics each, 50 words to a topic."""
    random = np.random.default_rng(3)
    lines = (
        " ".join(f"{'abcd'[topic]}{word}" for word in random.integers(0, 50, 12))
        for topic in random.integers(0, 4, 2_000)
    )
    return encode("\n".join(lines), tmp_path_factory.mktemp("topics"))


@pytest.mark.parametrize(("architecture", "loss"), KINDS)
def test_words_of_a_topic_come_together(topics: TokenStore, architecture: Architecture, loss: Loss) -> None:
    settings = Settings(architecture, loss, dim=16, epochs=4, sample=0, learning_rate=0.1)
    vectors = train_word2vec(topics, settings, threads=2)
    rows = vectors.matrix / np.linalg.norm(vectors.matrix, axis=1, keepdims=True)
    nearest = np.argsort(-(rows @ rows.T), axis=1)[:, 1:6]
    names = np.array([word[0] for word in vectors.words])
    assert (names[nearest] == names[:, None]).mean() > 0.95


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(tables="shared", optimizer="adagrad"),
        Settings(loss="random-softmax", lookahead=True),
        Settings(loss="random-softmax", tables="two"),
        Settings("cbow"),
        Settings(loss="hierarchical"),
    ],
    ids=str,
)
def test_the_same_bytes_for_any_number_of_threads(novel: TokenStore, settings: Settings) -> None:
    settings = replace(settings, dim=20, epochs=2)
    one, many, other = (
        train_word2vec(novel, replace(settings, seed=seed), threads=threads)
        for seed, threads in ((1, 1), (1, 8), (2, 8))
    )
    assert one.matrix.tobytes() == many.matrix.tobytes() and one.header == many.header
    assert one.matrix.tobytes() != other.matrix.tobytes()
    assert np.isfinite(one.matrix).all()


@pytest.mark.parametrize("tables", ["two", "shared"])
def test_parts_of_a_round_share_no_vectors(novel: TokenStore, tables: Tables) -> None:
    chunk = _Training(novel, Settings(tables=tables), threads=1)._prepare(1, 0, 60_000)
    done = np.zeros(chunk.targets.size, np.int64)
    for parts in chunk.rounds:
        seen: list[set[tuple[int, int]]] = []
        for first, last in parts:
            done[first:last] += 1
            output = 0 if tables == "shared" else 1
            seen.append(
                {(0, word) for word in chunk.members[first:last].tolist()}
                | {(output, word) for word in chunk.targets[first:last].tolist()}
            )
        assert len(set().union(*seen)) == sum(map(len, seen))
    assert len(chunk.rounds) > 1 and (done == 1).all()
    for g in range(int(chunk.group.max()) + 1):  # others come from the target's group
        assert (chunk.group[chunk.words[chunk.slots[g] : chunk.slots[g + 1]]] == g).all()


def test_what_comes_of_it(novel: TokenStore) -> None:
    heard: list[tuple[int, float]] = []
    stages: list[tuple[str, int, int | None]] = []
    vectors = train_word2vec(
        novel,
        Settings("cbow", dim=8, epochs=2),
        on_epoch=lambda epoch, loss: heard.append((epoch, loss)),
        on_progress=lambda *stage: stages.append(stage),
    )
    assert vectors.words == novel.vocabulary.words and vectors.counts is novel.vocabulary.counts
    assert vectors.matrix.shape == (len(vectors.words), 8)
    assert [loss for _, loss in heard] == vectors.header["losses"]
    assert vectors.header["architecture"] == "cbow" and vectors.header["negative"] == 5
    assert {stage for stage, _, _ in stages} == {"epoch 1 of 2", "epoch 2 of 2"}
    assert all(total is not None and 0 <= done <= total for _, done, total in stages)


def test_lookahead_goes_half_the_way(tmp_path: Path) -> None:
    store = encode("a b c d e\n" * 50, tmp_path)
    settings = Settings("cbow", dim=4, epochs=1, sample=0)
    start = train_word2vec(store, replace(settings, learning_rate=1e-9)).matrix
    end = train_word2vec(store, settings).matrix
    ahead = train_word2vec(store, replace(settings, lookahead=True)).matrix
    assert ahead == pytest.approx((start + end) / 2, abs=1e-6)


@pytest.mark.parametrize("text", ["a\nb\na", "a"])
def test_no_pairs(text: str, tmp_path: Path) -> None:
    for architecture, loss in KINDS:
        with pytest.raises(InputError, match="no two words stand near each other"):
            train_word2vec(encode(text, tmp_path), Settings(architecture, loss))


def test_one_word(tmp_path: Path) -> None:
    for architecture, loss in KINDS:
        vectors = train_word2vec(encode("a a a a a\n" * 9, tmp_path), Settings(architecture, loss, sample=0))
        assert np.isfinite(vectors.matrix).all()


def test_a_tree_needs_two_tables(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="two tables"):
        train_word2vec(encode("a b", tmp_path), Settings(loss="hierarchical", tables="shared"))


@given(st.lists(st.integers(1, 1_000), min_size=1, max_size=60))
def test_huffman_paths(counts: list[int]) -> None:
    starts, nodes, codes = huffman_paths(np.array(counts))
    cost, heap = 0, list(counts)
    heapq.heapify(heap)
    while len(heap) > 1:
        heapq.heappush(heap, merged := heapq.heappop(heap) + heapq.heappop(heap))
        cost += merged
    assert (np.diff(starts) * counts).sum() == cost
    below: dict[tuple[int, int], int] = {}  # node and branch -> the node or leaf there
    for word in range(len(counts)):
        path = slice(starts[word], starts[word + 1])
        child = -1 - word
        for node, code in zip(nodes[path].tolist(), codes[path].tolist(), strict=True):
            assert below.setdefault((node, code), child) == child
            child = node
    assert len(below) == 2 * (len(counts) - 1)
