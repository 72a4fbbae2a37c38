"""The legs of a relay on the map: great circles, summed, the strongest kept."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from relay.domain.geo import City, Point, Ripple, halfway
from relay.domain.map_outline import distance_to_segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MOST_LEGS = 300
LEG_ERROR = 1.2  # map units by which a drawn leg may miss the great circle
MOST_HALVINGS = 10  # enough to follow a leg around the rim, past the point opposite
STRONG, STRONGER = 0.25, 0.6  # shares of the strongest leg from which a line is wider


@dataclass(frozen=True)
class Leg:
    """Passes from one city to another; `latest` if the newest relay went this way."""

    start: City
    end: City
    count: int = 1
    latest: bool = False


@dataclass(frozen=True)
class DrawnLeg:
    """A path along a great circle; `strength` is 1, 2 or 3."""

    d: str
    count: int
    strength: int
    latest: bool


def sum_legs(legs: Iterable[Leg], shown: Mapping[int, City]) -> tuple[list[Leg], int]:
    """Sum the legs between drawn dots, both ways; return the strongest, weakest first.

    The second value is how many were left out.
    """
    sums: dict[tuple[int, int], Leg] = {}
    for leg in legs:
        start = shown.get(leg.start.id, leg.start)
        end = shown.get(leg.end.id, leg.end)
        if start.id > end.id:
            start, end = end, start
        before = sums.get((start.id, end.id))
        count = leg.count + (before.count if before else 0)
        latest = leg.latest or bool(before and before.latest)
        if start.id != end.id:
            sums[start.id, end.id] = Leg(start, end, count, latest)
    ordered = sorted(
        sums.values(), key=lambda leg: (leg.latest, leg.count, leg.start.id, leg.end.id)
    )
    return ordered[-MOST_LEGS:], max(0, len(ordered) - MOST_LEGS)


def draw_legs(legs: Sequence[Leg], ripple: Ripple) -> Iterator[DrawnLeg]:
    """Yield the paths, in the order given; strength is a share of the strongest."""
    most = max([1, *(leg.count for leg in legs)])  # a latest leg may count nothing
    for leg in legs:
        share = leg.count / most
        yield DrawnLeg(
            d=draw_great_circle(leg.start, leg.end, ripple),
            count=leg.count,
            strength=1 + (share >= STRONG) + (share >= STRONGER),
            latest=leg.latest,
        )


def draw_great_circle(start: City, end: City, ripple: Ripple) -> str:
    """Return the path of a great circle as a few quadratic curves."""
    here, there = (start.lat, start.lon), (end.lat, end.lon)
    first, last = ripple.place(*here), ripple.place(*there)
    curve = _curve((here, first), (there, last), ripple, MOST_HALVINGS)
    return f"M{_pair(first)}{curve}"


def _curve(
    one: tuple[Point, Point], other: tuple[Point, Point], ripple: Ripple, left: int
) -> str:
    """Return the curve between two (on the sphere, on the plane), halved if wrong."""
    (here, first), (there, last) = one, other
    middle = halfway(here, there)
    through = ripple.place(*middle)
    control = (
        2 * through[0] - (first[0] + last[0]) / 2,
        2 * through[1] - (first[1] + last[1]) / 2,
    )
    bends = [_quadratic(first, control, last, at / 16) for at in range(17)]
    quarters = (halfway(here, middle), halfway(middle, there))
    off = max(_distance(ripple.place(*quarter), bends) for quarter in quarters)
    if off > LEG_ERROR and left:
        now = (middle, through)
        return _curve(one, now, ripple, left - 1) + _curve(now, other, ripple, left - 1)
    if distance_to_segment(control, first, last) < LEG_ERROR:
        return f"L{_pair(last)}"
    return f"Q{_pair(control)} {_pair(last)}"


def _quadratic(first: Point, control: Point, last: Point, at: float) -> Point:
    one, two, three = (1 - at) ** 2, 2 * at * (1 - at), at**2
    return (
        one * first[0] + two * control[0] + three * last[0],
        one * first[1] + two * control[1] + three * last[1],
    )


def _distance(point: Point, line: Sequence[Point]) -> float:
    ends = pairwise(line)
    return min(distance_to_segment(point, start, end) for start, end in ends)


def _pair(point: Point) -> str:
    return f"{point[0]:.0f} {point[1]:.0f}"
