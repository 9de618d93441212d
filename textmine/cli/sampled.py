"""The work of `textmine sample`: from its options to a target and a way to draw, and rows of it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, zip_longest
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias

import typer

from textmine.cli.language import tokenizer_of
from textmine.cli.remarks import counted
from textmine.corpus.scripts import is_unspaced
from textmine.errors import InputError
from textmine.words.tokenizers import splitter

if TYPE_CHECKING:
    from textmine.cli.progress import Reporter
    from textmine.language.model import LanguageModel
    from textmine.sampling.chain import Sampler
    from textmine.sampling.sample import Drawn

Row: TypeAlias = tuple[object, ...]

CANDIDATES = 64
BEST = 10  # rows of chains, where not told otherwise
FIXED, MORE, MOST = 20, 30, 100  # units where no length is given
STEPS, SLOW_STEPS, NEURAL_STEPS, SENTENCES = 200_000, 20_000, 2_000, 100
SAMPLES = 1000  # of a chain, where not told otherwise
REPLACED, EDITS = (1.0,), (0.5, 0.25, 0.25)  # shares of the kinds of changes
IN_ORDER, ANY_ORDER = (0.4, 0.2, 0.2, 0.0, 0.2), (0.4, 0.15, 0.15, 0.15, 0.15)
HOT, COLD = 2.0, 0.05
LONGEST = 10_000  # units
STORY_PIECE = 1000  # steps at a time
NEAR = 30.0  # nats that a likeness of 1 is worth


def lengths(text: str) -> tuple[int, int]:
    """20 or 10-30 as the shortest and the longest."""
    low, dash, high = text.partition("-")
    try:
        least, most = int(low), int(high if dash else low)
    except ValueError:
        raise typer.BadParameter(f"--length: {text!r} is no length; write 20 or 10-30") from None
    if not 0 <= least <= most <= LONGEST:
        raise typer.BadParameter(f"--length: {text}, but lengths are from 0 to {LONGEST}, the shortest first")
    return least, most


def temperatures(text: str) -> tuple[float, float]:
    """1 or 3:0.1 as the first and the last."""
    first, colon, last = text.partition(":")
    try:
        found = float(first), float(last if colon else first)
    except ValueError:
        raise typer.BadParameter(f"--temperature: {text!r} is no temperature; write 1 or 3:0.1") from None
    if not all(0.001 <= value <= 1000 for value in found):
        raise typer.BadParameter(f"--temperature: {text}, but temperatures are from 0.001 to 1000")
    return found


def folder_in(text: str, kind: str) -> Path:
    """The folder of hf:FOLDER, where hf is the kind."""
    found, _, folder = text.partition(":")
    if found != kind or not folder:
        raise typer.BadParameter(f"{text!r} is no neural model for this; write {kind}:FOLDER")
    return Path(folder)


def checked(given: SimpleNamespace) -> SimpleNamespace:
    """The options, lengths and temperatures as numbers. Refuses what does not go together or would have no
    effect, before any work."""
    given.length = None if given.length is None else lengths(given.length)
    given.temperature = None if given.temperature is None else temperatures(given.temperature)
    given.lm = None if given.lm is None else folder_in(given.lm, "hf")
    given.proposal = None if given.proposal is None else folder_in(given.proposal, "mlm")
    given.neural = given.lm is not None or given.proposal is not None
    edits = given.gamma != 1 or given.length_bonus != 0 or given.show_steps or any(
        getattr(given, name) is not None
        for name in ("keywords", "forbid", "near", "lm", "proposal", "temperature", "burn_in", "thin")
    )  # fmt: skip
    given.method = given.method or ("edit" if edits else "ancestral")
    single = given.method in ("ancestral", "rejection")
    fixed = given.method in ("gibbs", "metropolis")
    wrong = None
    if given.candidates is None and given.method == "gibbs":
        given.candidates = CANDIDATES
    if given.keywords is not None and (fixed or given.method == "ancestral"):
        wrong = f"--keywords goes with --method edit, annealing and rejection, not {given.method}"
    elif given.any_order and given.keywords is None:
        wrong = "--any-order is for --keywords"
    elif fixed and given.length is not None and given.length[0] != given.length[1]:
        wrong = f"--method {given.method} keeps the length: give one, or choose edit"
    elif given.method == "rejection" and given.gamma < 1:
        wrong = "--method rejection draws from p(x)^G for G of 1 and more only"
    elif single and given.method != "rejection" and (given.gamma != 1 or given.forbid or given.length_bonus):
        wrong = "--gamma, --forbid and --length-bonus go with the other methods, not ancestral"
    elif given.candidates == 1:
        wrong = "--candidates 1 is the unit that is there: give 2 or more, or 0 for all"
    elif given.candidates is not None and given.method != "gibbs":
        wrong = "--candidates goes with --method gibbs"
    elif single and (
        given.show_steps or any(x is not None for x in (given.temperature, given.burn_in, given.thin))
    ):
        wrong = (
            "--temperature, --burn-in, --thin and --show-steps are for chains, not ancestral and rejection"
        )
    elif given.show_steps and (given.top is not None or given.order != "best"):
        wrong = "--show-steps has its own rows: --top and --order do not go with it"
    elif given.near is None and any(x is not None for x in (given.beta, given.vectors, given.novelty)):
        wrong = "--beta, --vectors and --novelty go with --near"
    elif given.near is not None and single:
        wrong = "--near goes with --method edit, annealing, gibbs and metropolis"
    elif given.neural and single:
        wrong = "--lm and --proposal go with --method edit, annealing, gibbs and metropolis"
    elif given.proposal is not None and given.method == "gibbs" and given.candidates == 0:
        wrong = "--candidates 0 takes all words, and needs no --proposal"
    if wrong is not None:
        raise typer.BadParameter(wrong)
    return given


def prepare(given: SimpleNamespace, report: Reporter) -> Search:
    """The target and the way to draw from it that the options ask for."""
    import numpy as np

    from textmine.cli.neural import proposing, scoring
    from textmine.language.files import load_language_model
    from textmine.sampling.chain import Sampler, Target, lengths_between
    from textmine.sampling.energies import Energy, Forbidden, Function

    model = load_language_model(given.model, report)
    tokenizer = tokenizer_of(model, given.unit, given.tokenizer, report)
    characters = tokenizer == "char"
    method = given.method
    keywords = [units_of(word, model, tokenizer) for word in listed(given.keywords)]
    source = [] if given.near is None else known_units(given.near, model, tokenizer)
    if given.near is not None and not source:
        raise InputError(f"the model has never seen anything of {given.near!r}", "choose another text")
    needed = sum(map(len, keywords))
    least, most = given.length or _usual_lengths(method, needed, len(source))
    prior = lengths_between(least, most, given.length_bonus)
    forbidden = Forbidden([units_of(word, model, tokenizer) for word in listed(given.forbid)])
    for word, units in zip(listed(given.keywords), keywords, strict=True):
        if forbidden.whole(units) == np.inf:
            raise InputError(f"the keyword {word!r} has in it what --forbid rules out", "drop one of them")
    energies: list[Energy] = [forbidden] if given.forbid is not None else []
    if given.near is not None:
        energies.append(Function(_near(given, model, characters, source, report)))
    scores = None
    if given.lm is not None:
        scores, unknown = scoring(given.lm, model, characters, keywords, report)
        energies.append(unknown)
    candidates = None
    if given.proposal is not None:
        candidates = proposing(given.proposal, model, characters, report)
    begin = bool(source and not keywords and least <= len(source) <= most)
    begin = begin and all(energy.whole(source) < np.inf for energy in energies)
    target = Target(model, prior, given.gamma, keywords, given.any_order, energies, scores)
    single = method in ("ancestral", "rejection")
    edits = method == "edit" or (method == "annealing" and (bool(keywords) or least < most))
    slow = method == "gibbs" or given.near is not None
    usual = SENTENCES if single else NEURAL_STEPS if given.neural else SLOW_STEPS if slow else STEPS
    steps = given.steps or usual
    thin = given.thin or max(steps // SAMPLES, 1)
    burn_in = given.burn_in if given.burn_in is not None else 0 if method == "annealing" else steps // 5
    if not single and (steps - burn_in) // thin < 1:
        raise InputError(
            f"of {steps} steps {burn_in} are left out and every {thin}-th of the others kept: none",
            "raise --steps, or lower --burn-in or --thin",
        )
    return Search(
        Sampler(target, candidates),
        method,
        characters,
        {
            "chains": given.chains,
            "steps": steps,
            "burn_in": burn_in,
            "thin": thin,
            "seed": given.seed,
            "shares": _shares(edits, bool(keywords), given.any_order and len(keywords) > 1),
            "gibbs": given.candidates if method == "gibbs" else None,
            "first": source if begin else None,
            "temperatures": given.temperature or ((HOT, COLD) if method == "annealing" else (1.0, 1.0)),
        },
    )


def _near(
    given: SimpleNamespace, model: LanguageModel, characters: bool, source: list[int], report: Reporter
) -> Callable[[tuple[int, ...]], float]:
    """The energy of --near and --novelty."""
    from textmine.cli.near import copied, likeness

    like, how = likeness(given.near, given.vectors, report)
    beta = NEAR if given.beta is None else given.beta
    novelty = given.novelty or 0.0
    report.note(f"likeness to {given.near!r}: {how}, worth {beta:g} nats")

    def energy(units: tuple[int, ...]) -> float:
        cost = novelty * copied(units, source) if novelty else 0.0
        return cost - beta * like(spelled(units, model, characters))

    return energy


def spelled(units: Sequence[int], model: LanguageModel, characters: bool) -> str:
    """A sentence as it is written: with spaces between words, but not between those of scripts without."""
    words = [model.words[unit] for unit in units]
    if characters:
        return "".join(words)
    spaces = (" " * (not (_close(left[-1]) and _close(right[0]))) for left, right in pairwise(words))
    return "".join(chain.from_iterable(zip_longest(words, spaces, fillvalue="")))


def _close(character: str) -> bool:
    """Whether no space is written beside it and its like: of a script without, or a mark as wide."""
    wide = "WFA" if not character.isalnum() else "WF"
    return is_unspaced(character) or unicodedata.east_asian_width(character) in wide


def _shares(edits: bool, keywords: bool, any_order: bool) -> tuple[float, ...]:
    if not edits:
        return REPLACED
    return EDITS if not keywords else ANY_ORDER if any_order else IN_ORDER


def _usual_lengths(method: str, needed: int, near: int) -> tuple[int, int]:
    if method in ("ancestral", "rejection"):
        return 1, MOST
    if near:
        fixed = method in ("gibbs", "metropolis")
        return (near, near) if fixed else (max(needed, near // 2, 1), needed + near + near // 2 + 1)
    if method == "edit" or needed:
        return max(needed, 1), needed + MORE
    return FIXED, FIXED


def listed(words: str | None) -> list[str]:
    """The words between commas, full-width ones too; a comma that stands by itself is a word."""
    if words is None:
        return []
    parts = [words] if words.strip() == "," else words.split(",")
    found = [
        word.strip() for part in parts for word in ([part] if part.strip() == "，" else part.split("，"))
    ]
    if not all(found):
        raise InputError(f"there is an empty word in {words!r}", "write words with commas between them")
    return found


def pieces_of(text: str, model: LanguageModel, tokenizer: str) -> list[str]:
    """A text cut as the model's was; what stands between white space and is a unit is not cut."""
    if tokenizer == "char":
        return [piece for piece in text if not piece.isspace()]
    split = splitter(tokenizer)
    parts = ([word] if model.numbers.get(word, 0) >= 3 else split(word) for word in text.split())
    return list(chain.from_iterable(parts))


def units_of(word: str, model: LanguageModel, tokenizer: str) -> list[int]:
    """The units of a word. Raises InputError for one that the model does not know."""
    pieces = pieces_of(word, model, tokenizer)
    for piece in pieces:
        if model.numbers.get(piece, 0) < 3:
            raise InputError(
                f"the model has never seen {piece!r}" + f" of {word!r}" * (piece != word),
                "choose another word, or train on text that has it"
                + ("" if tokenizer == "char" else "; spaces part the units of a word"),
            )
    return [model.numbers[piece] for piece in pieces]


def known_units(text: str, model: LanguageModel, tokenizer: str) -> list[int]:
    """The units of a text that the model knows."""
    found = [model.numbers.get(piece, 0) for piece in pieces_of(text, model, tokenizer)]
    return [unit for unit in found if unit >= 3]


def _same_length(before: list[int], after: list[int], any_order: bool) -> str:
    """The kind of a change that keeps the length. A keyword that shifts goes around one unit; two keywords of
    one unit side by side that swap look the same, and are told as that."""
    places = [place for place, (x, y) in enumerate(zip(before, after, strict=True)) if x != y]
    if len(places) == 1:
        return "replace"
    old, new = before[places[0] : places[-1] + 1], after[places[0] : places[-1] + 1]
    around = new in (old[1:] + old[:1], old[-1:] + old[:-1])
    return "shift" if around or not any_order else "swap"


@dataclass
class Search:
    """A sampler, and how it is asked: `options` are those of `run_chains`."""

    sampler: Sampler
    method: str
    characters: bool
    options: dict[str, Any]

    def run(self, threads: int | None, report: Reporter) -> Drawn:
        """All that is kept."""
        import numpy as np

        from textmine.sampling.sample import Drawn, draw_sentences, run_chains

        if self.method not in ("ancestral", "rejection"):
            return run_chains(self.sampler, **self.options, threads=threads, on_progress=report)
        number, seed = self.options["steps"], self.options["seed"]
        samples, drawn = draw_sentences(
            self.sampler, number, seed=seed, reject=self.method == "rejection", on_progress=report
        )
        return Drawn([samples], np.arange(1, number + 1), np.array([drawn]), np.array([number]))

    def trace(self, found: Drawn) -> Iterator[Row]:
        """A row for each sentence that was kept."""
        for number, samples in enumerate(found.samples, 1):
            for step, units, log in zip(
                found.steps.tolist(), samples.sentences(), samples.log_probabilities.tolist(), strict=True
            ):
                yield number, step, self.text(units), log, self._energy(units, log)

    def rows(self, found: Drawn, order: str) -> list[Row]:
        """The different texts, how often each was met, and where first with its best energy; best first, of
        annealing then only the best of each chain."""
        met: dict[str, list[Any]] = {}
        best: dict[object, str] = {}
        for number, step, text, log, energy in self.trace(found):
            row = met.setdefault(str(text), [text, log, energy, number, step, 0])
            row[-1] += 1
            if float(str(energy)) < row[2]:  # the same text in other units
                row[1:5] = log, energy, number, step
            if number not in best or (energy, text) < (met[best[number]][2], best[number]):
                best[number] = str(text)
        rows = [tuple(row) for row in met.values()]
        if order == "best":
            rows.sort(key=lambda row: (row[2], row[0]))
            if self.method == "annealing":
                kept = set(best.values())
                rows = [row for row in rows if row[0] in kept]
        return rows

    def story(self, found: Drawn) -> Iterator[Row]:
        """The changes of the chain that met the best sentence, up to there."""
        _, _, _, number, last, _ = self.rows(found, "best")[0]
        options = self.options
        chain = self.sampler.chain((options["seed"], int(str(number)) - 1), options["first"])
        before = chain.tokens[: int(chain.length[0])].tolist()
        yield 0, "start", self.text(before), chain.log_probability
        for start in range(0, int(str(last)), STORY_PIECE):
            samples = chain.run(
                min(STORY_PIECE, int(str(last)) - start),
                shares=options["shares"],
                gibbs=options["gibbs"],
                temperatures=options["temperatures"],
                start=start,
                of=options["steps"],
            )
            logs = samples.log_probabilities.tolist()
            for step, (units, log) in enumerate(zip(samples.sentences(), logs, strict=True), start + 1):
                if units != before:
                    change = {1: "insert", -1: "delete", 0: "replace"}[len(units) - len(before)]
                    if change == "replace":
                        change = _same_length(before, units, self.sampler.target.any_order)
                    yield step, change, self.text(units), log
                    before = units

    def shown(self, rows: list[Row], order: str, top: int | None, report: Reporter) -> list[Row]:
        """The first `top` rows (0: all); else of chains the best ten, which is told."""
        if top is None and order == "best" and self.method not in ("ancestral", "rejection", "annealing"):
            top = BEST
            if len(rows) > top:
                report.note(f"the best {top} of {len(rows)} different sentences (--top 0: all)")
        return rows[: top or None]

    def tell(self, found: Drawn, report: Reporter) -> None:
        """How it went: acceptance, and whether the chains agree."""
        import numpy as np

        from textmine.sampling.chain import KINDS
        from textmine.sampling.diagnostics import ENOUGH, MIXED, effective_sample_size, split_r_hat

        kept = sum(len(samples.lengths) for samples in found.samples)
        if self.method in ("ancestral", "rejection"):
            drawn = int(found.tried[0])
            report.note(f"{counted(kept, 'sentence')} of {drawn} drawn ({100 * kept / drawn:.3g} %)")
            return
        shares = [
            f"{kind} {taken / tried:.1%}"
            for kind, tried, taken in zip(KINDS, found.tried.tolist(), found.taken.tolist(), strict=True)
            if tried
        ]
        report.note(f"changes accepted: {', '.join(shares)}")
        hot, cold = self.options["temperatures"]
        if hot != cold:  # these are draws from no single target
            return
        values = np.array([samples.log_probabilities for samples in found.samples])
        if values.shape[1] < 4:
            report.note("too few samples to tell whether the chains have mixed: take more steps")
            return
        r_hat, size = split_r_hat(values), effective_sample_size(values)
        report.note(
            f"of the log probability: split R-hat {r_hat:.3f}, {size:.0f} effective of "
            f"{counted(kept, 'sample')} from {counted(len(values), 'chain')}"
        )
        still = int((np.ptp(values, axis=1) == 0).sum()) if np.ptp(values) else 0
        if still or r_hat > MIXED or size < ENOUGH:
            why = f"{counted(still, 'chain')} never moved" if still else "not mixed"
            more = math.ceil(max(ENOUGH / size, 2))
            report.note(
                f"{why}: do not read frequencies off these; take {more} times the steps or more, allow fewer "
                "lengths, or look for the likeliest alone (--method annealing)"
            )

    def text(self, units: list[int]) -> str:
        """A sentence as it is written."""
        return spelled(units, self.sampler.target.model, self.characters)

    def _energy(self, units: list[int], log: float) -> float:
        return -self.sampler.target.log_weight(log, units)
