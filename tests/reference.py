"""Slow, plain versions of what the package does fast: the tests compare the two."""

from __future__ import annotations

import math
import re
import unicodedata

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
    for paragraph in re.split(r"\n\s*\n\s*", text.strip()):
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
