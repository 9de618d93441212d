"""Text from anywhere as documents and blocks."""

from __future__ import annotations

from textmine.corpus.blocks import Block, Document
from textmine.corpus.corpus import Corpus
from textmine.corpus.sources import Source

__all__ = ["Block", "Corpus", "Document", "Source"]
