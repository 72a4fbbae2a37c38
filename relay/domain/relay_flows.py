"""Passes from city to city, month by month, and how many of them went both ways."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import compress
from operator import eq
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
    both directions; None without a pair. `months` has all passes of each month in
    which an entry was sent in. `starts`, `ends` and `spans` are what they were counted
    from: where each entry was reached from, its city, and where a month stands.
    """

    months: dict[str, int]
    between: int
    within: int
    reciprocity: float | None
    starts: Sequence[int]
    ends: Sequence[int]
    spans: Sequence[tuple[str, int, int]]

    def list_flows(self) -> Iterator[Flow]:
        """Yield the flows between two cities and within one, month by month."""
        for month, first, last in self.spans:
            counts = Counter(
                zip(self.starts[first:last], self.ends[first:last], strict=True)
            )
            for (start, end), passes in sorted(counts.items()):
                if NOWHERE not in (start, end):
                    yield Flow(month, start, end, passes)


def measure_flows(forest: Forest, starts: Sequence[int]) -> Flows:
    """Count the legs by the month of the child's sending, in UTC.

    `starts` are the cities that the entries were reached from: of an entry without a
    city that of its nearest located ancestor, as in the kilometres.
    """
    ends = forest.cities
    spans = list(_months(forest.times))
    # Neither of two is NOWHERE, -1, if the lesser is not.
    is_leg = bytes(
        NOWHERE not in (start, end) for start, end in zip(starts, ends, strict=True)
    )
    passes = is_leg.count(1)
    within = sum(compress(map(eq, starts, ends), is_leg))
    return Flows(
        months={month: is_leg.count(1, first, last) for month, first, last in spans},
        between=passes - within,
        within=within,
        reciprocity=_reciprocity(starts, ends, cities=len(forest.points)),
        starts=starts,
        ends=ends,
        spans=spans,
    )


def _reciprocity(
    starts: Sequence[int], ends: Sequence[int], *, cities: int
) -> float | None:
    """Return the share of the pairs of cities between which batons went both ways."""
    # Sorted by the lesser city first: one set of all pairs would lie all over memory.
    forth: list[list[int]] = [[] for _ in range(cities)]
    back: list[list[int]] = [[] for _ in range(cities)]
    for start, end in zip(starts, ends, strict=True):
        if NOWHERE < start < end:
            forth[start].append(end)
        elif NOWHERE < end < start:
            back[end].append(start)
    pairs = both = 0
    for one, other in zip(map(set, forth), map(set, back), strict=True):
        pairs += len(one | other)
        both += len(one & other)
    return both / pairs if pairs else None


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
