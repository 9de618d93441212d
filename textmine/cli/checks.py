"""What `textmine doctor` looks at: the program, what it is made of, and the machine.

Nothing that may be broken is imported before it is looked at, numpy included.
"""

from __future__ import annotations

import locale
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal, NamedTuple

from textmine.cli.share import scaled
from textmine.parallel import thread_count

State = Literal["ok", "note", "broken"]


class Check(NamedTuple):
    """A row: what was looked at, how it is, what was found, and what to do about it."""

    check: str
    state: State
    value: str
    advice: str = ""


class Requirement(NamedTuple):
    """A line of the package's metadata: `scipy>=1.11`, `pyarrow>=14; extra == 'parquet'`."""

    name: str
    bounds: str
    marker: str

    @property
    def extra(self) -> str | None:
        """The extra it belongs to, None for what is always needed."""
        found = re.search(r"extra == '(.*?)'", self.marker)
        return found[1] if found else None


# What each extra of pyproject.toml adds.
ADDS = {
    "parquet": "reading Parquet files",
    "english": "vectors of English words by name: --vectors glove",
    "wordllama": "vectors of any word by name: --vectors wordllama",
    "neural": "neural models in sample: --lm and --proposal",
}
MISSING = "not installed"
LITTLE = 10**9  # bytes of memory (discover-terms takes 600 MB unless told) or of temporary space


def checks() -> Iterator[Check]:
    """All of them, in the order in which a person reads them."""
    yield installation()
    yield ok("Python", f"{platform.python_version()} at {sys.executable}")
    yield ok("system", platform.platform(terse=True))
    yield processor()
    yield memory()
    yield temporary_space()
    yield encoding()
    yield terminal()
    needed = requirements()
    yield from (package(one) for one in needed if one.extra is None and _is_needed(one.marker))
    yield kernels()
    yield from (extra(name, [one for one in needed if one.extra == name]) for name in ADDS)


def processor() -> Check:
    """Its name, and how many of it there are."""
    name = platform.processor() or platform.machine()
    told = re.search(r"^model name\s*:\s*(.*)", _read("/proc/cpuinfo"), re.MULTILINE)
    usable, there = thread_count(), os.cpu_count() or 1
    number = f"{usable} of {there} processors" if usable < there else f"{there} processors"
    quota = re.match(r"(\d+) (\d+)", _read("/sys/fs/cgroup/cpu.max"))
    if quota and int(quota[1]) < usable * int(quota[2]):
        limit = f"{int(quota[1]) / int(quota[2]):.2g}"
        advice = f"--threads {max(round(float(limit)), 1)} suits a limit of {limit} processors"
        return Check("processor", "note", f"{told[1] if told else name}, {number}, limit {limit}", advice)
    return ok("processor", f"{told[1] if told else name}, {number}")


def memory() -> Check:
    """All and free, within the limit of a container."""
    kilobytes = dict(re.findall(r"^(\w+): +(\d+) kB$", _read("/proc/meminfo"), re.MULTILINE))
    if "MemAvailable" not in kilobytes:
        return Check("memory", "note", "this system does not tell how much", "--memory bounds a run")
    total, free = (1024 * int(kilobytes[name]) for name in ("MemTotal", "MemAvailable"))
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        if (limit := _read(path).strip()).isdecimal():
            total, free = min(total, int(limit)), min(free, int(limit))
    value = f"{scaled(free)}B of {scaled(total)}B free"
    if free < LITTLE:
        return Check("memory", "note", value, "bound a run with --memory")
    return ok("memory", value)


def installation() -> Check:
    """textmine itself is installed, which tells what it needs."""
    folder = Path(__file__).parents[1]
    try:
        return ok("textmine", f"{version('textmine')} in {folder}")
    except PackageNotFoundError:
        return Check("textmine", "broken", f"in {folder}, {MISSING}", "pip install it")


def temporary_space() -> Check:
    """The folder for temporary files takes them, and how much."""
    try:
        folder = tempfile.gettempdir()
        with tempfile.TemporaryFile() as file:
            file.write(b"0")
            file.flush()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Check("temporary space", "broken", str(error), "make room, or set TMPDIR to another folder")
    value = f"{scaled(free)}B free in {folder}"
    if free < LITTLE:
        return Check("temporary space", "note", value, "name a larger folder with --tmp-dir")
    return ok("temporary space", value)


def encoding() -> Check:
    """Names of files and remarks can have any character; rows and texts do not depend on it."""
    found = {sys.getfilesystemencoding(), str(sys.stderr.encoding), locale.getpreferredencoding(False)}
    spelled = {name.lower().replace("_", "-") for name in found}
    if spelled == {"utf-8"}:
        return ok("encoding", "UTF-8")
    return Check("encoding", "note", ", ".join(sorted(spelled)), "set LC_ALL=C.UTF-8 to see all characters")


def terminal() -> Check:
    """Whether rows come as a table, and progress as a line that is drawn over."""
    names = [
        name
        for name, stream in (
            ("standard input", sys.stdin),
            ("standard output", sys.stdout),
            ("standard error", sys.stderr),
        )
        if stream is not None and stream.isatty()
    ]
    if not names:
        return ok("terminal", "none")
    columns = shutil.get_terminal_size().columns
    return ok("terminal", f"{', '.join(names)}; {columns} columns, TERM={os.environ.get('TERM', '')}")


def requirements() -> list[Requirement]:
    """What pyproject.toml asks for, by the metadata of the installed package."""
    try:
        lines = requires("textmine") or []
    except PackageNotFoundError:  # installation() has said so
        return []
    parts = (re.match(r"([\w.-]+)([^;]*);?(.*)", line) for line in lines)
    return [Requirement(part[1], part[2].strip(), part[3].strip()) for part in parts if part]


def package(needed: Requirement) -> Check:
    """Whether it is there and no other version than is asked for."""
    wanted = f"{needed.name}{needed.bounds}"
    advice = f"pip install '{wanted}'"
    try:
        found = version(needed.name)
    except PackageNotFoundError:
        return Check(needed.name, "broken", MISSING, advice)
    if not fits(found, needed.bounds):
        return Check(needed.name, "broken", f"{found}, not {needed.bounds}", advice)
    return ok(needed.name, found)


def extra(name: str, needed: list[Requirement]) -> Check:
    """What may be installed besides, and what for."""
    found = [package(one) for one in needed]
    if all(one.state == "ok" for one in found):
        there = ", ".join(f"{one.check} {one.value}" for one in found)
        return ok(f"textmine[{name}]", f"{ADDS[name]} ({there})")
    old = [f"{one.check} {one.value}" for one in found if one.state != "ok" and one.value != MISSING]
    value = f"would add {ADDS[name]}{''.join(f'; {one}' for one in old)}"
    return Check(f"textmine[{name}]", "note", value, f"pip install 'textmine[{name}]'")


def kernels() -> Check:
    """numba starts, has a place for machine code, and how much of it is there."""
    try:
        from textmine import kernels

        compiled, folder = kernels.compiled(), kernels.folder()
    except Exception as error:  # whatever keeps numba from starting, of which there is much
        value = " ".join(f"{type(error).__name__}: {error}".split())
        return Check("kernels", "broken", value, "pip install --force-reinstall numba numpy")
    value = f"{compiled} compiled, in {folder}"
    if not os.access(folder if folder.exists() else folder.parent, os.W_OK):
        return Check("kernels", "broken", f"{folder} cannot be written to", "set NUMBA_CACHE_DIR to a folder")
    if not compiled:
        return Check("kernels", "note", value, "textmine doctor --warm compiles all; else runs do as they go")
    return ok("kernels", value)


def ok(check: str, value: str) -> Check:
    """Nothing to do."""
    return Check(check, "ok", value)


def fits(found: str, bounds: str) -> bool:
    """Whether a version is within bounds such as `>=0.4,<0.5`, by the numbers that both begin with."""
    for bound in bounds.split(","):
        told = re.fullmatch(r"\s*(>=|<)\s*([\d.]+)\s*", bound)
        if told and (_numbers(found) >= _numbers(told[2])) != (told[1] == ">="):
            return False
    return True


def _is_needed(marker: str) -> bool:
    told = re.search(r"python_version < '([\d.]+)'", marker)
    return told is None or sys.version_info[:2] < _numbers(told[1])[:2]


def _numbers(spelled: str) -> tuple[int, ...]:
    """3.0 and 3 are one: so many as there may be."""
    found = re.match(r"\d+(?:\.\d+)*", spelled)
    numbers = [int(part) for part in found[0].split(".")] if found else []
    return tuple([*numbers, 0, 0, 0, 0][:4])


def _read(path: str) -> str:
    """A file in which the system tells something; nothing where it does not."""
    with suppress(OSError):
        return Path(path).read_text("utf-8", "replace")
    return ""
