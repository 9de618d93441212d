"""The options --lm and --proposal of `textmine sample`: neural models score sentences, or propose words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textmine.cli.remarks import counted
from textmine.cli.sampled import spelled
from textmine.errors import InputError

if TYPE_CHECKING:
    from textmine.cli.progress import Reporter
    from textmine.language.model import LanguageModel
    from textmine.sampling.chain import Candidates
    from textmine.sampling.energies import Energy, Scores, Units


def scoring(
    path: Path, model: LanguageModel, characters: bool, keywords: Sequence[Sequence[int]], report: Reporter
) -> tuple[Scores, Energy]:
    """log p of sentences by a causal model, and what keeps out words that its tokenizer does not know. Raises
    InputError where a keyword has one."""
    from textmine.sampling.energies import Forbidden
    from textmine.sampling.neural import CausalModel

    causal = CausalModel(path)
    _one_thread()
    words = model.words[3:]
    unknown = [unit for unit, known in enumerate(causal.knows(words), 3) if not known]
    for unit in {unit for keyword in keywords for unit in keyword}.intersection(unknown):
        raise InputError(
            f"the tokenizer of {path} does not know {model.words[unit]!r}", "choose another word"
        )
    if unknown:
        report.note(
            f"left out: {counted(len(unknown), 'word')} of {len(words)}, unknown to the tokenizer of {path}"
        )

    def scores(sentences: Sequence[Units]) -> list[float]:
        return causal.log_probabilities([spelled(units, model, characters) for units in sentences])

    return scores, Forbidden([unit] for unit in unknown)


def proposing(path: Path, model: LanguageModel, characters: bool, report: Reporter) -> Candidates:
    """Candidates by a masked model."""
    from textmine.sampling.neural import MaskedModel

    masked = MaskedModel(path, model.words, "" if characters else " ")
    _one_thread()
    report.note(
        f"{path} proposes the {counted(len(masked.single), 'word')} of {len(model.words) - 3} that are its "
        "tokens; others come up by their frequency"
    )
    return masked


def _one_thread() -> None:
    """Chains run side by side, and how sums are rounded must not depend on the number of processors."""
    import torch

    torch.set_num_threads(1)
