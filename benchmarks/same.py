"""Whether two checkouts of textmine say and write the same.

python benchmarks/same.py OLD NEW [--parts help README examples]

OLD and NEW are folders with a checkout and its `.venv`. Each runs, in a folder of its own that has `data/`:
every command's `--help` at 40, 80 and 120 columns, the command lines of README.md and those of the examples
in the help (of NEW). Exit codes, standard output, standard error (without lines of progress) and all files
that are written must be the same bytes. Prints each command line that differs and the sums; exit code 1 where
one does.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

PARTS = ("help", "README", "examples")
LEFT_OUT = re.compile(
    r"pip install|install-completion|^source |doctor|--version| -V$"
)  # they tell of the machine
WIDTHS = (40, 80, 120)
LIST = (
    "from textmine.cli.app import COMMANDS, command_name;from docs.write_command_pages import examples\n"
    "for c in COMMANDS: print(command_name(c), *examples(c), sep='\\n  ')"
)


@dataclass
class Said:
    """What a command line came to: exit code, both outputs, and the files that it left."""

    code: int
    out: bytes
    err: bytes
    files: dict[str, bytes] = field(default_factory=dict)

    def unlike(self, other: Said) -> list[str]:
        """In what both differ."""
        parts = [name for name in ("code", "out", "err") if getattr(self, name) != getattr(other, name)]
        names = self.files.keys() | other.files.keys()
        return parts + sorted(n for n in names if self.files.get(n) != other.files.get(n))


def said(checkout: Path, folder: Path, line: str, columns: int = 80) -> Said:
    """Run the line in the folder with the textmine of the checkout."""
    path = os.pathsep.join((str(checkout / ".venv" / "bin"), os.environ["PATH"]))
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": str(columns)},
        check=False,
    )
    err = b"".join(row for row in done.stderr.splitlines(keepends=True) if not row.startswith(b"progress: "))
    return Said(done.returncode, done.stdout, err)


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """The files below, but for `data`: when each was written and what is in it."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "data" not in path.relative_to(folder).parts
    }


def run_all(checkout: Path, lines: list[str]) -> list[Said]:
    """The lines one after the other in one folder, as what one writes another may read."""
    results = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").symlink_to(checkout / "data")
        before = snapshot(folder)
        for line in lines:
            result = said(checkout, folder, line)
            after = snapshot(folder)
            result.files = {name: data[1] for name, data in after.items() if before.get(name) != data}
            before = after
            results.append(result)
    return results


def commands(checkout: Path) -> dict[str, list[str]]:
    """The commands' names and the examples of their help."""
    done = subprocess.run(
        [checkout / ".venv" / "bin" / "python", "-c", LIST], cwd=checkout, capture_output=True, check=True
    )
    found: dict[str, list[str]] = {}
    name = ""
    for line in done.stdout.decode().splitlines():
        if line.startswith("  "):
            found[name].append(line.strip())
        else:
            name = line
            found[name] = []
    return found


def of_readme(checkout: Path) -> list[str]:
    """The command lines of README.md; one may go on behind a pipe or a backslash."""
    text = (checkout / "README.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    joined = re.sub(r"\\\n|(?<=\|)\n", " ", "".join(blocks))
    lines = [line.strip() for line in joined.splitlines() if "textmine" in line]
    return [line for line in lines if not LEFT_OUT.search(line)]


def main(arguments: list[str]) -> int:
    """Compare, print, and say by the exit code whether all is the same."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=PARTS)
    given = parser.parse_args(arguments)
    old, new = given.old.absolute(), given.new.absolute()
    known = commands(new)
    runs: list[tuple[str, int]] = []
    unlike = 0
    if "help" in given.parts:
        lines = ["textmine --help", *(f"textmine {name} --help" for name in known)]
        runs = [(line, width) for line in lines for width in WIDTHS]
        for line, width in runs:
            both = [said(checkout, Path(), line, width) for checkout in (old, new)]
            unlike += tell(f"{line} ({width} columns)", both[0].unlike(both[1]))
    lines = of_readme(new) if "README" in given.parts else []
    if "examples" in given.parts:
        lines += [line for examples in known.values() for line in examples if not LEFT_OUT.search(line)]
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda checkout: run_all(checkout, lines), (old, new)))
    for line, one, other in zip(lines, *results, strict=True):
        unlike += tell(line, one.unlike(other))
    print(f"{len(runs) + len(lines)} command lines, {unlike} unlike")
    return 1 if unlike else 0


def tell(line: str, parts: list[str]) -> bool:
    """Say in what both differed, if they did."""
    if parts:
        print(f"{line}\n    {', '.join(parts)}", flush=True)
    return bool(parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
