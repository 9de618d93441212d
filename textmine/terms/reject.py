"""What cannot be a term: patterns of dates, numbers with units, section marks, function words at the ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from textmine.corpus import Corpus
from textmine.corpus.scripts import is_unspaced
from textmine.errors import InputError, ModelError
from textmine.progress import silent

FOLDER = Path(__file__).with_name("patterns")
ANY = "any"  # the file of what no language has for a term
KANA = range(0x3041, 0x3100)
PROBE = 1 << 20  # code points of text that tell its language
WORD = re.compile(r"[^\W\d_]+")
NAMED = re.compile(r"\{([a-z]+)\}")
NAMING = re.compile(r"\{([a-z]+)\}\s*=\s*(.*)")


@dataclass(frozen=True)
class Pattern:
    """`expression` must match a whole term, which is then one of the group `name`, and no term; one that
    `keeps` is a term all the same, whatever else it matches."""

    name: str
    expression: re.Pattern[str]
    keeps: bool = False


class Rejecter:
    """Says which terms cannot be any, and counts them by the name of the first pattern that matches.

    Whether a term is dropped does not depend on the order of patterns, nor on terms seen before.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        every = list(patterns)
        self.counts: Counter[str] = Counter()
        self._drops = [(one.name, one.expression.fullmatch) for one in every if not one.keeps]
        self._keeps = [one.expression.fullmatch for one in every if one.keeps]

    def reason(self, term: str) -> str | None:
        """The name of the pattern that drops this term; None where it may be one."""
        name = next((name for name, matches in self._drops if matches(term)), None)
        return None if name is None or any(matches(term) for matches in self._keeps) else name

    def __call__(self, term: str) -> bool:
        """Whether to drop this term; if so, it is counted."""
        name = self.reason(term)
        if name is not None:
            self.counts[name] += 1
        return name is not None

    def __str__(self) -> str:
        """What was dropped, in words: `3 terms rejected: 2 dates, 1 section marks`."""
        total = self.counts.total()
        told = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items(), key=_most_first))
        return f"{total} term{'' if total == 1 else 's'} rejected" + (f": {told}" if told else "")


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def rejecter(sources: Sequence[str | Path], corpus: Corpus, language: str | None = None) -> Rejecter:
    """Of the patterns in files and, where one of `sources` is "default", of those that come with textmine for
    `language` or else for that of the corpus; "none" is no pattern.

    Raises InputError and ModelError as `read_patterns` does, and InputError where the corpus cannot be read.
    """
    patterns: list[Pattern] = []
    for source in dict.fromkeys(sources):
        if source == "default":
            patterns += default_patterns(language or text_language(corpus))
        elif source != "none":
            patterns += read_patterns(source)
    return Rejecter(patterns)


def languages() -> list[str]:
    """The codes of the languages that there are default patterns for."""
    return sorted(path.stem for path in FOLDER.glob("*.txt") if path.stem != ANY)


def default_patterns(language: str | None) -> list[Pattern]:
    """Those for any language and, if there are, for this one."""
    names = [ANY] + ([language] if language in languages() else [])
    return [pattern for name in names for pattern in read_patterns(FOLDER / f"{name}.txt")]


def text_language(corpus: Corpus) -> str | None:
    """The language of the first million code points of a text: what `detect_language` says of spaced text;
    where characters of scripts without spaces are more than words, ja if a tenth of them is kana and else zh,
    whose patterns match Chinese characters only."""
    import numpy as np

    from textmine.words.languages import detect_language

    text = ""
    for block in corpus.blocks(silent):
        text += block.text[: PROBE - len(text)]
        if len(text) >= PROBE:
            break
    unspaced = {ord(one): count for one, count in Counter(text).items() if is_unspaced(one)}
    words = Counter(WORD.findall(text.translate(dict.fromkeys(unspaced, " ")).lower()))
    if sum(unspaced.values()) >= words.total():
        kana = sum(count for code, count in unspaced.items() if code in KANA)
        return "ja" if 10 * kana > sum(unspaced.values()) else "zh"
    counted = words.most_common()
    return detect_language([word for word, _ in counted], np.array([count for _, count in counted]))


def read_patterns(path: str | Path) -> list[Pattern]:
    """The patterns of a file in UTF-8: a regular expression of Python a line, which must match a whole term,
    in upper or lower case.

    The first line of a comment (`# dates`) names the patterns below it, up to the next; without, they have
    the name of the file. What `!expression` matches is kept. `{name} = expression` defines a piece that the
    lines below put in by `{name}`. Blank lines are passed over.

    Raises InputError when it cannot be read, ModelError with file and line when a line is broken and where
    there are no patterns.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read the patterns {path}: {error.strerror}", "check the path") from error
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        raise ModelError(f"{path}, line {number}: not UTF-8", "convert the patterns to UTF-8") from None
    patterns: list[Pattern] = []
    pieces: dict[str, str] = {}
    name, commented = path.name, False
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if line.startswith("#"):
            if not commented:
                name = line.strip("# ") or path.name
            commented = True
            continue
        commented = False
        if not line:
            continue
        naming = NAMING.fullmatch(line)
        keeps = line.startswith("!")
        expression = naming[2] if naming else line[keeps:].strip()
        try:
            expression = NAMED.sub(lambda match: pieces[match[1]], expression)
            compiled = re.compile(expression, re.IGNORECASE)
        except KeyError as error:
            raise ModelError(
                f"{path}, line {number}: {{{error.args[0]}}} is not defined above",
                f"define it by a line {{{error.args[0]}}} = expression",
            ) from None
        except (re.error, OverflowError, RecursionError) as error:
            raise ModelError(
                f"{path}, line {number}: {line!r} is no regular expression: {error}", "mend it"
            ) from None
        if naming:
            pieces[naming[1]] = f"(?:{expression})"
        else:
            patterns.append(Pattern(name, compiled, keeps))
    if not patterns:
        raise ModelError(f"{path} has no patterns", "write a regular expression a line")
    return patterns
