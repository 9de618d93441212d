"""Mining text without labels: words, terms, vectors, similar texts, language models.

    import textmine as tm

What is here is the library as a program uses it; a name is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textmine.corpus.corpus import Corpus as Corpus
    from textmine.errors import TextmineError as TextmineError
    from textmine.language.files import load_language_model as load_language_model
    from textmine.pipelines.glove import train_glove as train_glove
    from textmine.pipelines.language import train_language_model as train_language_model
    from textmine.pipelines.sampling import sample as sample
    from textmine.pipelines.similarity import Similarity as Similarity
    from textmine.pipelines.svd import train_svd as train_svd
    from textmine.pipelines.word2vec import train_word2vec as train_word2vec
    from textmine.terms.discover import discover_terms as discover_terms
    from textmine.terms.expand import expand_terms as expand_terms
    from textmine.terms.learn_lexicon import learn_lexicon as learn_lexicon
    from textmine.terms.term_vectors import train_term_vectors as train_term_vectors
    from textmine.vectors.model import WordVectors as WordVectors
    from textmine.vectors.packages import load_vectors as load_vectors
    from textmine.words.lexicon import Lexicon as Lexicon
    from textmine.words.segmenter import Segmenter as Segmenter

_HOMES = {
    "Corpus": "corpus.corpus",
    "Lexicon": "words.lexicon",
    "Segmenter": "words.segmenter",
    "Similarity": "pipelines.similarity",
    "TextmineError": "errors",
    "discover_terms": "terms.discover",
    "WordVectors": "vectors.model",
    "expand_terms": "terms.expand",
    "learn_lexicon": "terms.learn_lexicon",
    "load_language_model": "language.files",
    "load_vectors": "vectors.packages",
    "sample": "pipelines.sampling",
    "train_glove": "pipelines.glove",
    "train_language_model": "pipelines.language",
    "train_svd": "pipelines.svd",
    "train_term_vectors": "terms.term_vectors",
    "train_word2vec": "pipelines.word2vec",
}

__all__ = sorted(_HOMES)


if not TYPE_CHECKING:  # it would have every name for one that is there

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module 'textmine' has no attribute {name!r}")
        found = getattr(import_module(f"textmine.{_HOMES[name]}"), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
