"""The map's numbers in columns so short that a browser can fetch ten thousand cities.

Each column is one string: differences from one number to the next, in the variable
lengths and the 64 letters that source maps use. It is a third of the same as GeoJSON.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Steps of a degree in which places are told: 2 km, under a pixel at the nearest zoom.
SCALE = 50

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BITS, _MORE = 5, 32

PlaceRow = tuple[int, str, str, float, float, int]
LegRow = tuple[int, int, int]
DayRow = tuple[int, int, int, int]


class PlaceColumns(TypedDict):
    """Cities by id: `ids`, `lats` and `lons` are steps, `countries` and `runs` pairs.

    `names` are joined by line feeds, as no name holds one.
    """

    ids: str
    lats: str
    lons: str
    entries: str
    names: str
    countries: list[str]
    runs: str


class LegColumns(TypedDict):
    """Legs between places of the list of cities: how many leave each, where to."""

    out: str
    to: str
    passes: str


class DayColumns(TypedDict):
    """What came on which day: how many days later, where to, where from, how many.

    `to` and `origin` are places in the list of cities; `origin` counts from 1, and 0
    is an entry that nobody passed on from another place.
    """

    after: str
    to: str
    origin: str
    entries: str


def write_numbers(numbers: Iterable[int]) -> str:
    """Return whole numbers as text, the small ones as one letter each."""
    letters: list[str] = []
    for number in numbers:
        left = number << 1 if number >= 0 else (-number << 1) | 1
        while left >= _MORE:
            letters.append(_LETTERS[left & (_MORE - 1) | _MORE])
            left >>= _BITS
        letters.append(_LETTERS[left])
    return "".join(letters)


def write_steps(numbers: Sequence[int]) -> str:
    """Return numbers as the steps from each to the next, beginning at 0."""
    return write_numbers(after - before for before, after in pairwise((0, *numbers)))


def pack_places(places: Sequence[PlaceRow]) -> PlaceColumns:
    """Return cities (id, name, country, lat, lon, entries) as columns, in that order.

    In the order of their ids neighbours of one country stand together.
    """
    runs = [(code, len([*same])) for code, same in groupby(row[2] for row in places)]
    return PlaceColumns(
        ids=write_steps([row[0] for row in places]),
        lats=write_steps([round(row[3] * SCALE) for row in places]),
        lons=write_steps([round(row[4] * SCALE) for row in places]),
        entries=write_numbers(row[5] for row in places),
        names="\n".join(row[1] for row in places),
        countries=[code for code, _ in runs],
        runs=write_numbers(many for _, many in runs),
    )


def pack_legs(legs: Iterable[LegRow], cities: int) -> LegColumns:
    """Return legs (from, to, passes) between places of a list of so many cities."""
    out, to, passes = [0] * cities, [], []
    before = (-1, 0)
    for start, end, many in sorted(legs):
        out[start] += 1
        to.append(end - (before[1] if before[0] == start else 0))
        passes.append(many)
        before = (start, end)
    return LegColumns(
        out=write_numbers(out), to=write_numbers(to), passes=write_numbers(passes)
    )


def pack_days(rows: Iterable[DayRow]) -> DayColumns:
    """Return what came (day, to, from or -1, how many), day by day.

    The first day counts from 1 January 1970.
    """
    after, to, origin, entries = [], [], [], []
    before = (0, 0)
    for day, end, start, many in sorted(rows):
        after.append(day - before[0])
        to.append(end - (before[1] if before[0] == day else 0))
        origin.append(start + 1)
        entries.append(many)
        before = (day, end)
    return DayColumns(
        after=write_numbers(after),
        to=write_numbers(to),
        origin=write_numbers(origin),
        entries=write_numbers(entries),
    )
