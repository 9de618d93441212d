from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests import reference
from tests.stores import store_of, stream
from textmine.corpus import Corpus
from textmine.corpus import store as store_module
from textmine.corpus.texts import TextSource
from textmine.errors import InputError, ResourceError
from textmine.terms import discover as discover_module
from textmine.terms import finder
from textmine.terms import score as scores
from textmine.terms.background import LONGEST
from textmine.terms.discover import LEAST_COUNT, Discovery, Term, discover_terms
from textmine.terms.finder import Method
from textmine.words.lexicon import Lexicon

DATA = Path(__file__).parents[2] / "data"
PLENTY = 10**10  # the process that runs the tests may have grown large
METHODS: tuple[Method, ...] = get_args(Method)
COLUMNS = ("term", "count", "documents", "cohesion", "left_entropy", "right_entropy", "score")


def discover(source: TextSource, **options: Any) -> Discovery:
    return discover_terms(source, **{"memory": PLENTY, **options})


def found_in(text: str, **options: Any) -> dict[str, Term]:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "text.txt"
        path.write_bytes(text.encode())
        return {term.term: term for term in discover([path], tmp_dir=directory, **options).terms}


def shuffled(words: Sequence[str], times: int, seed: int, joined: str = "") -> str:
    """Lines of ten words each, in any order."""
    order = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(words)), times)).tolist()
    lines = [joined.join(words[i] for i in order[at : at + 10]) for at in range(0, len(order), 10)]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def novel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The beginning of the novel."""
    path = tmp_path_factory.mktemp("novel") / "text.txt"
    path.write_text("".join((DATA / "three-kingdoms.txt").open(encoding="utf-8").readlines()[:120]), "utf-8")
    return path


@pytest.fixture(scope="module")
def terms(novel: Path) -> Discovery:
    return discover([novel])


# what is told of each term


@settings(max_examples=30)
@given(
    st.lists(st.sampled_from(["甲乙", "丙丁戊", "己", "庚辛", "，", "\n", "甲"]), min_size=20, max_size=120),
    st.sampled_from(METHODS),
    st.integers(2, 3),
    st.integers(2, 5),
    st.sampled_from([7, 1 << 19]),
    st.sampled_from([1, 2]),
)
def test_all_figures_are_exact(
    words: list[str], method: Method, min_count: int, longest: int, chunk: int, threads: int
) -> None:
    text = "".join(words)
    assume(text.strip("，\n"))
    with TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "CHUNK", chunk)
        path = Path(directory) / "novel.txt"
        path.write_text(text, "utf-8")
        found = discover([path], method=method, min_count=min_count, max_length=longest, threads=threads)
        store = store_of(text, directory)
        everything = reference.ngrams(stream(store), store.first_word, longest)
    numbers = {spelling: number for number, spelling in enumerate(store.spellings)}
    counts = {gram: near.left.total() for gram, near in everything.items()}
    totals = [sum(counts[gram] for gram in counts if len(gram) == n) for n in range(1, longest + 1)]
    assert (found.min_count, found.max_length, found.unit, found.language) == (
        min_count,
        longest,
        "char",
        None,
    )
    lines = [line for line, _ in reference.documents(text, "line")]
    assert (found.units, found.documents) == (sum(text.count(c) for c in "甲乙丙丁戊己庚辛"), len(lines))
    assert len({term.term for term in found.terms}) == len(found.terms)
    for term in found.terms:
        gram = tuple(numbers[character] for character in term.term)
        near = everything[gram]
        assert term.count == counts[gram] >= min_count
        assert term.documents == sum(term.term in line for line in lines)
        assert term.left_entropy == pytest.approx(reference.entropy(near.left), abs=1e-9)
        assert term.right_entropy == pytest.approx(reference.entropy(near.right), abs=1e-9)
        assert term.cohesion == pytest.approx(reference.cohesion(gram, counts, totals))
        assert np.isfinite(term.score) and not term.examples


def test_the_best_of_the_novel(terms: Discovery) -> None:
    assert {"玄德", "吕布", "貂蝉"} <= {term.term for term in terms.terms[:20]}
    assert (terms.unit, terms.language, terms.min_count, terms.max_length) == ("char", None, 5, 12)
    assert terms.documents == 120
    scores = [term.score for term in terms.terms]
    assert scores == sorted(scores, reverse=True)


def test_words_of_a_spaced_language() -> None:
    found = discover([DATA / "jargon-file.txt"])
    assert (found.unit, found.language) == ("word", "en")
    assert (found.min_count, found.max_length) == (LEAST_COUNT["word"], LONGEST["word"])
    by_name = {term.term: term for term in found.terms}
    assert by_name["hacker"].cohesion is None and by_name["core dump"].cohesion is not None
    assert not {"the", "and", "it is", "of the"} & by_name.keys()
    assert "of" not in {term.term for term in found.terms[:1000]}


def test_a_language_of_ones_own_choice() -> None:
    """Words that are as frequent in English as here are none of the field; in German they would be."""
    path = [DATA / "jargon-file.txt"]
    german = discover(path, language="de", top=100)
    assert german.language == "de"
    assert {"the", "which"} & {term.term.lower() for term in german.terms}


@pytest.mark.parametrize("name", ["three-kingdoms.txt", "jargon-file.txt"])
def test_a_language_that_nobody_knows(name: str, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("".join((DATA / name).open(encoding="utf-8").readlines()[:30]), "utf-8")
    with pytest.raises(InputError, match=r"'xx'; choose one of"):
        discover([path], language="xx")


def test_case_is_folded() -> None:
    text = shuffled(["Bogon flux", "bogon flux", "bogon Flux", "purple wombat", "zork", "fnord"], 4, 1, ". ")
    found = found_in(text)
    assert found["bogon flux"].count == 12 and found.keys() == {
        "bogon flux",
        "purple wombat",
        "zork",
        "fnord",
    }


def test_punctuation_ends_a_term() -> None:
    found = found_in(shuffled(["purple, wombat", "purple. wombat", "purple\nwombat"], 8, 2, "; "))
    assert found.keys() == {"purple", "wombat"}


# parts of longer terms


OTHERS = [chr(0x4E00 + 37 * i) for i in range(60)]


@pytest.mark.parametrize("name", ["曹操", "司马懿", "诸葛孔明"])
def test_what_lives_only_inside_a_longer_term_is_not_listed(name: str) -> None:
    parts = {name[a:b] for a in range(len(name)) for b in range(a + 1, len(name) + 1)}
    found = found_in(shuffled([name, "赵子龙", *OTHERS], 20, 3))
    assert parts & found.keys() == {name}
    assert found[name].count == 20


def test_a_part_with_a_life_of_its_own_is_listed() -> None:
    found = found_in(shuffled(["诸葛孔明", "孔明", "孔明", *OTHERS], 20, 4))
    assert {"诸葛孔明", "孔明"} <= found.keys()
    assert (found["诸葛孔明"].count, found["孔明"].count) == (20, 60)
    assert not {"诸葛", "诸葛孔", "葛孔明", "葛孔"} & found.keys()


def test_parts_of_phrases_are_folded_too() -> None:
    found = found_in(shuffled(["purple wombat nest", "zork", "fnord", "quux"], 12, 5, ". "))
    assert found.keys() == {"purple wombat nest", "zork", "fnord", "quux"}


def test_a_whole_that_is_hardly_a_term_does_not_take_the_place_of_a_part() -> None:
    """Every zork is followed by an "of", which is somewhat more frequent here than in other English."""
    found = found_in(
        shuffled(["zork of", "fnord", *(f"quux{i}" for i in range(20))], 12, 5, ". "), language="en"
    )
    assert found["zork"].count == found["zork of"].count == 12
    assert found["zork"].score > found["zork of"].score


# options


def test_least_count_and_length(novel: Path, terms: Discovery) -> None:
    found = discover([novel], min_count=20, max_length=2)
    assert (found.min_count, found.max_length) == (20, 2)
    assert found.terms and all(term.count >= 20 and len(term.term) <= 2 for term in found.terms)
    assert any(len(term.term) > 2 for term in terms.terms)


@pytest.mark.parametrize("method", METHODS)
def test_methods(novel: Path, method: Method) -> None:
    found = discover([novel], method=method).terms
    assert "玄德" in {term.term for term in found[:60]} and len(found) > 60
    scores = [term.score for term in found]
    assert scores == sorted(scores, reverse=True)


class Given:
    """What stands for a run of learn_lexicon that ended in these words."""

    def __init__(self, **counts: int) -> None:
        self.lexicon = Lexicon(counts)


def test_learned_words_are_those_of_the_lexicon(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shuffled(["甲乙", "丙丁戊", "己庚", "Bogon", "bogon", "辛"], 6, 5)
    learned = Given(甲乙=4, 丙丁=3, 丁戊=2, 己=9, 己庚辛=6, Bogon=2, bogon=1)
    monkeypatch.setattr(scores, "TERMHOOD", np.inf)
    monkeypatch.setattr(finder, "SHARE_TO_FOLD", 2.0)
    monkeypatch.setattr(discover_module, "learn_lexicon", lambda *arguments, **options: learned)
    found = found_in(text, method="learned")
    # Twice the uses must exceed the least count of 5, single characters are no words, cases are one.
    assert {term.lower() for term in found} == {"甲乙", "丙丁", "bogon"}
    assert found["甲乙"].count == 6
    learned.lexicon = Lexicon({"甲乙": 400, "丙丁": 3})
    assert found_in(text, method="learned")["甲乙"].score > 2 * found["甲乙"].score


def test_learned_words_hear_what_they_are_learned_by(novel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []

    def learn(corpus: Corpus, **options: Any) -> Given:
        heard.append((options["effort"], options["max_length"], options["threads"]))
        return Given(玄德=10)

    monkeypatch.setattr(discover_module, "learn_lexicon", learn)
    for longest in (None, 3, 20):
        discover([novel], method="learned", max_length=longest, threads=2)
    assert heard == [("fast", 5, 2), ("fast", 3, 2), ("fast", 5, 2)]
    heard.clear()
    discover([DATA / "jargon-file.txt"], method="learned", top=1)
    assert not heard  # text in words


def test_learning_must_fit_a_memory_that_is_told(novel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discover_module, "LEARNING", 10**7)
    with pytest.raises(ResourceError, match="allow at least"):
        discover([novel], method="learned")
    monkeypatch.setattr(discover_module, "learn_lexicon", lambda *arguments, **options: Given(玄德=10))
    assert discover([novel], method="learned", memory=None, top=1).terms


def test_units_can_be_told(novel: Path) -> None:
    text = shuffled(["bogon", "wombat", "zork"], 20, 6, " ")
    assert any(len(term) == 1 or " " in term for term in found_in(text, unit="word"))
    by_character = found_in(text, unit="char")
    assert by_character and all(" " not in term for term in by_character)
    assert discover([novel], unit="char").unit == "char"


@pytest.mark.parametrize("column", COLUMNS)
def test_sorted_by_any_column(novel: Path, terms: Discovery, column: str) -> None:
    found = discover([novel], sort=column).terms
    assert {term.term for term in found} == {term.term for term in terms.terms}
    values = [getattr(term, column) for term in found]
    told = [value for value in values if value is not None]
    assert told == sorted(told, reverse=column != "term")
    for before, after in pairwise(found):
        if getattr(before, column) == getattr(after, column):
            assert before.score >= after.score


def test_terms_without_cohesion_come_last() -> None:
    terms = discover([DATA / "jargon-file.txt"], sort="cohesion").terms
    missing = [term.cohesion is None for term in terms]
    assert any(missing) and not all(missing) and missing == sorted(missing)


def test_no_such_column(novel: Path) -> None:
    with pytest.raises(InputError, match=r"no column 'nix' to sort by; choose one of term count"):
        discover([novel], sort="nix")


def test_the_first_few(novel: Path, terms: Discovery) -> None:
    assert discover([novel], top=7).terms == terms.terms[:7]
    assert discover([novel], top=10**6).terms == terms.terms


def test_dropped_terms(novel: Path, terms: Discovery) -> None:
    """They go before the first few are chosen."""
    first = terms.terms[0].term
    assert discover([novel], stop=[first], top=5).terms == terms.terms[1:6]
    assert discover([novel], known=[first], only_new=True, top=5).terms == [
        dataclasses.replace(term, known=False) for term in terms.terms[1:6]
    ]
    assert discover([novel], stop=[term.term for term in terms.terms]).terms == []


def test_examples(novel: Path, terms: Discovery) -> None:
    found = discover([novel], examples=3).terms
    lines = novel.read_text("utf-8").split("\n")
    assert [dataclasses.replace(term, examples=[]) for term in found] == terms.terms
    for term in found:
        assert len(term.examples) == min(3, term.documents)
        for example in term.examples:
            before, _, rest = example.partition("【")
            middle, _, after = rest.partition("】")
            assert middle == term.term
            context = "".join(f"{before}{middle}{after}".split())
            assert any(context in "".join(line.split()) for line in lines)


# what makes no difference


def test_threads_pieces_and_documents(
    novel: Path, terms: Discovery, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert discover([novel], threads=1) == discover([novel], threads=2) == terms
    monkeypatch.setattr(store_module, "CHUNK", 4999)  # several for each thread
    expected = discover([novel], threads=1, examples=1)
    assert [term.count for term in expected.terms if term.term == "玄德"] == [
        term.count for term in terms.terms if term.term == "玄德"
    ]
    with Corpus([novel], block_size=1000) as corpus:
        for threads in (1, 3):
            assert discover(corpus, threads=threads, tmp_dir=tmp_path, examples=1) == expected
    assert list(tmp_path.iterdir()) == []


def test_documents_are_what_the_corpus_says(novel: Path) -> None:
    with Corpus([novel, novel], document="file") as corpus:
        found = discover(corpus)
    assert found.documents == 2
    assert found.terms and {term.documents for term in found.terms} == {2}


# little to find


@pytest.mark.parametrize("text", ["甲", "甲乙", "一言難盡", "word", "甲，" * 3, "a b c", "7", "7 8 9\n"])
@pytest.mark.parametrize("method", METHODS)
def test_hardly_any_text(text: str, method: Method) -> None:
    assert found_in(text, method=method) == {}


@pytest.mark.parametrize("text", ["", " \n\t\n", "，。！\n"])
def test_no_text(text: str) -> None:
    with pytest.raises(InputError):
        found_in(text)


def test_one_line_without_an_end(novel: Path, terms: Discovery) -> None:
    text = novel.read_text("utf-8")
    found = found_in(text.replace("\n", "。"))
    assert {term.documents for term in found.values()} == {1}
    assert {"玄德", "张飞"} <= found.keys()
    assert found_in(text.removesuffix("\n")) == {term.term: term for term in terms.terms}


def test_too_little_memory(novel: Path, tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"allow at least \d+M"):
        discover([novel], memory=10**7, tmp_dir=tmp_path)
    assert list(tmp_path.iterdir()) == []
