"""Backgrounds by what names them."""

from __future__ import annotations

from math import nan
from pathlib import Path

import pytest

from textmine.corpus import Corpus
from textmine.corpus.normalise import Normalisation
from textmine.errors import InputError, TextmineError
from textmine.terms.background import Background, count_background
from textmine.terms.backgrounds import read_backgrounds

NOVEL = Path(__file__).parents[2] / "data" / "three-kingdoms.txt"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that may be given as a background."""
    folder = tmp_path_factory.mktemp("sources")
    other = folder / "other.txt"
    other.write_text("".join(NOVEL.open(encoding="utf-8").readlines()[60:200]), "utf-8")
    count_background([other]).save(folder / "good.stats")
    good = (folder / "good.stats").read_bytes()
    (folder / "cut.stats").write_bytes(good[:5000])
    (folder / "flipped.stats").write_bytes(good[:9000] + bytes([good[9000] ^ 255]) + good[9001:])
    (folder / "binary").write_bytes(bytes(range(256)) * 9)
    (folder / "english.txt").write_text("core dump, core dump\n" * 9)
    count_background([other], normalise=["lower", "nfkc"]).save(folder / "lower.stats")
    return folder


def read(folder: Path, *sources: str, normalise: tuple[Normalisation, ...] = ()) -> list[Background]:
    with pytest.MonkeyPatch.context() as patch, Corpus([NOVEL], normalise=normalise) as like:
        patch.chdir(folder)
        return read_backgrounds(sources, like)


@pytest.mark.parametrize(
    ("source", "normalise", "said"),
    [
        ("gone.txt", (), "there is no file gone.txt; "),
        ("gone/*.txt", (), "nothing matches gone/.*txt; "),
        ("binary", (), "binary holds NUL bytes"),
        ("cut.stats", (), "cut.stats is no background, or damaged; "),
        ("flipped.stats", (), "flipped.stats is no background, or damaged; "),
        ("good.stats", ("nfkc",), "good.stats was written with no `normalise`; use the same for both"),
        ("lower.stats", ("lower",), "written with `normalise` lower `normalise` nfkc; use the same for both"),
        ("wordfreq:xx", (), "there are no word frequencies 'wordfreq:xx'; write wordfreq: and one of "),
    ],
)
def test_sources_that_will_not_do(
    folder: Path, source: str, normalise: tuple[Normalisation, ...], said: str
) -> None:
    with pytest.raises(TextmineError, match=said) as caught:
        read(folder, "english.txt", source, normalise=normalise)
    assert "\n" not in str(caught.value)


def test_sources_by_their_kind(folder: Path) -> None:
    """Lists by name, then files, each for itself, in their order; texts together, after them."""
    found = read(folder, "english.txt", "good.stats", "jieba", "english.txt")
    assert [one.name for one in found] == ["jieba", "good.stats", "text"]
    assert found[2].counts([], [("core", "dump")]).tolist() == [36]
    (same,) = read(folder, "lower.stats", normalise=("nfkc", "lower", "nfkc"))
    assert same.name == "lower.stats"


def test_a_pattern_matches_files_of_all_kinds(folder: Path) -> None:
    """Counts are not taken for text, and lists of words are told from text by their lines."""
    (folder / "own.list").write_text("曹操 12 nr\nmachine learning\t3\n", "utf-8")
    found = read(folder, "goo*", "own.*", "english.t?t")
    assert [one.name for one in found] == ["good.stats", "own.list", "text"]
    assert found[1].counts(["曹操", "Machine Learning", "刘备"], []).tolist() == pytest.approx(
        [12, 3, nan], nan_ok=True
    )
    with pytest.raises(InputError, match=r"nothing matches gone\*"):
        read(folder, "gone*")


def test_who_hears_of_them(folder: Path) -> None:
    """Those from files, and the corpus of a text."""
    heard = []
    sources = (folder / "good.stats", "jieba", folder / "english.txt")
    with Corpus([NOVEL]) as like:
        read_backgrounds(sources, like, on_background=lambda *told: heard.append(told))
    assert [(name, corpus is None) for name, _, corpus in heard] == [
        (str(folder / "good.stats"), True),
        (str(folder / "english.txt"), False),
    ]
