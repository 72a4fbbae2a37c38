"""Dates as pages write them, in many forms and languages, read as ISO 8601."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from relay.domain.page_calendars import read_era, read_persian
from relay.domain.page_months import month_number

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_YEAR = 1990
"""Before this year there was no page; an older date is the work's or a mistake."""
LAST_YEAR = 2100
_LONGEST = 240
_DAY_CHARS = len("2026-03-04")

_ISO = re.compile(
    r"(?<!\d)(?P<y>\d{4})(?:-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<m2>\d\d)(?P<d2>\d\d))"
    r"(?!\d)(?:[T\s]{1,2}(?P<hh>\d{1,2}):?(?P<mm>\d\d)(?::?(?P<ss>\d\d))?(?:[.,]\d{1,9})?"
    r"\s?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d|[A-Z]{3,4}\b)?)?"
)
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<y>\d{4})\s?[./年년-]\s?(?P<m>\d{1,2})\s?[./月월-]\s?(?P<d>\d{1,2})(?!\d)"
)
_NUMBERS = re.compile(
    r"(?<![\d.,/])(?<!\d-)(?P<a>\d{1,2})(?P<mark>[./-])\s?(?P<b>\d{1,2})(?P=mark)\s?"
    r"(?P<y>\d{4}|\d\d)(?![\d.]?\d)"
)
_DAY_MONTH = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})\s?(?:st|nd|rd|th|er|º|ª|\.|-)?[\s,-]{0,3}"
    r"(?:of |de |d['’]|di )?(?P<word>[^\W\d_][^\d\s,/]{1,15})\.?"
    r"[\s,/-]{0,3}(?:de |del |of )?(?P<y>\d{4})(?!\d)"
)
_MONTH_DAY = re.compile(
    r"(?<![^\W\d_])(?P<word>[^\W\d_][^\d\s,]{1,15})\.?[\s-]{0,2}(?P<d>\d{1,2})"
    r"(?:st|nd|rd|th|\.|-a)?,?\s{1,2}(?P<y>\d{4})"
)
_YEAR_MONTH_DAY = re.compile(
    r"(?<!\d)(?P<y>\d{4})\.?\s(?:m\.\s)?(?P<word>[^\W\d_][^\d\s,]{1,15})\s(?P<d>\d{1,2})"
)
_DAY_MONTH_NUMBER = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})\stháng\s(?P<m>\d{1,2}),?\s(?:năm\s)?(?P<y>\d{4})(?!\d)",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
# Zones that pages still write as letters; summer time where they say so.
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "IST": 5.5, "JST": 9, "KST": 9, "EST": -5, "EDT": -4, "CST": -6,
    "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
_MONTH_FIRST = frozenset({"en-us", "en", "fil", "en-ph"})
_BUDDHIST_YEARS = 543
_WIDEST_ZONE_HOURS = 14


def read_date(text: str | None, *, language: str | None = None) -> str | None:
    """Return the first date in `text` as ISO 8601, with time and zone if it has them.

    `language` (BCP 47) decides what 3/4/2024 means and which month a word names.
    """
    if not text:
        return None
    line = _ascii_digits(" ".join(text[:_LONGEST].split()))
    for reader in _READERS:
        found = reader(line, (language or "").lower())
        if found:
            return found
    return None


def as_the_site_counts(moment: str, address_day: str | None) -> str:
    """Return the day in a work's own address, where its moment tells the day beside.

    Both are from `read_date`. Publishing software stores moments in UTC and files
    works under the day on which their city published them; that day is the one that
    readers see.
    """
    if not address_day or len(moment) <= _DAY_CHARS:
        return moment
    said = datetime.fromisoformat(moment)
    if said.tzinfo is None:
        return moment
    apart = said.astimezone(UTC).date() - datetime.fromisoformat(address_day).date()
    return address_day[:_DAY_CHARS] if abs(apart.days) == 1 else moment


def _iso(line: str, _: str) -> str | None:
    for match in _ISO.finditer(line):
        part = match.groupdict()
        found = _day(part["y"], part["m"] or part["m2"], part["d"] or part["d2"])
        if found:
            return found + _time(part)
    return None


def _time(part: dict[str, str | None]) -> str:
    if not part["hh"]:
        return ""
    hour, minute, second = (int(part[name] or 0) for name in ("hh", "mm", "ss"))
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 -- a clock's own limits
        return ""
    return f"T{hour:02}:{minute:02}:{second:02}{_zone(part['zone'] or '')}"


def _zone(said: str) -> str:
    if not said:
        return ""
    if said[0] in "+-":
        digits = said[1:].replace(":", "").ljust(4, "0")
        if int(digits[:2]) > _WIDEST_ZONE_HOURS or int(digits[2:]) > 59:  # noqa: PLR2004 -- a clock's own limit
            return ""
        return f"{said[0]}{digits[:2]}:{digits[2:]}"
    hours = _ZONES.get(said)
    if hours is None:
        return ""
    return datetime(2000, 1, 1, tzinfo=timezone(timedelta(hours=hours))).isoformat()[
        19:
    ]


def _year_first(line: str, _: str) -> str | None:
    match = _YEAR_FIRST.search(line)
    return _day(match["y"], match["m"], match["d"]) if match else None


def _rfc(line: str, _: str) -> str | None:
    if ":" not in line:
        return None
    try:
        moment = parsedate_to_datetime(line)
        fits = FIRST_YEAR <= moment.year <= LAST_YEAR
        return moment.isoformat() if fits else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _other_calendar(line: str, language: str) -> str | None:
    if line.isascii():
        return None
    found = read_era(line) or read_persian(line, language)
    return _day(*found) if found else None


def _with_word(line: str, language: str) -> str | None:
    named = _DAY_MONTH_NUMBER.search(line)
    if named:
        return _day(named["y"], named["m"], named["d"])
    for pattern in (_DAY_MONTH, _MONTH_DAY, _YEAR_MONTH_DAY):
        for match in pattern.finditer(line):
            month = month_number(match["word"], language)
            found = month and _day(match["y"], month, match["d"])
            if found:
                return found
    return None


def _numbers(line: str, language: str) -> str | None:
    for match in _NUMBERS.finditer(line):
        first, second = match["a"], match["b"]
        if match["mark"] == "/" and (language in _MONTH_FIRST or not language):
            first, second = second, first
        year = match["y"] if len(match["y"]) == 4 else "20" + match["y"]  # noqa: PLR2004 -- digits
        found = _day(year, second, first) or _day(year, first, second)
        if found:
            return found
    return None


def _epoch(line: str, _: str) -> str | None:
    match = _EPOCH.fullmatch(line)
    if not match:
        return None
    moment = datetime.fromtimestamp(int(match[1]), UTC)
    return moment.isoformat() if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _day(year: str | int, month: str | int | None, day: str | int | None) -> str | None:
    number = int(year)
    if number > LAST_YEAR:
        number -= _BUDDHIST_YEARS
    try:
        found = datetime(number, int(month or 0), int(day or 0), tzinfo=UTC)
    except ValueError:
        return None
    return found.date().isoformat() if FIRST_YEAR <= number <= LAST_YEAR else None


def _ascii_digits(line: str) -> str:
    if line.isascii():
        return line
    return "".join(str(int(each)) if each.isdecimal() else each for each in line)


_READERS: tuple[Callable[[str, str], str | None], ...] = (
    _epoch,
    _iso,
    _rfc,
    _other_calendar,
    _year_first,
    _with_word,
    _numbers,
)
