"""Rank the terms of a text with every algorithm of jate, for a peer's figures.

    PEER_PYTHON run_jate.py TEXT MODEL > terms.json

PEER_PYTHON is an interpreter with `pip install jate` and a small English spaCy model; MODEL is that model's
name. A paragraph is a document. The algorithms that compare with a reference corpus get the one jate ships.
Writes a JSON object: algorithm -> terms, best first, each a list of its lemmatised string and then its
surface forms.
"""

from __future__ import annotations

import contextlib
import json
import sys
import warnings
from pathlib import Path

import jate
from jate.api import _ALGORITHM_NAMES
from jate.config import JATEConfig

warnings.filterwarnings("ignore")
text, model = Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2]
reference = next(Path(jate.__file__).parent.glob("datasets/reference/*"))
with contextlib.redirect_stdout(sys.stderr):
    results = jate.compare(
        [paragraph for paragraph in text.split("\n\n") if paragraph.strip()],
        algorithms=list(_ALGORITHM_NAMES),
        model=model,
        config=JATEConfig(reference_frequency_file=str(reference)),
    )
ranked = {
    name: [[term.string, *sorted(term.surface_forms)] for term in result] for name, result in results.items()
}
json.dump(ranked, sys.stdout)
