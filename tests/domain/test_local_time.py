from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from relay.domain.errors import Invalid
from relay.domain.local_time import comes_later, read_local, write_local

LONDON = ZoneInfo("Europe/London")
NANJING = ZoneInfo("Asia/Shanghai")


def read(text: str, zone: ZoneInfo = LONDON, *, later: bool | None = None) -> datetime:
    return read_local(text, zone, field="opens", is_later=later)


def test_a_local_time_is_one_of_its_zone_and_comes_back_the_same() -> None:
    at = read("2026-06-21T09:00", NANJING)
    assert at == datetime(2026, 6, 21, 1, tzinfo=UTC)
    assert write_local(at, NANJING) == "2026-06-21T09:00"
    assert read(" 2026-06-21T09:00 ") == datetime(2026, 6, 21, 8, tzinfo=UTC)


def test_an_offset_is_believed() -> None:
    assert read("2026-06-21T09:00+03:00") == datetime(2026, 6, 21, 6, tzinfo=UTC)
    assert read("2026-06-21T09:00Z") == datetime(2026, 6, 21, 9, tzinfo=UTC)


def test_a_time_that_clocks_leap_over_is_no_time() -> None:
    with pytest.raises(Invalid, match="skipped"):
        read("2026-03-29T01:30")
    assert read("2026-03-29T02:00") == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_time_that_comes_twice_asks_which_is_meant() -> None:
    with pytest.raises(Invalid, match="twice"):
        read("2026-10-25T01:30")
    first = read("2026-10-25T01:30", later=False)
    second = read("2026-10-25T01:30", later=True)
    assert (first.hour, second.hour) == (0, 1)
    assert comes_later(first, LONDON) is False
    assert comes_later(second, LONDON) is True
    assert comes_later(read("2026-10-25T03:30"), LONDON) is None


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01T00:00", "0001-01-01T00"])
def test_nonsense_is_no_time(text: str) -> None:
    with pytest.raises(Invalid, match="not_a_time"):
        read(text, NANJING)
