"""Days of the Japanese eras and of the Persian calendar, against printed tables."""

from __future__ import annotations

import pytest

from relay.domain.page_calendars import read_era, read_persian


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("令和2年11月3日", (2020, 11, 3)),
        ("公開: 令和元年 8月15日", (2019, 8, 15)),
        ("平成31年4月30日", (2019, 4, 30)),
        ("昭和64年1月7日", (1989, 1, 7)),
        ("2020年11月3日", None),
    ],
)
def test_an_era_counts_from_its_first_year(
    line: str, day: tuple[int, int, int] | None
) -> None:
    assert read_era(line) == day


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("1 فروردین 1400", (2021, 3, 21)),
        ("4 فروردین 1400", (2021, 3, 24)),
        ("1 مهر 1398", (2019, 9, 23)),
        ("30 اسفند 1399", (2021, 3, 20)),
        ("29 دی 1402", (2024, 1, 19)),
        ("1 فروردین 1403", (2024, 3, 20)),
        ("1399/10/01", (2020, 12, 21)),
        ("1 فروردین 1200", None),
    ],
)
def test_the_persian_year_begins_in_spring(
    line: str, day: tuple[int, int, int] | None
) -> None:
    assert read_persian(line, "fa") == day


def test_numbers_are_persian_only_among_persian_or_arabic_letters() -> None:
    assert read_persian("1399/10/01", "en") is None
    assert read_persian("تاریخ: 1399/10/01", "") == (2020, 12, 21)
