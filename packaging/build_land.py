"""Builds the land outline, without borders, from Natural Earth (public domain).

Run as `python packaging/build_land.py OUT`, after `npm ci`; prints one line.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import accumulate
from pathlib import Path
from typing import Any

SOURCE = (
    Path(__file__).parent.parent / "node_modules" / "world-atlas" / "land-110m.json"
)
PLACES = 2  # decimals of a degree: about a kilometre, a twentieth of the map's pixel
Point = tuple[float, float]


def main() -> None:
    """Build the file named on the command line."""
    if len(sys.argv) not in {2, 3}:
        raise SystemExit(__doc__)
    out = Path(sys.argv[1])
    source = Path(sys.argv[2]) if len(sys.argv) > 2 else SOURCE  # noqa: PLR2004 - a second argument names another copy
    rings = read_rings(json.loads(source.read_text(encoding="utf-8")))
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f"{out.name}.{os.getpid()}")  # two builds may run at once
    part.write_text(json.dumps(rings, separators=(",", ":")), encoding="utf-8")
    part.replace(out)
    shores, lakes = len(rings["shores"]), len(rings["lakes"])
    size = out.stat().st_size / 1000
    print(f"{out}: {shores} shores, {lakes} lakes, {size:.0f} kB")


def read_rings(topology: dict[str, Any]) -> dict[str, list[list[Point]]]:
    """Return closed rings of (longitude, latitude), land on the right-hand side.

    The encoding is TopoJSON: arcs of whole-number steps, scaled and moved; a ring is a
    list of arcs, where ~n means arc n backwards.
    """
    arcs = [_decode(arc, topology["transform"]) for arc in topology["arcs"]]
    rings: dict[str, list[list[Point]]] = {"shores": [], "lakes": []}
    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        for outer, *holes in polygons:
            rings["shores"].append(_join(outer, arcs))
            rings["lakes"] += [_join(hole, arcs) for hole in holes]
    return rings


def _decode(arc: list[list[int]], transform: dict[str, list[float]]) -> list[Point]:
    (x_scale, y_scale), (x_from, y_from) = transform["scale"], transform["translate"]
    across = accumulate(step[0] for step in arc)
    up = accumulate(step[1] for step in arc)
    return [
        (round(x * x_scale + x_from, PLACES), round(y * y_scale + y_from, PLACES))
        for x, y in zip(across, up, strict=True)
    ]


def _join(numbers: list[int], arcs: list[list[Point]]) -> list[Point]:
    ring: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return ring[:-1] if ring[0] == ring[-1] else ring


if __name__ == "__main__":
    main()
