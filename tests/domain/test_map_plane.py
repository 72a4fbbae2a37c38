from __future__ import annotations

import random

import numpy as np
import pytest

from relay.domain.geo import Ripple
from relay.domain.map_plane import place_all


@pytest.mark.parametrize("middle", [(0.0, 0.0), (32.06, 118.78), (-90.0, 0.0)])
def test_many_places_lie_where_each_of_them_does(middle: tuple[float, float]) -> None:
    dice = random.Random(5)  # noqa: S311 - a repeatable sample
    lat, lon = middle
    ripple = Ripple(lat, lon, 500, 500, 0.72)
    places = [(dice.uniform(-90, 90), dice.uniform(-180, 180)) for _ in range(200)]
    places += [middle, (-lat, lon + 180), (90, 0), (-90, 0), (0, 180), (0, -180)]
    lats, lons = np.array(places).T
    x, y = place_all(ripple, lats, lons)
    for at, place in enumerate(places):
        assert (x[at], y[at]) == pytest.approx(ripple.place(*place), abs=1e-6)


def test_no_places_lie_nowhere() -> None:
    x, y = place_all(Ripple(0, 0, 500, 500), np.empty(0), np.empty(0))
    assert (len(x), len(y)) == (0, 0)
