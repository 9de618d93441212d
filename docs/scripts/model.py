"""A language model, and which of two sentences is likelier."""

import textmine as tm

model = tm.train_language_model("data/three-kingdoms.txt", order=4)
for sentence in ("玄德大喜。", "喜大德玄。"):
    print(sentence, round(model.log_probability(sentence), 1))
model.save("tk.lm")
print(tm.load_language_model("tk.lm").header["tokenizer"])
