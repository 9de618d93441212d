"""How much an n-gram looks like a word, and how much like a term.

Two kinds of text need two measures. Where characters are the units (Chinese), the question is which of them
make a word; where words are the units (English), which words are of the field rather than of the language.

Both use what can be seen of an n-gram w from its surroundings:

H(w)      the smaller of its left and right neighbour entropy, nats; F(w)      its freedom: the geometric mean
of (0.1 + log(1 + b) / log(1 + count)) over both sides, b the number of times
          that a boundary (punctuation, the end of a line) stands on that side. A term can begin and end a
          clause; a fragment that ends in a function word hardly ever does, so such fragments lose without a
          list of them;
R(w)      its residual inverse document frequency, log(D / documents) + log(1 - exp(-count / D)): how much
more its
          occurrences gather in a few documents than chance would have them (Church and Gale: Poisson
          mixtures, 1995).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.counts.trie import NgramTrie
from textmine.terms.autonomy import WordCounts

Array: TypeAlias = NDArray[np.float64]
Nodes: TypeAlias = "slice | NDArray[np.int64]"

ALL = slice(None)

TERMHOOD = 20.0  # what an n-gram needs when no segmentation makes it a word


def freedom(trie: NgramTrie, nodes: Nodes = ALL) -> Array:
    """float64, about 0.1 to 1.1: F(w) as above, for `nodes` of the trie."""
    scale = np.log1p(trie.count[nodes])
    left = np.log1p(trie.left_boundary[nodes]) / scale
    right = np.log1p(trie.right_boundary[nodes]) / scale
    return np.asarray(np.sqrt((0.1 + left) * (0.1 + right)))


def residual_idf(count: NDArray[np.int64], documents: NDArray[np.int64], all_documents: int) -> Array:
    """R(w) as above for `count` occurrences in `documents` of `all_documents` documents; not below 0."""
    expected = -np.expm1(-count / all_documents)
    return np.asarray(np.maximum(np.log(all_documents / documents) + np.log(expected), 0.0))


def least_entropy(trie: NgramTrie, nodes: Nodes = ALL) -> Array:
    """float64: H(w), the smaller of the two neighbour entropies, nats."""
    return np.minimum(trie.left_entropy[nodes], trie.right_entropy[nodes])


def termhood(
    trie: NgramTrie, residual: Array | float = 0.0, nodes: Nodes = ALL, cohesion: Array | None = None
) -> Array:
    """float64: T(w) = PMI(w) H(w) log count(w) (1 + 2 R(w)) F(w)^1.5, 0 where PMI is negative.

    PMI is `cohesion`, by default the least over all splits; `residual` is R. Cohesion, free neighbours and
    frequency multiply as each is needed for a term, words and phrases alike. Single units, which have no
    splits, get 0 by default.
    """
    cohesion = trie.cohesion()[nodes] if cohesion is None else cohesion
    return np.asarray(
        np.where(np.isinf(cohesion), 0.0, np.maximum(cohesion, 0.0))
        * least_entropy(trie, nodes)
        * np.log(trie.count[nodes])
        * (1.0 + 2.0 * residual)
        * freedom(trie, nodes) ** 1.5
    )


def word_score(trie: NgramTrie, words: WordCounts, residual: Array, nodes: Nodes = ALL) -> Array:
    """float64: W(w) = log sqrt((1 + a)(1 + p)) (1 + 4 R(w) / (|w| - 1)) ((0.1 + H(w)) F(w))^(1/4).

    a and p count how often w is a piece by autonomy alone and with word probabilities. A longer n-gram is
    rarer and therefore burstier, hence R per join; a single unit (a run of letters) counts as one join.
    """
    evidence = 0.5 * (np.log1p(words.autonomous[nodes]) + np.log1p(words.probable[nodes]))
    joins = np.maximum(trie.lengths()[nodes] - 1, 1)
    return np.asarray(
        evidence
        * (1.0 + 4.0 * residual / joins)
        * ((0.1 + least_entropy(trie, nodes)) * freedom(trie, nodes)) ** 0.25
    )


def combined(words: Array, terms: Array) -> Array:
    """(W^3 + T)^(1/3): the stronger of the two decides; common words first, then what is a term though hardly
    a word."""
    return np.asarray(np.cbrt(words**3 + terms))


def keyness(trie: NgramTrie, background: Array, units: int) -> Array:
    """float64[nodes]: the score of single words and phrases of a spaced language.

    L(w) sqrt(log count(w)) F(w)^(1/4) sqrt(0.1 + H(w)) (1 + PMI(w) / 3), the last for phrases only; L(w) is
    the least over the words of w of log( p(word) / background p(word) ), so that a phrase is as special as
    its most common word.
    `background` (float64[units of the store]) are relative frequencies in general language, `units` the
    number of units of the text.
    """
    ratio = np.log(trie.count[: trie.offsets[1]] / units) - np.log(background[trie.unit[: trie.offsets[1]]])
    least = np.empty(trie.count.size)
    least[: trie.offsets[1]] = ratio
    by_unit = np.zeros(background.size)
    by_unit[trie.unit[: trie.offsets[1]]] = ratio
    for length in range(2, trie.max_length + 1):
        nodes = slice(trie.offsets[length - 1], trie.offsets[length])
        least[nodes] = np.minimum(least[trie.parent[nodes]], by_unit[trie.unit[nodes]])
    return np.asarray(
        least
        * np.sqrt(np.log(trie.count))
        * freedom(trie) ** 0.25
        * np.sqrt(0.1 + least_entropy(trie))
        * (1.0 + np.where(trie.lengths() > 1, np.maximum(trie.cohesion(), 0.0), 0.0) / 3.0)
    )
