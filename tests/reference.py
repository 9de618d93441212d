"""Slow, plain versions of what the package does fast: the tests compare the two."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, pstdev
from typing import TypeAlias

# corpus


def documents(text: str, unit: str) -> list[tuple[str, int]]:
    """The documents of a file's text, as `(text, line)`."""
    if text == "":
        return []
    if unit == "file":
        return [(text.removesuffix("\n").removesuffix("\r"), 1)]
    if unit == "line":
        lines = text.removesuffix("\n").split("\n")
        return [(line.removesuffix("\r"), number) for number, line in enumerate(lines, 1)]
    found = []
    position = len(text) - len(text.lstrip())
    for paragraph in re.split(r"\s*\n\s*\n\s*", text.strip()):
        position = text.index(paragraph, position)
        found.append((paragraph, 1 + text.count("\n", 0, position)))
        position += len(paragraph)
    return found


def starts(text: str, unit: str) -> list[int]:
    """Where the documents of a file's text begin."""
    if text == "":
        return []
    if unit == "file":
        return [0]
    if unit == "line":
        return [0] + [at for at in range(1, len(text)) if text[at - 1] == "\n"]
    found = [0]
    newlines = 0
    seen = False
    for at, character in enumerate(text):
        if character.isspace():
            newlines += character == "\n"
            continue
        if seen and newlines >= 2:
            found.append(at)
        seen, newlines = True, 0
    return found


def half_width(text: str) -> str:
    """ASCII's full-width forms and the ideographic space, one character at a time, by their Unicode names."""
    return "".join(
        unicodedata.normalize("NFKC", character)
        if unicodedata.name(character, "").startswith("FULLWIDTH") and "\uff01" <= character <= "\uff5e"
        else " "
        if character == "\u3000"
        else character
        for character in text
    )


# words of a lexicon: tries and segmentation

UNSPACED = "[\u0e00-\u109f\u1780-\u17ff\u1950-\u1aaf\u2e80-\u312f\u3190-\ua4cf\uf900-\ufaff\uff66-\uff9f]"


def longest_word(text: list[int], start: int, words: list[list[int]]) -> int:
    """The index of the longest word that stands at `start`, or -1."""
    found = [index for index, word in enumerate(words) if text[start : start + len(word)] == word]
    return max(found, key=lambda index: len(words[index]), default=-1)


def atoms(text: str) -> list[str]:
    """Characters with their marks, and runs of letters and digits, by rules read off the Unicode database."""

    def kind(character: str) -> str:
        if character == "_" or (
            unicodedata.category(character)[0] == "L" and not re.match(UNSPACED, character)
        ):
            return "letter" if ord(character) < 0x16FE0 else "other"
        return {"Nd": "digit", "Mn": "mark", "Mc": "mark", "Me": "mark"}.get(
            unicodedata.category(character), "other"
        )

    found: list[str] = []
    last = ""  # kind of the last letter or digit, while in a run
    for at, character in enumerate(text):
        this, after = kind(character), kind(text[at + 1]) if at + 1 < len(text) else ""
        if this == "mark":
            joins = at > 0 and not text[at - 1].isspace()
            last = last if joins else ""
        elif this in ("letter", "digit"):
            joins, last = bool(last), this
        else:
            joins = (
                bool(last)
                and last == after
                and (character in ".．'’" or (character == "," and last == "digit"))
            )
            last = last if joins else ""
        if joins:
            found[-1] += character
        else:
            found.append(character)
    return found


def best_segmentation(text: str, counts: dict[str, int]) -> tuple[int, list[str]]:
    """The cheapest way to read a text as words and atoms, and what it costs in steps of 2^-20 nats.

    Every way is a tuple that sorts first by cost, then by number of words, then by the lengths of the words,
    longest first; white space is free.
    """
    total = sum(counts.values())
    parts = atoms(text)
    ways: list[tuple[int, int, list[int], list[str]]] = [
        (0, 0, [], [])
    ]  # from the last atom back to the first
    for start in range(len(parts) - 1, -1, -1):
        options = []
        for end in range(start + 1, len(parts) + 1):
            word = "".join(parts[start:end])
            if end > start + 1 and word not in counts:
                continue
            cost, number, lengths, words = ways[len(parts) - end]
            if not word.isspace():
                cost += round(math.log(total / counts.get(word, 0.5)) * 2**20)
                number += 1
            options.append((cost, number, [-len(word), *lengths], [word, *words]))
        ways.append(min(options, key=lambda way: way[:3]))
    cost, _, _, words = ways[-1]
    return cost, [word for word in words if not word.isspace()]


# units, n-grams and what is computed from them

JOINS = {"'": "-", "-": "-", "’": "-", "‐": "-", "\u2011": "-", ",": ",", ".": ","}
LONGEST_RUN = 256


def units(text: str, begins: list[int], unit: str) -> list[tuple[str, bool, int]]:
    """Units and boundaries as `(spelling, is_unit, offset)`; `begins` is where documents begin."""

    def kind(character: str) -> str:
        category = unicodedata.category(character)[0]
        if category in "LMN":
            single = unit == "char" or (unit == "auto" and re.match(UNSPACED, character))
            return "S" if single else "D" if category == "N" else "L"
        return " " if character.isspace() else JOINS.get(character, "#")

    kinds = "".join(map(kind, text))
    run = re.compile("[LD](?:[LD]|-(?=[LD])|(?<=D),(?=D))*")
    found = []
    at = 0
    while at < len(text):
        match = run.match(kinds, at)
        if not match:
            found.append((text[at], kinds[at] == "S", at))
            at += 1
            continue
        size = len(match[0][:LONGEST_RUN].rstrip("-,"))
        found.append((text[at : at + size], True, at))
        at += size
        wide = 2 if text[at : at + 2] == "\r\n" else 1  # a line may end in two characters
        if re.match(" [LD]", kinds[at + wide - 1 : at + wide + 1]) and at + wide not in begins:
            at += wide
    return found


def merge_case(spellings: list[str]) -> list[str]:
    """Each spelling as the most frequent one of those that differ in case only; the greater one of equals."""
    counts = Counter(spellings)
    shown: dict[str, str] = {}
    for spelling in sorted(counts, key=lambda spelling: (counts[spelling], spelling)):
        shown[spelling.lower()] = spelling
    return [shown[spelling.lower()] for spelling in spellings]


Gram: TypeAlias = tuple[int, ...]


@dataclass
class Neighbours:
    """Of one n-gram: how often which unit or boundary stands before and after it."""

    left: Counter[int]
    right: Counter[int]


def ngrams(stream: list[int], first_word: int, longest: int) -> dict[Gram, Neighbours]:
    """Every n-gram of units (ids from `first_word`) of up to `longest`; outside of the text stands id 0."""
    found: dict[Gram, Neighbours] = {}
    padded = [0, *stream, 0]
    for start in range(1, len(padded) - 1):
        for end in range(start + 1, min(start + longest, len(padded) - 1) + 1):
            if padded[end - 1] < first_word:
                break
            gram = tuple(padded[start:end])
            if gram not in found:
                found[gram] = Neighbours(Counter(), Counter())
            found[gram].left[padded[start - 1]] += 1
            found[gram].right[padded[end]] += 1
    return found


def entropy(counts: Counter[int]) -> float:
    total = sum(counts.values())
    return -sum(count / total * math.log(count / total) for count in counts.values())


def cohesion(gram: Gram, counts: dict[Gram, int], totals: list[int]) -> float:
    """The least pointwise mutual information of the splits in two.

    `counts` is of all n-grams, `totals[n - 1]` of all of n units together.
    """

    def information(part: Gram) -> float:
        return -math.log(counts[part] / totals[len(part) - 1])

    return min(
        (information(gram[:at]) + information(gram[at:]) - information(gram) for at in range(1, len(gram))),
        default=math.inf,
    )


def autonomies(
    counts: dict[Gram, int], right: dict[Gram, float], left: dict[Gram, float], longest: int
) -> dict[Gram, float]:
    """The rise in entropy by the last and by the first unit, standardised among n-grams of equal length."""
    found = dict.fromkeys(counts, 0.0)
    outset = entropy(Counter({gram[0]: count for gram, count in counts.items() if len(gram) == 1}))
    for length in range(1, longest + 1):
        grams = [gram for gram in counts if len(gram) == length]
        for after, rest in ((right, slice(None, -1)), (left, slice(1, None))):
            rises = [after[gram] - (after[gram[rest]] if length > 1 else outset) for gram in grams]
            if len(rises) < 2 or pstdev(rises) < 1e-12:
                continue
            for gram, rise in zip(grams, rises, strict=True):
                found[gram] += (rise - fmean(rises)) / pstdev(rises)
    return found


STEPS = 1 << 16  # scores are rounded to whole steps of 1 / STEPS nat, so that sums are exact


def best_pieces(run: list[int], score: Mapping[Gram, float], unknown: float, longest: int) -> list[Gram]:
    """A run of units cut so that the sum of scores is greatest; of equals, with the longest last piece."""
    best: list[tuple[float, int]] = [(0, 0)]  # for each end: the sum and where the last piece begins
    for end in range(1, len(run) + 1):
        options = []
        for start in range(max(end - longest, 0), end):
            piece = tuple(run[start:end])
            if piece in score or len(piece) == 1:
                options.append((best[start][0] + score.get(piece, unknown), start))
        best.append(max(options, key=lambda option: option[0]))
    pieces = []
    end = len(run)
    while end:
        start = best[end][1]
        pieces.append(tuple(run[start:end]))
        end = start
    return pieces[::-1]


def count_words(
    runs: list[list[int]], weight: dict[Gram, float], longest: int
) -> tuple[Counter[Gram], Counter[Gram]]:
    """How often each n-gram is a piece: by `weight`, and after two more rounds with log probabilities."""
    score, unknown = weight, 0.0
    rounds = []
    for _ in range(3):
        steps = {gram: round(value * STEPS) for gram, value in score.items()}
        pieces = [piece for run in runs for piece in best_pieces(run, steps, round(unknown * STEPS), longest)]
        counts = Counter(piece for piece in pieces if piece in weight)
        rounds.append(counts)
        total = sum(counts.values()) or 1
        score = {gram: value + math.log((counts[gram] + 10) / total) for gram, value in weight.items()}
        unknown = math.log(10 / total)
    return rounds[0], rounds[-1]


# words that hold together, words that pay


def joined(run: list[int], solid: set[Gram]) -> list[Gram]:
    """A run of units cut at the gaps that no solid n-gram spans."""
    spanned = {
        gap
        for start in range(len(run))
        for end in range(start + 1, len(run) + 1)
        if tuple(run[start:end]) in solid
        for gap in range(start + 1, end)
    }
    cuts = [0, *(gap for gap in range(1, len(run)) if gap not in spanned), len(run)]
    return [tuple(run[start:end]) for start, end in pairwise(cuts)]


def solid_ngrams(counts: dict[Gram, int], frequent: set[Gram], thresholds: tuple[float, ...]) -> set[Gram]:
    """Those whose every split in two reaches the threshold for their length; `counts` is of all n-grams."""
    windows: Counter[int] = Counter()
    for gram, count in counts.items():
        windows[len(gram)] += count

    def share(gram: Gram) -> float:
        return counts[gram] / windows[len(gram)]

    def holds(gram: Gram) -> bool:
        splits = [share(gram[:at]) * share(gram[at:]) for at in range(1, len(gram))]
        return all(math.log(share(gram) / split) >= thresholds[len(gram) - 1] for split in splits)

    return {gram for gram in frequent if len(gram) <= len(thresholds) and holds(gram)}


def solid_words(
    runs: list[list[int]],
    counts: dict[Gram, int],
    frequent: set[Gram],
    thresholds: tuple[float, ...],
    min_count: int,
) -> dict[Gram, int]:
    """How often each word is a piece."""
    solid = solid_ngrams(counts, frequent, thresholds)
    pieces = Counter(piece for run in runs for piece in joined(run, solid))

    def is_word(gram: Gram) -> bool:
        size = min(len(gram), len(thresholds))
        return all(gram[at : at + size] in solid for at in range(len(gram) - size + 1))

    return {
        piece: count
        for piece, count in pieces.items()
        if len(piece) > 1 and piece in frequent and count >= min_count and is_word(piece)
    }


def log_probabilities(pieces: Counter[Gram], frequent: set[Gram], least: int) -> dict[Gram, int]:
    """In steps: of frequent units, with one piece at least, and of longer pieces of `least` and more."""
    total = max(sum(pieces.values()), 1)
    return {
        gram: round(math.log(max(pieces[gram], 1) / total) * STEPS)
        for gram in frequent
        if len(gram) == 1 or pieces[gram] >= least
    }


def weigh(pieces: Counter[Gram], frequent: set[Gram], min_count: int) -> dict[Gram, float]:
    """The gain of each word; those that do not pay give their `pieces` to their parts."""
    gain = {}
    for length in range(max(map(len, frequent), default=0), 1, -1):
        log_p = log_probabilities(pieces, frequent, min_count)
        for word in [gram for gram in pieces if len(gram) == length]:
            whole = log_p.pop(word, -math.inf)
            parts = best_pieces(list(word), log_p, 0, length)
            gain[word] = (whole - sum(log_p[part] for part in parts)) / STEPS
            if gain[word] < length - 1:
                count = pieces.pop(word)
                for part in parts:
                    pieces[part] += count
    return gain


def paying_words(
    runs: list[list[int]], counts: dict[Gram, int], frequent: set[Gram], min_count: int, longest: int
) -> dict[Gram, tuple[int, float]]:
    """Pieces and score of each word."""
    bonds = solid_ngrams(counts, frequent, (0.0, 1.0))
    pieces = Counter(piece for run in runs for piece in joined(run, bonds) if piece in frequent)
    weigh(pieces, frequent, min_count)
    score = log_probabilities(pieces, frequent, 1)
    unknown = -round(math.log(max(sum(pieces.values()), 1)) * STEPS)
    cut = [piece for run in runs for piece in best_pieces(run, score, unknown, longest)]
    pieces = Counter(piece for piece in cut if piece in frequent)
    gain = weigh(pieces, frequent, min_count)
    return {
        gram: (count, count * (gain[gram] - len(gram) + 1)) for gram, count in pieces.items() if len(gram) > 1
    }


# scores of words and terms


def residual_idf(count: int, documents: int, all_documents: int) -> float:
    """What the observed idf exceeds that of a Poisson distribution by."""
    at_least_one = 1 - math.exp(-count / all_documents)
    return max(-math.log(documents / all_documents) + math.log(at_least_one), 0.0)


def freedom(near: Neighbours, first_word: int) -> float:
    """The geometric mean of both sides; ids below `first_word` are boundaries."""
    scale = math.log(1 + near.left.total())
    sides = []
    for side in (near.left, near.right):
        boundaries = sum(times for unit, times in side.items() if unit < first_word)
        sides.append(0.1 + math.log(1 + boundaries) / scale)
    return math.sqrt(sides[0] * sides[1])


def least_entropy(near: Neighbours) -> float:
    return min(entropy(near.left), entropy(near.right))


def termhood(information: float, near: Neighbours, first_word: int, residual: float) -> float:
    """`information` is the least pointwise mutual information, infinite for single units."""
    if information < 0 or math.isinf(information):
        return 0.0
    count = near.left.total()
    gathered = 1 + 2 * residual
    free = math.pow(freedom(near, first_word), 1.5)
    return information * least_entropy(near) * math.log(count) * gathered * free


def word_score(
    gram: Gram, near: Neighbours, first_word: int, autonomous: int, probable: int, residual: float
) -> float:
    joins = max(len(gram) - 1, 1)
    surroundings = (0.1 + least_entropy(near)) * freedom(near, first_word)
    pieces = math.sqrt((1 + autonomous) * (1 + probable))
    return math.log(pieces) * (1 + 4 * residual / joins) * math.pow(surroundings, 0.25)


def keyness(
    gram: Gram,
    information: float,
    everything: dict[Gram, Neighbours],
    first_word: int,
    background: Mapping[int, float],
    units: int,
) -> float:
    """`information` is the least pointwise mutual information."""
    ratios = [everything[unit,].left.total() / units / background[unit] for unit in gram]
    near = everything[gram]
    found = math.log(min(ratios)) * math.sqrt(math.log(near.left.total()))
    found *= math.pow(freedom(near, first_word), 0.25) * math.sqrt(0.1 + least_entropy(near))
    return found * (1 + max(information, 0) / 3 if len(gram) > 1 else 1)
