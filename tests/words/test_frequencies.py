from __future__ import annotations

import pytest
import wordfreq

from textmine.words.frequencies import word_list


def test_no_list_is_kept() -> None:
    assert word_list("en")["the"] > 0.03
    with pytest.raises(LookupError):
        word_list("xx")
    assert not wordfreq.get_frequency_dict.cache_info().currsize
    assert not wordfreq.get_frequency_list.cache_info().currsize
