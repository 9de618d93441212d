"""Where the words of one text go in another, and at what cost."""

from __future__ import annotations

from dataclasses import dataclass

from textmine.similarity.bags import UNIT, Masses
from textmine.similarity.ground import Ground
from textmine.similarity.pairs import costs
from textmine.similarity.transport import Plan, transport


@dataclass(frozen=True)
class Move:
    """`mass` of the row `source` goes to the row `target` at `cost` each: mass * cost of the distance."""

    source: int
    target: int
    mass: float
    cost: float


def explain(
    ground: Ground, a: Masses, b: Masses, text_a: int = 0, text_b: int = 0
) -> tuple[list[Move], Plan | None]:
    """The plan that carries text `text_a` of `a` to `text_b` of `b`, the moves that cost most first; nothing
    where one has no mass."""
    parts = []
    for masses, text in ((a, text_a), (b, text_b)):
        part = slice(masses.starts[text], masses.starts[text + 1])
        parts.append((masses.rows[part], masses.units[part] / UNIT))
    (rows, sends), (others, wants) = parts
    if not len(rows) or not len(others):
        return [], None
    cost = costs(ground.table, ground.kind, rows, others)
    plan = transport(cost, sends, wants)
    moves = [
        Move(int(rows[i]), int(others[j]), mass, float(cost[i, j]))
        for i, j, mass in zip(plan.rows, plan.columns, plan.moved.tolist(), strict=True)
    ]
    return sorted(moves, key=lambda move: -move.mass * move.cost), plan
