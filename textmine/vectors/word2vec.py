"""Word2vec: vectors of words that predict the words around them."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.token_store import TokenStore
from textmine.errors import InputError
from textmine.kernels import word2vec as kernels
from textmine.parallel import read_ahead, thread_count
from textmine.progress import Progress, silent
from textmine.vectors.model import WordVectors
from textmine.vectors.schedule import tournament

Architecture: TypeAlias = Literal["skipgram", "cbow"]
Loss: TypeAlias = Literal["negative", "hierarchical", "random-softmax"]
Tables: TypeAlias = Literal["shared", "two"]
Optimizer: TypeAlias = Literal["sgd", "adagrad"]
Array: TypeAlias = NDArray[Any]
Part: TypeAlias = tuple[int, int]  # the first sample and the one behind the last

LOSSES = {
    "negative": kernels.NEGATIVE,
    "random-softmax": kernels.SOFTMAX,
    "hierarchical": kernels.HIERARCHICAL,
}
NOISE_POWER = {
    "negative": 0.75,
    "random-softmax": 0.0,
    "hierarchical": 0.0,
}  # others are drawn by count^power
DRAWN = {"negative": 5, "random-softmax": 16, "hierarchical": 0}
TABLES = {"negative": "two", "random-softmax": "shared", "hierarchical": "two"}
LEARNING_RATE = {"skipgram": 0.025, "cbow": 0.05}  # of SGD
ADAGRAD_RATE = 0.1
SLOWEST = 1e-4  # of the learning rate, at the end
CHUNK = 1 << 20  # ids whose samples are in memory at a time, fewer for windows wider than WINDOW
WINDOW = 5
LEAST_CHUNK, CHUNKS = 1 << 16, 8  # a small text makes several chunks too: each draws its groups anew
GROUP_BYTES = 1 << 20  # of one group's rows of a table: what a block touches stays in a core's cache
LEAST_WORDS, MOST_GROUPS = 64, 64  # in a group; in all
SEQUENCE = 1 << 13  # samples that are trained at one learning rate where one thread does all
LOOKAHEAD = 0.5  # of the way that the quick vectors went in a chunk is what the slow ones go


@dataclass(frozen=True)
class Settings:
    """What `train_word2vec` was asked for; None stands for the default, which depends on the others."""

    architecture: Architecture = "skipgram"
    loss: Loss = "negative"
    negative: int | None = None
    tables: Tables | None = None
    dim: int = 100
    window: int = 5
    epochs: int = 5
    sample: float = 1e-4
    optimizer: Optimizer = "sgd"
    learning_rate: float | None = None
    lookahead: bool = False
    seed: int = 1


def train_word2vec(
    store: TokenStore,
    settings: Settings = Settings(),
    *,
    threads: int | None = None,
    on_progress: Progress = silent,
    on_epoch: Callable[[int, float], None] | None = None,
) -> WordVectors:
    """Train word vectors by word2vec (Mikolov, Sutskever, Chen, Corrado, Dean, 2013).

    Each word w of the text is predicted by the words around it: 1 to `window` of them to either side in its
    line, uniformly, after each word of relative frequency f has stayed in the text with probability
    min(1, sqrt(t / f) + t / f), t = `sample`. With "skipgram" each of them predicts w by itself, h is its
    vector; with "cbow" h is the mean of their vectors (the sum for random softmax). u are the output vectors:

    - "negative": -log s(<h, u_w>) - sum_k log s(-<h, u_k>), s(x) = 1 / (1 + exp(-x)), for `negative` words k
      drawn by count^0.75;
    - "random-softmax": -log(exp <h, u_w> / (exp <h, u_w> + sum_k exp <h, u_k>)), k drawn uniformly: a sampled
      softmax (Jean, Cho, Memisevic, Bengio, 2015);
    - "hierarchical": -sum_n log s(+-<h, u_n>) over the nodes n above w in the Huffman tree of the counts.

    A drawn word that is w itself is left out. Tables: "two" has input and output vectors, and gives the input
    vectors; "shared" has one table for both. That suits random softmax, which only compares products;
    negative sampling wants most products below 0, which no single table can give, and ends in poor vectors.

    "sgd" steps fall linearly with the text to 1/10,000; "adagrad" divides them by the root of a sum for each
    vector, from 1 on, of its gradients' mean squares. `lookahead` (Zhang, Lucas, Hinton, Ba, 2019) draws the
    vectors back half of their way after each chunk of the text.

    Skip-gram with drawn words trains in another order than the text's, so that threads never meet: the pairs
    of a chunk are sorted into blocks by random groups of words, other ones each time; a round trains blocks
    that share no vectors. The drawn words come from the group of w. The others train in the text's order, on
    one thread. The same store and settings give the same bytes for any number of threads.

    The header of the result has the settings and `losses`, the mean over the samples as they were
    met; `on_epoch(epoch, loss)` hears it. It may rise towards the end: long steps serve the next samples,
    which share words with the last ones, more than short steps do.

    Raises InputError where no two words stand near each other, and for hierarchical softmax with a shared
    table.
    """
    training = _Training(store, settings, thread_count(threads))
    losses: list[float] = []
    for epoch in range(1, settings.epochs + 1):
        losses.append(training.epoch(epoch, on_progress))
        if on_epoch is not None:
            on_epoch(epoch, losses[-1])
    return training.result(losses)


@dataclass(frozen=True)
class _Samples:
    """The samples of a chunk that ends at `stop`, as `kernels.train` takes them, the randomness of their
    draws, and rounds of parts that can be trained side by side."""

    stop: int
    stream: np.uint64
    bags: Array
    members: Array
    targets: Array
    rounds: list[list[Part]]
    group: Array
    slots: Array
    words: Array
    thresholds: Array
    aliases: Array


class _Training:
    def __init__(self, store: TokenStore, settings: Settings, threads: int) -> None:
        self._store = store
        self._settings = settings
        self._threads = threads
        self._words = len(store.vocabulary.words)
        self._shared = (settings.tables or TABLES[settings.loss]) == "shared"
        if self._shared and settings.loss == "hierarchical":
            raise InputError("hierarchical softmax predicts inner nodes, not words", "ask for two tables")
        self._negative = DRAWN[settings.loss] if settings.negative is None else settings.negative
        usual = LEARNING_RATE[settings.architecture] if settings.optimizer == "sgd" else ADAGRAD_RATE
        self._rate = settings.learning_rate or usual
        self._one_by_one = settings.architecture == "cbow" or settings.loss == "hierarchical"
        counts = store.vocabulary.counts
        self._keep = _kept(counts, settings.sample)
        self._noise = counts ** NOISE_POWER[settings.loss]
        none = np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.int8)
        self._paths = huffman_paths(counts) if settings.loss == "hierarchical" else none
        self._make_tables()

    def _make_tables(self) -> None:
        settings, shape = self._settings, (self._words, self._settings.dim)
        random = np.random.default_rng([settings.seed, 0])
        rows = (random.random(shape, np.float32) - np.float32(0.5)) / np.float32(settings.dim)
        self._tables = [rows] if self._shared else [rows, np.zeros(shape, np.float32)]
        adagrad = self._words if settings.optimizer == "adagrad" else 0
        self._squares = [np.ones(adagrad) for _ in self._tables]
        self._slow = [table.copy() for table in self._tables] if settings.lookahead else []

    def _groups(self) -> int:
        """Groups of words: even, and by nothing but the size of the vocabulary and its vectors."""
        if self._one_by_one:
            return 1
        wanted = -(-4 * self._words * self._settings.dim // GROUP_BYTES)
        most = min(MOST_GROUPS, self._words // LEAST_WORDS)
        groups = 8
        while groups < wanted:
            groups *= 2
        return max(min(groups, most // 2 * 2), 1)

    def epoch(self, number: int, on_progress: Progress) -> float:
        """One pass over the text; the loss per sample."""
        store, settings = self._store, self._settings
        size = min(CHUNK * WINDOW // max(settings.window, WINDOW), max(LEAST_CHUNK, -(-store.size // CHUNKS)))
        chunks = [(start, min(start + size, store.size)) for start in range(0, store.size, size)]
        prepared: Iterable[_Samples] = (self._prepare(number, *chunk) for chunk in chunks)
        if self._threads > 1:
            prepared = read_ahead(prepared)
        loss, samples = 0.0, 0
        with ThreadPoolExecutor(self._threads) as pool:
            run = map if self._threads == 1 else pool.map
            start = 0
            for chunk in prepared:
                done = 0
                for parts in chunk.rounds:
                    place = start + (chunk.stop - start) * done / max(chunk.targets.size, 1)
                    rate = self._rate_at((number - 1 + place / store.size) / settings.epochs)
                    loss += math.fsum(run(partial(self._train, chunk, rate), parts))
                    done += sum(last - first for first, last in parts)
                    on_progress(f"epoch {number} of {settings.epochs}", int(place), store.size)
                samples += chunk.targets.size
                start = chunk.stop
                self._look_ahead()
        if not samples:
            raise InputError(
                "no two words stand near each other",
                "give more text, or a sample of 0, which thins out no words",
            )
        return loss / samples

    def _rate_at(self, progress: float) -> np.float32:
        decay = max(1 - progress, SLOWEST) if self._settings.optimizer == "sgd" else 1.0
        return np.float32(self._rate * decay)

    def _prepare(self, epoch: int, start: int, stop: int) -> _Samples:
        settings = self._settings
        random = np.random.default_rng([settings.seed, epoch, start])
        keep_stream, window_stream, stream = random.integers(0, 1 << 64, 3, np.uint64)
        ids = self._store.read(start, stop)
        out = np.empty_like(ids)
        ids = out[: kernels.subsample(ids, self._keep, keep_stream, out)]
        groups = self._groups()
        group = _deal(self._words, groups, random)
        words = np.argsort(group, kind="stable").astype(np.int32)
        slots = np.searchsorted(group[words], np.arange(groups + 1))
        thresholds, aliases = np.empty(self._words, np.uint64), np.empty(self._words, np.int32)
        kernels.build_alias(self._noise[words], slots, thresholds, aliases, np.empty_like(words))
        if settings.architecture == "cbow":
            bags = np.zeros(ids.size + 1, np.int64)
            members = np.empty(2 * settings.window * ids.size, np.int32)
            targets = np.empty_like(ids)
            count = kernels.gather_windows(ids, settings.window, window_stream, bags, members, targets)
            bags, members, targets = bags[: count + 1], members[: bags[count]], targets[:count]
            rounds = _sequence(count)
        else:
            sizes = np.zeros(groups * groups, np.int64)
            sort = partial(
                kernels.sort_pairs, ids, settings.window, window_stream, group, groups, self._shared
            )
            none = np.empty(0, np.int32)
            sort(sizes, none, none)
            ends = np.cumsum(sizes)
            members, targets = np.empty((2, ends[-1]), np.int32)
            sort(ends - sizes, members, targets)
            bags = np.empty(0, np.int64)
            rounds = (
                _sequence(targets.size) if groups == 1 else self._rounds(groups, ends - sizes, ends, random)
            )
        return _Samples(
            stop, stream, bags, members, targets, rounds, group, slots, words, thresholds, aliases
        )

    def _rounds(
        self, groups: int, starts: Array, ends: Array, random: np.random.Generator
    ) -> list[list[Part]]:
        if self._shared:
            blocks = tournament(groups)
        else:  # a Latin square: all groups of inputs once, and all groups of outputs
            blocks = [[(a, (a + shift) % groups) for a in range(groups)] for shift in range(groups)]
        numbers = [[a * groups + b for a, b in blocks[i]] for i in random.permutation(len(blocks)).tolist()]
        return [[(int(starts[n]), int(ends[n])) for n in round] for round in numbers]

    def _train(self, chunk: _Samples, rate: np.float32, part: Part) -> float:
        return float(
            kernels.train(
                self._tables[0],
                self._squares[0],
                self._tables[-1],
                self._squares[-1],
                *part,
                chunk.bags,
                chunk.members,
                chunk.targets,
                LOSSES[self._settings.loss],
                rate,
                self._negative,
                chunk.stream,
                chunk.group,
                chunk.slots,
                chunk.words,
                chunk.thresholds,
                chunk.aliases,
                *self._paths,
            )
        )

    def _look_ahead(self) -> None:
        for slow, quick in zip(self._slow, self._tables, strict=False):
            slow += np.float32(LOOKAHEAD) * (quick - slow)
            quick[:] = slow

    def result(self, losses: list[float]) -> WordVectors:
        """The vectors of the words as inputs."""
        header = {
            "program": "train-word2vec",
            **asdict(self._settings),
            "negative": self._negative,
            "tables": "shared" if self._shared else "two",
            "learning_rate": self._rate,
            "losses": losses,
        }
        vocabulary = self._store.vocabulary
        return WordVectors(vocabulary.words, self._tables[0], vocabulary.counts, header)


def _sequence(count: int) -> list[list[Part]]:
    return [[(first, min(first + SEQUENCE, count))] for first in range(0, count, SEQUENCE)]


def _kept(counts: Array, sample: float) -> Array:
    """uint64, by id: 2^32 times the probability that a word stays."""
    keep = np.full(counts.size + 1, 1 << 32, np.uint64)
    if sample > 0:
        ratio = sample * counts.sum() / counts
        keep[1:] = (np.minimum(np.sqrt(ratio) + ratio, 1) * (1 << 32)).astype(np.uint64)
    return keep


def _deal(words: int, groups: int, random: np.random.Generator) -> Array:
    """uint8: the group of each word. Of `groups` words next in frequency one comes to each, at random: all
    groups weigh about the same."""
    stratum = np.arange(words) // groups
    order = np.lexsort((random.random(words), stratum))
    group = np.empty(words, np.uint8)
    group[order] = np.arange(words) % groups
    return group


def huffman_paths(counts: Array) -> tuple[Array, Array, Array]:
    """(starts, nodes, codes): the inner nodes (int32, from 0) above word w in the Huffman tree of the counts
    and the branch (int8, 0 or 1) taken at each are nodes[starts[w]:starts[w + 1]] and codes[...], from the
    leaf to the root."""
    words = len(counts)
    heap = [(count, word) for word, count in enumerate(counts.tolist())]
    heapq.heapify(heap)
    above, branch = np.zeros(2 * words - 1, np.int64), np.zeros(2 * words - 1, np.int8)
    for node in range(words, 2 * words - 1):
        light, left = heapq.heappop(heap)
        heavy, right = heap[0]
        above[[left, right]] = node
        branch[right] = 1
        heapq.heapreplace(heap, (light + heavy, node))
    root = 2 * words - 2
    word, place = np.arange(words), np.arange(words)
    levels = []
    while (below := place != root).any():
        word, place = word[below], place[below]
        levels.append((word, above[place] - words, branch[place]))
        place = above[place]
    if not levels:
        return np.zeros(words + 1, np.int64), np.empty(0, np.int32), np.empty(0, np.int8)
    owner, nodes, codes = (np.concatenate(part) for part in zip(*levels, strict=True))
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], np.arange(words + 1))
    return starts, nodes[order].astype(np.int32), codes[order]
