"""What came on each day of a relay, so that its map can be played back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING

from relay.domain.relay_forest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from relay.domain.map_columns import DayRow
    from relay.domain.relay_columns import Columns

DAY = 24 * 3600 * 1_000_000  # microseconds
MOST_ROWS = 60_000  # about 200 kB for a browser
STEPS = (1, 2, 3, 7, 14, 28, 91, 182, 364)  # days told as one, while there are too many

_NOWHERE = -1


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
    not told. Linear in the entries.
    """
    # The last one is found by the -1 of those that are nowhere.
    places = [*(shown.get(each, _NOWHERE) for each in columns.city_ids), _NOWHERE]
    ends = [places[city] for city in columns.cities]
    days = [(time + east) // DAY for time in columns.times]
    told = zip(days, ends, _starts(columns.parents, ends), strict=True)
    wanted = ends if chosen is None else _both(ends, chosen)
    counted = Counter(compress(told, (each != _NOWHERE for each in wanted)))
    first = min((row[0] for row in counted), default=0)
    step, rows = 1, counted
    for step in STEPS:
        rows = _widen(counted, first, step)
        if len(rows) <= MOST_ROWS:
            break
    return DayTable(step, tuple((*row, many) for row, many in sorted(rows.items())))


def _starts(parents: Sequence[int], ends: Sequence[int]) -> list[int]:
    """Return where each baton came from; -1 for none, or from the city itself."""
    held: list[int] = []
    starts: list[int] = []
    for parent, end in zip(parents, ends, strict=True):
        start = held[parent] if parent != ROOT else _NOWHERE
        held.append(end if end != _NOWHERE else start)
        starts.append(start if start != end else _NOWHERE)
    return starts


def _both(ends: Iterable[int], chosen: Iterable[int]) -> list[int]:
    return [
        end if wanted else _NOWHERE for end, wanted in zip(ends, chosen, strict=True)
    ]


def _widen(
    counted: Mapping[tuple[int, int, int], int], first: int, step: int
) -> Counter[tuple[int, int, int]]:
    """Return the rows of so many days each, counted from `first`."""
    if step == 1:
        return Counter(counted)
    sums: Counter[tuple[int, int, int]] = Counter()
    for (day, end, start), many in counted.items():
        sums[day - (day - first) % step, end, start] += many
    return sums
