"""A relay day by day: how many entries, cities, and countries or regions it had."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from relay.domain.relay_flows import EPOCH, MICROSECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from relay.domain.forest_sums import Ints

MOST_DAYS = 120  # that are told; of a longer relay as many as that, evenly
LONGEST = 366 * 100  # days that a relay may take; a wrong clock must not cost more


@dataclass(frozen=True)
class DayCount:
    """All that had come by the end of a day, in the season's own time."""

    day: date
    entries: int
    cities: int
    countries: int


def count_days(
    times: Sequence[int] | Ints,
    *,
    cities: Iterable[int],
    countries: Iterable[int],
    zone: tzinfo,
    until: int,
) -> list[DayCount]:
    """Return the counts by day from the first entry to `until`, at most MOST_DAYS.

    `times` are when the entries were sent in, the first one first, and `until` a
    moment, all in microseconds since 1970 in UTC. `cities` and `countries` are the
    places in `times` of the first entry of each. `zone` says when a day ends. The
    first day and the last are always among them.
    """
    if not len(times):
        return []
    cities, countries = sorted(cities), sorted(countries)
    first = _day(int(times[0]), zone)
    last = _day(max(int(times[-1]), until), zone)
    days = min((last - first).days + 1, LONGEST)
    counts = []
    for each in thin(days, MOST_DAYS):
        day = first + timedelta(days=each)
        entries = int(np.searchsorted(times, _end(day, zone)))
        if each == days - 1:
            entries = len(times)
        counts.append(
            DayCount(
                day,
                entries,
                bisect_left(cities, entries),
                bisect_left(countries, entries),
            )
        )
    return counts


def tell_days(days: Sequence[DayCount]) -> list[dict[str, Any]]:
    """Return what had come by the end of each day."""
    return [
        {
            "day": each.day.isoformat(),
            "entries": each.entries,
            "cities": each.cities,
            "countries": each.countries,
        }
        for each in days
    ]


def thin(many: int, most: int) -> list[int]:
    """Return at most so many of the numbers below `many`, with first and last."""
    if many <= most:
        return list(range(many))
    return [at * (many - 1) // (most - 1) for at in range(most)]


def _day(moment: int, zone: tzinfo) -> date:
    return (EPOCH + moment * MICROSECOND).astimezone(zone).date()


def _end(day: date, zone: tzinfo) -> int:
    """Return the moment at which a day is over: the next midnight of the zone."""
    following = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    return (following.astimezone(UTC) - EPOCH) // MICROSECOND
