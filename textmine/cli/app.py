"""The `textmine` program: its commands, and the one place where errors become exit codes.

0 done, also when the reader closed the pipe; 1 an error the user can put right, on one line; 2 usage;
130 interrupted; 128 + N ended by signal N. Any other exception is a bug and keeps its traceback.
"""

from __future__ import annotations

import atexit
import errno
import functools
import gc
import os
import re
import signal
import sys
import typing
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from typer.exceptions import TyperException

from textmine.cli import completion, streams
from textmine.cli.analogy import analogy
from textmine.cli.background import background
from textmine.cli.bundles import flattened
from textmine.cli.cluster import cluster
from textmine.cli.compare_vectors import compare_vectors
from textmine.cli.completion import InstallOption, ShowOption
from textmine.cli.discover_terms import discover_terms
from textmine.cli.doctor import doctor
from textmine.cli.endings import KINDS, Kind, refuse_endings
from textmine.cli.evaluate_terms import evaluate_terms
from textmine.cli.evaluate_vectors import evaluate_vectors
from textmine.cli.expand_terms import expand_terms
from textmine.cli.help import Command, Group, help
from textmine.cli.importance import importance
from textmine.cli.keywords import keywords
from textmine.cli.learn_lexicon import learn_lexicon
from textmine.cli.neighbors import neighbors
from textmine.cli.output import refuse_bom
from textmine.cli.perplexity import perplexity
from textmine.cli.sample import sample
from textmine.cli.score import score
from textmine.cli.segment import segment
from textmine.cli.sentence_vectors import sentence_vectors
from textmine.cli.similarity import similarity
from textmine.cli.status import erase_echo
from textmine.cli.train_glove import train_glove
from textmine.cli.train_lm import train_lm
from textmine.cli.train_svd import train_svd
from textmine.cli.train_word2vec import train_word2vec
from textmine.cli.training import vectors_path
from textmine.cli.usage import described
from textmine.errors import InputError, ResourceError, TextmineError


def taken(*commands: Callable[..., None]) -> tuple[Callable[..., None], ...]:
    """The commands, as typer takes them."""
    return tuple(map(flattened, commands))


# The groups of --help. A command's file imports numpy and the like inside its function: listing the
# commands stays fast.
GROUPS: dict[str, tuple[Callable[..., None], ...]] = {
    "Terms": taken(discover_terms, background, expand_terms, evaluate_terms),
    "Words": taken(learn_lexicon, segment),
    "Vectors": taken(
        train_glove,
        train_word2vec,
        train_svd,
        neighbors,
        analogy,
        keywords,
        sentence_vectors,
        importance,
        cluster,
        compare_vectors,
        evaluate_vectors,
    ),
    "Similarity": taken(similarity),
    "Language": taken(train_lm, perplexity, score, sample),
}
COMMANDS = tuple(chain(*GROUPS.values()))
# These tell of the program and the machine, not of texts: what they say differs from one to the next.
HELP = taken(help, doctor)

# Parameters of the library in its errors, and the options of another name.
PARAMETER = re.compile(r"`([a-z_]+)`")
FLAGS = {"format": "input_format"}

app = typer.Typer(
    name="textmine",
    cls=Group,
    invoke_without_command=True,
    add_completion=False,  # see textmine.cli.completion
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def guard(command: Callable[..., None]) -> Callable[..., None]:
    """The checks that all commands share, and the error boundary around a command."""
    name, written = command_name(command), written_options(command)

    @functools.wraps(command)
    def guarded(*args: object, **options: object) -> None:
        refuse_overwriting(options, written)
        refuse_endings(options, written)
        refuse_bom(options)
        with boundary(f"textmine {name}", options):
            if "output" in options and options["output"] is None and streams.is_closed_output():
                raise no_output(options)
            command(*args, **options)

    return guarded


@contextmanager
def boundary(name: str, options: Mapping[str, object]) -> Iterator[None]:
    """Turn the errors that a person can act on into a line and an exit code, and see that what was written
    has arrived. `options`: those of the command, to say which of them may help."""
    try:
        yield
        sys.stdout.flush()
    except (BrokenPipeError, ConnectionResetError, streams.ReaderGone):
        streams.drop(sys.stdout)
    except TextmineError as error:
        raise fail(name, with_flags(error, options)) from None
    except MemoryError:
        todo = "lower --memory, or give it less text" if "memory" in options else "give it less text"
        raise fail(name, ResourceError("out of memory", todo)) from None
    except OSError as error:
        known = known_error(error, options)
        if known is None:
            raise
        streams.drop(sys.stdout)
        raise fail(name, known) from None
    except KeyboardInterrupt:
        streams.finish()  # the rows so far, before what is said about them
        erase_echo()
        streams.say(f"{name}: interrupted")
        raise typer.Exit(130) from None


def with_flags(error: TextmineError, options: Mapping[str, object]) -> TextmineError:
    """The library's error, which calls parameters by name (`min_count`), with the options of the command."""

    def flag(match: re.Match[str]) -> str:
        name = FLAGS.get(match[1], match[1])
        return f"--{name.replace('_', '-')}" if name in options else match[1]

    return TextmineError(PARAMETER.sub(flag, error.what), PARAMETER.sub(flag, error.todo))


def known_error(error: OSError, options: Mapping[str, object]) -> TextmineError | None:
    """What the system's error means to a person, None where it means a bug."""
    if error.errno == errno.ENAMETOOLONG:  # an option that takes a file or a name had neither
        what = f"{str(error.filename)[:40]}... is too long for the name of a file"
        return InputError(what, "check the options that take one")
    if isinstance(error, PermissionError) and error.filename is not None:
        return InputError(f"{error.filename}: {error.strerror}", "check its permissions, or name another")
    if error.errno == errno.EFBIG:
        return ResourceError("a file has become larger than is allowed", "raise the limit (ulimit -f)")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        todo = "make room where the output goes"  # which it is does not tell: it may be standard output
        if "tmp_dir" in options:
            todo += ", or put temporary files elsewhere with --tmp-dir"
        return ResourceError("no space left on the disk", todo)
    if error.errno == errno.EBADF and streams.is_closed_output():
        return no_output(options)
    if error.errno == errno.EIO and error.filename is None:
        return ResourceError(f"a file or a terminal has failed ({error.strerror})", "check what it is on")
    return None


def no_output(options: Mapping[str, object]) -> TextmineError:
    """Rows, or help, have nowhere to go."""
    todo = "send it somewhere: > FILE" + (", or --output FILE" if "output" in options else "")
    return InputError("standard output is closed, or open for reading only", todo)


def written_options(command: Callable[..., None]) -> dict[str, Kind]:
    """The options that name a file to write, told by their callback, and what it will be."""
    hints = typing.get_type_hints(command, include_extras=True)
    kinds = KINDS | {vectors_path: "vectors"}
    return {
        name: kinds[info.callback]
        for name, hint in hints.items()
        for info in typing.get_args(hint)
        if getattr(info, "callback", None) in kinds
    }


def refuse_overwriting(options: Mapping[str, object], written: Collection[str]) -> None:
    """Results must not take the place of what they are made from, nor of each other."""
    for name in written:
        path = options[name]
        for other, value in options.items():
            for source in value if isinstance(value, list) else [value]:
                if other == name or not isinstance(path, Path) or not isinstance(source, (str, Path)):
                    continue
                if other in written and _same_file(path, source, made=True):
                    raise typer.BadParameter(f"{path} would be written twice; give another place for one")
                if _same_file(path, source):
                    raise typer.BadParameter(f"{path} is read, too; give another place for the output")


def _same_file(path: Path, source: str | Path, made: bool = False) -> bool:
    """Whether both are one file, which may still have to be `made`; a device is none."""
    try:
        if not path.exists():
            return made and os.path.realpath(path) == os.path.realpath(source)
        return path.is_file() and path.samefile(source)
    except OSError:  # an option's value that is no file, nor could be one
        return False


def command_name(command: Callable[..., None]) -> str:
    """The name on the command line: discover_terms is discover-terms."""
    return command.__name__.replace("_", "-")


def fail(name: str, error: TextmineError) -> typer.Exit:
    """Say the error on one line, and how to leave."""
    streams.say(f"{name}: {error}")
    return typer.Exit(1)


def usage(error: TyperException) -> None:
    """Say what is wrong about the words on the command line, and where to read how it is done."""
    context = getattr(error, "ctx", None)
    name = "textmine" if context is None else context.command_path
    streams.say(f"{name}: {described(error)}")
    if context is not None:
        streams.say(f"{context.get_usage()}; {name} --help tells more")


def leave(number: int, frame: FrameType | None) -> None:
    """On a signal: unwind the stack, so that every `with` and `finally` removes its temporary files."""
    sys.exit(128 + number)


def show_version(context: typer.Context, wanted: bool) -> None:
    """Callback of --version."""
    if wanted and not context.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("textmine")
        except PackageNotFoundError:
            number = "(not installed)"
        print(f"textmine {number} (Python {sys.version.split()[0]})")
        raise typer.Exit()


@app.callback()
def textmine(
    context: typer.Context,
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", help="Show the version and exit.", callback=show_version, is_eager=True
        ),
    ] = False,
    install_completion: InstallOption = False,
    show_completion: ShowOption = False,
) -> None:
    """Mining text without labels: words, terms, vectors, similar texts.

    Files or standard input in, rows out. `textmine COMMAND --help` tells about a command.

    Examples:

        textmine discover-terms data/three-kingdoms.txt --top 20

        textmine segment data/three-kingdoms.txt | head -3

        textmine help discover-terms
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)  # in a script it is a mistake


for group, entries in (*GROUPS.items(), ("Help", HELP)):
    for entry in entries:
        app.command(command_name(entry), cls=Command, rich_help_panel=group)(guard(entry))


def main() -> None:
    """The entry point."""
    streams.set_up()
    completion.set_up()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if (
            number is not None and signal.getsignal(number) is signal.SIG_DFL
        ):  # nohup ignores SIGHUP: so do we
            signal.signal(number, leave)
    gc.set_threshold(100_000)  # objects; the few cycles of a run do not pay for a look at all objects
    atexit.register(gc.freeze)  # nor does a last look as the interpreter ends: .25 s
    code = 0
    try:
        with boundary("textmine", {}):  # of what is said before a command begins, such as help
            code = app(prog_name="textmine", standalone_mode=False)
    except typer.Exit as left:
        code = left.exit_code
    except TyperException as error:
        usage(error)
        code = error.exit_code
    finally:  # also on a signal
        streams.finish()
    sys.exit(code)
