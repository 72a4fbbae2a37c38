"""The plane of a map for many places at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from relay.domain.forest_sums import Floats
    from relay.domain.geo import Ripple


def place_all(ripple: Ripple, lats: Floats, lons: Floats) -> tuple[Floats, Floats]:
    """Return x and y of each place, as `Ripple.place` does of one."""
    lats, lons = np.radians(lats), np.radians(lons)
    points = np.stack(
        (np.cos(lats) * np.cos(lons), np.cos(lats) * np.sin(lons), np.sin(lats))
    )
    east, north, up = (_dot(points, axis) for axis in ripple.axes)
    flat = np.hypot(east, north)
    middle = flat == 0  # or the point opposite: any direction is right
    east, flat = np.where(middle, 1.0, east), np.where(middle, 1.0, flat)
    angle = np.arctan2(np.where(middle, 0.0, flat), up)
    reach = ripple.radius * (angle / np.pi) ** ripple.swell
    return (
        ripple.middle + reach * east / flat,
        ripple.middle - reach * north / flat,
    )


def _dot(points: Floats, axis: tuple[float, float, float]) -> Floats:
    # Term by term, as of one place: a product of matrices may sum in another order.
    dotted: Floats = points[0] * axis[0] + points[1] * axis[1] + points[2] * axis[2]
    return dotted
