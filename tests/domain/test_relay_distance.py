from __future__ import annotations

import math

import pytest

from relay.domain.geo import EARTH_RADIUS_KM, City, great_circle_km
from relay.domain.relay_distance import (
    LAP_KM,
    Distances,
    Reach,
    measure_distances,
    measure_reach,
)
from relay.domain.relay_forest import grow_forest
from relay.domain.relay_shape import measure_shape
from tests.growing import FIJI, HONOLULU, NANJING, PARIS, Record, entries_of

NANJING_PARIS = 9038.4
FIJI_HONOLULU = 5089.5


def distances(*records: Record) -> Distances:
    return measure_distances(grow_forest(entries_of(records)))


def reach(*records: Record) -> Reach:
    forest = grow_forest(entries_of(records))
    return measure_reach(forest, measure_shape(forest.parents).roots)


def test_golden_legs_are_met_also_across_the_antimeridian() -> None:
    there = distances(Record(1, None, 0, NANJING), Record(2, 1, 1, PARIS))
    assert there.forest_km == pytest.approx(NANJING_PARIS, abs=0.05)
    over = distances(Record(1, None, 0, FIJI), Record(2, 1, 1, HONOLULU))
    assert over.forest_km == pytest.approx(FIJI_HONOLULU, abs=0.05)
    jfk, heathrow = (40.641766, -73.780968), (51.470020, -0.454295)
    flight = distances(Record(1, None, 0, jfk), Record(2, 1, 1, heathrow))
    assert flight.forest_km == pytest.approx(5540.175, abs=0.0005)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((90, 0), (-90, 0)),
        ((0.0, -180.0), (0.0, 0.0)),
        ((12.3, 45.6), (-12.3, -134.4)),
        ((0, 180), (0, -180)),
        ((32.06167, 118.77778), (32.06168, 118.77778)),
    ],
)
def test_a_leg_is_the_haversine_at_the_ends_of_its_range_too(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    leg = distances(Record(1, None, 0, a), Record(2, 1, 1, b)).forest_km
    cities = (City(1, "", "", *each, 0) for each in (a, b))
    assert leg == pytest.approx(great_circle_km(*cities), abs=1e-3)


def test_an_entry_without_a_city_is_passed_over_and_counted() -> None:
    far = distances(
        Record(1, None, 0, NANJING),
        Record(2, 1, 1, None),
        Record(3, 2, 2, None),
        Record(4, 3, 3, PARIS),
    )
    assert far.forest_km == pytest.approx(NANJING_PARIS, abs=0.05)
    assert far.unlocated == 2
    assert far.chains[1:3].tolist() == [0, 0]
    assert far.longest_chain_end == 3


@pytest.mark.parametrize(
    "points",
    [(None, None), (NANJING, None), (None, NANJING)],
)
def test_kilometres_that_nobody_knows_are_none_and_not_0(points: list[None]) -> None:
    first, second = points
    unknown = distances(Record(1, None, 0, first), Record(2, 1, 1, second))
    assert unknown.forest_km is None
    assert unknown.longest_chain_km is None
    assert unknown.longest_chain_end is None
    assert unknown.laps is None


def test_a_root_alone_has_gone_0_km_and_a_pass_within_one_city_too() -> None:
    assert distances(Record(1, None, 0)).forest_km == 0
    assert distances(Record(1, None, 0), Record(2, 1, 1)).forest_km == 0
    assert distances(Record(1, None, 0, None)).forest_km is None
    assert distances().forest_km is None


def test_the_longest_chain_is_one_way_and_the_forest_is_all_of_them() -> None:
    tree = distances(
        Record(1, None, 0, NANJING),
        Record(2, 1, 1, PARIS),
        Record(3, 2, 2, NANJING),
        Record(4, 1, 3, PARIS),
        Record(5, None, 4, FIJI),
        Record(6, 5, 5, HONOLULU),
    )
    assert tree.longest_chain_km == pytest.approx(2 * NANJING_PARIS, abs=0.1)
    assert tree.longest_chain_end == 2
    assert tree.forest_km == pytest.approx(3 * NANJING_PARIS + FIJI_HONOLULU, abs=0.2)
    assert tree.laps == pytest.approx(
        (3 * NANJING_PARIS + FIJI_HONOLULU) / LAP_KM, 1e-4
    )


def test_a_lap_is_once_around_the_sphere() -> None:
    assert pytest.approx(2 * math.pi * EARTH_RADIUS_KM, abs=0.05) == LAP_KM


def test_a_city_counts_once_by_its_first_entry() -> None:
    found = reach(
        Record(1, None, 0, NANJING),
        Record(2, 1, 1, PARIS),
        Record(3, 1, 2, PARIS),
        Record(4, 2, 3, PARIS),
    )
    assert found.cities == 2
    assert found.first_entries == {0: 0, 1: 1}
    assert found.farthest_km == pytest.approx(NANJING_PARIS, abs=0.05)
    assert found.median_km == pytest.approx(NANJING_PARIS / 2, abs=0.05)


def test_reach_is_measured_from_the_root_of_each_tree() -> None:
    found = reach(
        Record(1, None, 0, FIJI),
        Record(2, 1, 1, HONOLULU),
        Record(3, None, 2, NANJING),
        Record(4, 3, 3, PARIS),
        Record(5, 4, 4, PARIS),
    )
    assert found.cities == 4
    assert found.farthest_km == pytest.approx(NANJING_PARIS, abs=0.05)
    assert found.median_km == pytest.approx(FIJI_HONOLULU / 2, abs=0.05)


def test_a_tree_whose_root_has_no_city_has_no_distances_but_reaches_cities() -> None:
    found = reach(Record(1, None, 0, None), Record(2, 1, 1, PARIS))
    assert (found.cities, found.farthest_km, found.median_km) == (1, None, None)
    nowhere = reach(Record(1, None, 0, None))
    assert (nowhere.cities, nowhere.farthest_km) == (None, None)
