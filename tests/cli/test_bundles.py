"""Bundles of options in the signatures of commands."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, get_type_hints

import typer
from typer.testing import CliRunner

from textmine.cli.bundles import ArrayWriting, Reading, Running, Writing, flattened
from textmine.cli.options import Inputs, Shown, show_option


@dataclass(kw_only=True)
class Size:
    width: Annotated[int, typer.Option("--width", help="Columns.")] = 80
    line_height: Annotated[float, typer.Option("--line-height", help="Lines.")]


def draw(
    name: Annotated[str, typer.Argument()],
    *,
    bold: Annotated[bool, typer.Option("--bold")] = False,
    size: Annotated[Size, typer.Option("--line-height", help="Half lines.")],
    quiet: Annotated[bool, typer.Option("--quiet")] = False,
) -> None:
    """Draw a name."""
    print(name, bold, size, quiet)


def test_options_stand_where_the_bundle_stood() -> None:
    flat = flattened(draw)
    assert [*inspect.signature(flat).parameters] == ["name", "bold", "width", "line_height", "quiet"]
    assert [*get_type_hints(flat)] == [*inspect.signature(flat).parameters]
    assert flat.__name__ == "draw" and flat.__doc__ == draw.__doc__


def test_the_bundle_is_made_of_their_values() -> None:
    app = typer.Typer()
    app.command()(flattened(draw))
    done = CliRunner().invoke(app, ["x", "--line-height", "1.5", "--quiet"])
    assert done.stdout == "x False Size(width=80, line_height=1.5) True\n"
    done = CliRunner().invoke(app, ["x"])
    assert done.exit_code == 2 and "--line-height" in done.output


def test_an_option_beside_the_bundle_is_that_of_its_field() -> None:
    parameters = inspect.signature(flattened(draw)).parameters
    kind, option = parameters["line_height"].annotation.__args__[0], parameters["line_height"].annotation
    assert kind is float and option.__metadata__[-1].help == "Half lines."


def test_what_a_command_has_is_not_touched() -> None:
    def command(inputs: Inputs, *, quiet: bool = False) -> None:
        print(inputs, quiet)

    assert [*inspect.signature(flattened(command)).parameters] == ["inputs", "quiet"]


def test_a_corpus_is_read_as_the_options_say(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("name,text\n1,ＡＢ\n".encode("gb18030"))
    reading = Reading(encoding="gb18030", normalise=["width", "lower"])
    with reading.corpus([str(path)], lambda *_: None, tmp_path) as corpus:
        assert [document.text for document in corpus.documents()] == ["ab"]


def test_rows_are_written_as_the_options_say(tmp_path: Path) -> None:
    for kind in (Writing, ArrayWriting):
        path = tmp_path / f"{kind.__name__}.csv"
        kind(show=Shown(("b",)), bom=True, output=path).rows(("a", "b"), [(1, 2)])
        assert path.read_text("utf-8") == "\ufeffb\n2\n"


def test_the_columns_of_show_are_the_commands() -> None:
    def command(*, writing: Annotated[Writing, show_option(("a", "b"))], running: Running) -> None:
        print(writing, running)

    app = typer.Typer()
    app.command()(flattened(command))
    assert "Shown" not in CliRunner().invoke(app, ["--show", "c"]).stdout
    assert "show=('b',)" in CliRunner().invoke(app, ["--show", "b"]).stdout
