"""The forest of a relay: published entries, each below the one that passed it on."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import compress, count, islice, repeat
from operator import le, not_
from typing import TYPE_CHECKING, Any

from relay.domain.errors import Conflict
from relay.domain.packed import gather, scatter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from relay.domain.geo import Point

ROOT = -1  # in the place of a parent: there is none
NOWHERE = -1  # in the place of a city: there is none

EXACT = 2**53  # below it every whole number is a float
NEVER = 2**63 - 1  # later than any time
DENSE = 8  # ids may reach so many times as far as there are entries, to be packed

EntryId = int | str


@dataclass(frozen=True)
class Entries:
    """Entries of one season in columns, in any order: row i is the i-th of each.

    Columns and not objects: a million entries are measured in seconds then, and in
    some hundred megabytes. `times` are when they were sent in, in microseconds since
    1970 in UTC, so that no rounding decides who was first. `cities` points into
    `points`, or is NOWHERE. `public` tells the published ones from the hidden ones.
    Packed ids, in an array, are above 0; packed parents say 0 where there is none.
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
    # the entries may come in any order. Whole columns are mapped, since a step of
    # Python's own takes as long as five of these.
    times, public = array("q", entries.times), bytes(map(bool, entries.public))
    climb = _Climb(entries)
    above = climb.rows_above()
    for row in _list_unplain(above, times, public):
        above[row] = climb.go_round(row)
    rows = array("i", compress(count(), public))
    pick = partial(_keep_public, public=public)
    if not all(map(le, times, islice(times, 1, None))):
        rows = _sort_rows(rows, times)
        pick = partial(gather, places=rows)
    places = array("i", [ROOT]) * (len(times) + 1)  # the last one is for ROOT itself
    scatter(places, rows)
    return Forest(
        entries=entries,
        rows=rows,
        # Lists again: to walk along an array makes each number anew.
        parents=list(gather(places, pick(above))),
        times=list(pick(times)),
        cities=list(pick(array("i", entries.cities))),
        via_hidden={places[row]: hidden for row, hidden in climb.via_hidden.items()},
        dropped=climb.dropped,
    )


def _list_unplain(
    above: Sequence[int], times: Sequence[int], public: bytes
) -> list[int]:
    """Return the published rows that may not simply stand below the row above them.

    That row is hidden, or not earlier, or not there at all.
    """
    limits = array("q", times)
    for row in compress(count(), map(not_, public)):
        limits[row] = NEVER
    limits.extend((NEVER, -NEVER))  # for what is unknown, and at last for ROOT
    wrong = [
        row
        for row, (other, time) in enumerate(zip(above, times, strict=True))
        if limits[other] >= time
    ]
    return [row for row in wrong if public[row]]


def _keep_public(column: array[Any], public: bytes) -> array[Any]:
    return array(column.typecode, compress(column, public))


def _sort_rows(rows: Sequence[int], times: Sequence[int]) -> array[int]:
    """Return rows by time; of two at one moment the first row first."""
    # Floats are sorted twice as fast, and tell the microseconds until the year 2255.
    exact = min(times) > -EXACT and max(times) < EXACT
    keys = list(map(float, times)) if exact else list(times)
    return array("i", sorted(rows, key=keys.__getitem__))


class _Climb:
    """The way up: to the row above, past hidden entries, and to its faults."""

    def __init__(self, entries: Entries) -> None:
        self.via_hidden: dict[int, int] = {}
        self.dropped: list[Dropped] = []
        self._entries = entries
        self._known: dict[int, tuple[int | Fault | None, int]] = {}
        self._unknown = len(entries.ids)
        self._above: array[int] = array("i")

    def rows_above(self) -> array[int]:
        """Return the row that each row names as its parent, ROOT where it names none.

        Where there is no such row it is one more than the last.
        """
        ids, parents = self._entries.ids, self._entries.parents
        packed = _look_up(ids, parents, unknown=self._unknown)
        if packed is None:
            rows: dict[Any, int]
            rows = dict(zip(ids, range(len(ids)), strict=True))
            if len(rows) != len(ids):
                twice = Counter(ids).most_common(1)[0][0]
                message = f"The id {twice} is there twice."
                raise Conflict(message)
            rows[0 if isinstance(parents, array) else None] = ROOT
            row_of: Callable[[Any, int], int] = rows.get
            self._above = array("i", map(row_of, parents, repeat(self._unknown)))
        else:
            self._above = packed
        return array("i", self._above)

    def go_round(self, row: int) -> int:
        """Return the row of the nearest published ancestor, or ROOT, and note why."""
        above = self._find_above(row)
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
            end = self._find_above(end)
        for each in reversed(walked):
            hidden += 1
            self._known[each] = end, hidden
        return self._known[row]

    def _find_above(self, row: int) -> int | Fault | None:
        """Return the row that a row names as its parent."""
        above = self._above[row]
        if above == ROOT:
            return None
        return Fault.UNKNOWN if above == self._unknown else above


def _look_up(
    ids: Sequence[Any], parents: Sequence[Any], *, unknown: int
) -> array[int] | None:
    """Return the row of each packed parent, where 0 is none.

    A database's numbers lie close together: so a column finds them, in a fraction of
    the time and memory of a dictionary. None where they are not packed, or have gaps,
    or one is there twice.
    """
    if not (isinstance(ids, array) and isinstance(parents, array) and ids):
        return None
    last, named = max(ids), max(parents)
    most = max(last, named)
    if min(ids) < 1 or min(parents) < 0 or most > DENSE * len(ids):
        return None
    rows: array[int] = array("i", [unknown]) * (most + 1)
    scatter(rows, ids)
    if len(rows) - rows.count(unknown) != len(ids):
        return None
    rows[0] = ROOT
    return gather(rows, parents)
