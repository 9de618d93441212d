"""Texts that are searched, and the index file that keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from textmine.errors import InputError, ModelError
from textmine.similarity.build import build_measure
from textmine.similarity.index import TextIndex
from textmine.similarity.measures import Metric
from textmine.similarity.search import TransportIndex
from textmine.similarity.similarity import Similarity
from textmine.vectors.model import WordVectors

TEXTS = ["d", "a", "x", "a c", "b a", "c c"]


def similarity(metric: Metric = "wmd") -> Similarity:
    matrix = np.random.default_rng(1).normal(size=(4, 3)).astype(np.float32)
    convert = None if metric == "cosine" else "none"
    return Similarity(build_measure(WordVectors(list("abcd"), matrix), metric, [], convert=convert))


@pytest.mark.parametrize("metric", ["wmd", "wrd", "sinkhorn", "cosine"])
def test_the_nearest_are_found(metric: Metric) -> None:
    texts = similarity(metric)
    index = texts.index(TEXTS)
    distances = texts.matrix(["a b"], TEXTS)[0]
    order = [place for place in np.argsort(distances, kind="stable").tolist() if place != 2]
    hits = index.search("a b", 3)
    assert hits.b.tolist() == order[:3] and len(hits) == 3 and not hits.empty
    assert hits.distances == pytest.approx(distances[order[:3]], abs=1e-12)
    assert index.search("a b", None).b.tolist() == order
    assert index.search("a b", 2, without=order[0]).b.tolist() == order[1:3]
    assert index.search("x").empty and len(index.search("x")) == 0
    assert (
        index.empty == 1 and len(index) == 6 and (index.metric is None) == (metric in ("sinkhorn", "cosine"))
    )


def test_each_text_but_for_itself() -> None:
    index = similarity().index(TEXTS)
    heard: list[int] = []
    found = index.search_each(
        lambda: iter(TEXTS), 1, own=True, on_progress=lambda stage, done, total: heard.append(done)
    )
    pairs = [(query, hits.a.tolist(), hits.b.tolist()) for query, hits in found]
    assert [query for query, _, _ in pairs] == TEXTS and heard == [1, 2, 3, 4, 5, 6]
    assert all(a == [number] and b != [number] for number, (_, a, b) in enumerate(pairs) if number != 2)
    assert pairs[2] == ("x", [], [])


@pytest.mark.parametrize("metric", ["wmd", "wrd"])
def test_an_index_in_a_file(metric: Metric, tmp_path: Path) -> None:
    made = similarity(metric).index(iter(TEXTS), keep=True)
    made.save(tmp_path / "index", "whitespace")
    index = TextIndex.load(tmp_path / "index")
    assert (index.metric, index.tokenizer, len(index)) == (metric, "whitespace", 6)
    assert index.texts is not None and [index.texts[place] for place in range(6)] == TEXTS
    one, other = made.search("a b", 4), index.search("a b", 4)
    assert one.b.tolist() == other.b.tolist() and one.distances.tolist() == other.distances.tolist()


def test_what_is_not_kept_has_no_file(tmp_path: Path) -> None:
    for index in (similarity().index(TEXTS), similarity("cosine").index(TEXTS, keep=True)):
        with pytest.raises(ValueError, match="an index file is of"):
            index.save(tmp_path / "index", "whitespace")


def test_an_index_stays_with_its_lexicon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lexicon").write_text("a\nb\nc\nd\n")
    monkeypatch.chdir(tmp_path)
    made = similarity().index(TEXTS, keep=True)
    made.save(Path("index"), "lexicon")
    monkeypatch.undo()
    index = TextIndex.load(tmp_path / "index")
    assert index.tokenizer == str(tmp_path / "lexicon")
    assert index.search("a b").b.tolist() == made.search("a b").b.tolist() != []
    (tmp_path / "lexicon").write_text("ab\n")
    with pytest.raises(InputError, match="is not what it was"):
        TextIndex.load(tmp_path / "index")
    (tmp_path / "lexicon").unlink()
    with pytest.raises(InputError, match="which is not there"):
        TextIndex.load(tmp_path / "index")


def test_a_damaged_index_is_told(tmp_path: Path) -> None:
    whole = tmp_path / "index"
    similarity().index(TEXTS, keep=True).save(whole, "whitespace")
    index, header, arrays = TransportIndex.load(whole)
    broken: dict[str, tuple[dict[str, object], Mapping[str, object]]] = {
        **{f"no {name}": (header, {**arrays, name: None}) for name in arrays},
        **{f"no {name}": ({**header, name: None}, arrays) for name in ("metric",)},
        "no header": ({}, arrays),
        "fewer words": (header, {**arrays, "words": arrays["words"][:1]}),
        "fewer texts": (header, {**arrays, "texts": arrays["texts"][:1]}),
        "fewer ends": (header, {**arrays, "ends": arrays["ends"][:1]}),
        "no UTF-8": (header, {**arrays, "texts": np.full_like(arrays["texts"], 0xFF)}),
    }
    for name, (head, members) in broken.items():
        kept = {member: array for member, array in members.items() if array is not None}
        # The header's values are objects here, what JSON can hold there: the wrong ones are what is tested.
        index.save(tmp_path / "broken", head, **kept)  # type: ignore[arg-type]
        with pytest.raises(ModelError, match="damaged"):
            broken_index = TextIndex.load(tmp_path / "broken")
            assert broken_index.texts is not None
            raise AssertionError(f"{name}: {broken_index.texts[0]}")
