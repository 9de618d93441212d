"""`textmine similarity --explain` on a terminal: the moves, coloured by what they cost."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from textmine.cli.compared import Row
from textmine.cli.output import visible
from textmine.cli.progress import make_way

DEAR, FAIR = 0.2, 0.05  # shares of the distance from which on a move is shown in red, in yellow


def show_moves(rows: Iterable[Row]) -> None:
    """A table for each pair of texts, its distance above it; moves that cost nothing are dimmed."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = list(rows)
    make_way()
    console = Console()
    for (line_a, line_b), group in groupby(rows, key=lambda row: row[:2]):
        moves = [
            (visible(str(a)), visible(str(b)), _number(mass), _number(cost))
            for _, _, a, b, mass, cost, _ in group
            if a is not None
        ]
        if not moves:
            line = f"line {line_a} to line {line_b}: no value, one has no word that counts"
            console.print(line, highlight=False)
            continue
        distance = sum(mass * cost for _, _, mass, cost in moves)
        table = Table(title=f"line {line_a} to line {line_b}: distance {distance:.4g}", title_justify="left")
        for name in ("from", "to", "mass", "cost", "part"):
            table.add_column(name, justify="left" if name in ("from", "to") else "right")
        for a, b, mass, cost in moves:
            part = mass * cost
            share = part / distance if distance else 0.0
            style = "red" if share >= DEAR else "yellow" if share >= FAIR else "green" if part else "dim"
            # Texts, not markup: a word may look like [red].
            table.add_row(Text(a), Text(b), f"{mass:.1%}", f"{cost:.3f}", f"{part:.4f}", style=style)
        console.print(table)


def _number(cell: object) -> float:
    assert isinstance(cell, float)
    return cell
