from __future__ import annotations

import gzip
import os
import pickle
import random
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from textmine.errors import InputError, ModelError, TextmineError
from textmine.vectors.formats import Format
from textmine.vectors.model import WordVectors
from textmine.words.lexicon import Lexicon

FORMATS: tuple[Format, ...] = ("npz", "word2vec", "word2vec-binary", "glove")
WORDS = ["the", "玄德", "e\u0301", "\u3000", "0.5"]
MATRIX = np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32)

same_file = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


def model(words: list[str] = WORDS, matrix: Any = MATRIX) -> WordVectors:
    return WordVectors(words, np.asarray(matrix, np.float32))


def load(folder: Path, content: bytes | str) -> WordVectors:
    path = folder / "vectors"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return WordVectors.load(path)


# A byte order mark at the start of a GloVe text is taken for one.
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" \t\n\r\f\v\ufeff"), min_size=1)


@same_file
@given(
    words=st.lists(words, min_size=1, max_size=20, unique=True),
    dim=st.integers(1, 6),
    data=st.data(),
    format=st.sampled_from(FORMATS),
)
def test_what_is_written_is_read(
    words: list[str], dim: int, data: st.DataObject, format: Format, tmp_path: Path
) -> None:
    values = st.floats(width=32, allow_nan=False, allow_infinity=False)
    matrix = data.draw(arrays(np.float32, (len(words), dim), elements=values))
    path = tmp_path / "some.ending"
    model(words, matrix).save(path, format)
    loaded = WordVectors.load(path)
    assert loaded.words == words and loaded.losses == []
    assert loaded.matrix.tobytes() == matrix.tobytes()  # minus zero, too


def test_small_binary_files_that_look_like_text(tmp_path: Path) -> None:
    matrix = np.frombuffer(b"333?", np.float32).reshape(1, 1)  # .7
    model(["a"], matrix).save(tmp_path / "v.bin")
    assert np.array_equal(WordVectors.load(tmp_path / "v.bin").matrix, matrix)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("v.npz", b"PK"),
        ("v", b"PK"),
        ("v.bin", b"5 3\nthe \x81"),
        ("v.vec", b"5 3\nthe 0"),
        ("v.TXT", b"5 3\nthe 0"),
    ],
)
def test_the_ending_decides_how_it_is_written(name: str, start: bytes, tmp_path: Path) -> None:
    matrix = MATRIX.copy()
    matrix[0, 0] = np.frombuffer(b"\x81\x00\x80>", np.float32)[0]
    model(matrix=matrix).save(tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize("format", FORMATS)
def test_saved_twice_the_bytes_are_the_same(format: Format, tmp_path: Path) -> None:
    for name in "ab":
        model().save(tmp_path / name, format)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.parametrize("format", FORMATS)
def test_through_a_pipe(format: Format, tmp_path: Path) -> None:
    model().save(tmp_path / "file", format)
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(
        target=lambda: (tmp_path / "pipe").write_bytes((tmp_path / "file").read_bytes())
    )
    writer.start()
    loaded = WordVectors.load(tmp_path / "pipe")
    writer.join()
    assert loaded.words == WORDS and np.array_equal(loaded.matrix, MATRIX)


@pytest.mark.parametrize("format", FORMATS[1:])
def test_compressed(format: Format, tmp_path: Path) -> None:
    model().save(tmp_path / "file", format)
    loaded = load(tmp_path, gzip.compress((tmp_path / "file").read_bytes()))
    assert loaded.words == WORDS and np.array_equal(loaded.matrix, MATRIX)


@same_file
@given(
    format=st.sampled_from(FORMATS),
    place=st.floats(0, 1),
    new=st.none() | st.binary(min_size=1, max_size=9),
)
def test_damaged_files_end_in_our_errors(
    format: Format, place: float, new: bytes | None, tmp_path: Path
) -> None:
    model().save(tmp_path / "v", format)
    content = bytearray((tmp_path / "v").read_bytes())
    position = int(place * (len(content) - 1))
    if new is None:
        del content[position:]
    else:
        content[position : position + len(new)] = new
    try:
        loaded = load(tmp_path, bytes(content))
    except TextmineError as error:
        assert "vectors" in str(error)
    else:
        assert len(loaded.words) == len(loaded.matrix)
        # the last number of a text may be cut, or the line feed at the end of a binary file
        assert new is not None or format in ("word2vec", "glove") or (place == 1 and format != "npz")


def test_many_rows_in_several_blocks(tmp_path: Path) -> None:
    matrix = np.random.default_rng(2).normal(size=(40_000, 20)).astype(np.float32)
    many = model([f"w{number}" for number in range(len(matrix))], matrix)
    for format in FORMATS:
        many.save(tmp_path / "file", format)
        loaded = WordVectors.load(tmp_path / "file")
        assert loaded.words == many.words and np.array_equal(loaded.matrix, matrix)


class TestNpz:
    def test_is_mapped_read_only_and_aligned(self, tmp_path: Path) -> None:
        for length in range(1, 70, 7):  # whatever stands before the matrix
            model(["w" * length], MATRIX[:1]).save(tmp_path / "v.npz")
            matrix = WordVectors.load(tmp_path / "v.npz").matrix
            assert matrix.ctypes.data % 64 == 0 and type(matrix) is np.ndarray
            assert not matrix.flags.writeable and not matrix.flags.owndata
            assert np.array_equal(matrix, MATRIX[:1])

    def test_numpy_reads_it(self, tmp_path: Path) -> None:
        WordVectors(WORDS, MATRIX, np.arange(5), {"loss": np.float32(0.5)}).save(tmp_path / "v.npz")
        with np.load(tmp_path / "v.npz") as archive:
            assert np.array_equal(archive["matrix"], MATRIX) and archive["counts"].tolist() == [0, 1, 2, 3, 4]
            assert archive["words"].tobytes().decode().split("\n") == WORDS
            assert archive["header"].tobytes() == b'{"version": 1, "header": {"loss": 0.5}}'

    def test_compressed_by_another_program(self, tmp_path: Path) -> None:
        model().save(tmp_path / "v.npz")
        with np.load(tmp_path / "v.npz") as archive:
            np.savez_compressed(tmp_path / "w.npz", **archive)
        assert np.array_equal(WordVectors.load(tmp_path / "w.npz").matrix, MATRIX)

    def test_can_be_saved_over_itself(self, tmp_path: Path) -> None:
        model().save(tmp_path / "v.npz")
        WordVectors.load(tmp_path / "v.npz").save(tmp_path / "v.npz")
        assert np.array_equal(WordVectors.load(tmp_path / "v.npz").matrix, MATRIX)

    def test_words_may_have_spaces(self, tmp_path: Path) -> None:
        model(["machine learning", "a\tb"], MATRIX[:2]).save(tmp_path / "v.npz")
        assert WordVectors.load(tmp_path / "v.npz").words == ["machine learning", "a\tb"]

    @pytest.mark.parametrize(
        ("members", "message"),
        [
            ({"header": b"{}"}, "without word vectors"),
            ({"header": b'{"version": 2}', "words": b"a", "matrix": MATRIX[:1]}, "version 2"),
            ({"header": b"[]", "words": b"a", "matrix": MATRIX[:1]}, "broken"),
            ({"header": b'{"version": 1, "header": {}}', "words": b"a\nb", "matrix": MATRIX[:1]}, "2 words"),
            (
                {"header": b'{"version": 1, "header": {}}', "words": b"a", "matrix": MATRIX[:1, :0]},
                "shape",
            ),
            ({"header": b'{"version": 1, "header": {}}', "words": b"\xff", "matrix": MATRIX[:1]}, "broken"),
            ({"header": b'{"version": 1, "header": {}}', "words": b"a", "matrix": np.eye(1)}, "float32"),
            (
                {
                    "header": b'{"version": 1, "header": {}}',
                    "words": b"a",
                    "matrix": MATRIX[:1],
                    "counts": b"12",
                },
                "one count",
            ),
        ],
    )
    def test_wrong_content(self, members: dict[str, Any], message: str, tmp_path: Path) -> None:
        arrays: dict[str, Any] = {
            name: np.frombuffer(value, np.uint8) if isinstance(value, bytes) else value
            for name, value in members.items()
        }
        np.savez(tmp_path / "v.npz", **arrays)
        with pytest.raises(ModelError, match=message):
            WordVectors.load(tmp_path / "v.npz")

    def test_objects_are_not_unpickled(self, tmp_path: Path) -> None:
        header = np.frombuffer(b'{"version": 1, "header": {}}', np.uint8)
        np.savez(tmp_path / "v.npz", header=header, words=np.array(["a", None]), matrix=MATRIX)
        with pytest.raises(ModelError, match="broken"):
            WordVectors.load(tmp_path / "v.npz")


class TestText:
    @pytest.mark.parametrize(
        "content",
        [
            "2 3\na 1 2 3\nb 4 5 6\n",
            "2 3\na 1 2 3\nb 4 5 6",
            "2 3 \r\na 1 2 3 \r\nb 4 5 6 \r\n",
            "2\t3\na\t1\t2\t3\nb\t4\t5\t6\n",
            "\ufeff2 3\na 1 2 3\n\nb  4 5  6\n\n\n",
            "a 1 2 3\nb 4 5 6\n",
            "\ufeffa 1e0 +2. 3.0\nb 4 .5e1 6",
        ],
    )
    def test_spellings_of_the_same(self, content: str, tmp_path: Path) -> None:
        loaded = load(tmp_path, content)
        assert loaded.words == ["a", "b"] and loaded.matrix.tolist() == [[1, 2, 3], [4, 5, 6]]

    @pytest.mark.parametrize("heading", ["", "4 2\n"])
    def test_words_with_spaces(self, heading: str, tmp_path: Path) -> None:
        loaded = load(tmp_path, heading + ". . . 1 2\nb 3 4\nat home 5 6\nc 7 8\n")
        assert loaded.words == [". . .", "b", "at home", "c"]
        assert loaded.matrix.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("2 3\na 1 2 3\nb 4 5\n", "vectors, line 3: 3 fields, not a word and 3 numbers"),
            ("2 3\na 1 2 3\nb 4.5 5 6 7\n", "vectors, line 3: 5 fields, not a word and 3 numbers"),
            ("2 3\na 1 2 3\nb  5 6\n", "vectors, line 3: 2 numbers after the word, not 3"),
            ("2 3\na 1 2 3\n 4 5 6\n", "vectors, line 3: 3 fields"),
            ("2 3\na 1 2 3\nb\n", "vectors, line 3: 1 fields"),
            ("2 3\na 1 2 3\nb 4 five 6\n", "vectors, line 3: 'five' is not a finite number"),
            ("a 1 2 3\nb 4 nan 6\n", "vectors, line 2: 'nan' is not a finite number"),
            ("a 1 2 3\nb 4 1e39 6\n", "vectors, line 2: '1e39' is not a finite number"),
            ("a 1 2 3\nb 4 1_0 6\n", "vectors, line 2: '1_0' is not a finite number"),
            ("3 3\na 1 2 3\nb 4 5 6\n", "vectors, line 1: it promises 3 words, but has 2"),
            ("1 3\na 1 2 3\nb 4 5 6\n", "vectors, line 1: it promises 1 words, but has 2"),
            ("999999999999999999 300\na 1 2\n", "vectors, line 2: 3 fields, not a word and 300 numbers"),
            ("0 3\n", "vectors, line 1: 0 vectors of 3 numbers"),
            ("3 0\na\nb\nc\n", "vectors, line 1: 3 vectors of 0 numbers"),
            ("", "vectors is empty"),
            ("\n\n", "no file of word vectors"),
            ("Once upon a time\nthere was\n", "no file of word vectors"),
        ],
    )
    def test_broken(self, content: str, message: str, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match=message):
            load(tmp_path, content)

    @pytest.mark.parametrize(
        "words", [["曹操", "玄德", "2020"], ["free software", "a b", "unix"], ["unix", "windows 10", "b"]]
    )
    def test_a_lexicon_is_told_of(self, words: list[str], tmp_path: Path) -> None:
        Lexicon({word: 1000 - place for place, word in enumerate(words)}).save(tmp_path / "words.txt")
        with pytest.raises(
            ModelError, match=r"words.txt looks like a lexicon \(words and counts\), not vectors"
        ):
            WordVectors.load(tmp_path / "words.txt")

    def test_whole_numbers_may_be_vectors(self, tmp_path: Path) -> None:
        for format in ("glove", "word2vec"):
            model(["a", "b"], [[1], [2]]).save(tmp_path / "v", format)
            assert WordVectors.load(tmp_path / "v").matrix.tolist() == [[1], [2]]
        assert load(tmp_path, "ice cream 1 2\nb 3 4\nc 5 6\n").matrix.tolist() == [[1, 2], [3, 4], [5, 6]]

    def test_the_line_is_right_in_later_blocks(self, tmp_path: Path) -> None:
        lines = [f"w{number} 0.123456789 0.987654321" for number in range(100_000)]
        lines[90_000] = "w 0.1 x"
        with pytest.raises(ModelError, match="line 90001: 'x'"):
            load(tmp_path, "\n".join(lines))

    def test_the_first_of_equal_words_counts(self, tmp_path: Path) -> None:
        loaded = load(tmp_path, "4 1\na 1\nb 2\na 3\na 4\n")
        assert loaded.words == ["a", "b"] and loaded.matrix.tolist() == [[1], [2]]
        assert len(loaded.losses) == 1 and "2 rows left out" in loaded.losses[0] and "'a'" in loaded.losses[0]

    def test_words_that_are_not_utf8(self, tmp_path: Path) -> None:
        loaded = load(tmp_path, b"2 1\n\xe7\x8e 1\nb 2\n")
        assert loaded.words == ["\ufffd", "b"] and "1 words that are not UTF-8" in loaded.losses[0]

    @pytest.mark.parametrize("format", ["word2vec", "glove", "word2vec-binary"])
    def test_words_that_would_not_come_back(self, format: Format, tmp_path: Path) -> None:
        for word in ("machine learning", "", "a\n", "\ta", "\ud800"):
            with pytest.raises(ModelError, match="leave"):
                model([word], MATRIX[:1]).save(tmp_path / "v", format)
        assert list(tmp_path.iterdir()) == []


class TestBinary:
    CONTENT = b"2 1\na \x00\x00\x80?\nb \x00\x00\x00@"

    def test_with_and_without_line_feeds(self, tmp_path: Path) -> None:
        for content in (self.CONTENT, self.CONTENT + b"\n", self.CONTENT.replace(b"\nb", b"b")):
            loaded = load(tmp_path, content)
            assert loaded.words == ["a", "b"] and loaded.matrix.tolist() == [[1], [2]]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (CONTENT[:-1], "byte 16: the file ends in entry 2 of the 2"),
            (CONTENT + b"\nc \x00\x00\x00@", "byte 17: more bytes follow"),
            (CONTENT[:11] + b"c \x00\x00\xc0\x7f", r"entry 2 \('c'\): numbers that are not finite"),
            (CONTENT[:11] + b" \x00\x00\xc0?", "byte 10: no word"),
            (CONTENT[:11] + b"x" * 70_000, "byte 10: a word that does not end"),
        ],
    )
    def test_broken(self, content: bytes, message: str, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match=message):
            load(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (pickle.dumps({"a": 1}), "pickle.*save_word2vec_format"),
        (pickle.dumps({"a": 1}, protocol=2), "pickle.*save_word2vec_format"),
        (b"\xba\x16\x4f\x2f\x0c\x00\x00\x00", "fastText"),
        (b"\x93NUMPY\x01\x00", "without its words"),
        (random.Random(1).randbytes(1000).replace(b"\n", b"") + b"\xff", "no file of word vectors"),
        (gzip.compress(b"PK\x03\x04", mtime=0), "decompress"),
    ],
)
def test_other_kinds_of_files(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=message):
        load(tmp_path, content)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none"):
        WordVectors.load(tmp_path / "none")
    with pytest.raises(InputError, match="folder"):
        WordVectors.load(tmp_path)
    with pytest.raises(InputError, match="cannot write"):
        model().save(tmp_path / "none" / "v.npz")


@pytest.mark.parametrize("format", FORMATS)
def test_numbers_that_are_not_finite_are_not_written(format: Format, tmp_path: Path) -> None:
    matrix = MATRIX.copy()
    matrix[1, 2] = np.nan
    with pytest.raises(ModelError, match="'玄德'"):
        model(matrix=matrix).save(tmp_path / "v", format)
    assert list(tmp_path.iterdir()) == []


class TestGensim:
    @pytest.mark.parametrize("format", FORMATS[1:])
    def test_reads_ours(self, format: Format, tmp_path: Path) -> None:
        model().save(tmp_path / "v", format)
        theirs = KeyedVectors.load_word2vec_format(
            str(tmp_path / "v"), binary=format == "word2vec-binary", no_header=format == "glove"
        )
        assert theirs.index_to_key == WORDS and np.array_equal(theirs.vectors, MATRIX)

    @pytest.mark.parametrize("binary", [False, True])
    def test_ours_reads_theirs(self, binary: bool, tmp_path: Path) -> None:
        theirs = KeyedVectors(3)
        theirs.add_vectors(WORDS, MATRIX)
        theirs.save_word2vec_format(str(tmp_path / "v"), binary=binary)
        loaded = WordVectors.load(tmp_path / "v")
        assert loaded.words == WORDS and np.array_equal(loaded.matrix, MATRIX)

    def test_what_save_writes_is_refused(self, tmp_path: Path) -> None:
        theirs = KeyedVectors(3)
        theirs.add_vectors(WORDS, MATRIX)
        theirs.save(str(tmp_path / "v"))
        with pytest.raises(ModelError, match="save_word2vec_format"):
            WordVectors.load(tmp_path / "v")
