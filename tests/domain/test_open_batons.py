from __future__ import annotations

from array import array

import pytest

from relay.domain.open_batons import Waiting, choose_city, count_cities, list_waiting
from relay.domain.relay_columns import Columns
from relay.domain.relay_pace import DAY

H = 7 * DAY
NOW = 1_000 * DAY


def columns(days: list[float], sizes: list[int], cities: list[int]) -> Columns:
    """Columns of entries so many days old."""
    many = len(days)
    return Columns(
        nos=array("i", range(1, many + 1)),
        parents=array("i", [-1] * many),
        sizes=array("i", sizes),
        depths=array("i", [0] * many),
        cities=array("i", cities),
        km=array("f", [0.0] * many),
        times=array("q", [int(NOW - day * DAY) for day in days]),
        kinds=bytes(many),
        known=bytes(many),
        city_ids=[100, 200],
        city_countries=["CN", "FR"],
        via_hidden={},
    )


def test_the_longest_waiting_stands_first_and_the_young_do_not_wait() -> None:
    found = columns([30, 6, 8, 20, 9, 400], [2, 1, 1, 1, 1, 1], [0] * 6)
    assert list(list_waiting(found, Waiting.OPEN, h=H, now=NOW)) == [3, 4, 2]
    assert list(list_waiting(found, Waiting.RESTING, h=H, now=NOW)) == [5]


@pytest.mark.parametrize(
    ("days", "state"),
    [(7, None), (7.001, Waiting.OPEN), (28, Waiting.OPEN), (28.001, Waiting.RESTING)],
)
def test_the_edges_are_those_of_the_figures(days: float, state: Waiting | None) -> None:
    found = columns([days], [1], [0])
    for each in Waiting:
        assert len(list_waiting(found, each, h=H, now=NOW)) == (each is state)


def test_cities_are_counted_and_chosen() -> None:
    found = columns([9] * 5, [1, 1, 1, 1, 2], [1, 0, 1, -1, 0])
    places = list_waiting(found, Waiting.OPEN, h=H, now=NOW)
    assert count_cities(found, places) == [(200, 2), (100, 1)]
    assert choose_city(found, places, 200) == [0, 2]
    assert choose_city(found, places, 300) == []
