"""Which scripts are written without spaces between words, and what a text is therefore counted in."""

from __future__ import annotations

from typing import Literal, TypeAlias

Unit: TypeAlias = Literal["auto", "char", "word"]

# Scripts that are written without spaces between words: (first, last) code point.
UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # CJK radicals
    (0x3005, 0x3007),  # iteration mark, ideographic zero
    (0x3021, 0x3029),  # Hangzhou numerals
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3100, 0x312F),  # Bopomofo
    (0x31A0, 0x31BF),  # Bopomofo extensions
    (0x31F0, 0x31FF),  # Katakana extensions
    (0x3400, 0x4DBF),  # CJK ideographs, extension A
    (0x4E00, 0x9FFF),  # CJK ideographs
    (0xF900, 0xFAFF),  # CJK compatibility ideographs
    (0xFF66, 0xFF9F),  # Katakana of half width
    (0x20000, 0x3FFFF),  # CJK ideographs, further extensions
)

# Letters of scripts that do not put spaces between words: each stands alone unless the lexicon joins it to
# others.
ALONE = (
    (0x0E00, 0x109F),  # Thai, Lao, Tibetan, Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x1AAF),  # Tai Le, New Tai Lue, Tai Tham
    (0x2E80, 0x312F),  # radicals, kana, Bopomofo
    (0x3190, 0xA4CF),  # kana extensions, Chinese characters, Yi
    (0xF900, 0xFAFF),  # compatibility characters
    (0xFF66, 0xFF9F),  # half-width kana
    (0x16FE0, 0x1B2FF),  # Tangut, Khitan, kana supplements, Nüshu
    (0x20000, 0x3FFFF),  # Chinese characters of the supplementary planes
)

HAN = range(0x3400, 0xA000)  # of the Chinese characters those in use, which tell that a text is Chinese


def is_unspaced(character: str) -> bool:
    """Whether a character is of a script that is written without spaces between words."""
    return any(first <= ord(character) <= last for first, last in UNSPACED)


def han_share(text: str) -> float:
    """The share of Chinese characters among those of the text, 0 of none."""
    return sum(ord(character) in HAN for character in text) / max(len(text), 1)
