"""How alike texts are, and which of many are most like one."""

import textmine as tm

with tm.Corpus("data/jargon-file.txt") as corpus:
    texts = [document.text for document in corpus.documents()][:1000]
similarity = tm.Similarity("data/jargon.npz", "wmd", sample=texts)
print(similarity.distance("a bug in the code", "the code has bugs"))
print(similarity.matrix(texts[:2], texts[:3]).round(2))
hits = similarity.index(texts).search("a bug in the code", 3)
for row in hits.rows():
    print(round(row["distance"], 2), texts[row["line_b"] - 1])
