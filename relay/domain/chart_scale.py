"""The scale of a chart: round numbers from nought to just above the largest value."""

from __future__ import annotations

import math
from dataclasses import dataclass

STEPS = (1, 2, 5, 10)
PARTS = 4  # into which a scale is parted at most


@dataclass(frozen=True)
class Tick:
    """A value of a scale and where it stands, in the chart's units."""

    value: int
    y: float


def round_scale(most: float) -> list[int]:
    """Return round whole numbers in even steps, from 0 to at least `most`.

    There are two at least, and PARTS + 1 at most.
    """
    raw = max(1.0, most) / PARTS
    power = 10 ** max(0, math.floor(math.log10(raw)))
    step = next(each * power for each in STEPS if each * power >= raw)
    return [step * at for at in range(math.ceil(max(1.0, most) / step) + 1)]
