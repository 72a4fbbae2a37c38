"""A relay as ripples: a ring for each generation, and for each tree a sector of all.

There are two pictures. Of a small relay every entry is a dot, near the one that
passed it on. Of a large one each ring is drawn in arcs, wider where more entries lie.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from relay.domain.relay_forest import ROOT
from relay.domain.ripple_sectors import (
    ARCS,
    BESIDE_GAP,
    MIDDLE,
    RADIUS,
    draw_pass,
    lay_out_rings,
    place_at,
    spread_rings,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relay.domain.relay_columns import Columns

MOST_DOTS = 600  # entries; of a relay with more, arcs are drawn
SMALLEST_DOT = 2.0  # and where the dots would be smaller, too
MOST_RINGS = 30  # of arcs; what lies further out is in the last one
USED = ARCS - 2 * BESIDE_GAP
ROOM, ROOM_ON_PHONE = 24.0, 60.0  # for a number, from ring to ring
THICKEST = 26.0  # units of an arc
FAR_OUT = 0.02  # of the entries may share the last ring, where arcs are drawn
STRENGTHS = 4
DENSER = 4  # how many times as many entries the next strength has


def gather_rings(columns: Columns) -> dict[str, Any]:
    """Return what the picture needs, as plain data that stays small.

    Of few entries `nos`, `parents` (places, or ROOT) and `cities` (ids, or None) in
    preorder. Of many `rings`, each with how many entries lie in its arcs, as pairs of
    an arc and a number. `breadths` counts the generations, in both.
    """
    depths = columns.depths
    breadths = [many for _, many in sorted(Counter(depths).items())]
    if _may_be_dots(columns.parents):
        ids = [*columns.city_ids, None]  # NOWHERE, -1, finds the last
        return {
            "breadths": breadths,
            "nos": list(columns.nos),
            "parents": list(columns.parents),
            "cities": [ids[each] for each in columns.cities],
        }
    return {"breadths": breadths, "rings": _gather_arcs(columns, _find_last(breadths))}


def _may_be_dots(parents: Sequence[int]) -> bool:
    """Tell whether there are so few entries that each can be seen."""
    if not 0 < len(parents) <= MOST_DOTS:
        return not parents
    return lay_out_rings(parents).dot_radius >= SMALLEST_DOT


def _find_last(breadths: Sequence[int]) -> int:
    """Return the ring that holds all that lies further out, too: few in many rings."""
    beyond = 0
    for ring in range(len(breadths) - 1, 0, -1):
        beyond += breadths[ring]
        if beyond > FAR_OUT * sum(breadths):
            return min(ring, MOST_RINGS - 1)
    return 0


def _gather_arcs(columns: Columns, last: int) -> list[list[list[int]]]:
    """Return the arcs in which the entries lie, ring by ring.

    In preorder an entry's own stretch of the whole holds all that came of it, so the
    middle of that stretch is its direction.
    """
    whole = 2 * len(columns)
    # A list is counted in half the time of a generator.
    cells = Counter(
        [
            depth * USED + (twice + size) * USED // whole
            for twice, depth, size in zip(
                range(0, whole, 2), columns.depths, columns.sizes, strict=True
            )
        ]
    )
    rings: dict[int, Counter[int]] = {}
    for cell, many in cells.items():
        depth, arc = divmod(cell, USED)
        rings.setdefault(min(depth, last), Counter())[arc] += many
    return [
        [[arc, many] for arc, many in sorted(found.items())]
        for _, found in sorted(rings.items())
    ]


@dataclass(frozen=True)
class Ring:
    """One generation: its radius, its entries, and where its number stands.

    `numbered` tells the rings that have room for their number, `on_phone` those that
    have it for one in larger letters, too.
    """

    generation: int
    entries: int
    r: float
    y: float
    numbered: bool
    on_phone: bool


@dataclass(frozen=True)
class RingDot:
    """One entry, and its generation; one without `no` is not shown any more."""

    no: int | None
    city_id: int | None
    depth: int
    x: float
    y: float


@dataclass(frozen=True)
class RingArcs:
    """The arcs of one ring that are equally strong, as a pattern of dashes.

    `path` is the ring, from its top and clockwise, and `r` its radius.
    `width` is how thick they are drawn: the more entries, the thicker. The dashes, gap
    after dash, sum up to ARCS: a whole turn that begins at the top.
    """

    path: str
    r: float
    strength: int
    width: float
    dashes: tuple[int, ...]


@dataclass(frozen=True)
class RingsDrawing:
    """All that the picture holds, in units of a box of 1,000.

    `edges` and `longest` are paths: who passed on to whom, and the longest chain.
    `beyond` says that the last ring holds later generations, too. `densities` are the
    fewest entries in an arc of each strength; empty where dots are drawn.
    """

    rings: tuple[Ring, ...]
    dots: tuple[RingDot, ...] = ()
    dot_radius: float = 0.0
    edges: str = ""
    longest: str = ""
    arcs: tuple[RingArcs, ...] = ()
    densities: tuple[int, ...] = ()
    beyond: bool = False


def draw_rings(data: Mapping[str, Any]) -> RingsDrawing:
    """Return the picture of what `gather_rings` told."""
    return _draw_arcs(data) if "rings" in data else _draw_dots(data)


# The small relay: every entry a dot.


def _draw_dots(data: Mapping[str, Any]) -> RingsDrawing:
    parents: Sequence[int] = data["parents"]
    layout = lay_out_rings(parents)
    spots = [
        (layout.radii[depth], sector.middle)
        for depth, sector in zip(layout.depths, layout.sectors, strict=True)
    ]
    dots = [
        RingDot(no, city, depth, *place_at(*spot))
        for no, city, depth, spot in zip(
            data["nos"], data["cities"], layout.depths, spots, strict=True
        )
    ]
    return RingsDrawing(
        rings=_number_rings(layout.radii, data["breadths"]),
        dots=tuple(dots),
        dot_radius=layout.dot_radius,
        edges="".join(
            draw_pass(spots[parent], spots[place])
            for place, parent in enumerate(parents)
            if parent != ROOT
        ),
        longest="".join(
            draw_pass(spots[parent], spots[place])
            for parent, place in _longest(parents, layout.depths)
        ),
    )


def _longest(parents: Sequence[int], depths: Sequence[int]) -> list[tuple[int, int]]:
    """Return the passes of the longest chain; none when nobody has passed on."""
    if not any(depths):
        return []
    place = depths.index(max(depths))
    passes = []
    while parents[place] != ROOT:
        passes.append((parents[place], place))
        place = parents[place]
    return passes[::-1]


# The large relay: rings in arcs.


def _draw_arcs(data: Mapping[str, Any]) -> RingsDrawing:
    rings: Sequence[Sequence[Sequence[int]]] = data["rings"]
    breadths: Sequence[int] = data["breadths"]
    last = len(rings) - 1
    entries = [*breadths[:last], sum(breadths[last:])]
    radii = spread_rings(RADIUS * 0.2, entries)
    step = min((b - a for a, b in pairwise(radii)), default=RADIUS)
    densest = max((many for ring in rings for _, many in ring), default=1)
    floors = strength_floors(densest)
    thick = min(THICKEST, 0.78 * step)
    arcs = [
        RingArcs(
            path=_turn(round(radius, 1)),
            r=round(radius, 1),
            strength=strength,
            width=round(thick * strength / len(floors), 1),
            dashes=dashes,
        )
        for radius, ring in zip(radii, rings, strict=True)
        for strength in range(1, len(floors) + 1)
        if (dashes := _dashes(ring, floors, strength))
    ]
    return RingsDrawing(
        rings=_number_rings(radii, entries),
        arcs=tuple(arcs),
        densities=floors,
        beyond=len(breadths) > len(rings),
    )


def _turn(radius: float) -> str:
    """Return a whole ring as a path."""
    down = f"a{radius:g} {radius:g} 0 0 1 0 {2 * radius:g}"
    up = f"a{radius:g} {radius:g} 0 0 1 0 {-2 * radius:g}"
    return f"M{MIDDLE:g} {MIDDLE - radius:g}{down}{up}"


def strength_floors(densest: int) -> tuple[int, ...]:
    """Return the fewest entries in an arc of each strength, from the weakest on."""
    floors = [densest // DENSER**each + 1 for each in range(STRENGTHS - 1, 0, -1)]
    return tuple(sorted({1, *(floor for floor in floors if floor <= densest)}))


def _dashes(
    ring: Sequence[Sequence[int]], floors: Sequence[int], strength: int
) -> tuple[int, ...]:
    """Return where a ring's arcs of one strength are; nothing when there are none.

    The numbers stand at the top, so all arcs lie on the rest of the turn.
    """
    low = floors[strength - 1]
    high = floors[strength] if strength < len(floors) else math.inf
    on = [False] * ARCS
    for arc, many in ring:
        on[BESIDE_GAP + arc] = low <= many < high
    if not any(on):
        return ()
    dashes = [0]  # a pattern begins with a dash, even if it is a gap that comes first
    state = True
    for each in on:
        if each == state:
            dashes[-1] += 1
        else:
            dashes.append(1)
            state = each
    return tuple(dashes if len(dashes) % 2 == 0 else [*dashes, 0])


# Both.


def _number_rings(radii: Sequence[float], entries: Sequence[int]) -> tuple[Ring, ...]:
    """Return the rings, those numbered that have room for it."""
    room, large = _choose_apart(radii, ROOM), _choose_apart(radii, ROOM_ON_PHONE)
    return tuple(
        Ring(
            generation=generation,
            entries=many,
            r=round(radius, 1),
            y=round(MIDDLE - radius, 1),
            numbered=generation in room,
            on_phone=generation in large,
        )
        for generation, (radius, many) in enumerate(zip(radii, entries, strict=True))
    )


def _choose_apart(radii: Sequence[float], least: float) -> set[int]:
    """Return the rings that are so far apart, from the outermost inwards.

    Too near to the middle the rings are too narrow for a number.
    """
    chosen: set[int] = set()
    last = math.inf
    for generation in range(len(radii) - 1, -1, -1):
        if least <= radii[generation] <= last - least:
            chosen.add(generation)
            last = radii[generation]
    return chosen
