"""Sentences drawn from a language model around words, and like another."""

import textmine as tm

model = tm.train_language_model("data/three-kingdoms.txt", order=4)
drawn = tm.sample(model, keywords=["曹操", "刘备"], length=(10, 24), steps=20_000)
for row in drawn.rows()[:5]:
    print(round(row["log_probability"], 1), row["text"])
print(tm.sample(model, near="曹操大怒。", novelty=2, steps=2_000).texts[:3])
