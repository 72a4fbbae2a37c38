"""The key of a map: what its dots and its legs stand for, in the size of the map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relay.domain.map_groups import dot_radius
from relay.domain.map_legs import POINT, leg_width

if TYPE_CHECKING:
    from relay.domain.map_drawing import MapDrawing

LEG_LENGTH = 90.0  # map units
HEIGHT = 36.0  # of both samples
_ROUND = (1, 2, 5, 10)


@dataclass(frozen=True)
class KeyDot:
    """A dot of so many artworks."""

    count: int
    r: float


@dataclass(frozen=True)
class KeyLeg:
    """A leg of so many batons, from left to right."""

    count: int
    d: str


@dataclass(frozen=True)
class MapKey:
    """Samples, the smallest first; none of what the map does not have."""

    dots: tuple[KeyDot, ...]
    legs: tuple[KeyLeg, ...]


def draw_key(drawing: MapDrawing) -> MapKey:
    """Return the key to a drawing: round numbers up to the largest that it shows."""
    artworks = max((dot.count for dot in drawing.dots), default=0)
    batons = max((leg.count for leg in drawing.legs), default=0)
    return MapKey(
        dots=tuple(
            KeyDot(count, round(dot_radius(count, drawing.growth), 1))
            for count in _samples(artworks)
        ),
        legs=tuple(
            KeyLeg(count, _leg(leg_width(count, batons, of=len(drawing.legs))))
            for count in _samples(batons)
        ),
    )


def _samples(most: int) -> list[int]:
    """Return 1, the largest round number, and one whose root lies between them."""
    if most < 1:
        return []
    largest = _round_down(most)
    between = _round_down(((1 + math.sqrt(largest)) / 2) ** 2)
    return sorted({1, between, largest})


def _round_down(number: float) -> int:
    ten: int = 10 ** int(math.log10(number))
    return max(step * ten for step in _ROUND if step * ten <= number)


def _leg(width: float) -> str:
    top, middle = HEIGHT / 2 - width / 2, HEIGHT / 2
    return (
        f"M0 {top:g}L{LEG_LENGTH:g} {middle - POINT / 2:g}"
        f"v{POINT:g}L0 {HEIGHT - top:g}z"
    )
