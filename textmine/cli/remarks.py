"""Remarks that several commands make on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textmine.cli.progress import Reporter

if TYPE_CHECKING:
    from textmine.corpus import Corpus


def tell_compiling(report: Reporter) -> None:
    """A first run on a machine takes longer, and its progress says why. It is no remark: what a run says of
    its result does not depend on the runs before it."""
    from textmine import kernels

    def compiling(kernel: int, most: int) -> None:
        if kernel == 1:
            report.announce("compiling for this machine, some seconds at the first run of a command")
        report(f"compiling {kernel} of at most {most}, the first time only", 0, None)

    report.until_end(kernels.watch(compiling))


def counted(number: int, noun: str) -> str:
    """1 word, 2 words."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def tell_losses(corpus: Corpus, report: Reporter) -> None:
    """Nothing is left out in silence."""
    if corpus.replaced:
        report.note(f"{counted(corpus.replaced, 'undecodable byte')} replaced by U+FFFD")
    for name, reason in corpus.skipped.items():
        report.note(f"{name} was passed over: {reason}")
