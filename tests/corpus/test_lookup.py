from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from textmine.corpus.lookup import UNKNOWN, look_up

ROWS = {"a": 0, "b": 1, "c": 2}


@given(st.lists(st.lists(st.sampled_from([*ROWS, "x"]), max_size=4), max_size=5))
def test_texts_as_rows(texts: list[list[str]]) -> None:
    found = look_up(texts, ROWS)
    expected = [[ROWS.get(word, UNKNOWN) for word in text] for text in texts]
    pieces = [
        found.rows[start:end].tolist() for start, end in zip(found.starts[:-1], found.starts[1:], strict=True)
    ]
    assert pieces == expected
    assert found.tokens.tolist() == [len(text) for text in texts]
    known = found.known()
    assert len(known) == len(found) == len(texts)
    assert known.tokens.tolist() == [sum(word != "x" for word in text) for text in texts]
    assert known.rows.tolist() == [row for row in found.rows.tolist() if row != UNKNOWN]
