"""Batons that wait for the next hand: which are open, and which have come to rest."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from enum import StrEnum
from typing import TYPE_CHECKING

from relay.domain.relay_pace import RESTING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.domain.relay_columns import Columns


class Waiting(StrEnum):
    """For how long nobody has taken a baton: for some time, or for a long one."""

    OPEN = "open"
    RESTING = "resting"


def list_waiting(columns: Columns, state: Waiting, *, h: int, now: int) -> array[int]:
    """Return the places of the entries without a child, the longest waiting first.

    Those older than `h`, and not than 4 × `h`, are open; older ones rest (both in
    microseconds, as is `now`; `relay-metrics`, dormancy). The order is that of time
    alone: nobody is ranked.
    """
    eldest, youngest = now - RESTING * h, now - h
    times = columns.times
    if state is Waiting.OPEN:
        found = [
            place
            for place, size in enumerate(columns.sizes)
            if size == 1 and eldest <= times[place] < youngest
        ]
    else:
        found = [
            place
            for place, size in enumerate(columns.sizes)
            if size == 1 and times[place] < eldest
        ]
    found.sort(key=times.__getitem__)
    return array("i", found)


def find_later(columns: Columns, places: Sequence[int], last: int) -> int:
    """Return where among waiting places those begin that come after the last one seen.

    That one need not wait any more: the places stand in the order of their times.
    """
    times = columns.times
    return bisect_right(places, (times[last], last), key=lambda at: (times[at], at))


def choose_city(columns: Columns, places: Sequence[int], city_id: int) -> list[int]:
    """Return those of the places that are in a city."""
    if city_id not in columns.city_ids:
        return []
    city, cities = columns.city_ids.index(city_id), columns.cities
    return [place for place in places if cities[place] == city]


def count_cities(columns: Columns, places: Sequence[int]) -> list[tuple[int, int]]:
    """Return (city, how many of the places are there), by GeoNames id, most first."""
    counts = [0] * len(columns.city_ids)
    cities = columns.cities
    for place in places:
        if cities[place] >= 0:
            counts[cities[place]] += 1
    found = [(columns.city_ids[at], many) for at, many in enumerate(counts) if many]
    return sorted(found, key=lambda each: (-each[1], each[0]))
