"""A relay day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from relay.domain.relay_days import MOST_DAYS, DayCount, count_days, thin
from tests.growing import microseconds

NANJING = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int) -> int:
    return microseconds(datetime(2026, 9, day, hour, tzinfo=UTC))


def test_a_day_ends_at_the_midnight_of_the_season() -> None:
    times = [at(1, 15), at(1, 17), at(3, 1)]  # in Nanjing 1, 2 and 3 September
    days = count_days(times, cities=[0, 2], countries=[0], zone=NANJING, until=at(3, 2))
    assert days == [
        DayCount(date(2026, 9, 1), 1, 1, 1),
        DayCount(date(2026, 9, 2), 2, 1, 1),
        DayCount(date(2026, 9, 3), 3, 2, 1),
    ]


def test_days_without_an_entry_are_told_until_the_moment_of_measuring() -> None:
    days = count_days([at(1, 0)], cities=[], countries=[], zone=UTC, until=at(4, 9))
    assert [(each.day.day, each.entries, each.cities) for each in days] == [
        (1, 1, 0),
        (2, 1, 0),
        (3, 1, 0),
        (4, 1, 0),
    ]


def test_an_entry_after_the_close_still_counts() -> None:
    days = count_days(
        [at(1, 0), at(5, 0)], cities=[0, 1], countries=[0], zone=UTC, until=at(2, 0)
    )
    assert (days[-1].day.day, days[-1].entries, days[-1].cities) == (5, 2, 2)


def test_nothing_has_no_days() -> None:
    assert count_days([], cities=[], countries=[], zone=UTC, until=at(1, 0)) == []


def test_a_long_relay_keeps_its_first_day_and_its_last_and_never_falls() -> None:
    begin = datetime(2024, 1, 1, 12, tzinfo=UTC)
    times = [microseconds(begin + timedelta(hours=7 * each)) for each in range(3000)]
    days = count_days(
        times, cities=range(0, 3000, 9), countries=[0], zone=UTC, until=times[-1]
    )
    assert len(days) == MOST_DAYS
    assert days[0].day == date(2024, 1, 1)
    assert (days[-1].entries, days[-1].cities) == (3000, len(range(0, 3000, 9)))
    assert days == sorted(days, key=lambda each: (each.day, each.entries, each.cities))
    assert len({each.day for each in days}) == MOST_DAYS


def test_a_clock_change_moves_the_end_of_the_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")  # on 25 October 2026 the day has 25 hours
    late = microseconds(datetime(2026, 10, 25, 22, 30, tzinfo=UTC))
    days = count_days([late], cities=[], countries=[], zone=berlin, until=late)
    assert [each.day for each in days] == [date(2026, 10, 25)]


def test_thinning_keeps_both_ends() -> None:
    assert thin(3, 5) == [0, 1, 2]
    assert thin(10, 4) == [0, 3, 6, 9]
    assert thin(0, 4) == []
