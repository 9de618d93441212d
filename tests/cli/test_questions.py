from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.program import textmine
from textmine.vectors.model import WordVectors

SIMPLER = {"program": "train-glove", "objective": "simpler", "tables": "shared"}


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ({}, False),
        (SIMPLER, False),
        ({**SIMPLER, "tables": "sum"}, True),
        ({**SIMPLER, "objective": "glove"}, True),
        ({"program": "train-svd"}, True),
        ({"program": "train-word2vec", "tables": "shared"}, True),
    ],
)
def test_products_that_are_not_mutual_information(header: dict[str, str], told: bool, tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    WordVectors(list("abcd"), np.eye(4, dtype=np.float32), header=header).save(path)
    for command, options, text in (
        ("neighbors", ["--by", "pmi"], "a\n"),
        ("analogy", ["--method", "pmi"], "a b c\n"),
        ("keywords", [], "a b\n"),
    ):
        done = textmine(command, path, *options, stdin=text)
        assert done.returncode == 0 and ("not mutual information" in done.stderr) is told
        assert done.stderr.count("\n") == told
        if options:
            assert textmine(command, path, stdin=text).stderr == ""
