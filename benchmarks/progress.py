"""How far the share of the whole that a command shows is from the share of the time that it has taken.

python benchmarks/progress.py train-glove law.txt --tokenizer char -o /tmp/law.npz

Runs the command in this process, rows to nowhere, and prints the seconds of each stage, the mean and the
largest difference between both shares (in points of a hundred), and the largest errors of the whole time
as it is foretold from a fifth of the run on.
"""

from __future__ import annotations

import sys
import time
from itertools import pairwise
from pathlib import Path

from textmine.cli import share
from textmine.cli.app import app


def main(arguments: list[str]) -> None:
    """Run the command of `arguments`, and print what its progress was worth."""
    heard: list[tuple[float, str, float]] = []
    hear = share.Share.hear

    def listen(self: share.Share, stage: str, done: int, total: int | None, now: float) -> None:
        hear(self, stage, done, total, now)
        heard.append((time.monotonic(), stage, self.whole))

    share.Share.hear = listen  # type: ignore[method-assign]
    begun = time.monotonic()
    with Path("/dev/null").open("w") as nowhere:
        out, sys.stdout = sys.stdout, nowhere
        app(arguments, standalone_mode=False)
        sys.stdout = out
    whole = time.monotonic() - begun
    stages: dict[str, float] = {}
    for (before, _, _), (at, stage, _) in pairwise([(begun, "", 0.0), *heard]):
        stages[stage] = stages.get(stage, 0.0) + at - before
    for stage, seconds in stages.items():
        print(f"{seconds:8.2f} s  {stage}")
    print(f"{whole - sum(stages.values()):8.2f} s  after the last report")
    # At a hundred times of the run, evenly: what was shown then.
    shown, place = [], 0
    for step in range(1, 100):
        while place < len(heard) and heard[place][0] <= begun + whole * step / 100:
            place += 1
        shown.append(100 * heard[place - 1][2] if place else 0.0)
    apart = [abs(one - step) for step, one in enumerate(shown, 1)]
    foretold = [step / one - 1 if one else 1.0 for step, one in enumerate(shown, 1)][19:]
    print(
        f"{whole:.1f} s in all; share of the whole off by {sum(apart) / len(apart):.0f} points on average, "
        f"{max(apart):.0f} at most; time foretold from a fifth on {100 * min(foretold):+.0f} to "
        f"{100 * max(foretold):+.0f} %"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
