"""Points, curves and mixtures of colour."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


Point = tuple[float, float]


Colour = tuple[int, int, int]


def blend(colours: Sequence[Colour], t: float) -> Colour:
    """Return the colour at `t` (0 to 1) of the run through `colours`."""
    if len(colours) == 1:
        return colours[0]
    place = min(max(t, 0.0), 1.0) * (len(colours) - 1)
    i = min(int(place), len(colours) - 2)
    part = place - i
    a, b = colours[i], colours[i + 1]
    return (
        round(a[0] + (b[0] - a[0]) * part),
        round(a[1] + (b[1] - a[1]) * part),
        round(a[2] + (b[2] - a[2]) * part),
    )


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """Return `a` with a share `t` (0 to 1) of `b` in it."""
    return blend((a, b), t)


def smooth(points: Sequence[Point], *, steps: int = 10) -> list[Point]:
    """Return a Catmull-Rom curve through `points`."""
    out: list[Point] = []
    for i in range(len(points) - 1):
        p0, p1 = points[max(0, i - 1)], points[i]
        p2, p3 = points[i + 1], points[min(len(points) - 1, i + 2)]
        for k in range(steps):
            t = k / steps
            out.append(
                (
                    _catmull(p0[0], p1[0], p2[0], p3[0], t),
                    _catmull(p0[1], p1[1], p2[1], p3[1], t),
                )
            )
    out.append(points[-1])
    return out


def closed(points: Sequence[Point], *, steps: int = 10) -> list[Point]:
    """Return a smooth closed curve through `points`."""
    count = len(points)
    run = [points[(i - 1) % count] for i in range(count + 3)]
    return smooth(run, steps=steps)[steps : -steps - 1]


def arc(
    x: float, y: float, r: float, start: float, end: float, *, ry: float | None = None
) -> list[Point]:
    """Return the points of an arc; angles in degrees, clockwise from the right."""
    v = r if ry is None else ry
    steps = max(6, int(abs(end - start) / 4))
    return [
        (x + r * math.cos(a), y + v * math.sin(a))
        for a in (
            math.radians(start + (end - start) * i / steps) for i in range(steps + 1)
        )
    ]


def placed(
    points: Sequence[Point],
    x: float,
    y: float,
    *,
    scale: float = 1,
    turn: float = 0,
    flip: bool = False,
) -> list[Point]:
    """Return `points` scaled, mirrored, turned by `turn` degrees and moved."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    side = -scale if flip else scale
    return [
        (x + a * side * cos - b * scale * sin, y + a * side * sin + b * scale * cos)
        for a, b in points
    ]


def _catmull(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b
        + (c - a) * t
        + (2 * a - 5 * b + 4 * c - d) * t * t
        + (3 * b - a - 3 * c + d) * t * t * t
    )
