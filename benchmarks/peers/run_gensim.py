"""Train word2vec vectors with gensim, for a peer's figures.

    PYTHON run_gensim.py skipgram|cbow TEXT VECTORS WINDOW

PYTHON is an interpreter with `pip install gensim`. TEXT has a paragraph a line, words split by spaces. Words
seen 5 times and more, 5 negatives, dim 100, sample 1e-4, 5 epochs, 2 threads. Writes word2vec
binary.
"""

from __future__ import annotations

import sys

from gensim.models import Word2Vec

architecture, text, output, window = sys.argv[1:5]
model = Word2Vec(
    corpus_file=text,
    sg=int(architecture == "skipgram"),
    vector_size=100,
    window=int(window),
    min_count=5,
    negative=5,
    sample=1e-4,
    epochs=5,
    workers=2,
    seed=1,
)
model.wv.save_word2vec_format(output, binary=True)
