from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.domain.iso_times import SECONDS, read_times
from tests.growing import microseconds

MOMENTS = st.lists(st.datetimes(), min_size=1, max_size=9)


@given(MOMENTS)
def test_times_are_read_as_python_reads_them(moments: list[datetime]) -> None:
    for form, timespec, step in (
        (SECONDS, "seconds", 10**6),
        (f"{SECONDS}.999+00:00", "milliseconds", 1_000),
        (f"{SECONDS}.999999Z", "microseconds", 1),
    ):
        zone = form[len(SECONDS) :].lstrip(".9")
        text = "".join(each.isoformat(timespec=timespec) + zone for each in moments)
        assert read_times(text, form).tolist() == [
            microseconds(each.replace(tzinfo=UTC)) // step * step for each in moments
        ]


def test_every_day_of_a_century_and_a_half_is_read() -> None:
    first = datetime(1899, 12, 31, 23, 59, 59, tzinfo=UTC)
    days = [first + timedelta(days=each) for each in range(150 * 366)]
    text = "".join(f"{each:%Y-%m-%d %H:%M:%S}" for each in days)
    found = read_times(text, SECONDS.replace("T", " "))
    assert found.tolist() == [microseconds(each) for each in days]


@pytest.mark.parametrize(
    "wrong",
    [
        "0000-01-01T00:00:00",
        "2026-00-01T00:00:00",
        "2026-13-01T00:00:00",
        "2026-09-00T00:00:00",
        "2026-02-29T00:00:00",
        "2026-09-31T00:00:00",
        "2026-09-01T24:00:00",
        "2026-09-01T12:60:00",
        "2026-09-01T12:00:60",
        "2026-09-01T12:00: 0",
        "2026-09-01T12:0a:00",
        "2026-09-01 12:00:00",
        "+026-09-01T12:00:00",
        "2026-09-01T12:00:0²",
        "2026-09-01T12:00:0",
    ],
)
def test_a_wrong_time_is_refused_among_very_many(wrong: str) -> None:
    right = "2026-09-01T12:00:00" * 2_000
    with pytest.raises(ValueError, match=r"."):
        read_times(f"{right}{wrong}{right}", SECONDS)
    assert len(read_times(right, SECONDS)) == 2_000


def test_nothing_holds_no_times() -> None:
    assert read_times("", SECONDS).tolist() == []
