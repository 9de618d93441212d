"""What may be asked of sentences, and of the way to draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

from textmine.errors import InputError, refuse_strings

Method: TypeAlias = Literal["ancestral", "rejection", "gibbs", "metropolis", "annealing", "edit"]
SINGLE = ("ancestral", "rejection")  # methods that draw sentences one by one, without chains
FIXED = ("gibbs", "metropolis")  # those that keep the length

_CHAINS = ("near", "temperature", "burn_in", "thin")
_EDITS = ("keywords", "forbid", "gamma", "length_bonus", *_CHAINS)
_WITHOUT_EFFECT: dict[Method, tuple[str, ...]] = {
    "ancestral": (*_EDITS, "candidates"),
    "rejection": (*_CHAINS, "candidates"),
    "gibbs": ("keywords",),
    "metropolis": ("keywords", "candidates"),
    "annealing": ("candidates",),
    "edit": ("candidates",),
}


@dataclass(frozen=True, kw_only=True)
class SamplingOptions:
    """The sentences that are wanted, in words, and how to draw them. None is what is usual.

    method: else ancestral, or edit where other options ask for what that cannot do. length: the least and the
    most units. keywords: to be in each sentence, in this order or in `any_order`; forbid: to be in none.
    gamma: the target is p(x)^gamma; length_bonus: and so many nats more for each unit.

    near: a text that sentences are to be like, a likeness of 1 being worth `beta` nats (else 30); novelty:
    nats that each unit costs that is copied from it in a run of three or more (else 0). temperature: the
    first and the last; else 1, for annealing from 2 to 0.05. candidates: of gibbs, units to draw the new one
    from (else 64; 0: all).

    chains, steps, burn_in, thin and seed are those of `Schedule`; of ancestral and rejection steps are
    sentences.
    """

    method: Method | None = None
    length: tuple[int, int] | None = None
    keywords: Sequence[str] = ()
    any_order: bool = False
    forbid: Sequence[str] = ()
    gamma: float = 1.0
    length_bonus: float = 0.0
    near: str | None = None
    beta: float | None = None
    novelty: float | None = None
    temperature: tuple[float, float] | None = None
    candidates: int | None = None
    chains: int = 4
    steps: int | None = None
    burn_in: int | None = None
    thin: int | None = None
    seed: int = 1

    @property
    def chosen_method(self) -> Method:
        """The method, or the usual one."""
        return self.method or ("edit" if self._given(*_EDITS) else "ancestral")

    def check(self) -> None:
        """Raise InputError for what the method cannot do: nothing is passed over in silence."""
        refuse_strings(keywords=self.keywords, forbid=self.forbid)
        method = self.chosen_method
        if idle := self._given(*_WITHOUT_EFFECT[method]):
            raise InputError(f"{method} can do nothing with {', '.join(idle)}", "choose another method")
        if self.near is None and (idle := self._given("beta", "novelty")):
            raise InputError(f"{' and '.join(idle)} weigh the likeness to a text", "give `near` one")
        if method in FIXED and self.length is not None and self.length[0] != self.length[1]:
            raise InputError(f"{method} keeps the length", "give one length, or choose edit")
        if method == "rejection" and self.gamma < 1:
            raise InputError("rejection takes a gamma of 1 and more only", "choose edit")

    def _given(self, *names: str) -> list[str]:
        """Which of these options are not as usual."""
        usual = {field.name: field.default for field in fields(self)}
        return [name for name in names if getattr(self, name) not in (usual[name], [])]
