from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.domain.geo import (
    FARTHEST_KM,
    City,
    Ripple,
    bearing,
    great_circle_km,
    great_circle_path,
    halfway,
)


def place(lat: float, lon: float, *, number: int = 1) -> City:
    return City(number, f"City {number}", "XX", lat, lon, 20_000)


PLACES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
NANJING = place(32.06167, 118.77778)
PARIS = place(48.85341, 2.3488)


def test_the_golden_legs_of_relay_metrics_are_met() -> None:
    jfk, heathrow = place(40.641766, -73.780968), place(51.470020, -0.454295)
    assert great_circle_km(jfk, heathrow) == pytest.approx(5540.175, abs=0.001)
    assert great_circle_km(NANJING, PARIS) == pytest.approx(9038.4, abs=0.05)


def test_a_leg_over_the_antimeridian_takes_the_short_way() -> None:
    fiji, honolulu = place(-18.14161, 178.44149), place(21.30694, -157.85833)
    assert great_circle_km(fiji, honolulu) == pytest.approx(5089.5, abs=0.05)


@given(PLACES, PLACES)
def test_distance_is_the_same_both_ways_and_never_beyond_half_the_globe(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    there, back = (
        great_circle_km(place(*a), place(*b)),
        great_circle_km(place(*b), place(*a)),
    )
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= FARTHEST_KM + 1e-6


@pytest.mark.parametrize(
    ("lat", "lon", "degrees"),
    [(10, 0, 0), (0, 10, 90), (-10, 0, 180), (0, -10, 270), (0, 0, 0)],
)
def test_bearing_is_clockwise_from_north(lat: float, lon: float, degrees: int) -> None:
    assert bearing(place(0, 0), place(lat, lon)) == pytest.approx(degrees)


def test_a_great_circle_path_is_even_and_keeps_its_ends() -> None:
    start, end = (NANJING.lat, NANJING.lon), (PARIS.lat, PARIS.lon)
    path = great_circle_path(start, end, steps=10)
    steps = [
        great_circle_km(place(*one), place(*other)) for one, other in pairwise(path)
    ]
    assert (path[0], path[-1], len(path)) == (start, end, 11)
    assert steps == pytest.approx([903.84] * 10, abs=0.05)


@pytest.mark.parametrize(
    "start", [(32.0, 118.0), (90.0, 0.0), (-90.0, 10.0), (0.0, 0.0)]
)
def test_opposite_places_have_a_middle_a_quarter_of_the_globe_away(
    start: tuple[float, float],
) -> None:
    end = (-start[0], start[1] - 180)
    middle = place(*halfway(start, end))
    assert great_circle_km(place(*start), middle) == pytest.approx(FARTHEST_KM / 2)
    assert great_circle_km(place(*end), middle) == pytest.approx(FARTHEST_KM / 2)


@given(PLACES, PLACES, st.sampled_from([0.72, 1.0]))
def test_on_the_map_every_place_lies_on_its_ring_in_its_direction(
    centre: tuple[float, float], there: tuple[float, float], swell: float
) -> None:
    ripple = Ripple(*centre, radius=500, middle=500, swell=swell)
    a, b = place(*centre), place(*there)
    km = great_circle_km(a, b)
    x, y = ripple.place(*there)
    assert math.dist((x, y), (500, 500)) == pytest.approx(ripple.reach(km), abs=0.05)
    if 1 < km < FARTHEST_KM - 1 and abs(a.lat) < 89.9:
        angle = math.degrees(math.atan2(x - 500, 500 - y)) % 360
        apart = abs(angle - bearing(a, b)) % 360
        assert min(apart, 360 - apart) < 0.1


def test_without_swell_the_map_is_equidistant() -> None:
    ripple = Ripple(32, 118, radius=500, middle=500)
    assert ripple.reach(FARTHEST_KM / 4) == pytest.approx(125)


def test_the_point_opposite_has_a_place_on_the_rim() -> None:
    ripple = Ripple(0, 0, radius=500, middle=500)
    assert math.dist(ripple.place(0, 180), (500, 500)) == pytest.approx(500)
    assert ripple.place(0, 0) == (500, 500)
