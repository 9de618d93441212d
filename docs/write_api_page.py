"""Write `docs/api.md`, what `import textmine as tm` has, out of the docstrings and `docs/scripts`.

python docs/write_api_page.py            write the page
python docs/write_api_page.py --check    only say whether it is out of date, and exit with 1 then
"""

from __future__ import annotations

import inspect
import re
import sys
from importlib import import_module
from pathlib import Path

import textmine as tm

PAGE = Path(__file__).with_name("api.md")
SCRIPTS = Path(__file__).with_name("scripts")
JOBS = ("terms", "vectors", "similarity", "model", "sample")
HEAD = """\
<!-- Written by docs/write_api_page.py from docstrings and docs/scripts: change them there. -->

# The library

`import textmine as tm` has what is on this page; a name is loaded when it is first asked for. Options have
the names and defaults of the commands, whose pages tell more of what they do; a docstring says where not.

Where a function takes a text, that is the path of a file, a folder or a glob; or several paths
(`pathlib.Path`) in a list; or strings, a document each, from anywhere; or a `Corpus`, which says how files
are read. Results that are rows of a command have `rows()`: a dict for each, by column. What goes wrong for a
reason that a person can put right is a `TextmineError`. The library never prints; long work reports to
`on_progress(stage, done, total)`. Temporary files are gone when a call returns, or fails. Functions may be
called from several threads.
"""
# Each name of the front door, and behind it the classes of what it returns.
PARTS: dict[str, tuple[str, ...]] = {
    "Texts": ("Corpus", "corpus.blocks.Document", "TextmineError"),
    "Terms": (
        "discover_terms",
        "terms.discover.Discovery",
        "terms.discover.Term",
        "train_term_vectors",
        "expand_terms",
        "terms.expand.Expansion",
        "terms.expand.Widened",
    ),
    "Words": ("learn_lexicon", "terms.learn_lexicon.LearnedWords", "Lexicon", "Segmenter"),
    "Vectors": ("train_glove", "train_word2vec", "train_svd", "load_vectors", "WordVectors"),
    "Similarity of texts": (
        "Similarity",
        "similarity.similarity.Similarity",
        "similarity.index.TextIndex",
        "similarity.index.Hits",
        "similarity.reader.Distances",
    ),
    "Language models": ("train_language_model", "load_language_model", "language.model.LanguageModel"),
    "Sentences": (
        "sample",
        "sampling.options.SamplingOptions",
        "sampling.sentences.Sentences",
        "sampling.sentences.Sentence",
    ),
}


def main(arguments: list[str]) -> int:
    """Write or check the page; 1 when it is not what would be written."""
    wanted = page()
    if PAGE.exists() and PAGE.read_text("utf-8") == wanted:
        return 0
    if "--check" in arguments:
        print("docs/api.md is out of date; run python docs/write_api_page.py", file=sys.stderr)
        return 1
    PAGE.write_text(wanted, "utf-8")
    print("wrote docs/api.md")
    return 0


def page() -> str:
    """The page, in Markdown."""
    parts = [HEAD, "## Five scripts", *map(script, JOBS)]
    for title, names in PARTS.items():
        parts += [f"## {title}", *(entry(name, found(name)) for name in names)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def script(name: str) -> str:
    """A script under what it is for."""
    _, title, code = (SCRIPTS / f"{name}.py").read_text("utf-8").split('"""')
    return f"{title}\n\n```python\n{code.strip()}\n```"


def found(name: str) -> object:
    """What a name of the front door, or with a dot one within textmine, stands for."""
    if "." not in name:
        return getattr(tm, name)
    home, _, last = name.rpartition(".")
    return getattr(import_module(f"textmine.{home}"), last)


def entry(name: str, thing: object) -> str:
    """A function or class: its signature, its docstring, and of a class its methods."""
    front, last = "." not in name, name.rpartition(".")[2]
    shown = f"tm.{last}" if front else last
    parts = [f"### {shown}"]
    if front:
        parts.append(f"```python\n{signature(shown, thing)}\n```")
    parts.append(prose(thing))
    if inspect.isclass(thing):
        parts += [method(last, key, value) for key, value in vars(thing).items() if is_public(key, value)]
    return "\n\n".join(parts)


def is_public(name: str, value: object) -> bool:
    """Whether it is a method or property with a docstring, to be on the page."""
    held = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
    callable_or_property = inspect.isfunction(held) or isinstance(value, property)
    return not name.startswith("_") and callable_or_property and bool(inspect.getdoc(held))


def method(owner: str, name: str, value: object) -> str:
    """A line for a property, a signature for a method, and its docstring."""
    if isinstance(value, property):
        return f"#### {owner}.{name}\n\n{prose(value)}"
    thing = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
    return f"#### {owner}.{name}\n\n```python\n{signature(name, thing, bound=True)}\n```\n\n{prose(thing)}"


def signature(shown: str, thing: object, bound: bool = False) -> str:
    """As one would write the call, a parameter a line where it is long."""
    told = inspect.signature(thing)  # type: ignore[arg-type]
    parameters: list[str] = []
    starred = False
    for parameter in list(told.parameters.values())[bound:]:
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            parameters.append("*")
            starred = True
        value = getattr(parameter.default, "__name__", None) or repr(parameter.default)
        default = "" if parameter.default is parameter.empty else f" = {value}"
        parameters.append(f"{parameter.name}: {parameter.annotation}{default}")
    result = (
        ""
        if inspect.isclass(thing) or told.return_annotation is told.empty
        else f" -> {told.return_annotation}"
    )
    line = f"{shown}({', '.join(parameters)}){result}"
    if len(line) <= 100:
        return line
    return f"{shown}(\n" + "".join(f"    {one},\n" for one in parameters) + f"){result}"


def prose(thing: object) -> str:
    """The docstring, its examples as code."""
    text = inspect.getdoc(thing) or ""
    return re.sub(r"^>>> .*?(?=\n\n|\Z)", lambda match: f"```pycon\n{match[0]}\n```", text, flags=re.M | re.S)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
