"""How often a term stands by itself rather than in a longer one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from textmine.counts.trie import NgramTrie


def c_value(trie: NgramTrie, nodes: NDArray[np.int64]) -> NDArray[np.float64]:
    """float64[nodes]: the C-value of terms, which are the different `nodes` of the trie.

        C(w) = log2(|w| + 1) (c(w) - mean of c(v) over the longer terms v that w stands in)

    |w| in units; the mean is 0 where there is no such v. (Frantzi, Ananiadou and Mima: Automatic recognition
    of multi-word terms: the C-value/NC-value method, 2000; |w| + 1 gives single words a value, too, as in
    Barrón-Cedeño, Sierra, Drouin and Ananiadou: An improved automatic term recognition method for Spanish,
    2009.)
    """
    row = np.full(trie.count.size + 1, -1, np.int64)  # the last is for "no node", -1
    row[nodes] = np.arange(nodes.size)
    around, holders = np.zeros(nodes.size), np.zeros(nodes.size)
    seen: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    tails = nodes
    while (tails >= 0).any():
        part = tails
        while (part >= 0).any():
            inside = np.flatnonzero((row[part] >= 0) & (part != nodes))
            seen.append((row[part[inside]], inside))
            part = np.where(part >= 0, trie.parent[part], -1)
        tails = np.where(tails >= 0, trie.suffix[tails], -1)
    if seen:
        parts, wholes = (np.concatenate(some) for some in zip(*seen, strict=True))
        pairs = np.unique(parts * nodes.size + wholes)  # a part that stands twice in a whole counts once
        np.add.at(holders, pairs // nodes.size, 1)
        np.add.at(around, pairs // nodes.size, trie.count[nodes[pairs % nodes.size]])
    alone = trie.count[nodes] - around / np.maximum(holders, 1)
    return np.asarray(np.log2(trie.lengths()[nodes] + 1) * alone)
