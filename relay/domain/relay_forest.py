"""The forest of a relay: published entries, each below the one that passed it on."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from operator import le
from typing import TYPE_CHECKING

from relay.domain.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.domain.geo import Point

ROOT = -1  # in the place of a parent: there is none
NOWHERE = -1  # in the place of a city: there is none

EXACT = 2**53  # below it every whole number is a float

EntryId = int | str


@dataclass(frozen=True)
class Entries:
    """Entries of one season in columns, in any order: row i is the i-th of each.

    Columns and not objects: a million entries are measured in seconds then, and in
    some hundred megabytes. `times` are when they were sent in, in microseconds since
    1970 in UTC, so that no rounding decides who was first. `cities` points into
    `points`, or is NOWHERE. `public` tells the published ones from the hidden ones.
    """

    ids: Sequence[EntryId]
    parents: Sequence[EntryId | None]
    times: Sequence[int]
    cities: Sequence[int]
    public: Sequence[bool | int]
    points: Sequence[Point]


class Fault(StrEnum):
    """Why an entry does not stand below the one that it names."""

    UNKNOWN = "unknown"
    NOT_LATER = "not_later"
    CYCLE = "cycle"


@dataclass(frozen=True)
class Dropped:
    """An edge that breaks the rules; the child begins a tree of its own."""

    child: EntryId
    parent: EntryId
    fault: Fault


@dataclass(frozen=True)
class Forest:
    """Published entries in the order of their sending: parents before children.

    `parents` are places in this same order, or ROOT; `rows` are the rows of the
    entries that it grew from. `via_hidden` has the edges that go past hidden entries,
    by the child, and past how many.
    """

    entries: Entries
    rows: Sequence[int]
    parents: Sequence[int]
    times: Sequence[int]
    cities: Sequence[int]
    via_hidden: dict[int, int]
    dropped: Sequence[Dropped]

    @property
    def ids(self) -> list[EntryId]:
        """The ids in this order."""
        return [self.entries.ids[row] for row in self.rows]

    @property
    def points(self) -> Sequence[Point]:
        """The points of the cities."""
        return self.entries.points


def grow_forest(entries: Entries) -> Forest:
    """Return the forest of these entries; raises Conflict where two have one id.

    An edge leads to the nearest published ancestor and needs `submitted(parent) <
    submitted(child)`. So time allows no cycle among the published; the hidden ones
    are followed wherever they lead, and never in a circle. Linear but for the sorting.
    """
    # Packed columns lie close together: in a list each number lies somewhere else, and
    # the entries may come in any order.
    times, public = array("q", entries.times), bytes(map(bool, entries.public))
    cities, places = array("i", entries.cities), array("i", [ROOT]) * len(public)
    rows = array("i", (row for row in _order(entries.times) if public[row]))
    for place, row in enumerate(rows):
        places[row] = place
    climb = _Climb(entries)
    find = climb.rows.get
    parents = array("i", [ROOT]) * len(rows)
    for row, name in enumerate(entries.parents):
        if name is None or not public[row]:
            continue
        above = find(name, ROOT)
        if above == ROOT or not public[above] or times[above] >= times[row]:
            above = climb.go_round(row)
        if above != ROOT:
            parents[places[row]] = places[above]
    return Forest(
        entries=entries,
        rows=rows,
        parents=list(parents),
        times=list(map(times.__getitem__, rows)),
        cities=list(map(cities.__getitem__, rows)),
        via_hidden={places[row]: hidden for row, hidden in climb.via_hidden.items()},
        dropped=climb.dropped,
    )


def _order(times: Sequence[int]) -> Sequence[int]:
    """Return the rows by time; of two at one moment the first row first."""
    if all(map(le, times, islice(times, 1, None))):
        return range(len(times))
    # Floats are sorted twice as fast, and tell the microseconds until the year 2255.
    exact = min(times) > -EXACT and max(times) < EXACT
    keys = list(map(float, times)) if exact else times
    return sorted(range(len(times)), key=keys.__getitem__)


class _Climb:
    """The way up where it is not plain: past hidden entries, and to its faults."""

    def __init__(self, entries: Entries) -> None:
        self.rows = dict(zip(entries.ids, range(len(entries.ids)), strict=True))
        if len(self.rows) != len(entries.ids):
            seen = Counter(entries.ids)
            message = f"The id {seen.most_common(1)[0][0]} is there twice."
            raise Conflict(message)
        self.via_hidden: dict[int, int] = {}
        self.dropped: list[Dropped] = []
        self._entries = entries
        self._known: dict[int, tuple[int | Fault | None, int]] = {}

    def go_round(self, row: int) -> int:
        """Return the row of the nearest published ancestor, or ROOT, and note why."""
        above = self._above(row)
        hidden = 0
        if isinstance(above, int) and not self._entries.public[above]:
            above, hidden = self._past_hidden(above)
        if isinstance(above, int):
            if self._entries.times[above] < self._entries.times[row]:
                self.via_hidden[row] = hidden
                return above
            above = Fault.NOT_LATER
        name = self._entries.parents[row]
        if above is not None and name is not None:
            self.dropped.append(Dropped(self._entries.ids[row], name, above))
        return ROOT

    def _past_hidden(self, row: int) -> tuple[int | Fault | None, int]:
        """Return the nearest published ancestor of a hidden row, and how many hid it.

        None where the hidden ones end in nothing, a Fault where they end wrongly.
        Each hidden row is walked once, however many children it has.
        """
        walked: list[int] = []
        end: int | Fault | None = row
        hidden = 0
        while isinstance(end, int) and not self._entries.public[end]:
            if end in self._known:
                end, hidden = self._known[end]
                break
            walked.append(end)
            self._known[end] = Fault.CYCLE, 0  # unless the walk gets out of here
            end = self._above(end)
        for each in reversed(walked):
            hidden += 1
            self._known[each] = end, hidden
        return self._known[row]

    def _above(self, row: int) -> int | Fault | None:
        """Return the row that a row names as its parent."""
        name = self._entries.parents[row]
        return None if name is None else self.rows.get(name, Fault.UNKNOWN)
