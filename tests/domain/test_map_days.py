from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from relay.domain import map_days
from relay.domain.map_days import DAY, list_days
from tests.growing import FIJI, NANJING, PARIS, Record, columns_of, microseconds
from tests.growing import random_records as grow

if TYPE_CHECKING:
    from relay.domain.relay_columns import Columns

SHOWN = {1: 0, 2: 1, 3: 2}
FIRST = 20_697  # 1 September 2026


def relay() -> Columns:
    """Nanjing to Paris at noon, one nowhere the next day, and from it to Fiji."""
    return columns_of(
        [
            Record(0, None, 0, NANJING),
            Record(1, 0, 0.6, PARIS),
            Record(2, 1, 1, None),
            Record(3, 2, 2, FIJI),
            Record(4, 0, 2.1, NANJING),
        ]
    )


def test_each_day_tells_where_what_came_and_from_where() -> None:
    assert list_days(relay(), SHOWN).rows == (
        (FIRST, 0, -1, 1),
        (FIRST + 1, 1, 0, 1),
        (FIRST + 2, 0, -1, 1),
        (FIRST + 2, 2, 1, 1),  # past the one that is nowhere, as the kilometres are
    )


def test_days_begin_where_the_season_lives() -> None:
    east = list_days(relay(), SHOWN, east=12 * 3600 * 1_000_000)
    assert [row[0] for row in east.rows] == [FIRST + 1, FIRST + 1, FIRST + 3, FIRST + 3]


def test_only_what_is_chosen_and_shown_is_told() -> None:
    chosen = [1, 0, 1, 1, 1]
    cities = Counter(row[1] for row in list_days(relay(), SHOWN, chosen).rows)
    assert sum(cities.values()) == 3
    assert {row[1] for row in list_days(relay(), {1: 0, 3: 7}).rows} == {0, 7}


def test_too_many_rows_are_told_in_longer_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = [Record(at, at - 1 if at else None, at, NANJING) for at in range(60)]
    monkeypatch.setattr(map_days, "MOST_ROWS", 9)
    table = list_days(columns_of(records), {1: 0})
    assert table.step == 7
    assert [row[0] - FIRST for row in table.rows] == list(range(0, 60, 7))
    assert [row[3] for row in table.rows] == [7] * 8 + [4]


def test_many_different_ways_still_play_in_several_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places = [NANJING, PARIS, FIJI]
    records = [
        Record(at, at - 1 if at else None, at, places[at % 3]) for at in range(60)
    ]
    records.append(Record(99, 0, 59, PARIS))  # one more from Nanjing to Paris
    monkeypatch.setattr(map_days, "MOST_ROWS", 5)
    monkeypatch.setattr(map_days, "MOST_WAYS", 1)
    table = list_days(columns_of(records), SHOWN)
    assert len({day for day, *_ in table.rows}) >= map_days.LEAST_STEPS
    assert sum(many for *_, many in table.rows) == len(records)
    assert {(start, end) for _, end, start, _ in table.rows if start != -1} == {(0, 1)}


@pytest.mark.parametrize("seed", range(40))
def test_it_agrees_with_going_from_hand_to_hand(seed: int) -> None:
    columns = columns_of(grow(seed))
    shown = {city: at for at, city in enumerate(columns.city_ids)}
    expected: Counter[tuple[int, int, int]] = Counter()
    for at, city in enumerate(columns.cities):
        before = columns.parents[at]
        while before != -1 and columns.cities[before] == -1:
            before = columns.parents[before]
        start = columns.cities[before] if before != -1 else -1
        if city != -1:
            way = -1 if start == city else start
            expected[columns.times[at] // DAY, city, way] += 1
    assert list_days(columns, shown).rows == tuple(
        (*row, many) for row, many in sorted(expected.items())
    )


def test_nothing_is_told_of_an_empty_relay() -> None:
    table = list_days(columns_of([]), {})
    assert (table.step, table.rows) == (1, ())


def test_a_day_is_a_day() -> None:
    assert microseconds(Record(0, None, 1).submitted) // DAY == FIRST + 1
