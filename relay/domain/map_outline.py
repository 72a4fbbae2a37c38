"""The outline of the land, spread out around one place, as one SVG path."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from relay.domain.geo import Point, Ripple, halfway

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_BYTES = 18_000  # of the whole path
SMALL_BYTES = 7_000  # of one for a small map
FINEST = 0.35  # map units by which a line may differ from the true one at first
COARSER = 1.2  # and how much coarser each next try is
SMALLEST = 2.0  # square map units of an island that is still drawn
BEND = 0.6  # map units by which an edge may bend before it is halved
MOST_HALVINGS = 9
MARGIN = 1.2  # radii of the disc at which land beyond a closer map is gathered
NEAR = 200.0  # map units between two such points, a line between which stays outside

Ring = tuple[Point, ...]


@dataclass(frozen=True)
class Land:
    """Closed rings of (lat, lon) points, land on the right-hand side of each."""

    shores: tuple[Ring, ...]
    lakes: tuple[Ring, ...]


def draw_outline(land: Land, ripple: Ripple, *, most: int = MOST_BYTES) -> str:
    """Return the path of the land, to be filled by the even-odd rule.

    A ring around the point opposite the centre encloses the rest of the disc, not its
    own inside: then the disc's rim joins the path, which turns inside and outside.
    What lies beyond a closer map is pushed to a circle around it, where it takes few
    bytes and changes nothing inside.
    """
    shores = [_spread(ring, ripple) for ring in land.shores]
    lakes = [_spread(ring, ripple) for ring in land.lakes]
    turned = sum(_area(ring) < 0 for ring in shores)
    turned += sum(_area(ring) > 0 for ring in lakes)
    drawn = [[_gathered(point, ripple) for point in ring] for ring in shores + lakes]
    rings = [ring for ring in drawn if abs(_area(ring)) >= SMALLEST]
    rim = _rim(ripple) if turned % 2 else ""
    tolerance = FINEST
    while True:
        path = rim + "".join(_write(simplify_ring(ring, tolerance)) for ring in rings)
        if len(path) <= most:
            return path
        tolerance *= COARSER


def simplify(points: Sequence[Point], tolerance: float) -> list[Point]:
    """Return a line of fewer points, nowhere farther off (Douglas and Peucker)."""
    kept = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        worst, at = 0.0, 0
        for between in range(first + 1, last):
            off = distance_to_segment(points[between], points[first], points[last])
            if off > worst:
                worst, at = off, between
        if worst > tolerance:
            kept.add(at)
            spans += [(first, at), (at, last)]
    return [points[at] for at in sorted(kept)]


def simplify_ring(ring: Sequence[Point], tolerance: float) -> list[Point]:
    """Return a closed ring with fewer points; its ends are two far points of it."""
    first = ring[0]
    far = max(range(len(ring)), key=lambda at: math.dist(first, ring[at]))
    there = simplify(ring[: far + 1], tolerance)
    back = simplify([*ring[far:], first], tolerance)
    return there[:-1] + back[:-1]


def distance_to_segment(point: Point, start: Point, end: Point) -> float:
    """Return how far a point lies from the straight line between two others."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = across * across + down * down
    if not length:
        return math.dist(point, start)
    along = ((point[0] - start[0]) * across + (point[1] - start[1]) * down) / length
    along = max(0.0, min(1.0, along))
    return math.hypot(
        point[0] - start[0] - along * across, point[1] - start[1] - along * down
    )


def _spread(ring: Ring, ripple: Ripple) -> list[Point]:
    """Project a ring; edges that bend on the plane are halved until they do not."""
    places = [ripple.place(*point) for point in ring]
    spread: list[Point] = []
    for at, point in enumerate(ring):
        spread.append(places[at])
        after = (at + 1) % len(ring)
        spread += _bend(
            (point, places[at]), (ring[after], places[after]), ripple, MOST_HALVINGS
        )
    return spread


def _bend(
    one: tuple[Point, Point], other: tuple[Point, Point], ripple: Ripple, left: int
) -> list[Point]:
    """Return the points to add between two (on the sphere, on the plane)."""
    ends = _gathered(one[1], ripple), _gathered(other[1], ripple)
    if one[1] not in ends and other[1] not in ends and math.dist(*ends) < NEAR:
        return []
    middle = halfway(one[0], other[0])
    place = ripple.place(*middle)
    if not left or distance_to_segment(place, one[1], other[1]) < BEND:
        return []
    now = (middle, place)
    return [
        *_bend(one, now, ripple, left - 1),
        place,
        *_bend(now, other, ripple, left - 1),
    ]


def _gathered(point: Point, ripple: Ripple) -> Point:
    """Return a point, or where the way to it leaves the surroundings of the disc."""
    across, down = point[0] - ripple.middle, point[1] - ripple.middle
    far, most = math.hypot(across, down), ripple.middle * MARGIN
    if far <= most:
        return point
    return ripple.middle + across * most / far, ripple.middle + down * most / far


def _area(ring: Sequence[Point]) -> float:
    """Return the signed area: positive where the inside is on the right-hand side."""
    ends = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in ends) / 2


def _rim(ripple: Ripple) -> str:
    reach, middle = ripple.radius, ripple.middle
    return (
        f"M{middle - reach:g} {middle:g}"
        f"a{reach:g} {reach:g} 0 1 0 {2 * reach:g} 0"
        f"a{reach:g} {reach:g} 0 1 0 {-2 * reach:g} 0z"
    )


def _write(ring: Sequence[Point]) -> str:
    """Write a ring in whole units, each point as a step from the one before."""
    whole = [(round(x), round(y)) for x, y in ring]
    steps = []
    for before, (x, y) in pairwise(whole):
        across, down = x - before[0], y - before[1]
        if across or down:
            steps.append(f"{across}{down}" if down < 0 else f"{across} {down}")
    if len(steps) < 2:  # noqa: PLR2004 - two steps make the smallest triangle
        return ""
    line = steps[0] + "".join(
        step if step.startswith("-") else f" {step}" for step in steps[1:]
    )
    return f"M{whole[0][0]} {whole[0][1]}l{line}z"
