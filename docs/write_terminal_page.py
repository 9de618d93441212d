"""Write `docs/terminal.md`: what a person sees, on a terminal of 80 x 24 and on one of 120 x 40.

python docs/write_terminal_page.py

Runs the commands on pseudo-terminals and keeps the screens as an emulated terminal (pyte) shows them. What
stands above the captures is `docs/terminal-head.md`, with the figures of `tests/terminal/matrix.py`, which
takes its time.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import pyte

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.terminal.ends import run  # noqa: E402

SIZES = ((24, 80), (40, 120))  # lines and columns
NOVEL = "data/three-kingdoms.txt"
LINES = {
    "Tables": (f"discover-terms {NOVEL} --top 6", f"discover-terms {NOVEL} --background jieba --top 6"),
    "A row as lines": (f"discover-terms {NOVEL} --background jieba --top 2 --format record",),
    "Help": ("--help", "neighbors --help"),
    "Errors": ("discover-terms novel.txt", "discover-terms --sort cuont", "neighbor data/jargon.npz"),
}
LONG = f"learn-lexicon {NOVEL} --effort fast"
HALFWAY = re.compile(rb"\r\x1b\[J[^\r]* [56]\d %[^\r]*\r")  # a drawing of progress


def main() -> None:
    """Make the captures and write the page."""
    parts = [(ROOT / "docs/terminal-head.md").read_text("utf-8").strip()]
    for title, lines in LINES.items():
        parts.append(f"## {title}")
        parts += [_captured(line, _shown(line, size), size) for line in lines for size in SIZES]
    parts.append("## Progress")
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            shown = _shown(f"{LONG} -o {folder}/tk.lex", size)
            halfway = HALFWAY.search(shown)
            assert halfway is not None
            parts.append(_captured(f"{LONG} -o tk.lex", shown[: halfway.end()], size))
    (ROOT / "docs/terminal.md").write_text("\n\n".join(parts) + "\n", "utf-8")


def _shown(line: str, size: tuple[int, int]) -> bytes:
    """What the program writes to the terminal."""
    return run(line.split(), folder=ROOT, out="terminal", err="terminal", size=size).screen


def _captured(line: str, shown: bytes, size: tuple[int, int]) -> str:
    """The command and the screen after it; of what is longer than the screen, the end."""
    screen = pyte.Screen(size[1], size[0])
    pyte.ByteStream(screen).feed(shown)
    rows = "\n".join(row.rstrip() for row in screen.display).rstrip()
    return f"`textmine {line}`, {size[1]} x {size[0]}:\n\n```text\n{rows}\n```"


if __name__ == "__main__":
    main()
