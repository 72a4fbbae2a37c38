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
CROWD, CROWDED = 20, 4  # so many times too many begin with the fifth try


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
    inside: list[_Pile] = []
    outside: list[_Pile] = []
    for dot in dots:
        at = ripple.place(dot.city.lat, dot.city.lon)
        on_it = zoom == 1 or math.dist(at, (RADIUS, RADIUS)) <= RADIUS
        (inside if on_it else outside).append(_Pile(at, [dot], dot.count))
    return Gathering(
        centre,
        zoom,
        groups=_merge(inside, centre, most=most, share=OVERLAP),
        # Their places are so many times as far from each other.
        beyond=_merge(outside, centre, most=MOST_BEYOND, share=OVERLAP * zoom * 2),
    )


def growth_of(groups: Iterable[Group | _Pile]) -> float:
    """Return by how much a dot grows with the root of its artworks."""
    most = max((group.count for group in groups), default=1)
    return min(DOT_GROWTH, (LARGEST_DOT - SMALLEST_DOT) / math.sqrt(max(most, 1)))


def dot_radius(count: int, growth: float) -> float:
    """Return the radius of a dot of so many artworks."""
    return min(LARGEST_DOT, SMALLEST_DOT + growth * math.sqrt(max(count, 0)))


def _merge(
    piles: list[_Pile], centre: City, *, most: int, share: float
) -> tuple[Group, ...]:
    if len(piles) > CROWD * most:
        share *= WIDER**CROWDED  # nothing finer could be few enough
    while True:
        piles.sort(key=lambda pile: _rank(pile, centre))
        piles = _join_overlapping(piles, share)
        if len(piles) <= most:
            break
        share *= WIDER
    piles.sort(key=lambda pile: _rank(pile, centre))
    return tuple(
        Group(pile.at, (pile.dots[0], *_by_count(pile.dots[1:])), pile.count)
        for pile in piles
    )


class _Pile:
    """Dots that will be a group; others are added to it."""

    __slots__ = ("at", "count", "dots")

    def __init__(self, at: Point, dots: list[Dot], count: int) -> None:
        self.at = at
        self.dots = dots
        self.count = count


def _rank(pile: _Pile, centre: City) -> tuple[bool, int, int]:
    first = pile.dots[0].city.id
    return first != centre.id, -pile.count, first


def _join_overlapping(piles: Sequence[_Pile], share: float) -> list[_Pile]:
    """Join each pile to the first before it that it overlaps; a grid finds it.

    Reaches are those of before: what is joined on the way does not make a dot larger.
    """
    growth = growth_of(piles)
    cell = 2 * LARGEST_DOT * share
    grid: dict[tuple[int, int], list[int]] = defaultdict(list)
    kept: list[tuple[_Pile, float]] = []
    for pile in piles:
        reach = dot_radius(pile.count, growth)
        column, row = int(pile.at[0] // cell), int(pile.at[1] // cell)
        near: list[int] = []
        for across in (column - 1, column, column + 1):
            for down in (row - 1, row, row + 1):
                near += grid.get((across, down), ())
        near.sort()
        for at in near:
            other, other_reach = kept[at]
            if math.dist(other.at, pile.at) < share * (reach + other_reach):
                other.dots.extend(pile.dots)
                other.count += pile.count
                break
        else:
            grid[column, row].append(len(kept))
            kept.append((pile, reach))
    return [pile for pile, _ in kept]


def _by_count(dots: Iterable[Dot]) -> list[Dot]:
    return sorted(dots, key=lambda dot: (-dot.count, dot.city.id))
