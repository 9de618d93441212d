"""A lexicon: words and how often each occurs; its file is jieba's user dictionary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from textmine.errors import InputError, ModelError
from textmine.files import written

LARGEST = (1 << 53) - 1  # counts stay exact as floating point numbers, too, in programs that read them so
COUNT = re.compile(r"[0-9]{1,20}")
LIKE_COUNT = re.compile(r"[-+]?[0-9.,]*[0-9]")
TAG = re.compile(r"[a-z]{1,5}")  # part of speech, as jieba writes it
COUNTED = re.compile(r"(.*\S) +([0-9]+)(?: +[a-z]{1,5})?")
TABLE = re.compile(r'term([,\t])count\1|\{"term": ')  # how rows of discover-terms begin
BROKEN = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


class Lexicon(Mapping[str, int]):
    """Words with their counts, in the order given.

    A word is not empty, has no white space at its ends, no tab, line break or control character; a multiword
    term has spaces inside. Counts are whole numbers from 1 to 2^53 - 1, and so is their sum. Anything else,
    and a lexicon without words, raises ModelError.

    The file is jieba's user dictionary in UTF-8: `term count`, one a line, split by one space. The count,
    always written, is what follows the last space, so terms with inner spaces come back as they were, here
    and in jieba.

    >>> lexicon = tm.Lexicon({"玄德": 5, "曰": 9})
    >>> lexicon["玄德"], len(lexicon), lexicon.total
    (5, 2, 14)
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = dict(counts)
        for word, count in self._counts.items():
            reason = _wrong(word, count)
            if reason:
                raise ModelError(
                    f"{word!r} with count {count!r} cannot be in a lexicon: {reason}",
                    "leave it out or mend it",
                )
        if not self._counts:
            raise ModelError("the lexicon has no words", "give at least one word")
        self.total = sum(self._counts.values())
        if self.total > LARGEST:
            raise ModelError(
                f"the counts of the lexicon add up to {self.total}", "scale them down, below 2^53"
            )

    def __getitem__(self, word: str) -> int:
        return self._counts[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def __repr__(self) -> str:
        return f"Lexicon({len(self)} words, total {self.total})"

    @classmethod
    def load(cls, path: str | Path) -> Lexicon:
        """Read a user dictionary of jieba's.

        A line is `term count`, `term count tag`, `term` (counts as 1) or `term tag`, split by spaces or tabs.
        Terms may have inner spaces. Without a count, the last part is taken for a tag only when it looks like
        one (up to five lower-case ASCII letters) and the term before it has a character outside ASCII:
        `凱特琳 nz` is one word and its tag, `machine learning` is a term. Tags are dropped, empty lines
        passed over, counts of the same term added up.

        Raises InputError when there is no such file or it cannot be read, ModelError with file and line when
        a line is broken, when there are no words, and for a table of terms.
        """
        counts: dict[str, int] = {}
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            raise InputError(f"cannot read the lexicon {path}: {error.strerror}", "check the path") from error
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            number = data.count(b"\n", 0, error.start) + 1
            raise ModelError(f"{path}, line {number}: not UTF-8", "convert the lexicon to UTF-8") from None
        if TABLE.match(text):
            raise ModelError(
                f"{path} is a table of terms, not a lexicon",
                "have discover-terms write a lexicon with --lexicon FILE",
            )
        for number, line in enumerate(text.split("\n"), 1):
            if not line or line.isspace():
                continue
            try:
                term, count = _entry(line)
            except ValueError as error:
                raise ModelError(
                    f"{path}, line {number}: {error}", "write each line as 'term count'"
                ) from None
            counts[term] = counts.get(term, 0) + count
        if not counts:
            raise ModelError(f"the lexicon {path} has no words", "write each line as 'term count'")
        return cls(counts)

    def save(self, path: str | Path) -> None:
        """Write the user dictionary beside `path` and rename it: the file is whole or untouched.

        A link keeps pointing where it did, and a device or a pipe is written directly. Raises InputError when
        the file cannot be created there.
        """
        with written(path) as stream:
            stream.writelines(f"{word} {count}\n".encode() for word, count in self._counts.items())


def _entry(line: str) -> tuple[str, int]:
    """Term and count of a line that is not blank; ValueError says what is wrong with it."""
    fields = line.split(" ")
    if (
        len(fields) == 2 and COUNT.fullmatch(fields[1]) and "\t" not in line
    ):  # nearly all lines: no need of more
        term, count = fields
    elif "\t" in line:
        term, count, *rest = line.rstrip("\r").split("\t")
        if len(rest) > 1:
            raise ValueError("more than term, count and tag")
        if TAG.fullmatch(count) and not rest:
            count = "1"
    elif match := COUNTED.fullmatch(line.strip()):
        term, count = match.groups()
    else:
        term, _, last = line.strip().rpartition(" ")
        if not term or not (LIKE_COUNT.fullmatch(last) or (TAG.fullmatch(last) and not term.isascii())):
            term, last = line.strip(), "1"
        count = "1" if TAG.fullmatch(last) else last
    term, count = term.strip(), count.strip()
    if not COUNT.fullmatch(count):
        raise ValueError(f"{count!r} is not a count")
    reason = _wrong(term, int(count))
    if reason:
        raise ValueError(reason)
    return term, int(count)


def _wrong(word: str, count: int) -> str | None:
    """What keeps an entry out of a lexicon."""
    if not word:
        return "the term is empty"
    if word[0].isspace() or word[-1].isspace() or BROKEN.search(word):
        return "the term has white space at an end, a tab, a line break or a control character"
    return None if 0 < count <= LARGEST else f"the count {count} is not between 1 and 2^53 - 1"
