"""Which n-grams of a text are its terms."""

from __future__ import annotations

from collections import Counter
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.corpus.store import UnitStore
from textmine.counts.places import Places
from textmine.counts.trie import NgramTrie
from textmine.kernels import ngrams as kernels
from textmine.parallel import ordered_map, thread_count
from textmine.progress import Progress
from textmine.terms import score as scores
from textmine.terms.autonomy import WordCounts, count_words
from textmine.terms.background import Kind
from textmine.terms.contexts import context_weight
from textmine.terms.contrast import Contrast
from textmine.terms.nested import c_value
from textmine.terms.surface import Surfaces
from textmine.words.languages import frequencies
from textmine.words.lexicon import Lexicon

Rank: TypeAlias = Literal["score", "keyness", "termhood"]
Method: TypeAlias = Literal["autonomy", "learned", "cohesion", "entropy", "redundancy"]
BY_AUTONOMY: tuple[Method, ...] = ("autonomy", "learned")  # scored alike, by different words

SHARE_TO_FOLD = 0.95  # of its occurrences inside one longer term: then a term is but a part of it
WORTH_OF_WHOLE = 0.5  # of the score of a part: what a whole must have by itself among words


class Finder:
    """Chooses nodes of the trie and scores them."""

    def __init__(
        self,
        store: UnitStore,
        trie: NgramTrie,
        places: Places,
        method: Method,
        kind: Kind,
        min_count: int,
        language: str | None,
        lexicon: Lexicon | None,
        threads: int | None,
        on_progress: Progress,
    ) -> None:
        self.store = store
        self.trie = trie
        self.places = places
        self.method = method
        self.by_words = kind == "word" and method in BY_AUTONOMY
        self.min_count = min_count
        self.language = language
        self.lexicon = lexicon
        self.threads = threads
        self.on_progress = on_progress
        self.documents = np.zeros(trie.count.size, np.int64)
        self.may_be_term = trie.count >= min_count

    def find(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The nodes of the terms, in their order, and the score of every node."""
        if self.by_words:
            return self._words()
        return self._segmented() if self.method in ("cohesion", "redundancy") else self._segments()

    def _segments(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The terms that hold together, as in text without spaces."""
        trie = self.trie
        frequent = trie.count >= self.min_count
        # T if all occurrences were in one document: what is below needs no look at the documents.
        best = scores.termhood(trie, np.log(trie.count)) >= scores.TERMHOOD
        score = np.zeros(trie.count.size)
        if self.method == "entropy":
            chosen = np.flatnonzero(frequent & best)
            score[chosen] = scores.termhood(trie, self._residual(chosen), chosen)
            return chosen[score[chosen] >= scores.TERMHOOD], score
        words = self._count_words()
        is_word = frequent & (words.autonomous + words.probable > self.min_count) & self._may_be_word()
        chosen = np.flatnonzero(is_word | (frequent & best))
        residual = self._residual(chosen)
        terms = scores.termhood(trie, residual, chosen)
        as_words = np.where(is_word[chosen], scores.word_score(trie, words, residual, chosen), 0.0)
        score[chosen] = scores.combined(as_words, terms)
        wanted = np.zeros(trie.count.size, np.bool_)
        wanted[chosen] = is_word[chosen] | (terms >= scores.TERMHOOD)
        return self._unfolded(wanted, score), score

    def _words(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The terms of a text whose units are words."""
        trie, store = self.trie, self.store
        names = [spelling.lower() for spelling in store.spellings[store.first_word :]]
        background = np.ones(store.counts.size)
        common = np.flatnonzero(store.counts[store.first_word :] >= self.min_count)
        background[store.first_word + common] = frequencies(
            [names[i] for i in common.tolist()], self.language
        )
        score = scores.keyness(trie, background, store.words)
        self.may_be_term &= (score > 0) & self._begins_and_ends_in_words()
        wanted = self.may_be_term.copy()
        self._count_documents(np.flatnonzero(wanted))
        return self._unfolded(wanted, score, WORTH_OF_WHOLE), score

    def rank(
        self, chosen: NDArray[np.int64], score: NDArray[np.float64], rank: Rank, contrast: Contrast | None
    ) -> None:
        """Set the scores of the chosen nodes to what `rank` asks for."""
        if rank == "keyness" and contrast is not None:
            score[chosen] = contrast.log_odds
        elif rank == "termhood":
            score[chosen] = c_value(self.trie, chosen) if self.by_words else self._termhood(chosen)
        elif contrast is not None:
            if self.method in BY_AUTONOMY and not self.by_words:
                score[chosen] = self._termhood(chosen)
            score[chosen] *= contrast.difference
        if rank == "score" and (self.by_words or contrast is not None):
            weight = context_weight(self.store, self.trie, self.places, chosen, score[chosen], self.threads)
            if not self.by_words:
                weight = np.sqrt(weight)  # a character beside a term says less than a word
            score[chosen] *= np.where(score[chosen] > 0, weight, 1 / weight)

    def dispersion(self, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
        """float64[chosen]: the documents that have each, over those that would by chance; see `Term`."""
        documents = self.store.documents
        expected = -documents * np.expm1(-self.trie.count[chosen] / documents)
        return np.asarray(self.documents[chosen] / expected)

    def _termhood(self, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
        """T of the chosen nodes. A single unit, such as GDP among characters, is as firm as the median of
        the others."""
        documents = np.maximum(self.documents[chosen], 1)
        residual = scores.residual_idf(self.trie.count[chosen], documents, self.store.documents)
        cohesion = self.trie.cohesion()[chosen]
        single = np.isinf(cohesion)
        usual = float(np.median(cohesion[~single])) if not single.all() else 1.0
        return scores.termhood(self.trie, residual, chosen, np.where(single, usual, cohesion))

    def _segmented(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        from textmine.terms.redundancy import paying_words
        from textmine.terms.solid import solid_words

        find = solid_words if self.method == "cohesion" else paying_words
        found = find(
            self.store,
            self.trie,
            self.places,
            min_count=self.min_count,
            threads=self.threads,
            on_progress=self.on_progress,
        )
        score = np.zeros(self.trie.count.size)
        score[found.nodes] = found.score
        chosen = found.nodes.astype(np.int64)
        self._count_documents(chosen)
        return chosen, score

    def _count_words(self) -> WordCounts:
        """How often each node is a word: by autonomy, or as the lexicon has it."""
        if self.lexicon is None:
            return count_words(self.store, self.trie, self.places, self.threads, self.on_progress)
        uses: Counter[str] = Counter()
        for word, count in self.lexicon.items():
            uses[word.lower()] += count
        counts = np.zeros(self.trie.count.size, np.int64)
        frequent = np.flatnonzero(self.trie.count >= self.min_count)
        names = Surfaces(self.store, self.trie).terms(frequent)
        counts[frequent] = [uses[name.lower()] for name in names]
        return WordCounts(counts, counts)

    def _may_be_word(self) -> NDArray[np.bool_]:
        """Which nodes can be a word: two units or more, or a run of letters."""
        may = np.ones(self.trie.count.size, np.bool_)
        singles = self.trie.unit[: self.trie.offsets[1]].tolist()
        spellings = self.store.spellings
        may[: len(singles)] = [
            len(spellings[unit]) > 1 and any(character.isalpha() for character in spellings[unit])
            for unit in singles
        ]
        return may

    def _begins_and_ends_in_words(self) -> NDArray[np.bool_]:
        """Which nodes neither begin nor end with a number or a single letter."""
        trie = self.trie
        is_word = np.array([len(s) > 1 and any(c.isalpha() for c in s) for s in self.store.spellings])
        ends = is_word[trie.unit]
        begins = ends.copy()
        for length in range(2, trie.max_length + 1):
            nodes = slice(trie.offsets[length - 1], trie.offsets[length])
            begins[nodes] = begins[trie.parent[nodes]]
        return np.asarray(begins & ends)

    def _unfolded(
        self, wanted: NDArray[np.bool_], score: NDArray[np.float64], worth: float = 0.0
    ) -> NDArray[np.int64]:
        """The wanted nodes with parts replaced by wholes (`wanted` and `score` are extended)."""
        folded = np.zeros(wanted.size, np.bool_)
        trie = self.trie
        kernels.fold(
            trie.parent, trie.suffix, trie.count, SHARE_TO_FOLD, self.may_be_term, wanted, worth, score,
            folded,
        )  # fmt: skip
        return np.flatnonzero(wanted & ~folded)

    def _residual(self, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
        """The residual inverse document frequency of the chosen nodes; fills their `documents`."""
        self._count_documents(chosen)
        return scores.residual_idf(self.trie.count[chosen], self.documents[chosen], self.store.documents)

    def _numbered(self, wanted: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The wanted nodes by number: of each node the longest, of each number the next shorter one."""
        longest = np.empty(wanted.size, np.int32)
        shorter = np.empty(np.count_nonzero(wanted), np.int32)
        kernels.number_wanted(self.trie.parent, wanted, longest, shorter)
        return longest, shorter

    def _count_documents(self, nodes: NDArray[np.int64]) -> None:
        """Fill `documents` for these nodes and the wholes they may be parts of; each thread takes a stretch
        of the text."""
        wanted = np.zeros(self.trie.count.size, np.bool_)
        wanted[nodes] = True
        self._unfolded(wanted, np.zeros(wanted.size))  # marks the wholes that may take their place
        longest, shorter = self._numbered(wanted)
        chunks = list(self.store.chunks())
        parts = min(thread_count(self.threads), len(chunks))
        done = [0] * parts
        stretches = [chunks[len(chunks) * i // parts : len(chunks) * (i + 1) // parts] for i in range(parts)]

        def count(part: int) -> NDArray[np.int64]:
            seen = np.repeat(np.array([[-1], [-1], [0]]), shorter.size, axis=1)
            for start, stop in stretches[part]:
                numbers = self.store.document_numbers(start, stop)
                kernels.count_documents(self.places.read((start, stop)), numbers, longest, shorter, *seen)
                done[part] += stop - start
                self.on_progress("counting documents", sum(done), self.store.size)
            return seen

        total = np.zeros(shorter.size, np.int64)
        before = np.full(shorter.size, -1)
        for first, latest, counts in ordered_map(count, range(parts), parts):
            # A document that goes on from one stretch to the next was counted in both.
            total += counts - ((first >= 0) & (first == before))
            before = np.where(latest >= 0, latest, before)
        self.documents[wanted] = total

    def examples(self, nodes: NDArray[np.int64], number: int, surfaces: Surfaces) -> dict[int, list[str]]:
        """Contexts of each node from the first `number` documents that have it."""
        wanted = np.zeros(self.trie.count.size, np.bool_)
        wanted[nodes] = True
        longest, shorter = self._numbered(wanted)
        latest, found = np.full(shorter.size, -1), np.zeros(shorter.size, np.int64)
        spots = np.zeros((shorter.size, number), np.int64)
        for start, stop in self.store.chunks():
            numbers = self.store.document_numbers(start, stop)
            kernels.find_examples(
                self.places.read((start, stop)), numbers, start, longest, shorter, latest, found, spots
            )
            self.on_progress("finding examples", stop, self.store.size)
        lengths = self.trie.lengths()
        return {
            node: [surfaces.context(spot, int(lengths[node])) for spot in spots[row, : found[row]].tolist()]
            for row, node in enumerate(np.flatnonzero(wanted).tolist())
        }
