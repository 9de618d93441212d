"""Where the texts of both sides come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from textmine.corpus import Corpus
from textmine.errors import InputError
from textmine.similarity import sides
from textmine.similarity.sides import Sample, Sides


def test_the_sample_ends_where_it_is_long_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sides, "SAMPLE_CHARACTERS", 5)
    assert Sides.of_texts(["abc", "de"]).sample() == Sample(["abc", "de"], 1, 2, True)
    assert Sides.of_texts(["abc", "de", "f"]).sample() == Sample(["abc", "de"], 1, 2, False)
    assert Sides.of_texts(["abc", "defg"]).sample() == Sample(["abc", "de"], 1, 2, False)
    assert Sides.of_texts([]).sample() == Sample([], 1, 0, True)
    monkeypatch.setattr(sides, "SAMPLE", 1)
    assert Sides.of_texts(["a"], ["b", "c"]).sample() == Sample(["a", "b"], 2, 1, False)
    assert Sides.of_texts(["a"], ["b", "c"]).sample(of_b_alone=True) == Sample(["b"], 1, 1, False)


def test_couples_of_two_corpora_are_as_many_of_both(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x\ny\n")
    (tmp_path / "b").write_text("z\n")
    with Corpus([tmp_path / "a"]) as a, Corpus([tmp_path / "b"]) as b:
        both = Sides.of_corpora(a, b)
        assert (list(both.a()), list(both.b()), both.same) == (["x", "y"], ["z"], False)
        with pytest.raises(InputError, match="B ends after 1 line, the other goes on"):
            list(both.couples())
        assert list(Sides.of_corpora(a, a).couples()) == [("x", "x"), ("y", "y")]


def test_pairs_of_a_corpus(tmp_path: Path) -> None:
    (tmp_path / "pairs").write_text("x\ty\nz\tw\tmore\n")
    with Corpus([tmp_path / "pairs"]) as corpus:
        pairs = Sides.of_pairs(corpus)
        assert list(pairs.couples()) == [("x", "y"), ("z", "w")] and pairs.wider == 1
        assert (list(pairs.a()), list(pairs.b())) == (["x", "z"], ["y", "w"])
    (tmp_path / "pairs").write_text("x\n")
    with (
        Corpus([tmp_path / "pairs"]) as corpus,
        pytest.raises(InputError, match="pairs, line 1: no tab"),
    ):
        list(Sides.of_pairs(corpus).couples())
