"""Does the squared length of a word's vector follow -log P(word)? For each objective, with a plot.

    python benchmarks/norms.py ZH_TOK [--plot docs/norms.svg] [--only NAME ...]

Trains with the default options but what the row names; prints Pearson's correlation of |v|^2 with -log P over
all words and over those seen 100 times and more, and the slope of the fitted line over all words. The plot
shows the first row: 2,000 words drawn at random, and the line.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from common import measure, print_table, textmine

from textmine.vectors.importance import Importance, importance
from textmine.vectors.model import WordVectors

ROWS = {
    "simpler GloVe, one table": ["train-glove"],
    "simpler GloVe, two tables added": ["train-glove", "--tables", "sum"],
    "GloVe": ["train-glove", "--objective", "glove"],
    "skip-gram, negative sampling": ["train-word2vec"],
    "skip-gram, random softmax": ["train-word2vec", "--loss", "random-softmax"],
    "CBOW, negative sampling": ["train-word2vec", "--architecture", "cbow"],
    "SVD, eigenvalue weight 1/2": ["train-svd", "--eigenvalue-weight", "0.5"],
}
FREQUENT = 100
DOTS = 2000
WIDTH, HEIGHT, MARGIN = 640, 420, 50  # of the plot


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path, metavar="ZH_TOK")
    parser.add_argument("--plot", type=Path, metavar="SVG")
    parser.add_argument("--only", nargs="+", choices=ROWS, default=list(ROWS), metavar="NAME")
    arguments = parser.parse_args()
    table = []
    with tempfile.TemporaryDirectory() as work:
        for name in arguments.only:
            path = Path(work, "v.npz")
            measure([textmine(), *ROWS[name], arguments.text, "--quiet", "-o", path])
            vectors = WordVectors.load(path)
            found = importance(vectors)
            assert vectors.counts is not None
            often = vectors.counts >= FREQUENT
            among = np.corrcoef(found.minus_log_p[often], found.squared_norms[often])[0, 1]
            table.append((name, f"{found.correlation:.3f}", f"{among:.3f}", f"{found.slope:.3f}"))
            if arguments.plot and name == arguments.only[0]:
                arguments.plot.write_text(plot(found, name), "utf-8")
    print_table(("objective", "correlation", f"seen >= {FREQUENT}", "slope"), table)


def plot(found: Importance, name: str) -> str:
    """An SVG of -log P (across) and |v|^2 (up)."""
    x, y = found.minus_log_p, found.squared_norms
    left, right, top = x.min(), x.max(), np.quantile(y, 0.999)
    chosen = np.random.default_rng(0).permutation(x.size)[:DOTS]

    def at(x: float, y: float) -> tuple[float, float]:
        across = MARGIN + (x - left) / (right - left) * (WIDTH - 2 * MARGIN)
        return round(across, 1), round(HEIGHT - MARGIN - min(y / top, 1) * (HEIGHT - 2 * MARGIN), 1)

    dots = "".join('<circle cx="{}" cy="{}" r="1.2"/>'.format(*at(x[i], y[i])) for i in chosen.tolist())
    start, end = (at(edge, max(found.slope * edge + found.intercept, 0)) for edge in (left, right))
    ticks = "".join(
        f'<text x="{at(tick, 0)[0]}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">{tick}</text>'
        for tick in range(int(np.ceil(left)), int(right) + 1, 2)
    ) + "".join(
        f'<text x="{MARGIN - 8}" y="{at(left, tick)[1] + 4}" text-anchor="end">{tick:g}</text>'
        for tick in np.linspace(0, np.floor(top), 5).round(1)
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"
 font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<g fill="#3465a4" fill-opacity=".5">{dots}</g>
<line x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}" stroke="#cc0000" stroke-width="2"/>
<path d="M{MARGIN} {MARGIN}V{HEIGHT - MARGIN}H{WIDTH - MARGIN}" fill="none" stroke="black"/>
{ticks}
<text x="{WIDTH / 2}" y="{HEIGHT - 12}" text-anchor="middle">-log P(w), nats</text>
<text x="14" y="{HEIGHT / 2}" text-anchor="middle"
 transform="rotate(-90 14 {HEIGHT / 2})">squared length of v(w)</text>
<text x="{WIDTH / 2}" y="24" text-anchor="middle">{name}: correlation {found.correlation:.3f}</text>
</svg>
"""


if __name__ == "__main__":
    main()
