"""How far a run is: the share of the whole, from the stages that it goes through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CERTAIN = 0.05  # share of the whole from which on the time left is told
BAR = 20  # places


@dataclass
class _Pass:
    """One going through what a name stands for: since when, from where on, how far, how often before."""

    since: float
    first: int
    done: int = 0
    total: int | None = None
    before: int = 0


@dataclass
class _Stage:
    """A part of the plan. It is done where a later one has begun."""

    name: str
    weight: float
    passes: int
    heard: dict[str, float] = field(default_factory=dict)  # the fraction of each of the names
    done: bool = False

    @property
    def fraction(self) -> float:
        return 1.0 if self.done else sum(self.heard.values()) / len(self.heard)


class Share:
    """The progress of a run of several stages.

    `stages`: each stage's name, in order, and how long it takes in proportion to the others. `one|two` are
    two that go on at once; `name*2` is gone through twice, and more passes make it only slower. What is not
    named counts for nothing. The share of the whole never falls.
    """

    def __init__(self, stages: Mapping[str, float]) -> None:
        self._stages: list[_Stage] = []
        self._place: dict[str, int] = {}
        for key, weight in stages.items():
            names, _, passes = key.partition("*")
            together = names.split("|")
            stage = _Stage(together[0], weight, int(passes or 1), dict.fromkeys(together, 0.0))
            self._place |= dict.fromkeys(together, len(self._stages))
            self._stages.append(stage)
        self._passes: dict[str, _Pass] = {}
        self._latest = ""
        self._now = 0.0
        self.whole = 0.0

    def hear(self, stage: str, done: int, total: int | None, now: float) -> None:
        """A stage has come to `done` of `total` at the time `now`, in seconds."""
        current = self._passes.get(stage)
        if current is None:
            current = self._passes[stage] = _Pass(now, done)
        elif done < current.done:  # from the beginning; after the end that is another pass
            over = current.total is not None and current.done >= current.total
            current = self._passes[stage] = _Pass(now, done, before=current.before + over)
        current.done, current.total = done, total
        self._latest, self._now = stage, now
        place = self._place.get(stage)
        if place is None:
            return
        planned = self._stages[place]
        passes = max(planned.passes, current.before + 1)
        planned.heard[stage] = (current.before + (min(done / total, 1.0) if total else 0.0)) / passes
        for earlier in self._stages[:place]:
            earlier.done = True
        share = sum(part.weight * part.fraction for part in self._stages)
        self.whole = max(self.whole, share / sum(part.weight for part in self._stages))

    def shown(self, elapsed: float, width: int, marks: str = "━─") -> str:
        """A line of at most `width` columns, `elapsed` seconds after the start; the bar is of `marks`."""
        name = self._name()
        percent = f"{self._percent():3d} %" if self._stages else ""
        filled = int(self.whole * BAR)
        bar = marks[0] * filled + marks[1] * (BAR - filled) if self._stages else ""
        parts = [name, bar, percent, self._speed(), self._left(elapsed)]
        for dropped in (1, 3, 4, 2):  # of a narrow window, the bar first
            line = "  ".join(part for part in parts if part)
            if len(line) <= width:
                return line
            parts[dropped] = ""
        return name[:width]

    def said(self, elapsed: float) -> str:
        """The same as a plain line of words, for a log."""
        percent = f"{self._percent()} % of the whole" if self._stages else ""
        parts = (f"{self._name()}, after {clock(elapsed)}", percent, self._speed(), self._left(elapsed))
        return ", ".join(part for part in parts if part)

    def _name(self) -> str:
        place = self._place.get(self._latest)
        return self._latest if place is None else self._stages[place].name

    def _percent(self) -> int:
        return min(int(100 * self.whole), 99)  # what has come to its end is not shown any more

    def _speed(self) -> str:
        current = self._passes[self._latest]
        seconds = self._now - current.since
        done = current.done - current.first
        if done <= 0 or seconds <= 0:
            return ""
        each = done / seconds
        return f"{scaled(each)}/s" if each >= 1 else f"{scaled(60 * each)}/min"

    def _left(self, elapsed: float) -> str:
        if self.whole < CERTAIN:
            return ""
        return f"{clock(elapsed * (1 - self.whole) / self.whole)} left"


def clock(seconds: float) -> str:
    """A time for people: 0:07, 12:05, 1:02:03."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def scaled(value: float) -> str:
    """A quantity for people: 950, 1.2 k, 34.5 M."""
    for suffix in ("", " k", " M"):
        if value < 1000:
            return f"{value:.0f}{suffix}" if not suffix else f"{value:.1f}{suffix}"
        value /= 1000
    return f"{value:.1f} G"
