"""Packs the land outline for browsers, which turn the world themselves.

Run as `python packaging/build_browser_land.py LAND OUT`, with LAND as build_land.py
made it. Each ring is one list: the number of the shore that it is a lake in, or -1,
then the steps from each point to the next, longitude first, in `scale` parts of a
degree. That is a third of the bytes.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

SCALE = 50  # 2 km: under a pixel at the nearest zoom

Ring = list[tuple[float, float]]


def main() -> None:
    """Build the file named on the command line."""
    if len(sys.argv) != 3:  # noqa: PLR2004 - both are needed
        raise SystemExit(__doc__)
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    land = json.loads(source.read_text(encoding="utf-8"))
    shores, lakes = land["shores"], land["lakes"]
    rings = [[-1, *steps_of(ring)] for ring in shores]
    rings += [[find_shore(ring[0], shores), *steps_of(ring)] for ring in lakes]
    packed = json.dumps({"scale": SCALE, "rings": rings}, separators=(",", ":"))
    out.write_text(packed, encoding="utf-8")


def steps_of(ring: Ring) -> list[int]:
    """Return a ring as steps; points that fall on the one before are left out."""
    whole = [(round(lon * SCALE), round(lat * SCALE)) for lon, lat in ring]
    steps: list[int] = []
    for (before_lon, before_lat), (lon, lat) in pairwise([(0, 0), *whole]):
        if not steps or (lon, lat) != (before_lon, before_lat):
            steps += [lon - before_lon, lat - before_lat]
    return steps


def find_shore(point: tuple[float, float], shores: list[Ring]) -> int:
    """Return the number of the smallest shore around a point of a lake."""
    around = [at for at, ring in enumerate(shores) if is_inside(point, ring)]
    return min(around, key=lambda at: len(shores[at]))


def is_inside(point: tuple[float, float], ring: Ring) -> bool:
    """Whether a line from a point to the east crosses a ring an odd number of times."""
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings += 1
    return crossings % 2 == 1


if __name__ == "__main__":
    main()
