"""Does `textmine doctor --warm` compile all that the commands need?

    python benchmarks/warm.py [COMMAND ...]

With an empty NUMBA_CACHE_DIR: how long --warm takes, and once more with all compiled. Then every example of
the help of every command (or of those named) runs, and what it still had to compile is named: nothing, if all
is well. Last, the kernels that nothing has compiled. Some minutes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from common import measure, print_table, textmine

ROOT = Path(__file__).parent.parent
LEFT = (
    "from textmine import kernels; kernels.compiled()\n"
    "print(*(f'{one.py_func.__module__}.{one.py_func.__name__}' for one in kernels._COMPILED"
    " if not one._cache._cache_file._load_index()))"
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("commands", nargs="*")
    only = parser.parse_args().commands
    sys.path.insert(0, str(ROOT))
    from docs.write_command_pages import examples
    from textmine.cli.app import COMMANDS, command_name

    late = []
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder, "kernels")
        environment = {"NUMBA_CACHE_DIR": str(cache)}
        os.environ["PATH"] = f"{Path(textmine()).parent}:{os.environ['PATH']}"
        runs = [measure([textmine(), "doctor", "--warm"], env=environment) for _ in range(2)]
        there = _machine_code(cache)
        first = len(there)
        Path(folder, "data").symlink_to(ROOT / "data")
        lines = [
            line
            for command in COMMANDS
            if not only or command_name(command) in only
            for line in examples(command)
        ]
        for line in lines:
            done = subprocess.run(
                ["bash", "-c", line],
                cwd=folder,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
            if done.returncode:
                print(f"{line}: {done.stderr.decode(errors='replace')}", file=sys.stderr)
            now = _machine_code(cache)
            late += [(line, name) for name in sorted(now - there)]
            there = now
        left = subprocess.run(
            [sys.executable, "-c", LEFT],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=True,
        )
    print_table(
        ("what", "seconds", "files of machine code"),
        [("doctor --warm", runs[0].seconds, first), ("once more", runs[1].seconds, first)],
    )
    print(f"{len(lines)} examples ran; compiled after --warm: {len(late)}")
    for line, name in late:
        print(f"  {name} by {line}")
    print(f"kernels that nothing compiled: {left.stdout.strip() or 'none'}")
    return bool(late)


def _machine_code(cache: Path) -> set[str]:
    return {path.name for path in cache.rglob("*.nbc")}


if __name__ == "__main__":
    sys.exit(main())
