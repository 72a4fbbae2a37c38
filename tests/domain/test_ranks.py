from __future__ import annotations

import random

import pytest

from relay.domain.ranks import FEW, find_ranked

DICE = random.Random(4)  # noqa: S311 - invented values, no secret


@pytest.mark.parametrize(
    "values",
    [
        [DICE.random() for _ in range(FEW + 5_000)],
        [DICE.randrange(9) for _ in range(FEW + 5_000)],
        list(range(FEW + 5_000)),
        # Sampled at each stride, these are all alike: the sample misleads.
        [0 if at % 7 == 0 else at for at in range(2_000 * 7)],
    ],
    ids=["random", "many alike", "in order", "misleading"],
)
def test_ranks_are_those_of_the_sorted_values(values: list[float]) -> None:
    ordered = sorted(values)
    last = len(values) - 1
    for first in (0, 1, last // 10, last // 2, last - 1):
        assert find_ranked(values, first, first + 1) == ordered[first : first + 2]
    assert find_ranked(values, last, last) == [ordered[-1]]


def test_few_values_are_ranked_as_well() -> None:
    assert find_ranked([3, 1, 2], 1, 2) == [2, 3]
    assert find_ranked([3], 0, 0) == [3]
