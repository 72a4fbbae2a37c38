from __future__ import annotations

import time
from array import array
from random import Random
from typing import TYPE_CHECKING

import pytest

from relay.domain.geo import City, great_circle_km
from relay.domain.relay_branch import (
    AT_ONCE,
    DEEPEST,
    TWIGS,
    choose_twigs,
    measure_branch,
    measure_legs,
    measure_way,
)
from relay.domain.relay_columns import Columns
from relay.domain.relay_forest import NOWHERE, ROOT
from tests.growing import FIJI, NANJING, PARIS, Record, columns_of, random_records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.domain.geo import Point


def cities_of(records: Sequence[Record]) -> list[City]:
    points: list[Point] = list(
        dict.fromkeys(each.point for each in records if each.point)
    )
    return [City(at + 1, str(at), "", *point, 0) for at, point in enumerate(points)]


def brute_legs(columns: Columns, cities: Sequence[City]) -> dict[int, float | None]:
    """Return each leg by walking up to the nearest located ancestor."""
    legs: dict[int, float | None] = {}
    for place in range(len(columns)):
        above = columns.parents[place]
        while above != ROOT and columns.cities[above] == NOWHERE:
            above = columns.parents[above]
        here = columns.cities[place]
        known = above != ROOT and here != NOWHERE
        legs[place] = (
            great_circle_km(cities[columns.cities[above]], cities[here])
            if known
            else None
        )
    return legs


@pytest.mark.parametrize("seed", range(150))
def test_totals_are_what_a_walk_through_the_branch_counts(seed: int) -> None:
    records = random_records(seed)
    columns, cities = columns_of(records), cities_of(records)
    legs = brute_legs(columns, cities)
    for top in range(len(columns)):
        branch = [top]
        for place in range(top + 1, len(columns)):
            if columns.parents[place] in branch:
                branch.append(place)
        told = measure_branch(columns, top, cities=cities)
        located = [columns.cities[each] for each in branch if columns.cities[each] >= 0]
        known = [km for each in branch[1:] if (km := legs[each]) is not None]

        assert (told.size, told.after) == (len(branch), len(branch) - 1)
        assert told.cities == (len(set(located)) or None)
        countries = {columns.city_countries[each] for each in located}
        assert told.countries == (len(countries) or None)
        depths = [columns.depths[each] for each in branch]
        assert told.generations == max(depths) - depths[0]
        assert told.unlocated == len(branch) - len(located)
        assert told.via_hidden == sum(each in columns.via_hidden for each in branch[1:])
        if known or (len(branch) == 1 and located):
            assert told.km == pytest.approx(sum(known), rel=1e-5, abs=0.1)
        else:
            assert told.km is None
        if columns.cities[top] == NOWHERE:
            assert told.farthest_km is None
        else:
            home = cities[columns.cities[top]]
            ways = [great_circle_km(home, cities[each]) for each in located]
            assert told.farthest_km == pytest.approx(max(ways))
            assert told.farthest is not None
            assert great_circle_km(home, cities[told.farthest]) == told.farthest_km


@pytest.mark.parametrize("seed", range(60))
def test_legs_and_ways_pass_over_entries_without_a_city(seed: int) -> None:
    records = random_records(seed)
    columns, cities = columns_of(records), cities_of(records)
    expected = brute_legs(columns, cities)
    found = measure_legs(columns, range(len(columns)))
    assert {place for place, km in found.items() if km is None} == {
        place for place, km in expected.items() if km is None
    }
    for place, km in found.items():
        assert (km or 0.0) == pytest.approx(expected[place] or 0.0, abs=0.1)
        way = [leg for each in columns.chain(place) if (leg := expected[each])]
        told = measure_way(columns, place)
        assert (told or 0.0) == pytest.approx(sum(way), rel=1e-5, abs=0.1)


def test_the_way_of_entries_without_cities_is_unknown_and_never_0() -> None:
    columns = columns_of([Record(0, None, 0, None), Record(1, 0, 1, None)])
    assert measure_way(columns, 1) is None
    assert measure_branch(columns, 0, cities=[]).km is None
    assert measure_branch(columns, 0, cities=[]).cities is None
    same = columns_of([Record(0, None, 0), Record(1, 0, 1)])
    assert measure_way(same, 1) == 0.0


def test_a_city_that_the_gazetteer_lost_is_never_the_farthest() -> None:
    columns = columns_of([Record(0, None, 0, NANJING), Record(1, 0, 1, PARIS)])
    told = measure_branch(columns, 0, cities=[City(1, "", "", *NANJING, 0), None])
    assert (told.farthest, told.farthest_km, told.cities) == (0, 0.0, 2)


def star_beside_chain(width: int, length: int) -> Columns:
    """Return a root with one long chain and, after it, very many single children."""
    records = [Record(0, None, 0)]
    records += [Record(at, at - 1, at) for at in range(1, length + 1)]
    records += [Record(at, 0, at) for at in range(length + 1, length + width + 1)]
    return columns_of(records)


def test_neither_a_star_nor_a_chain_hides_what_is_beside_it() -> None:
    columns = star_beside_chain(2_000, 30)
    chosen = choose_twigs(columns, 0)
    assert len(chosen.listed) == TWIGS
    depths = [columns.depths[each.place] for each in chosen.listed]
    assert max(depths) == 30
    assert depths.count(1) == TWIGS - 29
    assert chosen.more == 2_030 - TWIGS
    assert chosen.beyond is not None
    assert columns.parents[chosen.beyond] == 0


def test_what_is_listed_and_what_is_not_add_up() -> None:
    for seed in range(40):
        columns = columns_of(random_records(seed))
        for top in columns.roots():
            for most in (1, 5, 20):
                chosen = choose_twigs(columns, top, most=most)
                assert len(chosen.listed) <= most
                hidden = chosen.more + sum(each.more for each in chosen.listed)
                assert len(chosen.listed) + hidden == columns.sizes[top] - 1
                places = [each.place for each in chosen.listed]
                assert places == sorted(places)
                above = {columns.parents[each] for each in places}
                assert above <= {top, *places}


def test_the_list_goes_on_where_the_last_page_ended() -> None:
    columns = columns_of(
        [Record(0, None, 0)] + [Record(at, 0, at) for at in range(1, 51)]
    )
    seen, begin = [], None
    while True:
        chosen = choose_twigs(columns, 0, begin=begin, most=AT_ONCE)
        seen += [each.place for each in chosen.listed]
        if chosen.beyond is None:
            break
        begin = chosen.beyond
    assert seen == list(range(1, 51))


def test_lists_stand_inside_each_other_only_so_deep() -> None:
    # Each entry has a child that ends and one that goes on.
    records = [Record(0, None, 0)]
    for at in range(1, 61, 2):
        above = max(0, at - 2)
        records += [Record(at, above, at), Record(at + 1, above, at + 1)]
    columns = columns_of(records)
    chosen = choose_twigs(columns, 0)
    assert max(each.level for each in chosen.listed) == DEEPEST
    assert sum(each.more for each in chosen.listed) == 60 - len(chosen.listed)


def test_a_chain_is_one_list_however_long_it_is() -> None:
    columns = columns_of(
        [Record(at, at - 1 if at else None, at) for at in range(TWIGS)]
    )
    chosen = choose_twigs(columns, 0)
    assert {each.level for each in chosen.listed} == {1}
    assert len(chosen.listed) == TWIGS - 1


@pytest.mark.slow
def test_a_million_entries_are_added_up_in_a_few_hundred_milliseconds() -> None:
    dice, many = Random(1), 1_000_000  # noqa: S311 - an invented relay
    parents, sizes, depths, km = [ROOT], [1] * many, [0], [0.0]
    for place in range(1, many):
        parent = place - 1
        while parent and dice.random() < 0.55:
            parent = parents[parent]
        parents.append(parent)
        depths.append(depths[parent] + 1)
        km.append(km[parent] + 1_000.0)
    for place in range(many - 1, 0, -1):
        sizes[parents[place]] += sizes[place]
    cities = [dice.randrange(5_000) for _ in range(many)]
    columns = Columns(
        nos=array("i", range(1, many + 1)),
        parents=array("i", parents),
        sizes=array("i", sizes),
        depths=array("i", depths),
        cities=array("i", cities),
        km=array("f", km),
        times=array("q", range(many)),
        kinds=bytes(many),
        known=bytes(many),
        city_ids=list(range(5_000)),
        city_countries=["CN"] * 5_000,
        via_hidden={},
    )
    places = [City(at, "", "", at / 100, at / 50, 0) for at in range(5_000)]
    begun = time.process_time()
    told = measure_branch(columns, 0, cities=places)
    assert time.process_time() - begun < 0.5  # an eighth on a quiet machine
    assert told.size == many
    assert told.km == pytest.approx(1_000.0 * (many - 1))
    begun = time.process_time()
    assert len(choose_twigs(columns, 0).listed) == TWIGS
    assert time.process_time() - begun < 0.1


def test_a_relay_over_the_antimeridian_takes_the_short_way() -> None:
    columns = columns_of(
        [Record(0, None, 0, FIJI), Record(1, 0, 1, (21.30694, -157.85833))]
    )
    assert measure_legs(columns, [1])[1] == pytest.approx(5089.5, abs=0.1)
