"""Days counted otherwise than from year 1 in January: eras of Japan, Persian years."""

from __future__ import annotations

import re

_ERA_STARTS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_ERA = re.compile(
    r"(令和|平成|昭和)\s?(\d{1,2}|元)\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日"
)

PERSIAN_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد/امرداد", "شهریور"),
            *("مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"),
        ),
        start=1,
    )
    for name in names.split("/")
}
# 1990 to 2041, when there are pages.
_FIRST_PERSIAN, _LAST_PERSIAN = 1369, 1420
_PERSIAN_WORDS = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s({'|'.join(PERSIAN_MONTHS)})(?:\s?ماه)?،?\s?(\d{{4}})(?!\d)"
)
_PERSIAN_NUMBERS = re.compile(r"(?<!\d)(1[34]\d\d)[/-](\d{1,2})[/-](\d{1,2})(?!\d)")
_ARABIC_LETTERS = re.compile(r"[\u0621-\u06cc]")

_LONG_MONTHS = 6
_DAYS = 31
_EPOCH_SHIFT = 1595


def read_era(line: str) -> tuple[int, int, int] | None:
    """Return year, month and day of a date in an era: 令和2年11月3日 is in 2020."""
    match = _ERA.search(line)
    if not match:
        return None
    year = 1 if match[2] == "元" else int(match[2])
    return _ERA_STARTS[match[1]] + year, int(match[3]), int(match[4])


def read_persian(line: str, language: str) -> tuple[int, int, int] | None:
    """Return the Gregorian day of one in the Persian calendar, digits being 0 to 9."""
    match = _PERSIAN_WORDS.search(line)
    if match:
        return _from_persian(int(match[3]), PERSIAN_MONTHS[match[2]], int(match[1]))
    if language.startswith(("fa", "ps")) or _ARABIC_LETTERS.search(line):
        match = _PERSIAN_NUMBERS.search(line)
        if match:
            return _from_persian(int(match[1]), int(match[2]), int(match[3]))
    return None


def _from_persian(year: int, month: int, day: int) -> tuple[int, int, int] | None:
    """Convert by the arithmetic of 33-year cycles, right for 1178 to 1633 A.P.

    The days are counted from the first of year -1595, then divided the Gregorian way;
    see https://en.wikipedia.org/wiki/Solar_Hijri_calendar.
    """
    if not _FIRST_PERSIAN <= year <= _LAST_PERSIAN or not 1 <= month <= 12:  # noqa: PLR2004 -- months
        return None
    if not 1 <= day <= _DAYS:
        return None
    shifted = year + _EPOCH_SHIFT
    days = 365 * shifted + shifted // 33 * 8 + (shifted % 33 + 3) // 4 - 355_668 + day
    days += (
        (month - 1) * 31
        if month <= _LONG_MONTHS + 1
        else (month - 7) * 30 + _LONG_MONTHS * 31
    )
    return _from_day_number(days)


def _from_day_number(days: int) -> tuple[int, int, int]:
    year = 400 * (days // 146_097)
    days %= 146_097
    if days > 36_524:  # noqa: PLR2004 -- days of a century
        days -= 1
        year += 100 * (days // 36_524)
        days %= 36_524
        if days >= 365:  # noqa: PLR2004 -- days of a year
            days += 1
    year += 4 * (days // 1_461)
    days %= 1_461
    if days > 365:  # noqa: PLR2004 -- days of a year
        year += (days - 1) // 365
        days = (days - 1) % 365
    leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
    months = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    left = days + 1
    for month, length in enumerate(months, start=1):
        if left <= length:
            return year, month, left
        left -= length
    return year, 12, 31
