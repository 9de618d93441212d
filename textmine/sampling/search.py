"""From what is asked for to sentences: a target, a way to draw from it, the draws."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from textmine.errors import InputError
from textmine.language.codec import Codec
from textmine.language.model import SPECIAL
from textmine.progress import Progress, silent
from textmine.sampling.chain import Candidates, Moves, Sampler
from textmine.sampling.energies import Energy, Forbidden, Function, Scores, Units, copied
from textmine.sampling.neural import CausalModel
from textmine.sampling.options import FIXED, SINGLE, SamplingOptions
from textmine.sampling.sample import Drawn, Schedule, draw_sentences, run_chains
from textmine.sampling.sentences import Sentences
from textmine.sampling.target import Target, lengths_between

CANDIDATES = 64
LENGTH, MORE, MOST = 20, 30, 100  # units where no length is given
STEPS, SLOW_STEPS, NEURAL_STEPS, SENTENCES = 200_000, 20_000, 2_000, 100
SAMPLES = 1000  # of a chain, where not told otherwise
REPLACED, EDITS = (1.0,), (0.5, 0.25, 0.25)  # shares of the kinds of changes
IN_ORDER, ANY_ORDER = (0.4, 0.2, 0.2, 0.0, 0.2), (0.4, 0.15, 0.15, 0.15, 0.15)
HOT, COLD = 2.0, 0.05
BETA = 30.0  # nats that a likeness of 1 is worth


class Search:
    """A search for sentences of a model: made of options, given a likeness and neural models, and run."""

    def __init__(self, codec: Codec, options: SamplingOptions) -> None:
        """Raises InputError for options that do not go together, and where the model does not know a keyword,
        a forbidden word, or anything of the text to be near to."""
        options.check()
        self.codec, self.options, self.method = codec, options, options.chosen_method
        self.beta = BETA if options.beta is None else options.beta
        self._keywords = [codec.encode(word) for word in options.keywords]
        self._source = [] if options.near is None else codec.encode_known(options.near)
        if options.near is not None and not self._source:
            raise InputError(f"the model has never seen anything of {options.near!r}", "choose another text")
        forbidden = Forbidden([codec.encode(word) for word in options.forbid])
        for word, units in zip(options.keywords, self._keywords, strict=True):
            if forbidden.whole(units) == math.inf:
                raise InputError(
                    f"the keyword {word!r} has in it what `forbid` rules out", "drop one of them"
                )
        self._energies: list[Energy] = [forbidden] if options.forbid else []
        self._likened = False
        self._scores: Scores | None = None
        self._candidates: Candidates | None = None

    def liken(self, like: Callable[[str], float]) -> None:
        """Weigh sentences by their likeness to the text that they are to be near to."""
        self._likened = True
        novelty = self.options.novelty or 0.0

        def energy(units: Units) -> float:
            cost = novelty * copied(units, self._source) if novelty else 0.0
            return cost - self.beta * like(self.codec.decode(units))

        self._energies.append(Function(energy))

    def score_by(self, causal: CausalModel) -> int:
        """Let p be that of a causal model; how many words are left out, as its tokenizer does not know them.
        Raises InputError where a keyword has one."""
        words = self.codec.model.words
        known = causal.knows(words[len(SPECIAL) :])
        unknown = [unit for unit, knows in enumerate(known, len(SPECIAL)) if not knows]
        for unit in {unit for keyword in self._keywords for unit in keyword}.intersection(unknown):
            raise InputError(
                f"the tokenizer of {causal.path} does not know {words[unit]!r}", "choose another word"
            )
        self._scores = lambda sentences: causal.log_probabilities(list(map(self.codec.decode, sentences)))
        self._energies.append(Forbidden([unit] for unit in unknown))
        return len(unknown)

    def propose_by(self, candidates: Candidates) -> None:
        """Let candidates come from elsewhere, such as a masked model."""
        self._candidates = candidates

    @property
    def schedule(self) -> Schedule:
        """Of the chains, or for methods without chains of the sentences."""
        options = self.options
        neural = self._scores is not None or self._candidates is not None
        slow = self.method == "gibbs" or options.near is not None
        usual = SENTENCES if self._single else NEURAL_STEPS if neural else SLOW_STEPS if slow else STEPS
        steps = options.steps or usual
        burn_in = 0 if self.method == "annealing" else steps // 5
        return Schedule(
            chains=options.chains,
            steps=steps,
            burn_in=burn_in if options.burn_in is None else options.burn_in,
            thin=options.thin or max(steps // SAMPLES, 1),
            seed=options.seed,
        )

    def run(self, threads: int | None = None, on_progress: Progress = silent) -> Sentences:
        """All that is kept. Raises InputError and ResourceError as `run_chains` and `draw_sentences` do."""
        if self._source and not self._likened:
            raise InputError("there is no likeness to the text to be near to", "give the search one")
        sampler, schedule, moves, first = self._sampler(), self.schedule, self._moves(), self._first()
        if self._single:
            samples, drawn = draw_sentences(
                sampler,
                schedule.steps,
                seed=schedule.seed,
                reject=self.method == "rejection",
                on_progress=on_progress,
            )
            steps = np.arange(1, schedule.steps + 1)
            found = Drawn([samples], steps, np.array([drawn]), np.array([schedule.steps]))
        else:
            found = run_chains(
                sampler, schedule, moves, first=first, threads=threads, on_progress=on_progress
            )
        return Sentences(self.codec, sampler, self.method, schedule, moves, first, found)

    @property
    def _single(self) -> bool:
        return self.method in SINGLE

    def _lengths(self) -> tuple[int, int]:
        """The least and the most units."""
        needed, near = sum(map(len, self._keywords)), len(self._source)
        if self.options.length is not None:
            return self.options.length
        if self._single:
            return 1, MOST
        if near:
            fixed = self.method in FIXED
            return (near, near) if fixed else (max(needed, near // 2, 1), needed + near + near // 2 + 1)
        if self.method == "edit" or needed:
            return max(needed, 1), needed + MORE
        return LENGTH, LENGTH

    def _sampler(self) -> Sampler:
        prior = lengths_between(*self._lengths(), self.options.length_bonus)
        target = Target(
            self.codec.model,
            prior,
            self.options.gamma,
            self._keywords,
            self.options.any_order,
            self._energies,
            self._scores,
        )
        return Sampler(target, self._candidates)

    def _moves(self) -> Moves:
        keywords, (least, most) = self._keywords, self._lengths()
        shares: tuple[float, ...] = REPLACED
        if self.method == "edit" or (self.method == "annealing" and (keywords or least < most)):
            any_order = self.options.any_order and len(keywords) > 1
            shares = EDITS if not keywords else ANY_ORDER if any_order else IN_ORDER
        candidates = CANDIDATES if self.options.candidates is None else self.options.candidates
        usual = (HOT, COLD) if self.method == "annealing" else (1.0, 1.0)
        return Moves(
            shares, candidates if self.method == "gibbs" else None, self.options.temperature or usual
        )

    def _first(self) -> list[int] | None:
        """Chains begin with the text to be near to, where it may be drawn."""
        least, most = self._lengths()
        begins = bool(self._source and not self._keywords and least <= len(self._source) <= most)
        begins = begins and all(energy.whole(self._source) < math.inf for energy in self._energies)
        return self._source if begins else None
