"""Milestones: marks that a relay passes once, in cities, kilometres and countries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from relay.domain.relay_distance import LAP_KM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from relay.domain.relay_figures import Figures

CITIES = (10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000)
KM = (1_000, 10_000)
# After the first time around the earth, laps are told ever more rarely.
LAPS = tuple(
    step * 10**power for power in range(7) for step in (1, 2, 5)
)  # 1, 2, 5, 10, 20, 50, 100 …
CENT = 100  # parts of a kilometre in which distances are added up


class MilestoneOf(StrEnum):
    """What a milestone counts: cities, kilometres, or the first of a country."""

    CITIES = "cities"
    KM = "km"
    COUNTRY = "country"


@dataclass(frozen=True)
class Passed:
    """A mark that was passed: with which entry, and when that was sent in.

    `value` is the number that was reached, or the code of the country or region; `at`
    is in microseconds since 1970 in UTC.
    """

    of: MilestoneOf
    value: str
    at: int
    no: int


def find_milestones(
    figures: Figures, *, nos: Sequence[int | None], countries: Mapping[str, int]
) -> tuple[Passed, ...]:
    """Return the marks that a relay has passed, each with the entry that passed it.

    `nos` are public numbers by row, `countries` the place in the forest of the first
    entry of each country or region.
    """
    forest = figures.forest
    found = [
        *((MilestoneOf.CITIES, mark, at) for mark, at in _find_cities(figures)),
        *((MilestoneOf.KM, mark, at) for mark, at in _find_km(figures)),
        *((MilestoneOf.COUNTRY, code, at) for code, at in countries.items()),
    ]
    return tuple(
        Passed(of, value, int(forest.times[place]), nos[forest.rows[place]] or 0)
        for of, value, place in sorted(found, key=lambda each: each[2])
    )


def list_km_marks() -> list[int]:
    """Return the kilometres that are marks: two round ones, then times round the earth.

    The first lap is 40,030 km.
    """
    return [*KM, *(int(LAP_KM * laps) for laps in LAPS)]


def count_laps(km: int) -> int | None:
    """Return how many times around the earth a mark is; None for a round one."""
    return None if km in KM else round(km / LAP_KM)


def _find_cities(figures: Figures) -> Iterable[tuple[str, int]]:
    """Yield each mark in cities, and the place at which so many had an entry."""
    firsts = sorted(figures.reach.first_entries.values())
    return [(str(mark), firsts[mark - 1]) for mark in CITIES if mark <= len(firsts)]


def _find_km(figures: Figures) -> Iterable[tuple[str, int]]:
    """Yield each mark in kilometres, and the place at which the legs made so many."""
    # Added up as whole numbers: the sum of a million is exact, and never falls.
    cents = np.rint(figures.distances.legs * CENT).astype(np.int64)
    ways = np.cumsum(cents)
    return [
        (str(mark), int(np.searchsorted(ways, mark * CENT)))
        for mark in list_km_marks()
        if len(ways) and ways[-1] >= mark * CENT
    ]
