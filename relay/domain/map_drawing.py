"""The map of a relay: cities as dots, passes as legs, distances as ripples."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from relay.domain.geo import City, Ripple, great_circle_km
from relay.domain.map_groups import RADIUS, Gathering, Group, dot_radius, growth_of
from relay.domain.map_labels import (
    MOST_TRIED,
    Box,
    Discs,
    Label,
    Wanted,
    box_of,
    place_labels,
)
from relay.domain.map_legs import MOST_LEGS, DrawnLeg, Leg, draw_legs, sum_legs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

RING_KM = (1_000, 2_500, 5_000, 10_000, 15_000)
# The rings of closer maps, which show the nearest 7,600, 2,900 and 1,100 km.
CLOSER_RINGS = {
    2: (500, 1_000, 2_500, 5_000),
    4: (250, 500, 1_000, 2_000),
    8: (100, 250, 500, 1_000),
}
RING_BEARINGS = (180, 170, 190, 160, 200, 145, 215, 130, 230, 110, 250)
RING_SIZE, PHONE_RING_SIZE = 20.0, 32.0  # letters, in map units
HALO = 1.9  # radii
MIDDLE = 9.0  # radius of the mark of a middle without artworks
HIT = 26.0  # radius that a finger or a pointer finds


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
    city: City
    count: int
    others: tuple[City, ...]
    home: bool
    label: Label | None

    @property
    def beside(self) -> tuple[float, float]:
        """Where its label stands, seen from the dot."""
        at = self.label
        return (round(at.x - self.x, 1), round(at.y - self.y, 1)) if at else (0.0, 30.0)


@dataclass(frozen=True)
class MapDrawing:
    """Everything that the SVG holds, in map units, in the order of drawing.

    `growth` is by how much dots grow, for the key; `beyond` is how many cities lie
    outside, and `hidden_legs` how many legs are too many. `middle` is the label of a
    centre from which no artwork has come.
    """

    zoom: int
    outline: str
    rings: tuple[DrawnRing, ...]
    legs: tuple[DrawnLeg, ...]
    dots: tuple[DrawnDot, ...]
    hidden_legs: int
    beyond: int
    growth: float
    middle: Label | None


def rings_of(zoom: int) -> tuple[int, ...]:
    """Return the distances that a map shows as rings, in kilometres."""
    return CLOSER_RINGS.get(zoom, RING_KM)


def draw_map(
    gathered: Gathering,
    legs: Iterable[Leg],
    *,
    passes: Mapping[tuple[int, int], int] | None = None,
    outline: str,
    ring_labels: Mapping[int, str],
    name: Callable[[City], str],
    most_legs: int = MOST_LEGS,
) -> MapDrawing:
    """Return the drawing of gathered dots, and of the legs between them.

    `passes` were counted between groups before, by their places in `gathered.leads`.
    `outline` is the land's path around the same centre; `ring_labels` are the
    translated words for the rings' kilometres; `name` is asked only of drawn cities.
    At most `most_legs` legs are drawn: the weakest are left out and counted.
    """
    growth = growth_of(gathered.groups)
    drawn = [_draw_dot(group, growth, gathered.centre) for group in gathered.groups]
    rings = _draw_rings(gathered, ring_labels, drawn)
    strongest, hidden = sum_legs(legs, passes or {}, gathered, most=most_legs)
    middle, labelled = _label_dots(drawn, rings, gathered.centre, name)
    return MapDrawing(
        zoom=gathered.zoom,
        outline=outline,
        rings=tuple(rings),
        legs=tuple(draw_legs(strongest, gathered.ripple)),
        dots=tuple(labelled),
        hidden_legs=hidden,
        beyond=sum(len(group.dots) for group in gathered.beyond),
        growth=growth,
        middle=middle,
    )


def _draw_dot(group: Group, growth: float, centre: City) -> DrawnDot:
    radius = dot_radius(group.count, growth)
    first, *others = group.dots
    return DrawnDot(
        x=round(group.at[0], 1),
        y=round(group.at[1], 1),
        r=round(radius, 1),
        halo=round(radius * HALO, 1),
        hit=max(HIT, round(radius * HALO, 1)),
        city=first.city,
        count=group.count,
        others=tuple(dot.city for dot in others),
        home=first.city.id == centre.id,
        label=None,
    )


def _draw_rings(
    gathered: Gathering, words: Mapping[int, str], dots: Sequence[DrawnDot]
) -> list[DrawnRing]:
    """Return the rings, their labels in the column that hides the fewest dots.

    A label that hides one even there moves along its ring to the nearest free place;
    where none is free, it is left out on phones, where letters are larger, or at all.
    """
    kms, ripple = rings_of(gathered.zoom), gathered.ripple
    columns = [_place_words(ripple, kms, words, bearing) for bearing in RING_BEARINGS]
    discs = Discs.of([((dot.x, dot.y), dot.halo) for dot in dots])

    def hidden(label: Label) -> int:
        return discs.under(_ring_box(label))

    best = min(columns, key=lambda column: sum(map(hidden, column)))
    rings: list[DrawnRing] = []
    taken: list[Box] = []
    for km, *places in zip(kms, best, *columns, strict=True):
        smaller = [replace(each, phone=False) for each in places]
        free = (
            each
            for each in [*places, *smaller]
            if not hidden(each) and not any(map(_ring_box(each).meets, taken))
        )
        label = next(free, None)
        taken += [_ring_box(label)] if label else []
        rings.append(DrawnRing(km, round(ripple.reach(km), 1), label))
    return rings


def _place_words(
    ripple: Ripple, kms: Sequence[int], words: Mapping[int, str], bearing: float
) -> list[Label]:
    """Return each ring's label where the ring meets a bearing from the centre.

    On phones every second one is kept, from the outermost inwards, but the innermost.
    """
    across, down = math.sin(math.radians(bearing)), -math.cos(math.radians(bearing))
    labels = []
    for at, km in enumerate(kms):
        x = round(ripple.middle + ripple.reach(km) * across, 1)
        y = round(ripple.middle + ripple.reach(km) * down, 1)
        phone = (len(kms) - at) % 2 == 1 and at > 0
        labels.append(Label(words.get(km, ""), x, y, "middle", "central", phone))
    return labels


def _ring_box(label: Label) -> Box:
    return box_of(label, PHONE_RING_SIZE if label.phone else RING_SIZE)


def _label_dots(
    dots: Sequence[DrawnDot],
    rings: Sequence[DrawnRing],
    centre: City,
    name: Callable[[City], str],
) -> tuple[Label | None, list[DrawnDot]]:
    """Give names to home, the farthest and the largest, as many as find room.

    The first is the label of a middle without a dot.
    """
    order = sorted(dots, key=lambda dot: not dot.home)
    if order:
        farthest = max(order, key=lambda d: great_circle_km(centre, d.city))
        order.remove(farthest)
        order.insert(min(1, len(order)), farthest)
    bare = not any(dot.home for dot in dots)
    wanted = [Wanted(name(centre), (RADIUS, RADIUS), MIDDLE)] if bare else []
    # Some find no room, so that more are asked than are placed.
    tried = order[:MOST_TRIED]
    wanted += [Wanted(name(dot.city), (dot.x, dot.y), dot.r) for dot in tried]
    discs = Discs.of([((dot.x, dot.y), dot.r) for dot in dots])
    words = [ring.label for ring in rings if ring.label]
    placed = place_labels(
        wanted,
        dots=discs,
        taken=[_ring_box(each) for each in words],
        phone_taken=[_ring_box(each) for each in words if each.phone],
    )
    middle = placed.pop(0) if bare and placed else None
    labels = dict(zip((dot.city.id for dot in tried), placed, strict=False))
    return middle, [replace(dot, label=labels.get(dot.city.id)) for dot in dots]


assert RADIUS == 500  # noqa: S101, PLR2004 - templates have the disc in numbers
