"""What `textmine sample` reads of its options, and says of the search."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from textmine.cli.language import Unit, tokenizer_of
from textmine.cli.remarks import counted
from textmine.errors import InputError
from textmine.words.tokenizers import NAMES, default_tokenizer, splitter

if TYPE_CHECKING:
    from collections.abc import Callable

    from textmine.cli.progress import Reporter
    from textmine.language.codec import Codec
    from textmine.language.model import LanguageModel
    from textmine.sampling.options import SamplingOptions
    from textmine.sampling.search import Search
    from textmine.sampling.sentences import Sentence, Sentences

BEST = 10  # rows of chains, where not told otherwise
LONGEST = 10_000  # units


def lengths(text: str | None) -> tuple[int, int] | None:
    """20 or 10-30 as the shortest and the longest."""
    if text is None:
        return None
    low, dash, high = text.partition("-")
    try:
        least, most = int(low), int(high if dash else low)
    except ValueError:
        raise typer.BadParameter(f"--length: {text!r} is no length; write 20 or 10-30") from None
    if not 0 <= least <= most <= LONGEST:
        raise typer.BadParameter(f"--length: {text}, but lengths are from 0 to {LONGEST}, the shortest first")
    return least, most


def temperatures(text: str | None) -> tuple[float, float] | None:
    """1 or 3:0.1 as the first and the last."""
    if text is None:
        return None
    first, colon, last = text.partition(":")
    try:
        found = float(first), float(last if colon else first)
    except ValueError:
        raise typer.BadParameter(f"--temperature: {text!r} is no temperature; write 1 or 3:0.1") from None
    if not all(0.001 <= value <= 1000 for value in found):
        raise typer.BadParameter(f"--temperature: {text}, but temperatures are from 0.001 to 1000")
    return found


def words_between_commas(text: str | None) -> list[str]:
    """The words between commas, full-width ones too; a comma that stands by itself is a word."""
    if text is None:
        return []
    parts = [text] if text.strip() == "," else text.split(",")
    found = [
        word.strip() for part in parts for word in ([part] if part.strip() == "，" else part.split("，"))
    ]
    if not all(found):
        raise InputError(f"there is an empty word in {text!r}", "write words with commas between them")
    return found


def folder_of(text: str | None, kind: str) -> Path | None:
    """The folder of hf:FOLDER, where hf is the kind."""
    if text is None:
        return None
    found, _, folder = text.partition(":")
    if found != kind or not folder:
        raise typer.BadParameter(f"{text!r} is no neural model for this; write {kind}:FOLDER")
    return Path(folder)


def check(
    options: SamplingOptions, *, vectors: bool, lm: bool, proposal: bool, show_steps: bool, listed: bool
) -> None:
    """Refuse what does not go together or would have no effect, before any work. What comes after the
    options says whether others of the command are given; `listed`: --top or --order."""
    from textmine.sampling.options import FIXED, SINGLE

    method = options.chosen_method
    single, fixed = method in SINGLE, method in FIXED
    for_chains = options.temperature, options.burn_in, options.thin
    wrong = None
    if options.keywords and (fixed or method == "ancestral"):
        wrong = f"--keywords goes with --method edit, annealing and rejection, not {method}"
    elif options.any_order and not options.keywords:
        wrong = "--any-order is for --keywords"
    elif fixed and options.length is not None and options.length[0] != options.length[1]:
        wrong = f"--method {method} keeps the length: give one, or choose edit"
    elif method == "rejection" and options.gamma < 1:
        wrong = "--method rejection draws from p(x)^G for G of 1 and more only"
    elif method == "ancestral" and (options.gamma != 1 or options.forbid or options.length_bonus):
        wrong = "--gamma, --forbid and --length-bonus go with the other methods, not ancestral"
    elif options.candidates == 1:
        wrong = "--candidates 1 is the unit that is there: give 2 or more, or 0 for all"
    elif options.candidates is not None and method != "gibbs":
        wrong = "--candidates goes with --method gibbs"
    elif single and (show_steps or any(given is not None for given in for_chains)):
        wrong = (
            "--temperature, --burn-in, --thin and --show-steps are for chains, not ancestral and rejection"
        )
    elif show_steps and listed:
        wrong = "--show-steps has its own rows: --top and --order do not go with it"
    elif options.near is None and (vectors or options.beta is not None or options.novelty is not None):
        wrong = "--beta, --vectors and --novelty go with --near"
    elif options.near is not None and single:
        wrong = "--near goes with --method edit, annealing, gibbs and metropolis"
    elif (lm or proposal) and single:
        wrong = "--lm and --proposal go with --method edit, annealing, gibbs and metropolis"
    elif proposal and method == "gibbs" and options.candidates == 0:
        wrong = "--candidates 0 takes all words, and needs no --proposal"
    if wrong is not None:
        raise typer.BadParameter(wrong)


def codec_of(
    model: LanguageModel, unit: Unit | None, tokenizer: str | None, report: Reporter, *, cuts: bool
) -> Codec:
    """Between texts and the units of the model, as the options or the model say; a tokenizer is loaded where
    there is something to cut, as `cuts` says."""
    from textmine.language.codec import Codec

    named = tokenizer_of(model, unit, tokenizer, report)
    if named == "char":
        return Codec(model)
    return Codec(model, splitter(named) if cuts else str.split)


def equip(
    search: Search, report: Reporter, *, vectors: Path | None, lm: Path | None, proposal: Path | None
) -> None:
    """Give the search the likeness and the neural models that the options ask for, and say so."""
    from textmine.language.model import SPECIAL

    near = search.options.near
    if near is not None:
        like, how = likeness(near, vectors, report)
        search.liken(like)
        report.note(f"likeness to {near!r}: {how}, worth {search.beta:g} nats")
    words = search.codec.model.words
    number = len(words) - len(SPECIAL)
    if lm is not None:
        from textmine.sampling.neural import CausalModel, use_one_thread

        causal = CausalModel(lm)
        use_one_thread()
        if unknown := search.score_by(causal):
            report.note(f"left out: {counted(unknown, 'word')} of {number}, unknown to the tokenizer of {lm}")
    if proposal is not None:
        from textmine.sampling.neural import MaskedModel, use_one_thread

        masked = MaskedModel(proposal, words, search.codec.space)
        use_one_thread()
        search.propose_by(masked)
        report.note(
            f"{proposal} proposes the {counted(len(masked.single), 'word')} of {number} that are its tokens; "
            "others come up by their frequency"
        )


def likeness(source: str, vectors: Path | None, report: Reporter) -> tuple[Callable[[str], float], str]:
    """How like a text is to the source, and by what."""
    from textmine.similarity.likeness import by_vectors, by_words

    if vectors is None:
        tokenizer = default_tokenizer([source])
        return by_words(source, splitter(tokenizer), whole=tokenizer != "jieba"), "the share of its words"
    from textmine.cli.questions import load_vectors

    loaded = load_vectors(vectors, report)
    told = loaded.header.get("tokenizer")
    split = splitter(str(told) if told in NAMES else default_tokenizer([source]))
    return by_vectors(source, loaded, split), "Word Rotator's similarity"


def first_rows(found: Sentences, order: str, top: int | None, report: Reporter) -> list[Sentence]:
    """The first `top` sentences (0: all); else of chains the best ten, which is told."""
    sentences = found.best if order == "best" else found.different
    if top is None and order == "best" and found.method in ("gibbs", "metropolis", "edit"):
        top = BEST
        if len(sentences) > top:
            report.note(f"the best {top} of {len(sentences)} different sentences (--top 0: all)")
    return sentences[: top or None]


def tell(found: Sentences, report: Reporter) -> None:
    """How it went: acceptance, and whether the chains agree."""
    if found.method in ("ancestral", "rejection"):
        drawn = int(found.drawn.tried[0])
        report.note(f"{counted(found.kept, 'sentence')} of {drawn} drawn ({100 * found.kept / drawn:.3g} %)")
        return
    shares = (f"{kind} {share:.1%}" for kind, share in found.accepted.items())
    report.note(f"changes accepted: {', '.join(shares)}")
    if not found.has_target:
        return
    mixing = found.mixing
    if mixing is None:
        report.note("too few samples to tell whether the chains have mixed: take more steps")
        return
    report.note(
        f"of the log probability: split R-hat {mixing.r_hat:.3f}, {mixing.effective:.0f} effective of "
        f"{counted(found.kept, 'sample')} from {counted(found.schedule.chains, 'chain')}"
    )
    if not mixing.enough:
        why = f"{counted(mixing.stuck, 'chain')} never moved" if mixing.stuck else "not mixed"
        report.note(
            f"{why}: do not read frequencies off these; take {mixing.times} times the steps or more, allow "
            "fewer lengths, or look for the likeliest alone (--method annealing)"
        )
