"""The legs of a relay on the map: great circles, summed, the strongest kept.

A leg is wide where the baton came from and ends in a point where it went, which
readers tell apart better than arrowheads, colours or bends (Holten and van Wijk, A user
study on visualizing directed edges in graphs, CHI 2009).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from typing import TYPE_CHECKING

from relay.domain.geo import City, Point, Ripple, great_circle_km, halfway
from relay.domain.map_outline import distance_to_segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from relay.domain.map_groups import Gathering

MOST_LEGS = 90
LEG_ERROR = 0.7  # map units by which a drawn leg may miss the great circle
MOST_HALVINGS = 10  # enough to follow a leg around the rim, past the point opposite
STRONG, STRONGER = 0.25, 0.6  # shares of the strongest leg from which a leg is darker
THINNEST, LEG_GROWTH, WIDEST = 5.5, 1.6, 16.0  # map units where a leg begins
THIN = 3.0  # and where they are many
FEW = 30  # legs that are drawn at full width
LATEST = 8.0  # where one of the latest relay begins, at least
POINT = 0.5  # where it ends, so that printers draw it
BOW, MOST_BOW = 0.07, 22.0  # of its length, by which one of two ways keeps right
OUTSIDE = 1.15  # radii from which nobody sees how a leg bends


@dataclass(frozen=True)
class Leg:
    """Batons from one city to another; `latest` if the newest relay went this way."""

    start: City
    end: City
    count: int = 1
    latest: bool = False


@dataclass(frozen=True)
class DrawnLeg:
    """A shape along a great circle; `strength` is 1, 2 or 3."""

    d: str
    count: int
    strength: int
    latest: bool


@dataclass(frozen=True)
class _Piece:
    """A quadratic curve, and which part of the whole way it is, from 0 to 1."""

    first: Point
    control: Point
    last: Point
    begin: float
    end: float


def sum_legs(
    legs: Iterable[Leg],
    passes: Mapping[tuple[int, int], int],
    gathered: Gathering,
    *,
    most: int = MOST_LEGS,
) -> tuple[list[Leg], int]:
    """Sum the legs between drawn dots; return the strongest, weakest first.

    `passes` were counted between groups before, known by their places in `leads`.
    Among equals the shorter ones are stronger: they cross fewer others. Those of which
    neither end is on the map are no part of it. The second value is how many were left
    out.
    """
    sums, latest = dict(passes), set[tuple[int, int]]()
    leads, places, inside = gathered.leads, gathered.places, len(gathered.groups)
    for leg in legs:
        one, other = places.get(leg.start.id), places.get(leg.end.id)
        if one is not None and other is not None:
            sums[one, other] = sums.get((one, other), 0) + leg.count
            latest |= {(one, other)} if leg.latest else set()
    drawn = [
        (way in latest, many, way)
        for way, many in sums.items()
        if way[0] != way[1] and min(way) < inside
    ]
    # Of thousands only those are measured that may be among the strongest.
    least = min(nlargest(most, drawn), default=(False, 0, (0, 0)))[:2]
    strong = [
        Leg(leads[one], leads[other], many, is_latest)
        for is_latest, many, (one, other) in drawn
        if (is_latest, many) >= least
    ]
    strong.sort(
        key=lambda leg: (
            leg.latest,
            leg.count,
            -great_circle_km(leg.start, leg.end),
            leg.start.id,
        ),
    )
    return strong[-most:], max(0, len(drawn) - most)


def draw_legs(legs: Sequence[Leg], ripple: Ripple) -> Iterator[DrawnLeg]:
    """Yield the shapes, in the order given; two ways keep to the right of each other.

    Strength is a share of the strongest.
    """
    most = max([1, *(leg.count for leg in legs)])  # a latest leg may count nothing
    ways = {(leg.start.id, leg.end.id) for leg in legs}
    for leg in legs:
        share = leg.count / most
        width = leg_width(leg.count, most, of=len(legs))
        yield DrawnLeg(
            d=draw_great_circle(
                leg.start,
                leg.end,
                ripple,
                width=max(width, LATEST) if leg.latest else width,
                bow=BOW if (leg.end.id, leg.start.id) in ways else 0.0,
            ),
            count=leg.count,
            strength=1 + (share >= STRONG) + (share >= STRONGER),
            latest=leg.latest,
        )


def leg_width(count: int, most: int, *, of: int = 1) -> float:
    """Return how wide a leg begins, by the root of its batons; one of so many legs."""
    share = min(1.0, max(0.0, (of - FEW) / (MOST_LEGS - FEW)))
    thinnest = THINNEST + (THIN - THINNEST) * share
    growth = min(LEG_GROWTH, (WIDEST - thinnest) / math.sqrt(max(most, 1)))
    return thinnest + growth * (math.sqrt(max(count, 1)) - 1)


def draw_great_circle(
    start: City, end: City, ripple: Ripple, *, width: float = THINNEST, bow: float = 0.0
) -> str:
    """Return a closed path: along one side of a great circle, and back on the other."""
    here, there = (start.lat, start.lon), (end.lat, end.lon)
    first, last = ripple.place(*here), ripple.place(*there)
    pieces = list(_curve((here, first), (there, last), ripple, (0.0, 1.0)))
    if bow:
        aside = min(MOST_BOW, bow * math.dist(first, last))
        pieces = [_bowed(each, _right_of(first, last), aside) for each in pieces]
    return _outline(pieces, width)


def _curve(
    one: tuple[Point, Point],
    other: tuple[Point, Point],
    ripple: Ripple,
    part: tuple[float, float],
) -> Iterator[_Piece]:
    """Yield the curve between two (on the sphere, on the plane), halved if wrong."""
    (here, first), (there, last) = one, other
    middle = halfway(here, there)
    through = ripple.place(*middle)
    control = (
        2 * through[0] - (first[0] + last[0]) / 2,
        2 * through[1] - (first[1] + last[1]) / 2,
    )
    begin, end = part
    if end - begin > 2.0**-MOST_HALVINGS and not _is_outside(first, last, ripple):
        bends = [_quadratic(first, control, last, at / 16) for at in range(17)]
        # Each quarter is sought from its own end: it is soon found where it lies near.
        fits = _is_near(ripple.place(*halfway(here, middle)), bends) and _is_near(
            ripple.place(*halfway(middle, there)), bends[::-1]
        )
        if not fits:
            now, half = (middle, through), (begin + end) / 2
            yield from _curve(one, now, ripple, (begin, half))
            yield from _curve(now, other, ripple, (half, end))
            return
    yield _Piece(first, control, last, begin, end)


def _is_outside(first: Point, last: Point, ripple: Ripple) -> bool:
    """Tell whether both ends lie beyond a closer map; the whole one ends nowhere."""
    reach, middle = ripple.middle * OUTSIDE, (ripple.middle, ripple.middle)
    return math.dist(first, middle) > reach and math.dist(last, middle) > reach


def _bowed(piece: _Piece, right: Point, aside: float) -> _Piece:
    """Push a piece to the right, most in the middle of the way."""
    begin, end = piece.begin, piece.end
    first, middle, last = (
        4 * at * (1 - at) * aside for at in (begin, (begin + end) / 2, end)
    )
    return _Piece(
        _moved(piece.first, right, first),
        _moved(piece.control, right, 2 * middle - (first + last) / 2),
        _moved(piece.last, right, last),
        begin,
        end,
    )


def _outline(pieces: Sequence[_Piece], width: float) -> str:
    """Return the outline of a way that is `width` wide where it begins."""
    pen = _Pen()
    pen.move(_moved(pieces[0].first, _right_at_first(pieces[0]), width / 2))
    for side, way in ((1, pieces), (-1, pieces[::-1])):
        for each in way:
            half = side * (width + (POINT - width) * each.begin) / 2
            other = side * (width + (POINT - width) * each.end) / 2
            first = _moved(each.first, _right_at_first(each), half)
            last = _moved(each.last, _right_at_last(each), other)
            middle = _moved(
                each.control, _right_of(each.first, each.last), (half + other) / 2
            )
            if side < 0:
                first, last = last, first
            pen.join(first)
            pen.bend(middle, last)
    return pen.close()


class _Pen:
    """Writes a path in tenths of a unit, each point as a step from the one before."""

    def __init__(self) -> None:
        self._at = (0, 0)
        self._parts: list[str] = []

    def move(self, to: Point) -> None:
        self._at = _tenths(to)
        self._parts.append(f"M{_write(self._at)}")

    def join(self, to: Point) -> None:
        step = self._step(to)
        if max(abs(step[0]), abs(step[1])) > 1:
            self._parts.append(f"l{_write(step)}")
            self._at = _tenths(to)

    def bend(self, control: Point, to: Point) -> None:
        step, through = self._step(to), self._step(control)
        twice_off = abs(2 * through[0] - step[0]) + abs(2 * through[1] - step[1])
        curve = f"q{_write(through)}{_glue(_write(step))}"
        self._parts.append(curve if twice_off > _STRAIGHT else f"l{_write(step)}")
        self._at = _tenths(to)

    def close(self) -> str:
        return "".join(self._parts) + "z"

    def _step(self, to: Point) -> tuple[int, int]:
        x, y = _tenths(to)
        return x - self._at[0], y - self._at[1]


_STRAIGHT = 16  # tenths of a unit, twice: under a unit aside, nobody sees a bend


def _tenths(point: Point) -> tuple[int, int]:
    return round(point[0] * 10), round(point[1] * 10)


def _write(tenths: tuple[int, int]) -> str:
    x, y = (f"{each / 10:g}" for each in tenths)
    return x + _glue(y)


def _glue(number: str) -> str:
    return number if number.startswith("-") else f" {number}"


def _moved(point: Point, way: Point, by: float) -> Point:
    return point[0] + way[0] * by, point[1] + way[1] * by


def _right_at_first(piece: _Piece) -> Point:
    return _right_of(piece.first, piece.control, piece.last)


def _right_at_last(piece: _Piece) -> Point:
    return _right_of(piece.control, piece.last, piece.first)


def _right_of(start: Point, end: Point, other: Point | None = None) -> Point:
    """Return the unit step to the right of a way, as one sees it who goes there."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = math.hypot(across, down)
    if length:
        return -down / length, across / length
    return _right_of(start, other) if other and other != start else (0.0, 0.0)


def _quadratic(first: Point, control: Point, last: Point, at: float) -> Point:
    one, two, three = (1 - at) ** 2, 2 * at * (1 - at), at**2
    return (
        one * first[0] + two * control[0] + three * last[0],
        one * first[1] + two * control[1] + three * last[1],
    )


def _is_near(point: Point, line: Sequence[Point]) -> bool:
    """Tell whether a point of the great circle lies on a line, as far as one sees."""
    return any(
        distance_to_segment(point, start, end) <= LEG_ERROR
        for start, end in pairwise(line)
    )
