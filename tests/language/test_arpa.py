from __future__ import annotations

import bz2
import gzip
import lzma
import math
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.language.texts import (
    LINES,
    ORDERS,
    POEM_LINES,
    PRUNINGS,
    Entries,
    Lines,
    entries,
    plain_scores,
    trained,
)
from textmine.errors import InputError, ModelError, ResourceError
from textmine.language import arpa as module
from textmine.language.arpa import read_arpa, write_arpa
from textmine.language.model import LanguageModel

same_file = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
LN10 = math.log(10)

SMALL = """\\data\\
ngram 1=4
ngram 2=3
ngram 3=1

\\1-grams:
-1.2\t<unk>
-99\t<s>\t-.5
-.7\t</s>
-.4\t好\t-.25

\\2-grams:
-.2\t<s> 好\t-.1
-.9\t好 好\t.3
-.3\t好 </s>

\\3-grams:
-.05\t<s> 好 好

\\end\\
"""


def read(folder: Path, content: str | bytes) -> LanguageModel:
    path = folder / "model.arpa"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_arpa(path)


def log10(model: LanguageModel) -> Entries:
    return {ngram: (log / LN10, backoff / LN10) for ngram, (log, backoff) in entries(model).items()}


@same_file
@given(lines=LINES, order=ORDERS, prune=PRUNINGS)
def test_what_is_written_is_read(lines: Lines, order: int, prune: Sequence[int], tmp_path: Path) -> None:
    model = trained(lines, order, prune)
    write_arpa(model, tmp_path / "m.arpa")
    loaded = read_arpa(tmp_path / "m.arpa")
    assert loaded.words == model.words
    for one, other in zip((loaded.starts, *loaded.arrays), (model.starts, *model.arrays), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6 * LN10)
    tokens, _ = model.encode(lines)
    np.testing.assert_allclose(loaded.score(tokens), model.score(tokens), atol=1e-6 * LN10 * order)


def test_written_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = trained(POEM_LINES, 4)
    write_arpa(model, tmp_path / "whole.arpa")
    monkeypatch.setattr(module, "ROWS", 7)
    heard: list[int] = []
    write_arpa(model, tmp_path / "m.arpa", lambda stage, done, total: heard.append(done))
    assert (tmp_path / "m.arpa").read_bytes() == (tmp_path / "whole.arpa").read_bytes()
    assert heard == sorted(heard) and heard[-1] == model.starts[-1] and len(heard) > 10


def test_as_kenlm_writes(tmp_path: Path) -> None:
    write_arpa(trained(["ab", "ac"], 2), tmp_path / "m.arpa")
    lines = (tmp_path / "m.arpa").read_text("utf-8").split("\n")
    assert lines[:4] == ["\\data\\", "ngram 1=6", "ngram 2=5", ""]
    assert lines[4] == "\\1-grams:" and lines[5].endswith("\t<unk>\t0") and lines[6].startswith("0\t<s>\t-0.")
    assert lines[11] == "" and lines[12] == "\\2-grams:"
    assert [line.split("\t")[1] for line in lines[13:18]] == ["<s> a", "a b", "a c", "b </s>", "c </s>"]
    assert [len(line.split("\t")) for line in lines[13:18]] == [2] * 5
    assert lines[18:] == ["", "\\end\\", ""]


@pytest.mark.parametrize("word", ["", "a b", "a\u0000", "a\n"])
def test_words_that_arpa_cannot_hold(word: str, tmp_path: Path) -> None:
    model = trained(["ab"], 2)
    model.words = [*model.words[:-1], word]
    with pytest.raises(ModelError, match="is empty or has white space"):
        write_arpa(model, tmp_path / "m.arpa")
    assert list(tmp_path.iterdir()) == []


def test_words_may_have_any_other_space(tmp_path: Path) -> None:
    model = trained(["ab"], 2)
    model.words = [*model.words[:-2], "\u3000", "\u00a0\u0085"]
    write_arpa(model, tmp_path / "m.arpa")
    assert read_arpa(tmp_path / "m.arpa").words == model.words


def test_read(tmp_path: Path) -> None:
    model = read(tmp_path, SMALL)
    assert model.words == ["<unk>", "<s>", "</s>", "好"] and model.order == 3
    expected = {
        ("<unk>",): (-1.2, 0),
        ("<s>",): (0, -0.5),
        ("</s>",): (-0.7, 0),
        ("好",): (-0.4, -0.25),
        ("<s>", "好"): (-0.2, -0.1),
        ("好", "好"): (-0.9, 0.3),
        ("好", "</s>"): (-0.3, 0),
        ("<s>", "好", "好"): (-0.05, 0),
    }
    assert log10(model) == {ngram: pytest.approx(values) for ngram, values in expected.items()}
    # -.2 -.05, then "好 好 </s>" is not there: .3, and "好 </s>"
    assert model.log_probability("好好") / LN10 == pytest.approx(-0.2 - 0.05 + 0.3 - 0.3)
    # "<s> <unk>" is not there: -.5 and the 1-gram; after it nothing is known
    assert model.log_probability("x") / LN10 == pytest.approx(-0.5 - 1.2 - 0.7)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\t", " "),
        lambda text: text.replace("\t", "   \t"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.removesuffix("\n"),
        lambda text: "\ufeff" + text,
        lambda text: "\n# made by hand\n\n" + text,
        lambda text: text.replace("\n\n", "\n \n\n\n"),
        lambda text: text.replace("-99", "-inf").replace("<unk>", "<UNK>"),
        lambda text: text.replace("ngram 1=4", "ngram  1 = 4"),
        lambda text: text.replace("-.05\t<s> 好 好", "-5e-2\t<s> 好 好\t0"),
    ],
)
def test_as_other_programs_write(change: Callable[[str], str], tmp_path: Path) -> None:
    assert log10(read(tmp_path, change(SMALL))) == log10(read(tmp_path, SMALL))


def test_without_the_unknown(tmp_path: Path) -> None:
    model = read(tmp_path, SMALL.replace("-1.2\t<unk>\n", "").replace("1=4", "1=3"))
    assert model.words == ["<unk>", "<s>", "</s>", "好"]
    assert model.log_probability("x") / LN10 == pytest.approx(-0.5 - 100 - 0.7)


def test_without_ngrams_of_a_length(tmp_path: Path) -> None:
    whole = log10(read(tmp_path, SMALL))
    model = read(tmp_path, SMALL.replace("ngram 3=1", "ngram 3=0").replace("-.05\t<s> 好 好\n", ""))
    assert model.order == 3
    assert log10(model) == {ngram: values for ngram, values in whole.items() if len(ngram) < 3}
    assert model.log_probability("好好") / LN10 == pytest.approx(-0.2 - 0.1 - 0.9 + 0.3 - 0.3)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_compressed(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    assert log10(read(tmp_path, pack(SMALL.encode()))) == log10(read(tmp_path, SMALL))


def test_a_pipe(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    writer = threading.Thread(target=fifo.write_bytes, args=(SMALL.encode(),))
    writer.start()
    model = read_arpa(fifo)
    writer.join()
    assert log10(model) == log10(read(tmp_path, SMALL))


def test_units_in_the_order_of_the_file(tmp_path: Path) -> None:
    head, rows = SMALL.split("\\1-grams:\n")
    first, rest = rows.split("\n\n", 1)
    turned = "\n".join(reversed(first.split("\n")))
    model = read(tmp_path, head.replace("1=4", "1=5") + f"\\1-grams:\n-3 坏\n{turned}\n\n{rest}")
    assert model.words == ["<unk>", "<s>", "</s>", "坏", "好"]
    assert {n: v for n, v in log10(model).items() if n != ("坏",)} == log10(read(tmp_path, SMALL))


def as_arpa(found: Entries, order: int) -> str:
    levels = [[ngram for ngram in found if len(ngram) == length] for length in range(1, order + 1)]
    text = "\\data\\\n" + "".join(f"ngram {n}={len(level)}\n" for n, level in enumerate(levels, 1))
    for n, level in enumerate(levels, 1):
        text += f"\n\\{n}-grams:\n"
        for ngram in level:
            log, backoff = (value / LN10 for value in found[ngram])
            text += f"{log:.9g}\t{' '.join(ngram)}" + (f"\t{backoff:.9g}\n" if n < order else "\n")
    return text + "\n\\end\\\n"


@same_file
@given(lines=LINES, order=st.integers(2, 5), data=st.data())
def test_ngrams_whose_parts_are_missing(
    lines: Lines, order: int, data: st.DataObject, tmp_path: Path
) -> None:
    """As other programs prune; the file in any order."""
    found = entries(trained(lines, order))
    longer = [ngram for ngram in found if len(ngram) > 1]
    gone = set(data.draw(st.lists(st.sampled_from(longer), max_size=len(longer))))
    left = data.draw(st.permutations([ngram for ngram in found if ngram not in gone]))
    pruned = {ngram: found[ngram] for ngram in left}
    model = read(tmp_path, as_arpa(pruned, order))
    asked = [*lines, "abxdcba", "dcbaabcd"]
    tokens, _ = model.encode(asked)
    expected = [log for sentence in asked for log in plain_scores(pruned, order, sentence)]
    np.testing.assert_allclose(model.score(tokens), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("\\data\\\n", "", 1, "'ngram 1=4' where an ARPA file begins with \\data\\"),
        ("\\data\\\n", "\\date\\\n", 1, "'\\date\\' where an ARPA file begins with \\data\\"),
        ("ngram 1=4\nngram 2=3\nngram 3=1\n", "", 2, "no counts of n-grams"),
        ("ngram 2=3", "ngram 3=3", 3, "'ngram 3=3' instead of ngram 2=COUNT"),
        ("ngram 2=3", "ngram 2=many", 3, "'ngram 2=many' instead of ngram 2=COUNT"),
        ("ngram 1=4", "ngram 1=3", 10, "'-.4\\t好\\t-.25' instead of \\2-grams:"),
        ("ngram 1=4", "ngram 1=5", 11, "the 1-grams end here, but \\data\\ tells of 5"),
        ("ngram 3=1", "ngram 3=2", 19, "the 3-grams end here, but \\data\\ tells of 2"),
        ("ngram 3=1\n", "", 12, "a backoff weight of one of the longest n-grams"),
        ("\\2-grams:", "\\3-grams:", 12, "'\\3-grams:' instead of \\2-grams:"),
        ("-.7\t</s>", "x\t</s>", 9, "the log10 of the probability, 'x', is no finite number"),
        ("-.7\t</s>", "nan\t</s>", 9, "the log10 of the probability, 'nan', is no finite number"),
        ("-.7\t</s>", "-inf\t</s>", 9, "the log10 of the probability, '-inf', is no finite number"),
        ("-.7\t</s>", "-1e300\t</s>", 9, "the log10 of the probability, '-1e300', is no finite number"),
        ("-.7\t</s>", ".7\t</s>", 9, "the log10 of the probability, '.7', is above 0"),
        ("-.7\t</s>", "-.7", 9, "not log10 of a probability, a word and a backoff weight"),
        ("-.9\t好 好\t.3", "-.9\t好\t.3", 14, "is not among the 1-grams"),
        (
            "-.9\t好 好\t.3",
            "-.9\t好 好 好\t.3",
            14,
            "not log10 of a probability, 2 words and a backoff weight",
        ),
        ("-.9\t好 好\t.3", "-.9\t好 好\tx", 14, "the backoff weight 'x' is no finite number"),
        ("-.9\t好 好\t.3", "-.9\t好 好\tinf", 14, "the backoff weight 'inf' is no finite number"),
        ("-.9\t好 好\t.3", "-.9\t好 好\t1e39", 14, "the backoff weight '1e39' is no finite number"),
        ("-.9\t好 好\t.3", "-.9\t好 坏\t.3", 14, "the word '坏' is not among the 1-grams"),
        ("-.3\t好 </s>", "-.3\t好 好", 15, "the same n-gram again"),
        ("-1.2\t<unk>", "-1.2\t好", 10, "the same n-gram again"),
        ("-.05\t<s> 好 好", "-.05\t<s> 好 好\t-.1", 18, "a backoff weight of one of the longest n-grams"),
        ("-99\t<s>\t-.5", "-99\ta\t-.5", 10, "<s> is not among the words"),
        ("-.7\t</s>", "-.7\tz", 10, "</s> is not among the words"),
        ("\\end\\", "\\4-grams:", 20, "'\\4-grams:' instead of \\end\\"),
        ("\\1-grams:", "x" * 60, 6, f"'{'x' * 40}...' instead of \\1-grams:"),
    ],
)
def test_refused(old: str, new: str, line: int, what: str, tmp_path: Path) -> None:
    assert SMALL.count(old) == 1
    with pytest.raises(ModelError) as error:
        read(tmp_path, SMALL.replace(old, new))
    assert f"model.arpa, line {line}: " in error.value.what and what in error.value.what
    assert "\n" not in str(error.value)


def test_words_that_are_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"line 10: the word is not UTF-8"):
        read(tmp_path, SMALL.encode("gb18030"))


def test_cut_short_anywhere(tmp_path: Path) -> None:
    content = SMALL.encode()
    for size in range(1, len(content) - 1):
        with pytest.raises(ModelError, match=r"model\.arpa"):
            read(tmp_path, content[:size])
    with pytest.raises(ModelError, match=r"ends after line 16, before \\end\\"):
        read(tmp_path, SMALL[: SMALL.index("\\3-grams:")])
    with pytest.raises(InputError, match="ends in the middle of its compressed data"):
        read(tmp_path, gzip.compress(content)[:-12])


def test_more_ngrams_than_numbers(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="prune it"):
        read(tmp_path, SMALL.replace("ngram 3=1", "ngram 3=9999999999"))


def test_a_line_without_end(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="line 2: too long for an ARPA file"):
        read(tmp_path, b"\\data\\\n" + b"x" * (3 << 20))
    with pytest.raises(ModelError, match=r"line 1: '.data.x*\.\.\.' where an ARPA file begins"):
        read(tmp_path, b"\\data\\" + b"x" * (3 << 20))
