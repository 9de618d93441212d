from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.corpus import Corpus
from textmine.corpus.encoding import Tally
from textmine.corpus.formats import csv_records, format_of, jsonl_records
from textmine.errors import InputError

PLAIN = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=12)


def chunks(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def jsonl(text: str, field: str = "text", size: int = 1 << 20) -> list[tuple[int, str]]:
    return list(jsonl_records(chunks(text, size), "a.jsonl", field, "strict", Tally()))


def table(text: str, column: str = "text", size: int = 1 << 20, tab: bool = False) -> list[tuple[int, str]]:
    return list(csv_records(chunks(text, size), "a.csv", column, "tsv" if tab else "csv"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jsonl", "jsonl"),
        ("A.NDJSON.gz", "jsonl"),
        ("a.csv.zst", "csv"),
        ("a.tsv", "tsv"),
        ("a.csv.txt", "text"),
    ],
)
def test_the_ending_tells_the_format(name: str, expected: str) -> None:
    assert format_of(name, "auto") == expected
    assert format_of(name, "parquet") == "parquet"


@given(st.lists(PLAIN), st.integers(1, 30), st.booleans())
def test_json_lines(texts: list[str], size: int, escape: bool) -> None:
    lines = "\r\n".join(json.dumps({"id": 1, "text": text}, ensure_ascii=escape) for text in texts)
    assert jsonl(lines, size=size) == list(enumerate(texts, 1))


def test_empty_lines_and_null_in_json() -> None:
    assert jsonl('{"text": "a"}\n \n{"text": null}\n') == [(1, "a"), (3, "")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "a"', r"a\.jsonl, line 2: broken JSON \(.*column 13\); mend that line"),
        ('{"text": "a"} {}', r"a\.jsonl, line 2: broken JSON \(Extra data"),
        ('["a"]', r"a\.jsonl, line 2: not a JSON object"),
        ('{"body": "a", "id": 3}', r"line 2 has no field 'text'; choose a field that it has: body, id"),
        ("{}", r"line 2 has no field 'text'; it has none"),
        ('{"text": 3}', r"line 2: field 'text' holds int, not text"),
        ("[" * 200_000, r"line 2: JSON that cannot be read"),
        ('{"text": "a\\ud800b"}', r"line 2: .*unpaired surrogate"),
    ],
)
def test_broken_json_lines(line: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        jsonl('{"text": "fine"}\n' + line + "\n")


def test_unpaired_surrogates_are_replaced_and_counted_on_request(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a\\ud800b"}\n{"text": "\\ud83d\\ude00"}\n')
    corpus = Corpus([path], errors="replace")
    assert [document.text for document in corpus.documents()] == ["a\ufffdb", "😀"]
    assert corpus.replaced == 1


@given(st.lists(st.tuples(PLAIN, PLAIN)), st.integers(1, 30))
def test_csv_with_quotes_and_newlines(rows: list[tuple[str, str]], size: int) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([("id", "text"), *rows])
    found = table(out.getvalue(), size=size)
    assert [text for _, text in found] == [text for _, text in rows]
    line = 2
    for (number, _), row in zip(found, rows, strict=True):
        assert number == line
        line += 1 + sum(cell.count("\n") for cell in row)


def test_tsv_has_no_quotes() -> None:
    assert table('id\ttext\n1\t"quoted\n\n2\tb"c\r\n', tab=True) == [(2, '"quoted'), (4, 'b"c')]


def test_a_field_may_be_longer_than_the_usual_limit_of_csv() -> None:
    long = "长" * 200_000
    assert table(f"text,n\n{long},1\n") == [(2, long)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,body\n1,a\n", r"a\.csv has no column 'text'; choose a column that it has: id, body"),
        ("id,text\n1,a\n2,b,c\n", r"a\.csv, line 3: 3 columns, where the first row has 2"),
        ("id,text\n1\n", r"line 2: 1 columns"),
        ('id,text\n1,"a\n2,b\n', r"a\.csv, line 2: broken CSV"),
        ('id,text\n1,"a"b\n', r"line 2: broken CSV"),
    ],
)
def test_broken_tables(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        table(text)


def test_parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import pyarrow
    from pyarrow import parquet

    path = tmp_path / "a.parquet"
    texts = [f"第{number}条\n" for number in range(3000)] + [None]
    parquet.write_table(pyarrow.table({"n": list(range(3001)), "text": texts}), path)
    seen: list[int] = []
    corpus = Corpus([path], on_progress=lambda stage, done, total: seen.append(done))
    documents = list(corpus.documents())
    assert [(document.text, document.line) for document in documents] == [
        *((f"第{number}条", number + 1) for number in range(3000)),
        ("", 3001),
    ]
    assert seen == sorted(seen) and seen[-1] == corpus.size
    with pytest.raises(InputError, match="has no column 'body'; choose a column that it has: n, text"):
        list(Corpus([path], column="body").blocks())
    with pytest.raises(InputError, match="column 'n' holds int, not text"):
        list(Corpus([path], column="n").blocks())
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="is not Parquet that can be read"):
        list(Corpus([path]).blocks())


def test_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match="is Parquet, which needs pyarrow; install it"):
        list(Corpus([tmp_path / "a.parquet"]).blocks())
