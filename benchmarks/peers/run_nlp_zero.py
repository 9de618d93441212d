"""Discover words with nlp-zero's Word_Finder, for a peer's time and figures.

    PEER_PYTHON run_nlp_zero.py TEXT > words.tsv

PEER_PYTHON is an interpreter with `pip install nlp-zero`. Writes `word count`, most frequent first.
"""

from __future__ import annotations

import collections
import collections.abc
import sys
from collections.abc import Iterator
from pathlib import Path

collections.Iterable = collections.abc.Iterable  # type: ignore[attr-defined]  # gone since Python 3.10

from nlp_zero import Word_Finder  # noqa: E402


class Lines:
    """The lines of a file, as often as they are asked for: Word_Finder reads its text twice."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __iter__(self) -> Iterator[str]:
        with Path(self.path).open(encoding="utf-8") as lines:
            yield from lines


finder = Word_Finder(min_proba=1e-6)
finder.train(Lines(sys.argv[1]))
finder.find(Lines(sys.argv[1]))
for word, count in sorted(finder.words.items(), key=lambda item: -item[1]):
    print(word, count, sep="\t")
