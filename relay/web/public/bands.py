"""Cities by their distance from the middle, between the rings of the map."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relay.domain.map_drawing import RING_KM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.domain.geo import City
    from relay.web.public.places import NamedPlace


@dataclass(frozen=True)
class Band:
    """The cities between two rings; `outer` is None beyond the last one."""

    inner: int
    outer: int | None
    places: tuple[NamedPlace, ...]


def put_in_bands(places: Sequence[NamedPlace], centre: City | None) -> list[Band]:
    """Return the places from the middle outwards, by the rings between which they lie.

    The middle itself is the first band, from 0 to 0 km.
    """
    edges = (0, *RING_KM[1:-1])
    bands: dict[int, list[NamedPlace]] = {}
    for place in sorted(places, key=lambda each: (each.km or 0, each.name)):
        at_home = centre is not None and place.city.id == centre.id
        at = 0 if at_home else max(1, bisect_left(edges, place.km or 0))
        bands.setdefault(at, []).append(place)
    return [
        Band(
            inner=edges[at - 1] if at else 0,
            outer=edges[at] if at < len(edges) else None,
            places=tuple(found),
        )
        for at, found in sorted(bands.items())
    ]
