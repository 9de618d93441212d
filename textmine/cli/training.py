"""What the commands that train vectors have in common: options and remarks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from textmine.cli.options import OUTPUT, RUN, check_memory, parse_memory
from textmine.cli.output import output_path
from textmine.cli.remarks import counted, tell_losses
from textmine.cli.tokenizers import METAVAR, complete_tokenizer
from textmine.files import refuse_pipe

if TYPE_CHECKING:
    from textmine.cli.progress import Reporter
    from textmine.corpus import Corpus
    from textmine.corpus.token_store import TokenStore

VOCABULARY = "Words"  # panel of --help
BLOCK = 1 << 20  # code points of text at once
LEAST_MEMORY = 32_000_000  # bytes


def vectors_path(path: Path | None) -> Path | None:
    """Callback of options that name a file of vectors to write: the ending says the format."""
    if path is None:
        return path
    from textmine.vectors.formats import ENDINGS

    if path.suffix.lower() not in ENDINGS:
        raise typer.BadParameter(f"{path} has none of the endings {' '.join(ENDINGS)}, which say the format")
    output_path(path)
    return path


def check_place(output: Path) -> None:
    """Raise InputError, before the work, where vectors could not be written for the kind of place it is."""
    if output.suffix.lower() == ".npz":
        refuse_pipe(output, ".npz")


VectorsOption: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        metavar="VECTORS",
        help="Write the vectors here: .npz, or .bin, .vec and .txt for word2vec's formats.",
        callback=vectors_path,
        rich_help_panel=OUTPUT,
    ),
]


@dataclass(kw_only=True)
class Words:
    """How text is cut into words, and which of them have vectors."""

    tokenizer: Annotated[
        str,
        typer.Option(
            "--tokenizer",
            metavar=METAVAR,
            autocompletion=complete_tokenizer,
            help="How text is cut into words; a file is a lexicon, as discover-terms writes it.",
            rich_help_panel=VOCABULARY,
        ),
    ] = "whitespace"
    min_count: Annotated[
        int,
        typer.Option(
            "--min-count", metavar="N", min=1, help="Leave rarer words out.", rich_help_panel=VOCABULARY
        ),
    ] = 5
    max_vocabulary: Annotated[
        int | None,
        typer.Option(
            "--max-vocabulary",
            metavar="N",
            min=1,
            help="Keep the N most frequent words only.",
            rich_help_panel=VOCABULARY,
        ),
    ] = None


DimOption: TypeAlias = Annotated[
    int, typer.Option("--dim", metavar="N", min=1, max=4096, help="Numbers in a vector.")
]
EpochsOption: TypeAlias = Annotated[
    int, typer.Option("--epochs", metavar="N", min=1, help="Passes over the data.")
]
WindowOption: TypeAlias = Annotated[
    int,
    typer.Option("--window", metavar="N", min=1, max=255, help="Words on either side that count as near."),
]
PairMemoryOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--memory",
        parser=parse_memory,
        metavar="SIZE",
        help="For counting and keeping pairs of words (else 2G); beyond it temporary files are used.",
        rich_help_panel=RUN,
    ),
]


def pair_memory(memory: int | None) -> int | None:
    """The value of the option, which must do for something."""
    check_memory(memory, LEAST_MEMORY)
    return memory


def teller(
    corpus: Corpus, report: Reporter, tokenizer: str, min_count: int, max_vocabulary: int | None
) -> Callable[[TokenStore], None]:
    """What says on standard error which words there are, as soon as that is known."""

    def tell(store: TokenStore) -> None:
        tell_losses(corpus, report)
        outside = f"; {store.outside} left out as rarer than {min_count} or beyond the vocabulary"
        report.note(
            f"{counted(store.tokens, 'character' if tokenizer == 'char' else 'word')}, "
            f"{len(store.vocabulary.words)} different"
            + outside
            * (min_count > 1 or max_vocabulary is not None)
        )
        if store.cut:
            report.note(
                f"{counted(store.cut, 'piece')} of words beyond all length; --tokenizer may be the wrong one"
            )

    return tell
