"""What came on each day of a relay, so that its map can be played back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from relay.domain.map_columns import DayRow
    from relay.domain.relay_columns import Columns

DAY = 24 * 3600 * 1_000_000  # microseconds
MOST_ROWS = 60_000  # about 200 kB for a browser
STEPS = (1, 2, 3, 7, 14, 28, 91, 182, 364)  # days told as one, while there are too many
LEAST_STEPS = 8  # a relay that is told in fewer would jump, not grow
MOST_WAYS = 5_000  # told where even then there are too many: those of most batons

_NOWHERE = -1

_Row = tuple[int, int, int]  # day, to, from


@dataclass(frozen=True)
class DayTable:
    """Rows (day, to, from or -1, entries); a row tells of `step` days from its day."""

    step: int
    rows: tuple[DayRow, ...]


def list_days(
    columns: Columns,
    shown: Mapping[int, int],
    chosen: Sequence[int] | None = None,
    *,
    east: int = 0,
) -> DayTable:
    """Return what came to the shown cities, each day's entries summed by their way.

    `shown` has the place of each city id in the map's list. `chosen` says of each entry
    whether it counts. Days begin `east` microseconds before those of UTC. A leg starts
    at the nearest located ancestor, as in the kilometres; an entry without a city is
    not told. Where there are too many rows, several days become one, and at last only
    the strongest ways say where a baton came from. Linear in the entries.
    """
    # The last one is found by the -1 of those that are nowhere.
    places = [*(shown.get(each, _NOWHERE) for each in columns.city_ids), _NOWHERE]
    ends = [places[city] for city in columns.cities]
    days = [(time + east) // DAY for time in columns.times]
    starts = [places[city] for city in columns.starts]
    ways = (_NOWHERE if a == b else a for a, b in zip(starts, ends, strict=True))
    told = zip(days, ends, ways, strict=True)
    wanted = ends if chosen is None else _both(ends, chosen)
    counted = Counter(compress(told, (each != _NOWHERE for each in wanted)))
    step, rows = _bound(counted)
    return DayTable(step, tuple((*row, many) for row, many in sorted(rows.items())))


def _bound(counted: Counter[_Row]) -> tuple[int, Counter[_Row]]:
    """Return few enough rows, and how many days each is for."""
    if len(counted) <= MOST_ROWS:
        return 1, counted
    first, last = min(counted)[0], max(counted)[0]
    steps = [each for each in STEPS if (last - first) // each >= LEAST_STEPS] or [1]
    for step in steps:
        rows = _widen(counted, first, step)
        if len(rows) <= MOST_ROWS:
            return step, rows
    return steps[-1], _widen(_drop_weak_ways(counted), first, steps[-1])


def _drop_weak_ways(counted: Counter[_Row]) -> Counter[_Row]:
    """Return the rows with a start only where it is one of the strongest ways."""
    ways: Counter[tuple[int, int]] = Counter()
    for (_, end, start), many in counted.items():
        if start != _NOWHERE:
            ways[end, start] += many
    kept = dict(ways.most_common(MOST_WAYS))
    sums: Counter[_Row] = Counter()
    for (day, end, start), many in counted.items():
        sums[day, end, start if (end, start) in kept else _NOWHERE] += many
    return sums


def _both(ends: Iterable[int], chosen: Iterable[int]) -> list[int]:
    return [
        end if wanted else _NOWHERE for end, wanted in zip(ends, chosen, strict=True)
    ]


def _widen(counted: Counter[_Row], first: int, step: int) -> Counter[_Row]:
    """Return the rows of so many days each, counted from `first`."""
    if step == 1:
        return counted
    sums: Counter[_Row] = Counter()
    for (day, end, start), many in counted.items():
        sums[day - (day - first) % step, end, start] += many
    return sums
