from __future__ import annotations

import pytest

from textmine.vectors.schedule import tournament


@pytest.mark.parametrize("groups", [2, 4, 16])
def test_each_pair_of_groups_once_and_no_group_twice_in_a_round(groups: int) -> None:
    rounds = tournament(groups)
    blocks = [block for blocks in rounds for block in blocks]
    assert sorted(blocks) == [(g, h) for g in range(groups) for h in range(g, groups)]
    for blocks in rounds:
        touched = [group for g, h in blocks for group in {g, h}]
        assert len(touched) == len(set(touched))
