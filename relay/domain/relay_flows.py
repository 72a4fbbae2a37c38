"""Passes from city to city, month by month, and how many of them went both ways."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from relay.domain.relay_forest import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    both directions; None without a pair. `counts` are, by month, of
    start × `cities` + end.
    """

    cities: int
    counts: dict[str, Counter[int]]
    between: int
    within: int
    reciprocity: float | None

    def list_flows(self) -> Iterator[Flow]:
        """Yield the flows between two cities and within one, month by month."""
        for month, counts in self.counts.items():
            for pair, passes in sorted(counts.items()):
                yield Flow(month, pair // self.cities, pair % self.cities, passes)


def measure_flows(forest: Forest, starts: Sequence[int]) -> Flows:
    """Count the legs by the month of the child's sending, in UTC.

    `starts` are the cities that the entries were reached from: of an entry without a
    city that of its nearest located ancestor, as in the kilometres.
    """
    cities = len(forest.points)
    counts: dict[str, Counter[int]] = {}
    for month, first, last in _months(forest.times):
        counts[month] = Counter(
            start * cities + end
            for start, end in zip(
                starts[first:last], forest.cities[first:last], strict=True
            )
            if NOWHERE not in (start, end)
        )
    within = sum(
        passes
        for each in counts.values()
        for pair, passes in each.items()
        if pair // cities == pair % cities
    )
    ways = {
        pair
        for each in counts.values()
        for pair in each
        if pair // cities != pair % cities
    }
    both = sum(pair % cities * cities + pair // cities in ways for pair in ways)
    return Flows(
        cities=cities,
        counts=counts,
        between=sum(each.total() for each in counts.values()) - within,
        within=within,
        # Of a pair that went both ways both are counted here, and one is too much.
        reciprocity=both / 2 / (len(ways) - both / 2) if ways else None,
    )


def _months(times: Sequence[int]) -> Iterator[tuple[str, int, int]]:
    """Yield the months of ordered times, each with its first place and its end."""
    first = 0
    while first < len(times):
        moment = EPOCH + timedelta(microseconds=times[first])
        year, month = divmod(moment.year * 12 + moment.month, 12)
        following = datetime(year, month + 1, 1, tzinfo=UTC)
        last = bisect_left(times, (following - EPOCH) // MICROSECOND, first)
        yield f"{moment:%Y-%m}", first, last
        first = last
