"""Text from anywhere as documents, blocks and tokens."""

from __future__ import annotations

from textmine.corpus.blocks import Block, Document
from textmine.corpus.corpus import Corpus
from textmine.corpus.sources import Source
from textmine.corpus.tokens import Tokenizer, tokenizer

__all__ = ["Block", "Corpus", "Document", "Source", "Tokenizer", "tokenizer"]
