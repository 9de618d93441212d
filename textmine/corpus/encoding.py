"""From bytes to text, without guessing behind anyone's back."""

from __future__ import annotations

import codecs
import difflib
import encodings.aliases
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from textmine.errors import InputError

Errors: TypeAlias = Literal["strict", "replace"]

REPLACEMENT = "\ufffd"

# A mark wins over a named encoding, as in the WHATWG Encoding Standard. UTF-32 comes first: its little-endian
# mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_SAMPLE = 4096
_LEAST_SAMPLE = 64  # a few bytes with a NUL look like UTF-16 whatever they are
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(slots=True)
class Tally:
    """What one pass could not read: `replaced` bytes (or escaped surrogates and NULs) that became U+FFFD."""

    replaced: int = 0


class _Count(threading.local):
    replaced = 0


_count = _Count()


def _replace_and_count(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    _count.replaced += error.end - error.start
    return REPLACEMENT, error.end


# A decoder calls its error handler by a global name; the count is per thread, and read around each call.
codecs.register_error("textmine.replace", _replace_and_count)


def check_encoding(encoding: str) -> None:
    """Raise InputError unless `encoding` names a text encoding."""
    try:
        b" ".decode(encoding)
    except LookupError as error:
        names = {*encodings.aliases.aliases, *encodings.aliases.aliases.values()}
        near = difflib.get_close_matches(encoding.lower().replace("-", "_"), sorted(names), n=3)
        todo = (
            f"did you mean {' or '.join(near)}?" if near else "name one like utf-8, gb18030, big5 or utf-16"
        )
        raise InputError(f"there is no text encoding {encoding!r}", todo) from error
    except UnicodeDecodeError:
        pass  # one byte is not enough for UTF-16


def looks_binary(head: bytes, encoding: str | None) -> bool:
    """Whether the first bytes of a file are not text: a NUL among the first 8000, the rule that git uses."""
    return b"\0" in head[:8000] and not _is_wide(_mark(head)[1] or encoding or "utf-8")


def decode(
    chunks: Iterable[bytes], name: str, encoding: str | None, errors: Errors, tally: Tally
) -> Iterator[str]:
    """The text of `chunks`: by a byte order mark, else by `encoding`, else as strict UTF-8; the mark is
    dropped.

    The text never holds NUL. `errors="replace"` puts U+FFFD for undecodable bytes and NULs and counts them in
    `tally`. Raises InputError that names the file, the offset in its (decompressed) bytes and a likely
    encoding.
    """
    decoder: codecs.IncrementalDecoder | None = None
    codec = encoding or "utf-8"
    offset = 0
    for chunk in chunks:
        data = chunk
        if decoder is None:
            mark, marked = _mark(chunk)
            codec = marked or codec
            data = chunk[len(mark) :]
            offset = len(mark)
            decoder = codecs.getincrementaldecoder(codec)(
                "strict" if errors == "strict" else "textmine.replace"
            )
        yield _decode_chunk(decoder, data, offset, name, codec, errors, tally)
        offset += len(data)
    if decoder is not None:
        yield _decode_chunk(decoder, b"", offset, name, codec, errors, tally)


def clean(text: str, where: str, errors: Errors, tally: Tally) -> str:
    """`text` without NULs and unpaired surrogates, which escapes can bring into decoded text.

    Raises InputError about `where` under `errors="strict"`, else puts U+FFFD and counts in `tally`.
    """
    cleaned, bad = _NOT_TEXT.subn(REPLACEMENT, text)
    if bad and errors == "strict":
        raise InputError(
            f"{where}: an escape stands for half a character (an unpaired surrogate) or for NUL",
            "mend the record, or set `errors` to replace",
        )
    tally.replaced += bad
    return cleaned


def _decode_chunk(
    decoder: codecs.IncrementalDecoder,
    data: bytes,
    offset: int,
    name: str,
    codec: str,
    errors: Errors,
    tally: Tally,
) -> str:
    if errors == "strict" and not _is_wide(codec) and (nul := data.find(0)) >= 0:
        raise _nul(name, f" (the first is byte {offset + nul})", data)
    before = _count.replaced
    try:
        text = decoder.decode(data, final=not data)
    except UnicodeDecodeError as error:
        # The decoder's object begins with what it kept of the chunk before.
        position = offset + len(data) - len(error.object) + error.start
        raise InputError(
            f"{name} is not {codec.upper()}: byte {position} does not fit",
            _advice(error.object, error.start, codec),
        ) from error
    tally.replaced += _count.replaced - before
    if "\0" in text:
        if errors == "strict":
            raise _nul(name, "", data)
        tally.replaced += text.count("\0")
        text = text.replace("\0", REPLACEMENT)
    return text


def _mark(head: bytes) -> tuple[bytes, str | None]:
    return next(((mark, codec) for mark, codec in _MARKS if head.startswith(mark)), (b"", None))


def _is_wide(codec: str) -> bool:
    return codecs.lookup(codec).name.startswith(("utf-16", "utf-32"))


def _nul(name: str, where: str, data: bytes) -> InputError:
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if abs(even - odd) > len(sample) // 4:  # Latin text in UTF-16 has a NUL in nearly every second place
        likely = "utf-16-be" if even > odd else "utf-16-le"
    else:
        likely = _detect(sample) if len(sample) >= _LEAST_SAMPLE else ""
    if likely.startswith(("utf-16", "utf-32")):
        return InputError(f"{name} holds NUL bytes{where}", f"it looks like {likely}: set `encoding` to that")
    return InputError(
        f"{name} holds NUL bytes{where}, so it is not text", "leave it out, or set `errors` to replace"
    )


def _advice(data: bytes, bad: int, codec: str) -> str:
    """What to do about the bad byte at `bad`, going by the bytes around it."""
    start = 0 if bad < _SAMPLE // 2 else data.rfind(b"\n", 0, bad) + 1
    sample = data[max(start, bad - _SAMPLE) : bad + _SAMPLE]
    text = sample.decode(codec, "replace")
    if text.count(REPLACEMENT) * 20 < sum(character > "\x7f" for character in text):
        return f"it looks like {codec.upper()} with damage: mend the file, or set `errors` to replace"
    if likely := _detect(sample):
        return f"it looks like {likely}: set `encoding` to that, or set `errors` to replace"
    return "name its `encoding`, or set `errors` to replace"


def _detect(sample: bytes) -> str:
    """The most likely encoding of `sample`, or an empty string."""
    from charset_normalizer import from_bytes  # only here: nothing but an error needs it

    for end in range(len(sample), max(len(sample) - 4, 0), -1):  # the sample may end inside a character
        if best := from_bytes(sample[:end]).best():
            # GB 18030 holds all of GBK and GB 2312.
            return "gb18030" if best.encoding.startswith("gb") else best.encoding.replace("_", "-")
    return ""
