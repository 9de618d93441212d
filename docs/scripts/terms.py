"""The terms of a text, and which of them are of one field."""

import textmine as tm

NOVEL = "data/three-kingdoms.txt"
found = tm.discover_terms(NOVEL, background="jieba")
for row in found.rows()[:5]:
    print(row["term"], row["count"], round(row["score"], 1))
terms = found.lexicon()
vectors = tm.train_term_vectors(NOVEL, terms, dim=30)
widened = tm.expand_terms(vectors, terms, ["周瑜", "鲁肃"])
print([row["term"] for row in widened.rows()[:9]])
