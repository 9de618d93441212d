"""The word frequencies of the package wordfreq, without the memory that it keeps of what it has read."""

from __future__ import annotations


def word_list(language: str, size: str = "small") -> dict[str, float]:
    """Relative frequencies by word (lower case) of wordfreq's list, "small" or "best". Raises LookupError for
    a language without one."""
    import wordfreq

    try:
        return wordfreq.get_frequency_dict(language, size)
    finally:
        forget_lists()


def forget_lists() -> None:
    """Empty both caches of wordfreq: of lists as they are read, and of dictionaries made of them. Together
    the small lists of all languages take some 200 MB."""
    import wordfreq

    wordfreq.get_frequency_dict.cache_clear()
    wordfreq.get_frequency_list.cache_clear()
