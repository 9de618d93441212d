"""The errors a person can act on.

Each carries what happened and what to do about it; the command line prints both on one line and exits with 1.
"""

from __future__ import annotations


class TextmineError(Exception):
    """Something the user can put right.

    `what` says what happened, `todo` what to do next; `str(error)` is "what; todo".

    >>> try:
    ...     tm.load_vectors("data/jargon.npy")
    ... except tm.TextmineError as error:
    ...     print(error.what)
    there is no file data/jargon.npy
    """

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(what, todo)
        self.what = what
        self.todo = todo

    def __str__(self) -> str:
        return f"{self.what}; {self.todo}"


class InputError(TextmineError):
    """The input cannot be read or holds nothing to work on."""


class ModelError(TextmineError):
    """A model or lexicon file is broken or of another kind."""


class ResourceError(TextmineError):
    """Memory, disk or another limit of the machine was reached."""


def refuse_strings(**given: object) -> None:
    """Raise InputError where a string alone stands for several: it would be taken letter by letter. `given`:
    the parameters by name."""
    for name, value in given.items():
        if isinstance(value, str):
            raise InputError(f"`{name}` is a list, and {value!r} is one string", "put it into a list")
