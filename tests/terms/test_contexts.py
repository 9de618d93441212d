from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.reference import Gram
from tests.stores import store_of, stream
from tests.terms import reference_contrast as reference
from textmine.corpus import store as store_module
from textmine.corpus.store import UnitStore
from textmine.counts.ngrams import count_ngrams
from textmine.counts.places import Places
from textmine.counts.trie import NgramTrie
from textmine.progress import silent
from textmine.terms import contexts as module
from textmine.terms.contexts import ROUNDS, SURE, context_weight


@dataclass
class Counted:
    store: UnitStore
    trie: NgramTrie
    places: Places

    def grams(self, nodes: NDArray[np.int64]) -> list[Gram]:
        return [*map(tuple, self.trie.units_of(nodes))]

    def weights(
        self, nodes: NDArray[np.int64], score: NDArray[np.float64], threads: int | None = 1
    ) -> NDArray[np.float64]:
        return context_weight(self.store, self.trie, self.places, nodes, score, threads)

    def expected(self, nodes: NDArray[np.int64], score: NDArray[np.float64], sure: int = SURE) -> list[float]:
        named = dict(zip(self.grams(nodes), score.tolist(), strict=True))
        return reference.context_weights(stream(self.store), named, ROUNDS, sure)


def counted(text: str, directory: str | Path, longest: int, min_count: int, room: int = 1 << 26) -> Counted:
    store = store_of(text, directory)
    places = Places(store, str(directory), room)
    trie = count_ngrams(
        store,
        max_length=longest,
        min_count=min_count,
        room=1 << 26,
        directory=str(directory),
        threads=1,
        on_progress=silent,
        places=places,
    )
    places.complete(trie, 1, silent)
    return Counted(store, trie, places)


@settings(max_examples=50)
@given(
    st.text(st.sampled_from("甲甲甲乙乙丙丁，\n"), min_size=20, max_size=150),
    st.integers(1, 5),
    st.integers(2, 3),
    st.integers(0, 99),
    st.sampled_from([1, 2, 7, 1 << 19]),
    st.sampled_from([1, 3, 500]),
)
def test_against_the_plain_version(
    text: str, longest: int, min_count: int, seed: int, chunk: int, sure: int
) -> None:
    """Some n-grams in any order; the best few, or all, show where terms stand."""
    with TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "CHUNK", chunk)
        patch.setattr(module, "SURE", sure)
        made = counted(f"甲{text}甲甲", directory, longest, min_count, room=(seed % 2) << 26)
        generator = np.random.default_rng(seed)
        nodes = generator.permutation(np.flatnonzero(generator.random(made.trie.count.size) < 0.6))
        score = generator.uniform(-1, 3, nodes.size)
        found = made.weights(nodes, score, threads=1 + seed % 3)
        assert found.dtype == np.float64 and found.shape == nodes.shape
        assert found == pytest.approx(made.expected(nodes, score, sure))


def text_of(words: list[str], size: int, seed: int) -> str:
    ranks = np.random.default_rng(seed).zipf(1.3, size) % len(words)
    return "".join(words[rank] + ("\n" if i % 17 == 16 else " ") for i, rank in enumerate(ranks.tolist()))


def test_threads_and_where_places_are_kept_make_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bits, as floating point sums depend on their order."""
    monkeypatch.setattr(store_module, "CHUNK", 300)
    text = text_of([f"w{i}" for i in range(80)], 5000, 1)
    made = counted(text, tmp_path, 4, 2)
    nodes = np.flatnonzero(made.trie.count >= 3)
    score = np.random.default_rng(2).uniform(0, 9, nodes.size)
    expected = made.weights(nodes, score)
    assert expected == pytest.approx(made.expected(nodes, score))
    assert nodes.size > SURE and len(list(made.store.chunks())) > 10
    for threads in (2, 4, None):
        assert made.weights(nodes, score, threads).tobytes() == expected.tobytes()
    (tmp_path / "file").mkdir()
    on_disk = counted(text, tmp_path / "file", 4, 2, room=0)
    assert on_disk.weights(nodes, score, 2).tobytes() == expected.tobytes()
    assert np.array_equal(made.weights(nodes[::-1], score[::-1]), expected[::-1])


def test_what_stands_where_terms_stand_weighs_more(tmp_path: Path) -> None:
    """Terms follow "the" and precede "is"; "like" and "one" stand elsewhere, one as often as the other."""
    terms = [f"term{i}" for i in range(20)]
    lines = [f"so the {term} is good" for term in terms] + ["so the like is good", "good one so"]
    made = counted("\n".join(lines * 5), tmp_path, 1, 2)
    names = [*terms, "like", "one"]
    nodes = np.array([made.store.spellings.index(name) - made.store.first_word for name in names])
    assert [gram[0] for gram in made.grams(nodes)] == [made.store.spellings.index(name) for name in names]
    found = made.weights(nodes, np.array([1.0] * 20 + [0.5, 0.5]))
    assert found[20] > 3 > 1 > found[21]


def test_no_terms(tmp_path: Path) -> None:
    made = counted("甲乙甲乙", tmp_path, 2, 2)
    assert made.weights(np.array([], np.int64), np.array([])).shape == (0,)
