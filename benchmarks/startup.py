"""How long does a user wait before anything happens?

    python benchmarks/startup.py [TEXT] [--runs 11]

`textmine --help`, that of a command, and completion at a press of the tab key; medians. Then `textmine
discover-terms TEXT` (the bundled novel) with an empty NUMBA_CACHE_DIR, so that every kernel compiles as in
the first run ever, and again with the kernels cached. Shows what the first run said on stderr.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from common import Run, measure, median, print_table, textmine

NOVEL = Path(__file__).parent.parent / "data" / "three-kingdoms.txt"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path, nargs="?", default=NOVEL)
    parser.add_argument("--runs", type=int, default=11)
    arguments = parser.parse_args()
    typed = ("textmine disc", "textmine discover-terms --so", "textmine discover-terms --sort c")
    runs = range(arguments.runs)
    quick = [
        *(
            (" ".join(("textmine", *words)), median([measure([textmine(), *words]) for _ in runs]), "< .4 s")
            for words in (["--help"], ["discover-terms", "--help"])
        ),
        *((f"completing {words!r}", completing(words, runs), "< .3 s") for words in typed),
    ]
    with tempfile.TemporaryDirectory() as work:
        log = Path(work, "stderr")
        command = [textmine(), "discover-terms", arguments.text]
        cache = {"NUMBA_CACHE_DIR": str(Path(work, "kernels"))}
        first = measure(command, errors=log, env=cache)
        said = log.read_text(encoding="utf-8").strip()
        second = measure(command, errors=log, env=cache)
    print_table(
        ("what", "seconds", "peak MB", "target"),
        [
            *((what, run.seconds, round(run.peak_mb), target) for what, run, target in quick),
            ("first run ever", first.seconds, round(first.peak_mb), ""),
            ("second run", second.seconds, round(second.peak_mb), ""),
            ("difference", first.seconds - second.seconds, "", "<= 10 s"),
        ],
    )
    print(f"the first run said: {said or 'NOTHING'}")


def completing(words: str, runs: range) -> Run:
    """As bash asks."""
    asking = {
        "_TEXTMINE_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    return median([measure([textmine()], env=asking) for _ in runs])


if __name__ == "__main__":
    main()
