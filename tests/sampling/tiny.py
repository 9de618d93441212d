"""Tiny neural models of random weights, as folders of transformers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
NAMES = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}


def tokenizer(letters: Iterable[str], merges: Iterable[tuple[str, str]] = (), **names: str | None) -> Any:
    """Cuts text into letters, and these pairs of them; `names` (as NAMES) are its special tokens, else those
    of BERT, which it puts around a text."""
    transformers = pytest.importorskip("transformers")
    from tokenizers import Tokenizer
    from tokenizers.models import BPE
    from tokenizers.processors import TemplateProcessing

    vocabulary = {token: number for number, token in enumerate([*SPECIAL, *letters, *map("".join, merges)])}
    rules = Tokenizer(BPE(vocabulary, list(merges), unk_token="[UNK]"))
    rules.post_processor = TemplateProcessing("[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    known = {f"{name}_token": token for name, token in (NAMES | names).items() if token is not None}
    return transformers.PreTrainedTokenizerFast(tokenizer_object=rules, **known)


def causal(folder: Path, cut: Any, positions: int = 32) -> Path:
    """A GPT-2 of two layers."""
    transformers = pytest.importorskip("transformers")
    config = transformers.GPT2Config(
        vocab_size=len(cut), n_positions=positions, n_embd=16, n_layer=2, n_head=2, initializer_range=0.3
    )
    return _saved(folder, transformers.GPT2LMHeadModel, config, cut)


def masked(folder: Path, cut: Any, positions: int = 32) -> Path:
    """A BERT of two layers."""
    transformers = pytest.importorskip("transformers")
    config = transformers.BertConfig(
        vocab_size=len(cut), max_position_embeddings=positions, hidden_size=16, intermediate_size=32,
        num_hidden_layers=2, num_attention_heads=2, initializer_range=0.4,
    )  # fmt: skip
    return _saved(folder, transformers.BertForMaskedLM, config, cut)


def _saved(folder: Path, kind: Any, config: Any, cut: Any) -> Path:
    import torch

    torch.manual_seed(5)
    kind(config).save_pretrained(folder)
    cut.save_pretrained(folder)
    return folder
