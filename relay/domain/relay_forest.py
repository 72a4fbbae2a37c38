"""The forest of a relay: published entries, each below the one that passed it on."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from itertools import repeat
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from relay.domain import forest_sums
from relay.domain.errors import Conflict
from relay.domain.forest_sums import find_nearest, sum_chains

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.domain.forest_sums import Flags, Ints
    from relay.domain.geo import Point

ROOT = forest_sums.ROOT  # in the place of a parent: there is none
NOWHERE = -1  # in the place of a city: there is none
NEVER = 2**63 - 1  # later than any time

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
    rows: Ints
    parents: Ints
    times: Ints
    cities: Ints
    via_hidden: dict[int, int]
    dropped: Sequence[Dropped]

    @property
    def ids(self) -> list[EntryId]:
        """The ids in this order."""
        return [self.entries.ids[row] for row in self.rows.tolist()]

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
    times, cities = read_column(entries.times), read_column(entries.cities)
    public = read_column(entries.public) != 0
    ways = _find_ways(_find_above(entries), times, public)
    rows = np.flatnonzero(public)
    order = np.argsort(times[rows], kind="stable")  # of two at one moment the first row
    rows = rows[order]
    places = np.full(len(times) + 1, ROOT)  # the last one is for ROOT itself
    places[rows] = np.arange(len(rows))
    past = np.flatnonzero(ways.hidden)
    return Forest(
        entries=entries,
        rows=rows,
        parents=places[ways.ends[rows]],
        times=times[rows],
        cities=cities[rows],
        via_hidden=dict(
            zip(places[past].tolist(), ways.hidden[past].tolist(), strict=True)
        ),
        dropped=_name_dropped(entries, ways.faults),
    )


def read_column(values: Sequence[int] | Ints) -> Ints:
    """Return whole numbers as a column; what is packed is not copied if it need not."""
    if isinstance(values, bytes):
        return np.frombuffer(values, np.uint8).astype(np.int64)
    return np.asarray(values, np.int64)


@dataclass(frozen=True)
class _Ways:
    """The ways from published rows to their nearest published ancestors.

    `ends` are rows, or ROOT, and `hidden` past how many they lead: nothing that counts
    of hidden rows, and 0. `faults` are the rows whose ways end wrongly, in order.
    """

    ends: Ints
    hidden: Ints
    faults: dict[int, Fault]


def _find_ways(above: Ints, times: Ints, public: Flags) -> _Ways:
    """Follow the rows above, past the hidden ones, which may lead in circles."""
    unknown = len(times)
    nearest = find_nearest(np.append(above, ROOT), np.append(public, True))
    ends = np.append(nearest, ROOT)[above]  # a published row is the nearest to itself
    # Of what is unknown and, at last, of ROOT nothing is hidden, and nothing too late.
    hidden = np.append(~public, [False, False])
    goes_round = hidden[ends]
    is_late = np.append(times, [-NEVER, -NEVER])[ends] >= times
    walks = hidden[:-2] & hidden[above] & ~goes_round
    past = sum_chains(np.where(walks, above, ROOT), hidden[:-2].astype(np.int64))
    wrong = goes_round | is_late | (ends == unknown)
    stands = public & ~wrong & (ends != ROOT)
    return _Ways(
        np.where(stands, ends, ROOT),
        np.where(stands, np.append(past, [0, 0])[above], 0),
        {
            row: Fault.CYCLE
            if goes_round[row]
            else Fault.NOT_LATER
            if is_late[row]
            else Fault.UNKNOWN
            for row in np.flatnonzero(public & wrong).tolist()
        },
    )


def _name_dropped(entries: Entries, faults: dict[int, Fault]) -> list[Dropped]:
    ids, parents = entries.ids, entries.parents
    return [
        Dropped(ids[row], parent, fault)
        for row, fault in faults.items()
        if (parent := parents[row]) is not None
    ]


def _find_above(entries: Entries) -> Ints:
    """Return the row that each row names as its parent, ROOT where it names none.

    Where there is no such row it is one more than the last.
    """
    ids, parents = entries.ids, entries.parents
    if isinstance(ids, array) and isinstance(parents, array):
        return _look_up(read_column(ids), read_column(parents))
    rows: dict[Any, int] = dict(zip(ids, range(len(ids)), strict=True))
    if len(rows) != len(ids):
        _refuse_twice(Counter(ids).most_common(1)[0][0])
    rows[None] = ROOT
    found = map(rows.get, parents, repeat(len(ids)))
    return np.fromiter(found, np.int64, len(ids))


def _look_up(ids: Ints, parents: Ints) -> Ints:
    """Return the row of each packed parent, where 0 is none."""
    rows = np.argsort(ids, kind="stable")
    ordered = ids[rows]
    twice = np.flatnonzero(ordered[1:] == ordered[:-1])
    if len(twice):
        _refuse_twice(int(ordered[twice[0]]))
    at = np.searchsorted(ordered, parents)
    # After the last id there is one that nobody has.
    found = np.append(ordered, 0)[at] == parents
    above = np.where(found, np.append(rows, ROOT)[at], len(ids))
    return np.where(parents == 0, ROOT, above)


def _refuse_twice(entry_id: EntryId) -> NoReturn:
    message = f"The id {entry_id} is there twice."
    raise Conflict(message)
