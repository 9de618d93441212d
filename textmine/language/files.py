"""Files of language models, of whichever kind."""

from __future__ import annotations

from pathlib import Path

from textmine.errors import ModelError
from textmine.language.arpa import one_source, read_source, write_arpa
from textmine.language.model import LanguageModel
from textmine.progress import Progress, silent

KENLM_BINARY = b"mmap lm http://kheafield.com/code"


def load_language_model(path: str | Path, on_progress: Progress = silent) -> LanguageModel:
    """The model in a file, whose first bytes tell its kind: our own, mapped into memory, or ARPA, compressed
    or not (see read_arpa, also for `on_progress`). ARPA may come through a pipe.

    Raises InputError when the file cannot be opened, ModelError when it is of another kind or broken.

    >>> tm.train_language_model("data/jargon-file.txt", order=2).save("jargon.lm")
    >>> tm.load_language_model("jargon.lm").order
    2
    """
    source = one_source(path, on_progress)
    with source.open() as raw:
        head = raw.read(len(KENLM_BINARY)) or b""
    if head.startswith(b"PK\x03\x04"):
        if source.spool is not None:
            raise ModelError(f"{source.name} is a pipe, and models are mapped from files", "name the file")
        return LanguageModel.load(source.path)
    if head == KENLM_BINARY:
        raise ModelError(f"{source.name} is KenLM's binary format", "name the ARPA file it was made from")
    return read_source(source, on_progress)


def save_language_model(model: LanguageModel, path: str | Path, on_progress: Progress = silent) -> None:
    """Write `model`, whole or not at all: as ARPA where the path ends in .arpa (see write_arpa), else as
    our own kind of file. Raises InputError when the file cannot be created there."""
    if Path(path).suffix.lower() == ".arpa":
        write_arpa(model, path, on_progress)
    else:
        model.save(path)
