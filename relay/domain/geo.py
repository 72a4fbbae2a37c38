"""Places on the sphere: cities, great circles, and the map centred on one place."""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_RADIUS_KM = 6371.0088
SHOWN_WEIGHT = 30  # a name that we show counts like thirty times the people


@dataclass(frozen=True)
class City:
    """A city of the gazetteer. `lat`, `lon` in degrees, `id` from GeoNames.

    `region` tells namesakes apart where we know one (the states of the USA).
    """

    id: int
    name: str
    country: str
    lat: float
    lon: float
    population: int
    region: str = ""


def weigh(population: int, *, shown: int) -> int:
    """Return how strongly a spelling means a city: its people, and whose name it is.

    `shown` is 1 for a name that the interface shows, 0 for any other spelling, so that
    "Victoria" means Victoria before Hong Kong, yet "Pekin" means Beijing.
    """
    return (population + 1) * (SHOWN_WEIGHT if shown else 1)


def great_circle_km(a: City, b: City) -> float:
    """Return the great circle between two places in km (haversine, mean radius)."""
    a_lat, b_lat = math.radians(a.lat), math.radians(b.lat)
    half_lon = math.radians(b.lon - a.lon) / 2
    chord = (
        math.sin((b_lat - a_lat) / 2) ** 2
        + math.cos(a_lat) * math.cos(b_lat) * math.sin(half_lon) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))
