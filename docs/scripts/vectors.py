"""Vectors of words, and the words near a word."""

import textmine as tm

vectors = tm.train_svd("data/three-kingdoms.txt", tokenizer="jieba", dim=50)
for word, score in vectors.neighbors("曹操", 5):
    print(word, round(score, 2))
print(len(vectors), "孔明" in vectors, vectors.matrix.shape)
vectors.save("tk.npz")
