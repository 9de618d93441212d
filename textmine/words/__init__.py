"""Words: tokenisers, lexicons, lists, and the word frequencies of languages."""
