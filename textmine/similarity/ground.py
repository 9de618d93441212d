"""From word vectors to what masses are moved on: conversions, weights and the kind of cost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from textmine.errors import InputError, ModelError
from textmine.similarity.bags import Bags
from textmine.vectors.model import WordVectors

Conversion: TypeAlias = Literal["common", "sif", "component", "unit"]

CONVERSIONS: dict[Literal["wmd", "wrd"], tuple[Conversion, ...]] = {
    "wmd": ("common", "sif", "component", "unit"),
    "wrd": ("common", "sif", "component"),
}
"""What is done unless told otherwise, in the order in which it is done."""

SMOOTHING = 1e-4  # a of SIF weights
COMMON = 5  # principal components of the vocabulary, but no more than one in ten of the vectors' numbers
COMPONENTS = 1  # principal components of the sentences

_LETTERS = re.compile(r"\w")
BLOCK = 1 << 22  # numbers converted at a time
LONGEST = 1e18  # of a vector: squares of distances must be float32
ROUNDING = 1e-6  # what is left of a vector below this part of it is nothing but float32's rounding


@dataclass(frozen=True)
class Ground:
    """Where masses are moved: `table` (float32, words x dim), `weights` (float64, a number a word) and the
    `kind` of cost between rows of the table.

    A word's mass in a text is its count * weight, over the sum of all. "euclidean": |x - y|. "cosine":
    1 - <x, y>; rows have length 1, or 0 where nothing is left of a vector, and weight 0 then.
    """

    table: NDArray[np.float32]
    weights: NDArray[np.float64]
    kind: Literal["euclidean", "cosine"]


def ground(
    vectors: WordVectors,
    metric: Literal["wmd", "wrd"],
    *,
    probabilities: NDArray[np.float64] | None = None,
    convert: Collection[str] | None = None,
    a: float = SMOOTHING,
    common: int | None = None,
    components: int = COMPONENTS,
    stop_words: Collection[str] = frozenset(),
    sentences: Bags | None = None,
) -> Ground:
    """The ground of Word Mover's Distance ("wmd": mass 1 for each word, Euclidean cost; M. Kusner et al.,
    From word embeddings to document distances, 2015) or Word Rotator's ("wrd": mass |x|, cost 1 - cosine; S.
    Yokoi et al., Word rotator's distance, 2020) after conversions, in this order whatever that of `convert`,
    which is CONVERSIONS[metric] when not given and may be empty:

    "common": the mean of the vocabulary and its first `common` principal components are taken away, both
    weighed by `probabilities` (alike without them): all-but-the-top (J. Mu and P. Viswanath, 2018) with
    expectations over words as they occur (S. Yokoi et al., Zipfian whitening, 2024). `common` is COMMON, but
    at most dim // 10, when not given. "sif": mass * a / (a + p(w)) (S. Arora, Y. Liang and T. Ma, A simple
    but tough-to-beat baseline for sentence embeddings, 2017); for wrd that is the same as scaling the vector.
    Punctuation, of which lists of frequencies know nothing, has no mass then.

    "component": the first `components` principal components (not centred) of the mean vectors of `sentences`,
    weighed by "sif" where it is on, are taken away from each word (Arora; Yokoi 2020). "unit": vectors get
    length 1. For wmd the distance then depends on directions only, 0 to 2; for wrd all words start with the
    same mass.

    `probabilities` is float64, a number a word, as of `word_probabilities`. `stop_words` have no mass;
    neither has a word of whose vector nothing is left, where its length or direction counts.

    Raises InputError for an unknown conversion, a missing input of one, numbers out of range and fewer
    sentences with known words than components, ModelError for vectors that are not finite
    or longer than 1e18.
    """
    asked = frozenset(CONVERSIONS[metric] if convert is None else convert)
    common = min(COMMON, vectors.dim // 10) if common is None else common
    _check(asked, probabilities, a, common, components, sentences, vectors)
    weights = np.ones(len(vectors))
    if "sif" in asked:
        assert probabilities is not None
        weights = a / (a + probabilities)
        weights[[row for row, word in enumerate(vectors.words) if _is_punctuation(word)]] = 0
    conversion = _Conversion(vectors.matrix)
    if "common" in asked:
        conversion.remove_common(probabilities, common)
    if "component" in asked:
        assert sentences is not None
        conversion.remove_component(sentences, weights, components)
    unit = "unit" in asked
    table, lengths = conversion.table(normalise=unit or metric == "wrd")
    if unit:
        weights = weights * (lengths > 0)
    elif metric == "wrd":
        weights = weights * lengths
    stopped = [row for row in map(vectors.find, stop_words) if row is not None]
    weights[stopped] = 0
    return Ground(table, weights, "cosine" if metric == "wrd" else "euclidean")


def _check(
    asked: frozenset[str],
    probabilities: NDArray[np.float64] | None,
    a: float,
    common: int,
    components: int,
    sentences: Bags | None,
    vectors: WordVectors,
) -> None:
    known = CONVERSIONS["wmd"]
    unknown = sorted(asked.difference(known))
    if unknown:
        raise InputError(f"there is no conversion {unknown[0]!r}", f"choose from {', '.join(known)}")
    if "sif" in asked and probabilities is None:
        raise InputError('the conversion "sif" needs the frequencies of words', "give them, or leave it out")
    if "component" in asked and sentences is None:
        raise InputError('the conversion "component" needs sentences', "give some, or leave it out")
    if probabilities is not None and probabilities.shape != (len(vectors),):
        raise ValueError(f"{len(vectors)} words do not go with {len(probabilities)} probabilities")
    if not 0 < a < np.inf:
        raise InputError(f"a word cannot weigh a / (a + p) with a = {a}", "give a number above 0")
    taken = common * ("common" in asked) + components * ("component" in asked)
    if min(common, components) < 0 or taken >= max(vectors.dim, 1):
        raise InputError(
            f"of vectors of {vectors.dim} numbers nothing is left without {common} common components and "
            f"{components} of sentences",
            f"take fewer than {vectors.dim} in all",
        )


def _is_punctuation(word: str) -> bool:
    return not _LETTERS.search(word) and all(unicodedata.category(sign)[0] == "P" for sign in word)


class _Conversion:
    """x -> (x - centre) less its projection on orthonormal `directions`, applied a block of rows at a
    time."""

    def __init__(self, matrix: NDArray[np.float32]) -> None:
        self.matrix = matrix
        self.centre = np.zeros(matrix.shape[1])
        self.directions = np.zeros((0, matrix.shape[1]))

    def __call__(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = rows - self.centre
        if len(self.directions):
            moved = moved @ (np.eye(len(self.centre)) - self.directions.T @ self.directions)
        return moved

    def remove_common(self, probabilities: NDArray[np.float64] | None, components: int) -> None:
        size, dim = self.matrix.shape
        used = np.arange(size) if probabilities is None else np.flatnonzero(probabilities)
        shares = np.ones(len(used)) if probabilities is None else probabilities[used]
        shares = shares / shares.sum()
        centre, products = np.zeros(dim), np.zeros((dim, dim))
        for part in _parts(len(used), dim):
            centre += shares[part] @ self.matrix[used[part]]
        for part in _parts(len(used), dim):
            moved = self.matrix[used[part]] - centre
            products += moved.T @ (moved * shares[part, None])
        self.centre = centre
        self.directions = _principal(products, components)

    def remove_component(self, sentences: Bags, weights: NDArray[np.float64], components: int) -> None:
        known = sentences.known
        number = int(np.count_nonzero(known))
        if number <= components:
            raise InputError(
                f"what {number} sentences with known words have in common cannot be told in {components} "
                f"component{'s' * (components > 1)}",
                'give more sentences, or leave the conversion "component" out',
            )
        words, columns = np.unique(sentences.rows, return_inverse=True)
        values = sentences.counts * weights[sentences.rows]
        table = csr_array((values, columns, sentences.starts), (len(sentences), len(words)))
        means = (table @ self(self.matrix[words].astype(np.float64))) / np.maximum(known, 1)[:, None]
        found = _principal(means.T @ means, components)
        self.directions = np.linalg.qr(np.vstack([self.directions, found]).T)[0].T

    def table(self, normalise: bool) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """The converted vectors, of length 1 (or 0) if `normalise`, and the lengths they had before that."""
        unchanged = not normalise and not len(self.directions) and not self.centre.any()
        table = self.matrix if unchanged else np.empty(self.matrix.shape, np.float32)
        lengths = np.zeros(len(self.matrix))
        for part in _parts(*self.matrix.shape):
            rows = self.matrix[part].astype(np.float64)
            before = np.sqrt(np.einsum("ij,ij->i", rows, rows))
            if not np.isfinite(before).all():
                raise ModelError("not all vectors are finite numbers", "train them again")
            if (before > LONGEST).any():
                raise ModelError(
                    f"vectors are longer than {LONGEST:g}", "scale them down, or train them again"
                )
            if unchanged:
                lengths[part] = before
                continue
            moved = self(rows)
            after = np.sqrt(np.einsum("ij,ij->i", moved, moved))
            # The centre's length, too, is a scale that rounding goes by.
            left = after > ROUNDING * np.maximum(before, np.linalg.norm(self.centre))
            lengths[part] = after * left
            if normalise:
                moved *= np.divide(1, after, out=np.zeros_like(after), where=left)[:, None]
            table[part] = moved
        return table, lengths


def _parts(size: int, dim: int) -> Iterator[slice]:
    """Slices of as many rows as make some tens of MB; few, since starting a product takes time, too."""
    rows = max(BLOCK // dim, 1)
    return (slice(start, start + rows) for start in range(0, size, rows))


def _principal(products: NDArray[np.float64], components: int) -> NDArray[np.float64]:
    """The first principal directions (components, dim) of a matrix of products."""
    if not np.isfinite(products).all():
        raise ModelError("not all vectors are finite numbers", "train them again")
    _, directions = np.linalg.eigh(products)  # ascending
    return np.ascontiguousarray(directions[:, ::-1][:, :components].T)
