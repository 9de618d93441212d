"""Text drawn from a language model under constraints."""
