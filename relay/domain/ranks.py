"""Values by rank, such as a median, without sorting all of them."""

from __future__ import annotations

from itertools import repeat
from operator import lt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FEW = 10_000  # are sorted at once
SAMPLE = 2_000  # of the values say between which two the wanted ones lie
MARGIN = 60  # places in the sample, to both sides


def find_ranked(values: Sequence[float], first: int, last: int) -> list[float]:
    """Return the values that would stand at the ranks `first` to `last` if sorted.

    Only what lies near them is sorted, of a million a twentieth. Should the sample have
    misled, all are: the answer is always exact. Ranks count from 0; no value is NaN.
    """
    if len(values) <= FEW:
        return sorted(values)[first : last + 1]
    sample = sorted(values[:: len(values) // SAMPLE])
    low = first * len(sample) // len(values) - MARGIN
    high = last * len(sample) // len(values) + MARGIN
    least = sample[low] if low >= 0 else min(values)
    most = sample[high] if high < len(sample) else max(values)
    near = sorted(each for each in values if least <= each <= most)
    below = sum(map(lt, values, repeat(least)))
    if not below <= first <= last < below + len(near):
        near, below = sorted(values), 0
    return near[first - below : last - below + 1]
