"""Places on the sphere: cities, great circles, and the plane around one place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

EARTH_RADIUS_KM = 6371.0088  # IUGG mean radius, as relay-metrics asks
FARTHEST_KM = math.pi * EARTH_RADIUS_KM

Point = tuple[float, float]
_Vector = tuple[float, float, float]


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


def great_circle_km(a: City, b: City) -> float:
    """Return the great circle between two cities in km (haversine)."""
    a_lat, b_lat = math.radians(a.lat), math.radians(b.lat)
    half_lon = math.radians(b.lon - a.lon) / 2
    chord = (
        math.sin((b_lat - a_lat) / 2) ** 2
        + math.cos(a_lat) * math.cos(b_lat) * math.sin(half_lon) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))


def bearing(a: City, b: City) -> float:
    """Return the direction in which b lies from a, degrees clockwise from north.

    It is 0 where every direction is as good: for the same place.
    """
    a_lat, b_lat = math.radians(a.lat), math.radians(b.lat)
    lon = math.radians(b.lon - a.lon)
    east = math.sin(lon) * math.cos(b_lat)
    north = math.cos(a_lat) * math.sin(b_lat) - (
        math.sin(a_lat) * math.cos(b_lat) * math.cos(lon)
    )
    return math.degrees(math.atan2(east, north)) % 360


def great_circle_path(a: Point, b: Point, *, steps: int) -> list[Point]:
    """Return `steps` + 1 points (lat, lon) evenly along the great circle a to b."""
    start, end = _vector(*a), _vector(*b)
    points = [_mix(start, end, at / steps) for at in range(1, steps)]
    return [a, *points, b]


def halfway(a: Point, b: Point) -> Point:
    """Return the middle (lat, lon) of the great circle from a to b."""
    return _mix(_vector(*a), _vector(*b), 0.5)


@dataclass(frozen=True)
class Ripple:
    """The sphere spread out around one place: bearings are true, rings are distances.

    With `swell` 1 it is the azimuthal equidistant projection. Below 1 the
    neighbourhood of the centre is drawn larger and the far side smaller: a place at
    distance d lies at `radius` × (d ÷ half the globe) ^ `swell`, so that each ring is
    still one distance. North is up, y grows downwards.
    """

    lat: float
    lon: float
    radius: float
    middle: float
    swell: float = 1.0

    def place(self, lat: float, lon: float) -> Point:
        """Return x and y of a place."""
        (east, north, up), point = self.axes, _vector(lat, lon)
        x, y = _dot(point, east), _dot(point, north)
        flat = math.hypot(x, y)
        if not flat:  # the centre itself, or the point opposite: any direction is right
            x, flat = 1.0, 1.0
            angle = 0.0 if _dot(point, up) > 0 else math.pi
        else:
            angle = math.atan2(flat, _dot(point, up))
        reach = self.radius * (angle / math.pi) ** self.swell
        return self.middle + reach * x / flat, self.middle - reach * y / flat

    def reach(self, km: float) -> float:
        """Return the radius at which a distance is drawn."""
        return float(self.radius * (km / FARTHEST_KM) ** self.swell)

    @cached_property
    def axes(self) -> tuple[_Vector, _Vector, _Vector]:
        """The directions of east, of north and of the centre itself, from within."""
        lat, lon = math.radians(self.lat), math.radians(self.lon)
        sin_lat, cos_lat = math.sin(lat), math.cos(lat)
        sin_lon, cos_lon = math.sin(lon), math.cos(lon)
        return (
            (-sin_lon, cos_lon, 0.0),
            (-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat),
            (cos_lat * cos_lon, cos_lat * sin_lon, sin_lat),
        )


def _vector(lat: float, lon: float) -> _Vector:
    lat, lon = math.radians(lat), math.radians(lon)
    flat = math.cos(lat)
    return flat * math.cos(lon), flat * math.sin(lon), math.sin(lat)


def _dot(a: _Vector, b: _Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _mix(a: _Vector, b: _Vector, share: float) -> Point:
    """Return the (lat, lon) at a share of the way from a to b.

    Opposite points have no one great circle: the way over the north pole is taken.
    """
    angle = math.acos(max(-1.0, min(1.0, _dot(a, b))))
    if math.pi - angle < 1e-9:  # noqa: PLR2004 - closer than a centimetre
        over = (0.0, 0.0, 1.0) if abs(a[2]) < 1 - 1e-12 else (1.0, 0.0, 0.0)
        half = math.acos(_dot(a, over))
        first = share * math.pi < half
        return (
            _mix(a, over, share * math.pi / half)
            if first
            else _mix(over, b, (share * math.pi - half) / (math.pi - half))
        )
    if angle < 1e-12:  # noqa: PLR2004 - the same place
        one, other = 1.0 - share, share
    else:
        one = math.sin((1 - share) * angle) / math.sin(angle)
        other = math.sin(share * angle) / math.sin(angle)
    x, y, z = (one * first + other * last for first, last in zip(a, b, strict=True))
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
