"""Where everything stands in the ripples of a small relay: rings, sectors and ways."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from relay.domain.relay_forest import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

RADIUS = 480.0  # of the outermost ring, around 500, 500 in a box of 1,000
MIDDLE = 500.0
ARCS = 240  # parts of a ring
BESIDE_GAP = 8  # of them on each side of the top, for the numbers of the rings
GAP = math.tau * 2 * BESIDE_GAP / ARCS
LARGEST_DOT = 12.0  # radius
FAR_ASIDE = 0.3  # radians from which a pass goes along the ring
LEAST_INNER = 0.18  # of the whole radius: where more than one began
INNER_ROOM = 2.5  # steps between rings that the innermost one has at most
LEAST_STEP = 0.6  # from ring to ring, of the widest step


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
        room = INNER_ROOM / (len(later) + INNER_ROOM)
        inner = RADIUS * max(LEAST_INNER, min(share, room))
    return spread_rings(inner, breadths)


def spread_rings(inner: float, breadths: Sequence[int]) -> tuple[float, ...]:
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


def draw_pass(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Return the way from a dot to one on the next ring, as a path's command."""
    (near, at), (far, to) = start, end
    half = round((near + far) / 2, 1)
    x, y = place_at(near, at)
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
    x, y = place_at(radius, angle)
    return f"{x:g} {y:g}"


def place_at(radius: float, angle: float) -> tuple[float, float]:
    """Return x and y of a place on a ring, in units of the box."""
    return (
        round(MIDDLE + radius * math.sin(angle), 1),
        round(MIDDLE - radius * math.cos(angle), 1),
    )
