"""Words and their vectors."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmine.errors import ModelError
from textmine.progress import Progress, silent
from textmine.vectors.formats import Format, read_vectors, write_vectors

if TYPE_CHECKING:
    from textmine.vectors.neighbors import By, Similarity

_SEARCHED = 100_000  # words among which a spelling is looked for: in files the most frequent come first


class Neighbor(NamedTuple):
    """A word, and how like another it is."""

    word: str
    score: float


class WordVectors:
    """`words` and `matrix`, float32 of shape (words, dim), a row for each word in their order.

    `counts` (int64, how often each word was seen) and `header` (facts about the training, what JSON can hold)
    are there where the training or the file tells. `losses` says, a line each, what loading left out. The
    matrix of a loaded .npz is mapped from the file and read-only.

    >>> vectors = tm.load_vectors("data/jargon.npz")
    >>> [word for word, score in vectors.neighbors("hacker", 3)]
    ['culture', 'crash', 'community']
    >>> "hacker" in vectors, len(vectors), vectors["hacker"].shape, next(iter(vectors))
    (True, 1593, (50,), 'the')
    """

    def __init__(
        self,
        words: Sequence[str],
        matrix: NDArray[np.float32],
        counts: NDArray[np.int64] | None = None,
        header: dict[str, Any] | None = None,
    ) -> None:
        if matrix.ndim != 2 or len(matrix) != len(words) or not matrix.size:
            raise ValueError(f"{len(words)} words do not go with a matrix of shape {matrix.shape}")
        if counts is not None and counts.shape != (len(words),):
            raise ValueError(f"{len(words)} words do not go with counts of shape {counts.shape}")
        self.words = words
        self.matrix = matrix.astype(np.float32, copy=False)
        self.counts = counts
        self.header = dict(header or {})
        self.losses: list[str] = []
        self._similarities: dict[By, Similarity] = {}  # made once: they look at all of the matrix

    @classmethod
    def load(cls, path: str | Path, on_progress: Progress = silent) -> WordVectors:
        """Read word2vec text or binary, GloVe text (all three also compressed) or .npz; the content tells.

        A row whose word stood there before is left out, bytes of a word that are not UTF-8 become U+FFFD;
        `losses` says so. Raises InputError when the file cannot be opened, and ModelError with file and line
        (or byte) when it is broken or of another kind; nothing is ever unpickled.
        """
        contents = read_vectors(path, on_progress)
        vectors = cls(contents.words, contents.matrix, contents.counts, contents.header)
        vectors.losses = contents.losses
        return vectors

    def save(self, path: str | Path, format: Format | None = None) -> None:
        """Write a file, whole or not at all; equal vectors make equal bytes.

        Without `format`, the ending of `path` decides: .bin is word2vec binary, .vec and .txt are word2vec
        text, all others .npz, which alone keeps counts and header and is loaded at once. Raises InputError
        when the file cannot be created, ModelError for a word that the format cannot hold (text and binary:
        one with white space) and for numbers that are not finite.
        """
        write_vectors(path, self.words, self.matrix, self.counts, self.header, format)

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        """The words, in the order of the rows."""
        return iter(self.words)

    def __repr__(self) -> str:
        return f"WordVectors({len(self)} words, dim {self.dim})"

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return int(self.matrix.shape[1])

    def __contains__(self, word: object) -> bool:
        return word in self._index

    def __getitem__(self, word: str) -> NDArray[np.float32]:
        """The vector of `word`, float32 of shape (dim,). Raises ModelError as `index` does."""
        vector: NDArray[np.float32] = self.matrix[self.index(word)]
        return vector

    @property
    def rows(self) -> Mapping[str, int]:
        """The row of each word; to look up many, `find` is slower."""
        return self._index

    def find(self, word: str) -> int | None:
        """The row of `word`, None when there is none."""
        return self._index.get(word)

    def index(self, word: str) -> int:
        """The row of `word`. Raises ModelError, with the known words spelt most like it, when there is
        none."""
        row = self._index.get(word)
        if row is None:
            near = self.similar_spellings(word)
            todo = f"did you mean {' or '.join(near)}?" if near else "no known word is spelt like it"
            raise ModelError(f"the vectors have no word {word!r}", todo)
        return row

    def neighbors(self, word: str, top: int | None = 10, *, by: By = "cosine") -> list[Neighbor]:
        """The `top` words most like `word` (None: all others), best first, with their scores by "cosine",
        "pmi" or "distribution" (`textmine.vectors.neighbors`). Raises ModelError as `index` does."""
        from textmine.vectors.neighbors import Similarity

        row = np.array([self.index(word)])
        if by not in self._similarities:
            self._similarities[by] = Similarity(self, by)
        ((rows, scores),) = self._similarities[by].nearest(row, top)
        return [Neighbor(self.words[row], score) for row, score in zip(rows, scores.tolist(), strict=True)]

    def similar_spellings(self, word: str, most: int = 3) -> list[str]:
        """Up to `most` known words spelt like `word`, the likest first; other capitals count as the same."""
        near = difflib.get_close_matches(word.casefold(), self._spellings, most)
        return [self._spellings[spelling] for spelling in near]

    @cached_property
    def _spellings(self) -> dict[str, str]:
        """The most frequent words, without regard to capitals, and how each is written most often."""
        spellings: dict[str, str] = {}
        for word in islice(self.words, _SEARCHED):
            spellings.setdefault(word.casefold(), word)
        return spellings

    @cached_property
    def _index(self) -> dict[str, int]:
        index = {word: row for row, word in enumerate(self.words)}
        if len(index) < len(self.words):
            raise ModelError("the vectors have the same word more than once", "make them again")
        return index
