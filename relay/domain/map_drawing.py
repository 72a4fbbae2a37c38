"""The map of a relay: cities as dots, passes as legs, distances as ripples."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from relay.domain.geo import City, Point, Ripple, great_circle_km
from relay.domain.map_labels import (
    Box,
    Label,
    Wanted,
    box_of,
    place_labels,
)
from relay.domain.map_legs import DrawnLeg, Leg, draw_legs, sum_legs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ZOOMS = (1, 2, 4, 8, 16)  # how much closer the neighbourhood of the centre is shown
RADIUS = 500.0  # of the disc, in map units; the view box is "-6 -6 1012 1012"
# The neighbourhood is drawn larger than the far side, as a ripple widens: 1,000 km
# from the centre fill 58 units instead of 25, and a relay starts among neighbours.
SWELL = 0.72
RING_KM = (1_000, 2_500, 5_000, 10_000, 15_000)
PHONE_RINGS = frozenset({5_000, 15_000})
RING_BEARINGS = (180, 170, 190, 160, 200, 145, 215, 130, 230, 110, 250)
RING_SIZE, PHONE_RING_SIZE = 20.0, 32.0  # letters, in map units
MOST_DOTS = 150
SMALLEST_DOT, DOT_GROWTH, LARGEST_DOT = 3.95, 1.517, 15.0
HALO = 1.9  # radii
HIT = 26.0  # radius that a finger or a pointer finds
OVERLAP = 0.7  # share of both radii under which two dots become one
WIDER = 1.25  # and how much wider each next try merges, while there are too many


@dataclass(frozen=True)
class Dot:
    """A city to show: its entries, its link, its name and the link's spoken label."""

    city: City
    count: int
    href: str
    name: str
    label: str


@dataclass(frozen=True)
class DrawnRing:
    """A distance: its radius and its label, unless that would hide a dot."""

    km: int
    r: float
    label: Label | None


@dataclass(frozen=True)
class DrawnDot:
    """A dot; `others` are smaller ones that lie under it, largest first."""

    x: float
    y: float
    r: float
    halo: float
    hit: float
    dot: Dot
    count: int
    others: tuple[Dot, ...]
    home: bool
    label: Label | None


@dataclass(frozen=True)
class MapDrawing:
    """Everything that the SVG holds, in map units, in the order of drawing."""

    outline: str
    rings: tuple[DrawnRing, ...]
    legs: tuple[DrawnLeg, ...]
    dots: tuple[DrawnDot, ...]
    hidden_legs: int


def ripple_around(centre: City) -> Ripple:
    """Return the plane of the map centred on a city."""
    return Ripple(centre.lat, centre.lon, RADIUS, RADIUS, SWELL)


def draw_map(
    centre: City,
    dots: Sequence[Dot],
    legs: Iterable[Leg],
    *,
    outline: str,
    ring_labels: Mapping[int, str],
) -> MapDrawing:
    """Return the drawing around `centre`.

    `outline` is the land's path for the same centre; `ring_labels` are the translated
    words for some of RING_KM. At most MOST_DOTS dots and MOST_LEGS legs are drawn: dots
    that would overlap become one, the weakest legs are left out and counted.
    """
    ripple = ripple_around(centre)
    groups = _merge(dots, centre, ripple)
    growth = _growth(groups)
    drawn = [_draw_dot(group, growth, centre) for group in groups]
    rings = _draw_rings(ripple, ring_labels, drawn)
    shown = {dot.city.id: group.dots[0].city for group in groups for dot in group.dots}
    strongest, hidden = sum_legs(legs, shown)
    return MapDrawing(
        outline=outline,
        rings=tuple(rings),
        legs=tuple(draw_legs(strongest, ripple)),
        dots=tuple(_label_dots(drawn, rings, centre)),
        hidden_legs=hidden,
    )


@dataclass(frozen=True)
class _Group:
    """Dots drawn as one, at the place of the first, which is the largest or home."""

    at: Point
    dots: tuple[Dot, ...]
    count: int


def _merge(dots: Sequence[Dot], centre: City, ripple: Ripple) -> list[_Group]:
    """Return groups, home first, then the largest; few enough, none overlapping."""
    groups = [_Group(ripple.place(d.city.lat, d.city.lon), (d,), d.count) for d in dots]
    share = OVERLAP
    while True:
        groups = _join_overlapping(_in_order(groups, centre), share)
        if len(groups) <= MOST_DOTS:
            return _in_order(groups, centre)
        share *= WIDER


def _in_order(groups: Iterable[_Group], centre: City) -> list[_Group]:
    return sorted(
        groups,
        key=lambda group: (
            group.dots[0].city.id != centre.id,
            -group.count,
            group.dots[0].city.id,
        ),
    )


def _join_overlapping(groups: Sequence[_Group], share: float) -> list[_Group]:
    """Join each group to the first before it that it overlaps; a grid finds it."""
    growth = _growth(groups)
    cell = 2 * LARGEST_DOT * share
    grid: dict[tuple[int, int], list[int]] = defaultdict(list)
    kept: list[tuple[Point, float, list[Dot]]] = []
    for group in groups:
        reach = _dot_radius(group.count, growth)
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
        _Group(at, (first, *_by_count(rest)), sum(dot.count for dot in (first, *rest)))
        for at, _, (first, *rest) in kept
    ]


def _by_count(dots: Iterable[Dot]) -> list[Dot]:
    return sorted(dots, key=lambda dot: (-dot.count, dot.city.id))


def _growth(groups: Iterable[_Group]) -> float:
    most = max((group.count for group in groups), default=1)
    return min(DOT_GROWTH, (LARGEST_DOT - SMALLEST_DOT) / math.sqrt(max(most, 1)))


def _dot_radius(count: int, growth: float) -> float:
    return min(LARGEST_DOT, SMALLEST_DOT + growth * math.sqrt(max(count, 0)))


def _draw_dot(group: _Group, growth: float, centre: City) -> DrawnDot:
    radius = _dot_radius(group.count, growth)
    first, *others = group.dots
    return DrawnDot(
        x=round(group.at[0], 1),
        y=round(group.at[1], 1),
        r=round(radius, 1),
        halo=round(radius * HALO, 1),
        hit=max(HIT, round(radius * HALO, 1)),
        dot=first,
        count=group.count,
        others=tuple(others),
        home=first.city.id == centre.id,
        label=None,
    )


def _draw_rings(
    ripple: Ripple, words: Mapping[int, str], dots: Sequence[DrawnDot]
) -> list[DrawnRing]:
    """Return the rings, their labels in the column that hides the fewest dots.

    A label that hides one even there moves along its ring to the nearest free place;
    where none is free, it is left out on phones, where letters are larger, or at all.
    """
    columns = [_place_words(ripple, words, bearing) for bearing in RING_BEARINGS]
    discs = [((dot.x, dot.y), dot.halo) for dot in dots]

    def hidden(label: Label) -> int:
        return sum(_ring_box(label).covers(*disc) for disc in discs)

    best = min(columns, key=lambda column: sum(map(hidden, column)))
    rings = []
    for km, *places in zip(RING_KM, best, *columns, strict=True):
        smaller = [replace(each, phone=False) for each in places]
        free = (each for each in [*places, *smaller] if not hidden(each))
        rings.append(DrawnRing(km, round(ripple.reach(km), 1), next(free, None)))
    return rings


def _place_words(
    ripple: Ripple, words: Mapping[int, str], bearing: float
) -> list[Label]:
    """Return each ring's label where the ring meets a bearing from the centre."""
    across, down = math.sin(math.radians(bearing)), -math.cos(math.radians(bearing))
    labels = []
    for km in RING_KM:
        x = round(ripple.middle + ripple.reach(km) * across, 1)
        y = round(ripple.middle + ripple.reach(km) * down, 1)
        text, phone = words.get(km, ""), km in PHONE_RINGS
        labels.append(Label(text, x, y, "middle", "central", phone))
    return labels


def _ring_box(label: Label) -> Box:
    return box_of(label, PHONE_RING_SIZE if label.phone else RING_SIZE)


def _label_dots(
    dots: Sequence[DrawnDot], rings: Sequence[DrawnRing], centre: City
) -> list[DrawnDot]:
    """Give names to home, the farthest and the largest, as many as find room."""
    order = sorted(dots, key=lambda dot: not dot.home)
    if order:
        farthest = max(order, key=lambda d: great_circle_km(centre, d.dot.city))
        order.remove(farthest)
        order.insert(min(1, len(order)), farthest)
    wanted = [Wanted(dot.dot.name, (dot.x, dot.y), dot.r) for dot in order]
    discs = [((dot.x, dot.y), dot.r) for dot in dots]
    words = [ring.label for ring in rings if ring.label]
    placed = place_labels(
        wanted,
        dots=discs,
        taken=[_ring_box(each) for each in words],
        phone_taken=[_ring_box(each) for each in words if each.phone],
    )
    labels = dict(zip(((w.at, w.text) for w in wanted), placed, strict=False))
    return [replace(d, label=labels.get(((d.x, d.y), d.dot.name))) for d in dots]
