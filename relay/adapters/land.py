"""The outline of the land around any city, from the file that the build made."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from relay.domain.errors import Unavailable
from relay.domain.map_groups import ripple_around
from relay.domain.map_outline import MOST_BYTES, Land, draw_outline

if TYPE_CHECKING:
    from pathlib import Path

    from relay.domain.geo import City

KEPT = 64  # outlines remembered, about 20 kB each


class NaturalEarthLand:
    """Draws from the file that `packaging/build_land.py` builds; read when first asked.

    An outline takes about a tenth of a second, so those of the last centres are kept.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._land: Land | None = None
        self._outline = lru_cache(maxsize=KEPT)(self._draw)

    def outline(self, centre: City, zoom: int = 1, *, most: int = MOST_BYTES) -> str:
        """Return the SVG path of the land on the map around a city."""
        return self._outline(centre, zoom, most)

    def _draw(self, centre: City, zoom: int, most: int) -> str:
        if self._land is None:
            self._land = read_land(self._path)
        return draw_outline(self._land, ripple_around(centre, zoom), most=most)


def read_land(path: Path) -> Land:
    """Read the rings; raises Unavailable when the file is missing or broken."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        shores, lakes = (
            tuple(tuple((lat, lon) for lon, lat in ring) for ring in found[kind])
            for kind in ("shores", "lakes")
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"The land outline {path} cannot be read: {error}."
        raise Unavailable(message) from error
    return Land(shores=shores, lakes=lakes)
