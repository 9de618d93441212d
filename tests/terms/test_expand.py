from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.errors import InputError
from textmine.terms.expand import Expansion, Widened, expand_terms
from textmine.vectors import search
from textmine.vectors.model import WordVectors

WORDS = "abcdefgh"
POINT = st.tuples(*[st.integers(-3, 3)] * 3)


def vectors_of(points: dict[str, tuple[float, ...]]) -> WordVectors:
    return WordVectors(list(points), np.array(list(points.values()), np.float32))


def scaled(vector: list[float], least: float = 1e-9) -> list[float]:
    length = math.hypot(*vector)
    return [x / length if length > least else 0.0 for x in vector]


def slow(
    points: dict[str, tuple[float, ...]],
    terms: str,
    seeds: str,
    negative: str,
    low: float,
    high: float,
    alpha: float,
    most: int,
) -> tuple[list[Widened], tuple[float, float]]:
    """The docstring of `expand_terms`, word by word, for lists that are all known or in `terms`."""
    mean = [math.fsum(column) / len(points) for column in zip(*points.values(), strict=True)]
    unit = {
        word: scaled([x - m for x, m in zip(point, mean, strict=True)], 1e-7 * math.hypot(*mean))
        for word, point in points.items()
    }

    def centre(words: str) -> list[float]:
        return scaled([math.fsum(column) for column in zip(*(unit[w] for w in words), strict=True)])

    def cosine(a: list[float], b: list[float]) -> float:
        return round(sum(x * y for x, y in zip(a, b, strict=True)), 9)

    aim = centre("".join(w for w in seeds if w in points))
    away = centre("".join(w for w in negative if w in points)) or [0.0] * 3
    aim = [x - y for x, y in zip(aim, away, strict=True)]
    met: dict[str, tuple[int, str | None]] = {w: (0, None) for w in seeds if w in points}
    front, step = list(met), 0
    while front and step < most:
        threshold = low + (high - low) * (1 - math.exp(-alpha * step))
        reached = []
        step += 1
        for term in terms:
            if term in points and term not in met and term not in negative:
                near = [
                    cosine(unit[term], scaled([x + y for x, y in zip(unit[s], aim, strict=True)]))
                    for s in front
                ]
                if max(near) >= threshold:
                    reached.append((term, front[near.index(max(near))]))
        met |= {term: (step, through) for term, through in reached}
        front = [term for term, _ in reached]
    listed = "".join(dict.fromkeys(terms + seeds + negative))
    similarity = {w: cosine(unit[w], scaled(aim)) for w in listed if w in points}
    likeness = [similarity.get(w, 0.0) for w in listed]
    by_similarity = sorted(listed, key=lambda w: (-likeness[listed.index(w)], listed.index(w)))
    inside = [w for w in seeds if w in points]
    by_others = []
    for seed in inside if len(inside) > 1 else []:
        others = "".join(w for w in inside if w != seed)
        toward = scaled([x - y for x, y in zip(centre(others), away, strict=True)])
        values = {w: cosine(unit[w], toward) if w in points else 0.0 for w in listed}
        above = sum(values[w] > values[seed] for w in listed if w not in others)
        by_others.append((above + 1) / len(listed))
    told = [(terms.index(w) + 1) / len(terms) for w in seeds if w in terms]

    def weight(values: list[float], usual: float) -> float:
        return max(1 - (len(values) + 2) / (-sum(map(math.log, values)) + 2 * usual), 0)

    weights = weight(by_others, 2), weight(told, 4 / 3)

    def place(word: str) -> tuple[float, ...]:
        ranks = by_similarity.index(word) + 1, listed.index(word) + 1
        product = sum(w * math.log(rank) for w, rank in zip(weights, ranks, strict=True))
        steps = met[word][0] if word in met else -1
        return ({0: 0, -1: 2}.get(steps, 1), round(product, 9), listed.index(word))

    shown = [w for w in listed if w in terms or (w in met and met[w][0] == 0)]
    rows = [Widened(w, similarity.get(w), *met.get(w, (None, None))) for w in sorted(shown, key=place)]
    return rows, weights


@given(
    st.dictionaries(st.sampled_from(WORDS), POINT, min_size=1),
    st.permutations(WORDS).flatmap(lambda order: st.integers(1, 8).map(lambda n: "".join(order[:n]))),
    st.permutations(WORDS).flatmap(
        lambda order: st.tuples(st.integers(1, 3), st.integers(0, 2)).map(
            lambda n: ("".join(order[: n[0]]), "".join(order[3 : 3 + n[1]]))
        )
    ),
    st.floats(-1, 1),
    st.floats(0, 1),
    st.floats(0, 3),
    st.integers(1, 5),
)
def test_against_the_definition(
    points: dict[str, tuple[float, ...]],
    terms: str,
    lists: tuple[str, str],
    low: float,
    more: float,
    alpha: float,
    most: int,
) -> None:
    seeds, negative = lists
    high = min(low + more, 1)
    if not any(term in points for term in terms):
        with pytest.raises(InputError, match=r"none of the . terms has a vector; give the text"):
            expand_terms(vectors_of(points), list(terms), list(seeds))
        return
    if not any(seed in points for seed in seeds):
        with pytest.raises(InputError, match="none of the seeds has a vector"):
            expand_terms(vectors_of(points), list(terms), list(seeds))
        return
    found = expand_terms(
        vectors_of(points),
        list(terms),
        list(seeds),
        negative=list(negative),
        min_similarity=low,
        max_similarity=high,
        alpha=alpha,
        max_steps=most,
    )
    expected, weights = slow(points, terms, seeds, negative, low, high, alpha, most)
    assert [(row.term, row.steps, row.through) for row in found.terms] == [
        (row.term, row.steps, row.through) for row in expected
    ]
    for row, other in zip(found.terms, expected, strict=True):
        assert row.similarity == pytest.approx(other.similarity, abs=2e-9)
    assert (found.similarity_weight, found.place_weight) == pytest.approx(weights)
    assert found.unknown_seeds == [seed for seed in seeds if seed not in points]
    assert found.unknown_negative == [word for word in negative if word not in points]
    assert found.without_vector == sum(term not in points for term in terms)


def around(*degrees: float) -> WordVectors:
    """Words w0, w1, .. on a circle, at these angles, and their opposites: the mean is 0."""
    angles = np.radians([*degrees, *(degree + 180 for degree in degrees)])
    words = [f"{kind}{n}" for kind in "wx" for n in range(len(degrees))]
    return WordVectors(words, np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32))


def reached(found: Expansion) -> dict[str, tuple[int, str | None]]:
    return {row.term: (row.steps, row.through) for row in found.terms if row.steps is not None}


def test_the_threshold_rises() -> None:
    """Each word is 50 degrees from the one before, and the query stands between it and the seed."""
    vectors = around(0, 50, 75, 88, 94)
    flat = expand_terms(vectors, vectors.words, ["w0"], alpha=0)
    assert reached(flat) == {
        "w0": (0, None),
        "w1": (1, "w0"),
        "w2": (2, "w1"),
        "w3": (3, "w2"),
        "w4": (4, "w3"),
    }
    steep = expand_terms(vectors, vectors.words, ["w0"], alpha=0.8)
    assert reached(steep) == {"w0": (0, None), "w1": (1, "w0")}
    assert reached(expand_terms(vectors, vectors.words, ["w0"], alpha=0, max_steps=2)).keys() == {
        "w0",
        "w1",
        "w2",
    }


def test_the_nearest_of_the_first_step() -> None:
    """The query stands at 0 degrees, w2 is a negative word's opposite."""
    vectors = around(0, 60, 10)
    found = expand_terms(vectors, vectors.words, ["w0"], min_similarity=0.99)
    assert found.nearest == pytest.approx(math.cos(math.radians(10)), abs=1e-6)
    assert reached(found).keys() == {"w0"}
    barred = expand_terms(vectors, ["w1"], ["w0"], negative=["x0"], min_similarity=0.99)
    assert barred.nearest == pytest.approx(0.5, abs=1e-6)
    assert expand_terms(vectors, ["w0", "gone", "x0"], ["w0"], negative=["x0"]).nearest is None


def test_capitals_and_blanks() -> None:
    """Words are shown as the terms are spelled, and are one where they differ in case or blanks only."""
    vectors = vectors_of({"Wind_Turbine": (1, 0.1), "rotor": (1, 0), "the": (-1, 0), "blade": (-1, 0.2)})
    terms = ["wind  turbine", "The", "ROTOR", "Rotor"]
    found = expand_terms(vectors, terms, ["rotor", "Rotor", "Blade"], negative=["the"], min_similarity=-1)
    assert [row.term for row in found.terms].count("ROTOR") == 1
    assert reached(found) == {"ROTOR": (0, None), "Blade": (0, None), "wind  turbine": (1, "ROTOR")}
    assert {row.term for row in found.terms} == {"ROTOR", "Blade", "wind  turbine", "The"}
    with pytest.raises(InputError, match="'ROTOR' is both a seed and negative"):
        expand_terms(vectors, terms, ["rotor"], negative=["Rotor"])


def test_negative_words_repel() -> None:
    vectors = around(0, 40, 320, 60)
    free = expand_terms(vectors, vectors.words, ["w0"], max_steps=1)
    assert reached(free).keys() == {"w0", "w1", "w2"}
    held = expand_terms(vectors, vectors.words, ["w0"], negative=["w3"], max_steps=1)
    assert reached(held).keys() == {"w0", "w2"}
    below = expand_terms(vectors, vectors.words, ["w0"], negative=["w3"], min_similarity=-1, alpha=0)
    assert reached(below).keys() == {*vectors.words} - {"w3"}  # they are never reached themselves


def test_the_seeds_say_what_an_order_is_worth() -> None:
    """Words of the field are a tenth of all. Either the order of the terms has them first, or their vectors
    are alike; the other of the two is noise."""
    random = np.random.default_rng(4)
    words = [str(n) for n in range(400)]
    noise = random.normal(size=(400, 20)).astype(np.float32)
    field = noise.copy()
    field[:40, 0] += 5
    shuffled = random.permutation(words).tolist()
    by_place = expand_terms(WordVectors(words, noise), words, words[5:40:4], min_similarity=1)
    by_vector = expand_terms(WordVectors(words, field), shuffled, words[5:40:4], min_similarity=1)
    for found in (by_place, by_vector):
        first = [int(row.term) < 40 for row in found.terms if row.steps is None][:20]
        assert sum(first) >= 18
    assert by_place.similarity_weight < 0.25 and by_place.place_weight > 0.4
    assert by_vector.similarity_weight > 0.5 and by_vector.place_weight < 0.25


def test_terms_of_several_words_as_files_of_word2vec_have_them() -> None:
    vectors = vectors_of({"wind_turbine": (1, 0.1), "rotor": (1, 0), "the": (-1, 0), "a_b": (-1, 0.2)})
    found = expand_terms(vectors, ["wind turbine", "the", "a_b", "gone away"], ["rotor"])
    assert reached(found) == {"rotor": (0, None), "wind turbine": (1, "rotor")}
    assert found.without_vector == 1 and Widened("gone away", None, None, None) in found.terms


def test_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    vectors = WordVectors([str(n) for n in range(300)], random.normal(size=(300, 5)).astype(np.float32))
    arguments = (vectors, vectors.words[:280], ["3", "5", "290"])
    whole = expand_terms(*arguments, negative=["7"], min_similarity=0.75, alpha=0.1)
    monkeypatch.setattr(search, "_BLOCK", 35)
    assert expand_terms(*arguments, negative=["7"], min_similarity=0.75, alpha=0.1) == whole
    assert len(reached(whole)) > 10 and max(step for step, _ in reached(whole).values()) > 1


def test_what_cannot_be() -> None:
    vectors = around(0, 10)
    with pytest.raises(InputError, match="none of the 2 terms has a vector; give the text"):
        expand_terms(vectors, ["gone", "away"], ["w0"])
    with pytest.raises(InputError, match="'w0' is both a seed and negative"):
        expand_terms(vectors, ["w1"], ["w0"], negative=["w0"])
    with pytest.raises(InputError, match=r"the least similarity, 0\.9, is above the greatest, 0\.8"):
        expand_terms(vectors, ["w1"], ["w0"], min_similarity=0.9, max_similarity=0.8)
