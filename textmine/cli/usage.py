"""Errors of usage in our own words: what is wrong about the command line, in a line like that of a run.

typer's words come from argparse's descendants and from pydantic, and are about values and inputs. Kinds that
are not known here keep them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from typer.core import TyperCommand
from typer.exceptions import TyperException

LONGEST = 60  # characters of a value that are shown
PLACES = {
    "does not exist": "there is no {kind} {path}",
    "is a directory": "{path} is a folder; name a file",
    "is a file": "{path} is a file; name a folder",
    "is not readable": "{path} cannot be read; check its permissions",
    "is not writable": "{path} cannot be written to; check its permissions",
}


class Command(TyperCommand):
    """A command of which every error of usage knows that it is about it: the parser's do not."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except TyperException as error:
            if getattr(error, "ctx", ctx) is None:
                error.ctx = ctx  # type: ignore[attr-defined]
            raise


def described(error: TyperException) -> str:
    """What is wrong and, where that is known, what to do."""
    kind, message = type(error).__name__, error.message.strip().rstrip(".")
    if kind == "NoSuchOption":
        option = getattr(error, "option_name", "")
        return f"there is no option {option}" + _hint(getattr(error, "possibilities", None) or [])
    if kind == "BadOptionUsage":
        option = getattr(error, "option_name", "")
        return f"{option} takes no value" if "not take" in message else f"{option} needs a value"
    if kind == "MissingParameter":
        return f"{_name(error) or 'something'} is missing"
    if kind == "BadParameter":
        return _about_value(error, message)
    if unknown := re.fullmatch(r"No such command '(.*?)'(?:\. Did you mean (.*)\?)?", message):
        return f"there is no command {unknown[1]}" + _hint(re.findall(r"'([^']*)'", unknown[2] or ""))
    if extra := re.fullmatch(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", message, re.DOTALL):
        return f"more arguments than it takes: {_shown(extra[1])}"
    return _uncapitalised(error.format_message().strip().rstrip("."))


def _about_value(error: TyperException, message: str) -> str:
    """A value that does not do: ours says so in a sentence, which may name the option itself."""
    name = _name(error)
    cause = error.__cause__
    if hasattr(cause, "errors"):
        message = _innermost(cause)
    if unlike := re.fullmatch(r"(?:Value error, )?'(.*)' is not one of (.*?)\.?", message, re.DOTALL):
        choices = unlike[2].replace("'", "").split(", ")
        near = get_close_matches(unlike[1], choices)
        message = f"{_shown(unlike[1])!r} is not one of {', '.join(choices)}" + _hint(near)
    elif place := re.fullmatch(rf"(file|dir|path) '(.*)' ({'|'.join(PLACES)})", message, re.DOTALL):
        what = {"dir": "folder", "path": "file"}.get(place[1], place[1])
        message = PLACES[place[3]].format(kind=what, path=place[2])
    if name is None or not name.startswith("-") or message.startswith("--"):
        return message
    return f"{name}: {message}"


def _innermost(cause: Any) -> str:
    """What pydantic has against a value."""
    detail: Mapping[str, Any] = cause.errors()[0]
    kind, value, limits = detail["type"], _shown(str(detail["input"])), detail.get("ctx", {})
    nested = limits.get("error")
    if hasattr(nested, "errors"):  # of one value of several
        return _innermost(nested)
    if value.lower().strip().lstrip("+-") == "nan":
        return f"{value!r} is no number"
    if kind in ("int_parsing", "int_from_float"):
        return f"{value!r} is no whole number"
    if kind == "int_parsing_size":
        return f"{value} is too large"
    if kind == "float_parsing":
        return f"{value!r} is no number"
    if kind == "greater_than_equal":
        return f"{value} is less than {limits['ge']:g}"
    if kind == "less_than_equal":
        return f"{value} is more than {limits['le']}"
    return str(detail["msg"]).rstrip(".")


def _name(error: TyperException) -> str | None:
    """The option in its long form, or the argument."""
    parameter = getattr(error, "param", None)
    if parameter is None:
        return None
    longest = max(parameter.opts, key=len, default="")
    return longest if longest.startswith("-") else str(parameter.get_error_hint()).strip("'")


def _hint(near: list[str]) -> str:
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _shown(value: str) -> str:
    return value if len(value) <= LONGEST else value[:LONGEST] + "..."


def _uncapitalised(message: str) -> str:
    capital = message[:1].isupper() and message[1:2].islower()
    return message[0].lower() + message[1:] if capital else message
