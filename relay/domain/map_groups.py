"""Which dots a map shows: cities that would lie on each other become one."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from relay.domain.geo import City, Point, Ripple
from relay.domain.map_plane import place_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relay.domain.forest_sums import Flags, Floats, Ints

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

_COLUMN = 1 << 20  # from one cell of a grid to the next column's
_NEIGHBOURS = [across * _COLUMN + down for across in (-1, 0, 1) for down in (-1, 0, 1)]


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
    shown = _columns(list(dots), ripple_around(centre, zoom))
    on_it = np.hypot(shown.x - RADIUS, shown.y - RADIUS) <= RADIUS
    if zoom == 1:
        on_it[:] = True  # the point opposite, too, wherever it is rounded to
    return Gathering(
        centre,
        zoom,
        groups=_merge(shown.only(on_it), centre, most=most, share=OVERLAP),
        # Their places are so many times as far from each other.
        beyond=_merge(
            shown.only(~on_it), centre, most=MOST_BEYOND, share=OVERLAP * zoom * 2
        ),
    )


def growth_of(groups: Iterable[Group]) -> float:
    """Return by how much a dot grows with the root of its artworks."""
    return _growth(max((group.count for group in groups), default=1))


def dot_radius(count: int, growth: float) -> float:
    """Return the radius of a dot of so many artworks."""
    return float(_radii(np.asarray(count), growth))


def _growth(most: int) -> float:
    return min(DOT_GROWTH, (LARGEST_DOT - SMALLEST_DOT) / math.sqrt(max(most, 1)))


def _radii(counts: Ints, growth: float) -> Floats:
    radii = SMALLEST_DOT + growth * np.sqrt(np.maximum(counts, 0))
    return np.minimum(LARGEST_DOT, radii)


@dataclass(frozen=True)
class _Columns:
    """Dots in columns, with their places on the map."""

    dots: list[Dot]
    ids: Ints
    counts: Ints
    x: Floats
    y: Floats

    def only(self, wanted: Flags) -> _Columns:
        return _Columns(
            list(compress(self.dots, wanted.tolist())),
            self.ids[wanted],
            self.counts[wanted],
            self.x[wanted],
            self.y[wanted],
        )


def _columns(dots: list[Dot], ripple: Ripple) -> _Columns:
    cities, many = [dot.city for dot in dots], len(dots)
    lats = np.fromiter((city.lat for city in cities), np.float64, many)
    lons = np.fromiter((city.lon for city in cities), np.float64, many)
    x, y = place_all(ripple, lats, lons)
    return _Columns(
        dots,
        np.fromiter((city.id for city in cities), np.int64, many),
        np.fromiter((dot.count for dot in dots), np.int64, many),
        x,
        y,
    )


def _merge(
    shown: _Columns, centre: City, *, most: int, share: float
) -> tuple[Group, ...]:
    """Join dots until there are few enough; each group is led by one of its dots.

    Dots are told by their places in the columns.
    """
    if len(shown.dots) > CROWD * most:
        share *= WIDER**CROWDED  # nothing finer could be few enough
    away = shown.ids != centre.id
    counts = shown.counts.copy()  # of the groups, by their leads
    lead_of = np.arange(len(counts))
    leads = np.lexsort((shown.ids, -counts, away))
    while True:
        joined = leads[
            _join_overlapping(shown.x[leads], shown.y[leads], counts[leads], share)
        ]
        lead_of[leads] = joined
        lead_of = lead_of[lead_of]
        np.add.at(counts, joined, np.where(joined == leads, 0, counts[leads]))
        leads = leads[joined == leads]
        leads = leads[np.lexsort((shown.ids[leads], -counts[leads], away[leads]))]
        if len(leads) <= most:
            return _list_groups(shown, leads, lead_of)
        share *= WIDER


def _join_overlapping(x: Floats, y: Floats, counts: Ints, share: float) -> Ints:
    """Return for each the first before it that it overlaps and that joins no other.

    It is its own place where there is none. Reaches are those of before: what is
    joined on the way does not make a dot larger. Each cell of a grid knows those that
    reach into it, the first of them first.
    """
    reaches = share * _radii(counts, _growth(int(counts.max(initial=1))))
    cell = 2 * LARGEST_DOT * share
    cells = (x // cell).astype(np.int64) * _COLUMN + (y // cell).astype(np.int64)
    xs, ys, reach = x.tolist(), y.tolist(), reaches.tolist()
    near = defaultdict[int, list[int]](list)
    joined: list[int] = []
    for at, here in enumerate(cells.tolist()):
        for other in near.get(here, ()):
            apart = math.hypot(xs[other] - xs[at], ys[other] - ys[at])
            if apart < reach[other] + reach[at]:
                joined.append(other)
                break
        else:
            joined.append(at)
            for neighbour in _NEIGHBOURS:
                near[here + neighbour].append(at)
    return np.array(joined, np.int64)


def _list_groups(shown: _Columns, leads: Ints, lead_of: Ints) -> tuple[Group, ...]:
    """Return the groups in the order of their leads, who come first in them."""
    place = np.empty_like(lead_of)
    place[leads] = np.arange(len(leads))
    group_of = place[lead_of]
    others = lead_of != np.arange(len(lead_of))
    order = np.lexsort((shown.ids, -shown.counts, others, group_of))
    dots = [shown.dots[at] for at in order.tolist()]
    ends = np.cumsum(np.bincount(group_of, minlength=len(leads))).tolist()
    return tuple(
        Group(at, tuple(dots[begin:end]), sum(dot.count for dot in dots[begin:end]))
        for at, begin, end in zip(
            zip(shown.x[leads].tolist(), shown.y[leads].tolist(), strict=True),
            [0, *ends],
            ends,
            strict=False,
        )
    )
