"""An order of work in which threads never meet: blocks of pairs of word groups, in rounds."""

from __future__ import annotations

from typing import TypeAlias

Block: TypeAlias = tuple[int, int]


def tournament(groups: int) -> list[list[Block]]:
    """Rounds of blocks (g, h), g <= h, that hold each pair of `groups` (even) groups once.

    No two blocks of a round share a group. The circle method: one group stays, the others move on by a place
    each round; the pairs of a group with itself are the last round.
    """
    circle = list(range(groups))
    rounds = []
    for _ in range(groups - 1):
        pairs = zip(circle[: groups // 2], reversed(circle[groups // 2 :]), strict=True)
        rounds.append([(min(pair), max(pair)) for pair in pairs])
        circle = [circle[0], circle[-1], *circle[1:-1]]
    rounds.append([(group, group) for group in range(groups)])
    return rounds
