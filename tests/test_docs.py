"""Links in the documents lead somewhere, and nothing in them waits to be filled in."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
CODE = re.compile(r"^(```+|~~~+).*?^\1\s*?$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(\s*([^()\s]+)\s*\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """What GitHub calls the headings: lower case, without punctuation, hyphens for spaces, numbers for those
    that come again."""
    found: set[str] = set()
    seen: Counter[str] = Counter()
    for heading in HEADING.findall(CODE.sub("", text)):
        shown = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)  # of a link its words
        anchor = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return found


def dead_links(page: Path) -> list[str]:
    dead = []
    for link in LINK.findall(re.sub(r"`[^`\n]*`", "", CODE.sub("", page.read_text("utf-8")))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            dead.append(link)
    return dead


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert dead_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_are_named_are_there(page: Path) -> None:
    """But for those that a recipe has the reader make."""
    named = re.findall(r"\b(?:textmine|tests|docs|benchmarks)/[\w/]+\.py\b", page.read_text("utf-8"))
    assert [name for name in named if "my_" not in name and not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("page", [*PAGES, *(ROOT / "docs").glob("*.py")], ids=lambda page: page.name)
def test_nothing_waits_to_be_filled_in(page: Path) -> None:
    assert "@@" not in page.read_text("utf-8")


def test_what_is_dead(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# One `--two` (3)!\n\n## Again\n\n## Again\n\n```sh\n# code\n```\n")
    page = tmp_path / "a.md"
    good = ["b.md", "b.md#one---two-3", "b.md#again", "b.md#again-1", "#here", "https://example.org/#x"]
    bad = ["c.md", "b.md#code", "b.md#again-2", "#b", "b.md#One"]
    links = "\n".join(f"[some\nwords]({link})" for link in good + bad)
    page.write_text(f"## [Here](b.md)\n\n`[x](no.md)`\n\n```\n[x](no.md)\n```\n{links}\n")
    assert dead_links(page) == bad
