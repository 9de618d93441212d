"""Whole ways in one call: from text to vectors and language models, from these to likeness and sentences."""
