from __future__ import annotations

from itertools import pairwise

import pytest

from relay.domain.geo import City, great_circle_km
from relay.domain.milestones import (
    MilestoneOf,
    Passed,
    count_laps,
    find_milestones,
    list_km_marks,
)
from relay.domain.relay_figures import measure
from relay.domain.relay_forest import grow_forest
from tests.growing import (
    BEGIN,
    FIJI,
    NANJING,
    PARIS,
    Record,
    entries_of,
    microseconds,
    random_records,
)

NOW = 10**18


def pass_marks(
    records: list[Record], countries: dict[str, int] | None = None
) -> tuple[Passed, ...]:
    figures = measure(grow_forest(entries_of(records)), now=NOW)
    nos = [100 + int(each.id) for each in records]
    return find_milestones(figures, nos=nos, countries=countries or {})


def told(found: tuple[Passed, ...]) -> list[tuple[str, str, int]]:
    return [(each.of.value, each.value, each.no) for each in found]


def brute(records: list[Record]) -> list[tuple[str, str, int]]:
    """Count cities and kilometres one entry after the other."""
    forest = grow_forest(entries_of(records))
    points = forest.points
    cities: set[int] = set()
    km = 0.0
    found: set[tuple[str, int, int]] = set()
    for place, row in enumerate(forest.rows):
        no = 100 + int(records[row].id)
        here, above = forest.cities[place], forest.parents[place]
        while above != -1 and forest.cities[above] == -1:
            above = forest.parents[above]
        if here != -1:
            cities.add(here)
            if above != -1:
                a, b = points[int(forest.cities[above])], points[int(here)]
                km += great_circle_km(City(1, "", "", *a, 0), City(2, "", "", *b, 0))
        reached = [("cities", mark) for mark in (10, 50) if len(cities) >= mark]
        reached += [("km", mark) for mark in list_km_marks() if km >= mark]
        for of, mark in reached:
            if (of, mark) not in {(each[0], each[1]) for each in found}:
                found.add((of, mark, no))
    return sorted((of, str(mark), no) for of, mark, no in found)


@pytest.mark.parametrize("seed", range(150))
def test_marks_are_passed_where_counting_one_by_one_passes_them(seed: int) -> None:
    records = random_records(seed)
    assert sorted(told(pass_marks(records))) == brute(records)


def test_a_mark_has_the_time_at_which_its_entry_was_sent_in() -> None:
    records = [
        Record(at, at - 1 if at else None, at, point)
        for at, point in enumerate([NANJING, NANJING, PARIS, FIJI])
    ]
    found = pass_marks(records, {"CN": 0, "FR": 2})
    assert told(found) == [
        ("country", "CN", 100),
        ("km", "1000", 102),
        ("country", "FR", 102),
        ("km", "10000", 103),
    ]
    assert found[0].at == microseconds(BEGIN)
    assert found[-1].at == microseconds(records[3].submitted)
    assert {each.of for each in found} == {MilestoneOf.KM, MilestoneOf.COUNTRY}


def test_one_leg_may_pass_several_marks() -> None:
    records = [
        Record(at, at - 1 if at else None, at, (NANJING, FIJI)[at % 2])
        for at in range(12)
    ]
    passed = [each for each in told(pass_marks(records)) if each[0] == "km"]
    assert passed == [
        ("km", "1000", 101),
        ("km", "10000", 102),
        ("km", "40030", 105),
        ("km", "80060", 110),
    ]


def test_a_city_counts_once_towards_a_mark() -> None:
    points = [(float(at), 0.0) for at in range(50)]
    records = [Record(at, None, at, points[at // 3]) for at in range(150)]
    passed = [each for each in told(pass_marks(records)) if each[0] == "cities"]
    assert passed == [("cities", "10", 127), ("cities", "50", 247)]
    assert brute(records) == sorted(passed)
    assert told(pass_marks(records[:27])) == []


def test_an_order_of_rows_that_is_not_that_of_time_changes_nothing() -> None:
    records = random_records(8)
    assert pass_marks(records) == pass_marks(records[::-1])


def test_what_is_in_no_city_reaches_none() -> None:
    assert (
        pass_marks([Record(at, at - 1 if at else None, at, None) for at in range(60)])
        == ()
    )
    assert pass_marks([]) == ()


def test_kilometres_are_marked_at_two_round_numbers_and_then_in_laps() -> None:
    marks = list_km_marks()
    assert marks[:6] == [1_000, 10_000, 40_030, 80_060, 200_151, 400_302]
    assert all(a < b for a, b in pairwise(marks))
    assert [count_laps(each) for each in marks[:6]] == [None, None, 1, 2, 5, 10]
