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

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relay.domain.relay_columns import Columns

RADIUS = 480.0  # of the outermost ring, around 500, 500 in a box of 1,000
MIDDLE = 500.0
MOST_DOTS = 600  # entries; of a relay with more, or with more rings, arcs are drawn
MOST_RINGS = 36  # what lies further out is in the last one
ARCS = 240  # parts of a ring
BESIDE_GAP = 8  # of them on each side of the top, for the numbers of the rings
USED = ARCS - 2 * BESIDE_GAP
GAP = math.tau * 2 * BESIDE_GAP / ARCS
LARGEST_DOT = 12.0  # radius
ROOM, ROOM_ON_PHONE = 24.0, 60.0  # for a number, from ring to ring
THICKEST = 26.0  # units of an arc
FAR_ASIDE = 0.3  # radians from which a pass goes along the ring
LEAST_STEP = 0.4  # from ring to ring, of the widest step
FAR_OUT = 0.01  # of the entries may share the last ring, where arcs are drawn
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
    if len(depths) <= MOST_DOTS and len(breadths) <= MOST_RINGS:
        ids = [
            *columns.city_ids,
            None,
        ]  # NOWHERE, -1, finds the last
        return {
            "breadths": breadths,
            "nos": list(columns.nos),
            "parents": list(columns.parents),
            "cities": [ids[each] for each in columns.cities],
        }
    return {"breadths": breadths, "rings": _gather_arcs(columns, _find_last(breadths))}


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
    cells = Counter(
        depth * USED + (2 * place + size) * USED // whole
        for place, (depth, size) in enumerate(
            zip(columns.depths, columns.sizes, strict=True)
        )
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
    """One entry; `place` is where it stands in the data, `depth` its generation."""

    no: int
    city_id: int | None
    depth: int
    x: float
    y: float


@dataclass(frozen=True)
class RingArcs:
    """The arcs of one ring that are equally strong, as a pattern of dashes.

    `width` is how thick they are drawn: the more entries, the thicker. The dashes, gap
    after dash, sum up to ARCS: a whole turn that begins at the top.
    """

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


@dataclass(frozen=True)
class Sector:
    """The part of its ring that belongs to an entry and all that came of it.

    Angles in radians, clockwise from the top.
    """

    start: float
    width: float

    @property
    def middle(self) -> float:
        """The direction in which the entry itself stands."""
        return self.start + self.width / 2


@dataclass(frozen=True)
class Layout:
    """Where everything stands: radii by generation, depths and sectors by entry."""

    radii: tuple[float, ...]
    depths: tuple[int, ...]
    sectors: tuple[Sector, ...]
    dot_radius: float


def lay_out_rings(parents: Sequence[int]) -> Layout:
    """Give each entry its sector: within its parent's, and wide enough for its dot.

    `parents` are places in preorder, or ROOT. An entry needs as much as its own dot or
    as all that came of it, whichever is more; the dots become as large as the circle
    has room for. So no two of them touch, and no two sectors of a ring overlap.
    """
    depths = _depths(parents)
    radii = _radii(depths)
    needs = _needs(parents, depths, radii)
    roots = sum(
        need for need, parent in zip(needs, parents, strict=True) if parent == ROOT
    )
    turn = math.tau - GAP
    scale = turn / roots if roots else 0.0
    step = min((b - a for a, b in pairwise(radii)), default=RADIUS)
    dot = min(LARGEST_DOT, 0.36 * step, 0.42 * scale)
    return Layout(radii, depths, _sectors(parents, needs, scale), round(dot, 2))


def _depths(parents: Sequence[int]) -> tuple[int, ...]:
    depths: list[int] = []
    for parent in parents:
        depths.append(0 if parent == ROOT else depths[parent] + 1)
    return tuple(depths)


def _radii(depths: Sequence[int]) -> tuple[float, ...]:
    """Return the rings' radii; there is a place in the middle for one root.

    Many roots need a ring of their own, the wider the more of all they are.
    """
    breadths = [many for _, many in sorted(Counter(depths).items())]
    if not breadths:
        return ()
    roots, *later = breadths
    inner = 0.0
    if roots > 1:
        share = roots / (roots + max(later, default=0))
        inner = RADIUS * min(0.62, max(0.2, share))
    return _spread(inner, breadths)


def _spread(inner: float, breadths: Sequence[int]) -> tuple[float, ...]:
    """Return the rings' radii from the innermost to RADIUS; full ones have more room.

    A ring with few entries keeps a good part of the step that a full one has.
    """
    most = max(breadths[1:], default=1)
    steps = [max(LEAST_STEP, (many / most) ** 0.4) for many in breadths[1:]]
    whole = sum(steps)
    radii = [inner]
    for step in steps:
        radii.append(radii[-1] + (RADIUS - inner) * step / whole)
    return tuple(radii)


def _needs(
    parents: Sequence[int], depths: Sequence[int], radii: Sequence[float]
) -> list[float]:
    """Return how wide an angle each entry needs for dots of one unit."""
    needs = [0.0] * len(parents)
    for place in range(len(parents) - 1, -1, -1):
        radius = radii[depths[place]]
        needs[place] = max(needs[place], 1 / radius if radius else 1 / RADIUS)
        if parents[place] != ROOT:
            needs[parents[place]] += needs[place]
    return needs


def _sectors(
    parents: Sequence[int], needs: Sequence[float], scale: float
) -> tuple[Sector, ...]:
    """Return the sectors: children side by side in the middle of their parent's."""
    taken = [0.0] * len(parents)  # by its children, of each entry's need
    for parent, need in zip(parents, needs, strict=True):
        if parent != ROOT:
            taken[parent] += need
    free = GAP / 2
    begins = [0.0] * len(parents)
    sectors = []
    for place, parent in enumerate(parents):
        width = needs[place] * scale
        if parent == ROOT:
            start, free = free, free + width
        else:
            start = begins[parent]
            begins[parent] += width
        begins[place] = start + (needs[place] - taken[place]) * scale / 2
        sectors.append(Sector(start, width))
    return tuple(sectors)


def _draw_dots(data: Mapping[str, Any]) -> RingsDrawing:
    parents: Sequence[int] = data["parents"]
    layout = lay_out_rings(parents)
    spots = [
        (layout.radii[depth], sector.middle)
        for depth, sector in zip(layout.depths, layout.sectors, strict=True)
    ]
    dots = [
        RingDot(no, city, depth, *_at(*spot))
        for no, city, depth, spot in zip(
            data["nos"], data["cities"], layout.depths, spots, strict=True
        )
    ]
    return RingsDrawing(
        rings=_number_rings(layout.radii, data["breadths"]),
        dots=tuple(dots),
        dot_radius=layout.dot_radius,
        edges="".join(
            _edge(spots[parent], spots[place])
            for place, parent in enumerate(parents)
            if parent != ROOT
        ),
        longest="".join(
            _edge(spots[parent], spots[place])
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


def _edge(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Return the way from a dot to one on the next ring, as a path's command."""
    (near, at), (far, to) = start, end
    half = round((near + far) / 2, 1)
    x, y = _at(near, at)
    if near == 0:
        return f"M{x:g} {y:g}L{_pair(far, to)}"
    if abs(to - at) > FAR_ASIDE:
        return f"M{x:g} {y:g}{_along(half, at, to)}{_pair(far, to)}"
    return f"M{x:g} {y:g}C{_pair(half, at)} {_pair(half, to)} {_pair(far, to)}"


def _along(radius: float, at: float, to: float) -> str:
    """Return the way along a circle between two rings, with round corners."""
    corner = math.copysign(min(0.1, abs(to - at) / 3), to - at)
    large = int(abs(to - at) - 2 * abs(corner) > math.pi)
    return (
        f"Q{_pair(radius, at)} {_pair(radius, at + corner)}"
        f"A{radius:g} {radius:g} 0 {large} {int(to > at)} {_pair(radius, to - corner)}"
        f"Q{_pair(radius, to)} "
    )


def _pair(radius: float, angle: float) -> str:
    x, y = _at(radius, angle)
    return f"{x:g} {y:g}"


def _at(radius: float, angle: float) -> tuple[float, float]:
    return (
        round(MIDDLE + radius * math.sin(angle), 1),
        round(MIDDLE - radius * math.cos(angle), 1),
    )


# The large relay: rings in arcs.


def _draw_arcs(data: Mapping[str, Any]) -> RingsDrawing:
    rings: Sequence[Sequence[Sequence[int]]] = data["rings"]
    breadths: Sequence[int] = data["breadths"]
    last = len(rings) - 1
    entries = [*breadths[:last], sum(breadths[last:])]
    radii = _spread(RADIUS * 0.2, entries)
    step = min((b - a for a, b in pairwise(radii)), default=RADIUS)
    densest = max((many for ring in rings for _, many in ring), default=1)
    floors = strength_floors(densest)
    thick = min(THICKEST, 0.78 * step)
    arcs = [
        RingArcs(
            round(radius, 1), strength, round(thick * strength / len(floors), 1), dashes
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
