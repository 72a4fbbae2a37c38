"""The forest of a relay: published entries, each below the one that passed it on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, compress, islice
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
    order = _order(entries.times)
    sent = _in_order(entries, order)
    climb = _Climb(sent)
    # A place among the published ones only; nobody asks for that of a hidden one.
    places = [published - 1 for published in accumulate(sent.public)]
    parents = [ROOT] * len(order)
    find, public, times = climb.rows.get, sent.public, sent.times
    for row, name in enumerate(sent.parents):
        if name is None:
            continue
        above = find(name, ROOT)
        if above != ROOT and public[above] and times[above] < times[row]:
            parents[row] = places[above]
        elif public[row]:
            above = climb.go_round(row)
            parents[row] = places[above] if above != ROOT else ROOT
    return Forest(
        ids=list(compress(sent.ids, public)),
        rows=list(compress(order, public)),
        parents=list(compress(parents, public)),
        times=list(compress(times, public)),
        cities=list(compress(sent.cities, public)),
        points=entries.points,
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


def _in_order(entries: Entries, order: Sequence[int]) -> Entries:
    """Return entries by time: whoever passed it on is near then, in memory too."""
    if isinstance(order, range):
        return entries
    return Entries(
        ids=list(map(entries.ids.__getitem__, order)),
        parents=list(map(entries.parents.__getitem__, order)),
        times=list(map(entries.times.__getitem__, order)),
        cities=list(map(entries.cities.__getitem__, order)),
        public=list(map(entries.public.__getitem__, order)),
        points=entries.points,
    )


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
