"""From text to words, as the option --tokenizer says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from textmine.cli.completion import name_or_file
from textmine.cli.options import INPUT
from textmine.cli.remarks import tell_compiling
from textmine.errors import InputError

if TYPE_CHECKING:
    from textmine.cli.progress import Reporter
    from textmine.corpus.token_store import Cut
    from textmine.terms.segmenter import Segmenter
    from textmine.vectors.model import WordVectors

NAMES = ("whitespace", "word", "char", "jieba")
METAVAR = "|".join((*NAMES, "FILE"))
complete_tokenizer = name_or_file(*NAMES)
LONGEST_HELD = 1 << 16  # code points of a word that goes on

AsTrainedOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--tokenizer",
        metavar=METAVAR,
        autocompletion=complete_tokenizer,
        help="How text is cut into words; a file is a lexicon. Else as the .npz tells, or whitespace.",
        show_default=False,
        rich_help_panel=INPUT,
    ),
]


def as_trained(tokenizer: str | None, vectors: WordVectors, report: Reporter) -> str:
    """The option's value, else what the header of the vectors says; a file named there may be another now."""
    if tokenizer is None:
        tokenizer = str(vectors.header.get("tokenizer", "whitespace"))
        if tokenizer not in NAMES:
            report.note(
                f"the text of the vectors was cut by the lexicon {tokenizer}: cut this one with it, too "
                "(--tokenizer FILE); now words are what stands between white space"
            )
            tokenizer = "whitespace"
    if tokenizer not in NAMES:
        tell_compiling(report)
    return tokenizer


def cutter(tokenizer: str, threads: int | None) -> Cut | None:
    """What puts white space between words; None where that is there."""
    if tokenizer == "whitespace":
        return None
    if tokenizer == "char":
        return _character_by_character
    if tokenizer == "word":
        from textmine.corpus import tokenizer as named

        return partial(_word_by_word, named("word").tokenize)
    if tokenizer == "jieba":
        from textmine.terms.jieba import JiebaSegmenter

        return JiebaSegmenter().segment_blocks
    return partial(lexicon_segmenter(tokenizer, *NAMES).segment_blocks, threads=threads)


def splitter(tokenizer: str) -> Callable[[str], list[str]]:
    """What gives the words of a text: those that `cutter` puts white space between."""
    if tokenizer == "whitespace":
        return str.split
    if tokenizer in ("char", "word"):
        from textmine.corpus import tokenizer as named

        return named(tokenizer).tokenize
    if tokenizer == "jieba":
        from textmine.terms.jieba import JiebaSegmenter

        segment = JiebaSegmenter().segment_block
    else:
        segment = lexicon_segmenter(tokenizer, *NAMES).segment_block
    return lambda text: segment(text).split()


def lexicon_segmenter(path: str, *names: str) -> Segmenter:
    """The segmenter by a lexicon file, for an option that takes some names as well."""
    if not Path(path).exists():
        raise InputError(f"there is no lexicon file {path!r}", f"give {', '.join(names)} or a lexicon file")
    from textmine.terms.lexicon import Lexicon

    words = Lexicon.load(path)
    from textmine.terms.segmenter import Segmenter

    return Segmenter(words)


def _character_by_character(texts: Iterable[str]) -> Iterator[bytes]:
    return (f"{' '.join(text)} ".encode("utf-8", "surrogatepass") for text in texts)


def _word_by_word(tokenize: Callable[[str], list[str]], texts: Iterable[str]) -> Iterator[bytes]:
    """The last word of a piece may go on in the next: it is held back with what follows it."""
    held = ""
    for text in texts:
        *lines, tail = (held + text).split("\n")
        words = tokenize(tail)
        held = tail[tail.rfind(words[-1]) :] if words else ""
        if len(held) > LONGEST_HELD:
            held = ""
        elif words:
            words.pop()
        done = "".join(" ".join(tokenize(line)) + "\n" for line in lines) + " ".join(words) + " "
        yield done.encode("utf-8", "surrogatepass")
    yield " ".join(tokenize(held)).encode("utf-8", "surrogatepass")
