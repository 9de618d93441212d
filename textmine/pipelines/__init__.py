"""From a text to a model in one call: its words as ids, counts, training."""
