"""Remarks that several commands make on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textmine.cli.progress import Reporter

if TYPE_CHECKING:
    from textmine.corpus import Corpus


def tell_compiling(report: Reporter) -> None:
    """Say why the first run on a machine takes longer."""
    from textmine import kernels

    if not kernels.cached():
        report.note("first run: compiling for this machine, some seconds once")


def tell_losses(corpus: Corpus, report: Reporter) -> None:
    """Nothing is left out in silence."""
    if corpus.replaced:
        report.note(f"{corpus.replaced} undecodable bytes were replaced by U+FFFD")
    for name, reason in corpus.skipped.items():
        report.note(f"{name} was passed over: {reason}")
