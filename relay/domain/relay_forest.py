"""The forest of a relay: published entries, each below the one that passed it on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from relay.domain.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.domain.geo import Point

ROOT = -1  # in the place of a parent: there is none
NOWHERE = -1  # in the place of a city: there is none

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
    public: Sequence[bool]
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

    ids: Sequence[EntryId]
    rows: Sequence[int]
    parents: Sequence[int]
    times: Sequence[int]
    cities: Sequence[int]
    points: Sequence[Point]
    via_hidden: dict[int, int]
    dropped: Sequence[Dropped]


def grow_forest(entries: Entries) -> Forest:
    """Return the forest of these entries; raises Conflict where two have one id.

    An edge leads to the nearest published ancestor and needs `submitted(parent) <
    submitted(child)`. So time allows no cycle among the published; the hidden ones
    are followed wherever they lead, and never in a circle. Linear but for the sorting.
    """
    times = entries.times
    rows = [row for row, public in enumerate(entries.public) if public]
    rows.sort(key=times.__getitem__)
    places = [ROOT] * len(entries.ids)
    for place, row in enumerate(rows):
        places[row] = place
    climb = _Climb(entries, places)
    parents = [ROOT] * len(rows)
    named, find = entries.parents, climb.rows.get
    for place, row in enumerate(rows):
        name = named[row]
        if name is None:
            continue
        above = find(name, ROOT)
        parent = places[above] if above != ROOT else ROOT
        if parent != ROOT and times[above] < times[row]:
            parents[place] = parent
        else:
            parents[place] = climb.go_round(place, row)
    return Forest(
        ids=list(map(entries.ids.__getitem__, rows)),
        rows=rows,
        parents=parents,
        times=list(map(times.__getitem__, rows)),
        cities=list(map(entries.cities.__getitem__, rows)),
        points=entries.points,
        via_hidden=climb.via_hidden,
        dropped=climb.dropped,
    )


class _Climb:
    """The way up where it is not plain: past hidden entries, and to its faults."""

    def __init__(self, entries: Entries, places: Sequence[int]) -> None:
        self.rows = dict(zip(entries.ids, range(len(entries.ids)), strict=True))
        if len(self.rows) != len(entries.ids):
            seen = Counter(entries.ids)
            message = f"The id {seen.most_common(1)[0][0]} is there twice."
            raise Conflict(message)
        self.via_hidden: dict[int, int] = {}
        self.dropped: list[Dropped] = []
        self._entries = entries
        self._places = places
        self._known: dict[int, tuple[int | Fault | None, int]] = {}

    def go_round(self, place: int, row: int) -> int:
        """Return the place of the nearest published ancestor, or ROOT and why."""
        above = self._above(row)
        hidden = 0
        if isinstance(above, int) and not self._entries.public[above]:
            above, hidden = self._past_hidden(above)
        if isinstance(above, int):
            if self._entries.times[above] < self._entries.times[row]:
                self.via_hidden[place] = hidden
                return self._places[above]
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
