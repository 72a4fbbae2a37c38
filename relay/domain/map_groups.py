"""Which dots a map shows: cities that would lie on each other become one."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from relay.domain.geo import City, Point, Ripple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RADIUS = 500.0  # of the disc, in map units; the view box is "-6 -6 1012 1012"
# The neighbourhood is drawn larger than the far side, as a ripple widens: 1,000 km
# from the centre fill 58 units instead of 25, and a relay starts among neighbours.
SWELL = 0.72
ZOOMS = (1, 2, 4, 8)  # how much closer the neighbourhood of the centre is shown
MOST_DOTS = 150
MOST_BEYOND = 60  # groups outside the disc, to which legs may lead
SMALLEST_DOT, DOT_GROWTH, LARGEST_DOT = 3.95, 1.517, 15.0
OVERLAP = 0.7  # share of both radii under which two dots become one
WIDER = 1.25  # and how much wider each next try merges, while there are too many


@dataclass(frozen=True)
class Dot:
    """A city to show, and how many artworks came from it."""

    city: City
    count: int


@dataclass(frozen=True)
class Group:
    """Dots drawn as one, at the place of the first, which is the largest or home."""

    at: Point
    dots: tuple[Dot, ...]
    count: int


@dataclass(frozen=True)
class Gathering:
    """The dots of a map around a city: those on it, and those beyond its rim."""

    centre: City
    zoom: int
    groups: tuple[Group, ...]
    beyond: tuple[Group, ...]

    @property
    def ripple(self) -> Ripple:
        """The plane on which they lie."""
        return ripple_around(self.centre, self.zoom)

    @cached_property
    def leads(self) -> tuple[City, ...]:
        """The city at which each group is drawn, those beyond after the others."""
        return tuple(group.dots[0].city for group in (*self.groups, *self.beyond))

    @cached_property
    def places(self) -> dict[int, int]:
        """The place in `leads` of each city, by its GeoNames id."""
        return {
            dot.city.id: at
            for at, group in enumerate((*self.groups, *self.beyond))
            for dot in group.dots
        }


def ripple_around(centre: City, zoom: int = 1) -> Ripple:
    """Return the plane of the map centred on a city."""
    return Ripple(centre.lat, centre.lon, RADIUS * zoom, RADIUS, SWELL)


def gather(
    centre: City, dots: Iterable[Dot], *, zoom: int = 1, most: int = MOST_DOTS
) -> Gathering:
    """Return groups, home first, then the largest; few enough, none overlapping.

    A closer map has more room, so its groups are smaller.
    """
    ripple = ripple_around(centre, zoom)
    inside: list[Group] = []
    outside: list[Group] = []
    for dot in dots:
        at = ripple.place(dot.city.lat, dot.city.lon)
        on_it = zoom == 1 or math.dist(at, (RADIUS, RADIUS)) <= RADIUS
        (inside if on_it else outside).append(Group(at, (dot,), dot.count))
    return Gathering(
        centre,
        zoom,
        groups=_merge(inside, centre, most=most, share=OVERLAP),
        # Their places are so many times as far from each other.
        beyond=_merge(outside, centre, most=MOST_BEYOND, share=OVERLAP * zoom * 2),
    )


def growth_of(groups: Iterable[Group]) -> float:
    """Return by how much a dot grows with the root of its artworks."""
    most = max((group.count for group in groups), default=1)
    return min(DOT_GROWTH, (LARGEST_DOT - SMALLEST_DOT) / math.sqrt(max(most, 1)))


def dot_radius(count: int, growth: float) -> float:
    """Return the radius of a dot of so many artworks."""
    return min(LARGEST_DOT, SMALLEST_DOT + growth * math.sqrt(max(count, 0)))


def _merge(
    groups: Sequence[Group], centre: City, *, most: int, share: float
) -> tuple[Group, ...]:
    while True:
        groups = _join_overlapping(_in_order(groups, centre), share)
        if len(groups) <= most:
            return tuple(_in_order(groups, centre))
        share *= WIDER


def _in_order(groups: Iterable[Group], centre: City) -> list[Group]:
    return sorted(
        groups,
        key=lambda group: (
            group.dots[0].city.id != centre.id,
            -group.count,
            group.dots[0].city.id,
        ),
    )


def _join_overlapping(groups: Sequence[Group], share: float) -> list[Group]:
    """Join each group to the first before it that it overlaps; a grid finds it."""
    growth = growth_of(groups)
    cell = 2 * LARGEST_DOT * share
    grid: dict[tuple[int, int], list[int]] = defaultdict(list)
    kept: list[tuple[Point, float, list[Dot]]] = []
    for group in groups:
        reach = dot_radius(group.count, growth)
        column, row = int(group.at[0] // cell), int(group.at[1] // cell)
        near = sorted(
            at
            for across in (column - 1, column, column + 1)
            for down in (row - 1, row, row + 1)
            for at in grid.get((across, down), ())
        )
        for at in near:
            place, other_reach, members = kept[at]
            if math.dist(place, group.at) < share * (reach + other_reach):
                members.extend(group.dots)
                break
        else:
            grid[column, row].append(len(kept))
            kept.append((group.at, reach, list(group.dots)))
    return [
        Group(at, (first, *_by_count(rest)), sum(dot.count for dot in (first, *rest)))
        for at, _, (first, *rest) in kept
    ]


def _by_count(dots: Iterable[Dot]) -> list[Dot]:
    return sorted(dots, key=lambda dot: (-dot.count, dot.city.id))
