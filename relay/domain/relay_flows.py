"""Passes from city to city, month by month, and how many of them went both ways."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from relay.domain.ordered import find_distinct
from relay.domain.relay_forest import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from relay.domain.forest_sums import Ints
    from relay.domain.relay_forest import Forest

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Flow:
    """Passes from one city to another in one month, such as "2026-09"."""

    month: str
    start: int
    end: int
    passes: int


@dataclass(frozen=True)
class Flows:
    """The passes with a leg: from city to city, within one, and both ways.

    `reciprocity` is the share of the pairs of cities between which batons went in
    both directions; None without a pair. `months` has all passes of each month in
    which an entry was sent in. `ways` has one number for the two
    cities of each pass, of so many `cities`, and `spans` where those of a month stand.
    """

    months: dict[str, int]
    between: int
    within: int
    reciprocity: float | None
    ways: Ints
    cities: int
    spans: Sequence[tuple[str, int, int]]

    def list_flows(self) -> Iterator[Flow]:
        """Yield the flows between two cities and within one, month by month."""
        for month, first, last in self.spans:
            ways, passes = np.unique(self.ways[first:last], return_counts=True)
            starts, ends = np.divmod(ways, self.cities)
            for each in zip(
                starts.tolist(), ends.tolist(), passes.tolist(), strict=True
            ):
                yield Flow(month, *each)


def measure_flows(forest: Forest, starts: Ints) -> Flows:
    """Count the legs by the month of the child's sending, in UTC.

    `starts` are the cities that the entries were reached from: of an entry without a
    city that of its nearest located ancestor, as in the kilometres.
    """
    cities = len(forest.points)
    legs = np.flatnonzero((starts != NOWHERE) & (forest.cities != NOWHERE))
    starts, ends = starts[legs], forest.cities[legs]
    spans = []
    for month, *places in _months(forest.times):
        first, last = np.searchsorted(legs, places).tolist()
        spans.append((month, first, last))
    within = int(np.count_nonzero(starts == ends))
    return Flows(
        months={month: last - first for month, first, last in spans},
        between=len(legs) - within,
        within=within,
        reciprocity=_reciprocity(starts, ends, cities=cities),
        ways=starts * cities + ends,
        cities=cities,
        spans=spans,
    )


def _reciprocity(starts: Ints, ends: Ints, *, cities: int) -> float | None:
    """Return the share of the pairs of cities between which batons went both ways."""
    between = starts != ends
    ways = find_distinct(starts[between] * cities + ends[between])
    if not len(ways):
        return None
    one, other = np.divmod(ways, cities)
    pairs = len(find_distinct(np.minimum(one, other) * cities + np.maximum(one, other)))
    return (len(ways) - pairs) / pairs


def _months(times: Ints) -> Iterator[tuple[str, int, int]]:
    """Yield the months of ordered times, each with its first place and its end."""
    first = 0
    while first < len(times):
        moment = EPOCH + int(times[first]) * MICROSECOND
        year, month = divmod(moment.year * 12 + moment.month, 12)
        following = datetime(year, month + 1, 1, tzinfo=UTC)
        last = int(np.searchsorted(times, (following - EPOCH) // MICROSECOND))
        yield f"{moment:%Y-%m}", first, last
        first = last
