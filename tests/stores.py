"""A text made into a `UnitStore`, the way the package does it."""

from __future__ import annotations

from pathlib import Path

from textmine.corpus import blocks
from textmine.corpus.corpus import Corpus
from textmine.corpus.scripts import Unit
from textmine.corpus.store import UnitStore
from textmine.corpus.units import encode_units
from textmine.progress import silent


def store_of(
    text: str,
    directory: str | Path,
    *,
    unit: Unit = "auto",
    document: blocks.DocumentKind = "line",
    block_size: int = 1 << 22,
) -> UnitStore:
    path = Path(directory) / "text.txt"
    path.write_bytes(text.encode())
    with Corpus([path], document=document, block_size=block_size) as corpus:
        return encode_units(corpus, unit, str(directory), silent)


def stream(store: UnitStore) -> list[int]:
    """All ids, in order."""
    ids: list[int] = store.read(0, store.size).tolist()
    return ids
