"""Write `docs/terminal.md`: what a person sees, as a terminal of 80 x 24 and one of 120 x 40 show it.

python docs/write_terminal_page.py

Runs the commands on pseudo-terminals and keeps the screens as a terminal's emulation (pyte) has them. The figures of
`tests/terminal/matrix.py`, which takes its time, are written down in `FIGURES` by hand.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyte

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.terminal.ends import run  # noqa: E402

SIZES = ((24, 80), (40, 120))
NOVEL = "data/three-kingdoms.txt"
HALFWAY = re.compile(rb"\r\x1b\[J[^\r]* (?:5\d|6\d) %[^\r]*\r")

FIGURES = """\
The terminal is where rows were once lost: `discover-terms novel.txt > terms.tsv` left an empty file. So every
command is run with standard output into a file, a pipe, a terminal and closed, with standard error into a file, a
pipe, a terminal, a full device and closed, in a run shorter and one longer than a second. Rows must be the same
bytes as without a terminal (`--format tsv`; on a terminal the same lines), remarks the same, closed ends must give
the right exit code and message, files of `--output` the same bytes, and nothing may be left on the screen.

```sh
python -m tests.terminal.matrix     # prints a line a fault, and the sums
```

@FIGURES@

What holds:

- Standard output belongs to the rows alone, standard error to everything else. Progress touches its own line only.
- The line of progress goes away before the first row that may be seen, and at the end of the run, whatever the end
  is. It hides no cursor. A log (no terminal, or `TERM=dumb`) gets a plain line after 5 s, then one every 30 s.
- A remark that cannot be written costs nothing and lands nowhere else.
- Standard output that is closed is told before the work; a full one is an error; a reader that left is none.
"""


def main() -> None:
    """Make the captures and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        parts = ["# At a terminal", "<!-- Written by docs/write_terminal_page.py. -->", FIGURES.strip()]
        for title, lines in (
            ("Tables", (f"discover-terms {NOVEL} --top 6", f"discover-terms {NOVEL} --background jieba --top 6")),
            ("A row as lines", (f"discover-terms {NOVEL} --background jieba --top 2 --format record",)),
            ("Help", ("--help", "neighbors --help")),
            ("Errors", ("discover-terms novel.txt", "discover-terms --sort cuont", "neighbor data/jargon.npz")),
        ):
            parts.append(f"## {title}")
            for line in lines:
                for size in SIZES:
                    parts.append(_captured(line, run(line.split(), folder=ROOT, out="terminal", err="terminal", size=size).screen, size))
        parts.append("## Progress")
        line = f"learn-lexicon {NOVEL} --effort fast -o {folder}/tk.lex"
        for size in SIZES:
            drawn = run(line.split(), folder=ROOT, out="terminal", err="terminal", size=size).screen
            found = HALFWAY.search(drawn)
            shown = drawn[: found.end()] if found else drawn
            parts.append(_captured(line.replace(folder + "/", ""), shown, size))
    (ROOT / "docs/terminal.md").write_text("\n\n".join(parts) + "\n", "utf-8")


def _captured(line: str, shown: bytes, size: tuple[int, int]) -> str:
    """The command, and the last lines of the screen."""
    screen = pyte.Screen(size[1], size[0])
    pyte.ByteStream(screen).feed(shown)
    rows = "\n".join(_plain(screen)).rstrip()
    return f"`textmine {line}`, {size[1]} x {size[0]}:\n\n```text\n{rows}\n```"


def _plain(screen: pyte.Screen) -> Sequence[str]:
    """The lines as text; the second place of a wide character holds nothing."""
    return [line.rstrip() for line in screen.display]


if __name__ == "__main__":
    main()
