"""Which entries of a relay a map shows, and what they come to: cities and passes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from relay.domain.relay_columns import KINDS
from relay.domain.relay_forest import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from relay.domain.entry import Kind
    from relay.domain.forest_sums import Flags, Ints
    from relay.domain.relay_columns import Columns

MOST_GROUPS = 255  # of cities, so that the number of a pair takes two bytes

Pass = tuple[int, int, int]  # from and to which city, and how many

_NO_GROUP = MOST_GROUPS
_GROUPS = MOST_GROUPS + 1


@dataclass(frozen=True)
class Choice:
    """What is chosen of a relay; empty means everything.

    `since` is the first and `until` the first moment that is no longer shown, in
    microseconds since 1970 in UTC. `relay` is a public number: its whole tree is meant.
    """

    kind: Kind | None = None
    since: int | None = None
    until: int | None = None
    relay: int | None = None

    def __bool__(self) -> bool:
        return self != Choice()


def mark(columns: Columns, choice: Choice) -> bytes:
    """Return, for each entry in preorder, 1 where it is chosen and else 0.

    Linear in the entries, some milliseconds for a million.
    """
    marks = _mark_tree(columns, choice.relay)
    if choice.kind is not None:
        kinds = np.frombuffer(columns.kinds, np.uint8)
        marks &= kinds == KINDS.index(choice.kind)
    if choice.since is not None:
        marks &= np.asarray(columns.times) >= choice.since
    if choice.until is not None:
        marks &= np.asarray(columns.times) < choice.until
    return marks.tobytes()


def count_cities(columns: Columns, marks: bytes) -> dict[int, tuple[str, int]]:
    """Return the chosen entries of each city: {GeoNames id: (country, entries)}."""
    places = _chosen(columns.cities, marks) - NOWHERE  # counted from 0
    counts = np.bincount(places, minlength=1 + len(columns.city_ids))[1:]
    cities = zip(columns.city_ids, columns.city_countries, counts.tolist(), strict=True)
    return {city: (country, many) for city, country, many in cities if many}


def rank_passes(columns: Columns, marks: bytes, *, most: int) -> list[Pass]:
    """Return the passes between two different cities, most first, by GeoNames ids.

    A pass counts where the entry that took the baton is chosen. It begins at the
    nearest ancestor with a city, as its kilometres do. Of as many, those between the
    lower ids come first.
    """
    starts, ends = _chosen(columns.starts, marks), _chosen(columns.cities, marks)
    passed = (starts != ends) & (starts != NOWHERE) & (ends != NOWHERE)
    ids = np.asarray(columns.city_ids, np.int64)
    order = np.argsort(ids)
    ranks = np.argsort(order)  # a city's place among the ids
    pairs, counts = _count_pairs(ranks[starts[passed]] * len(ids) + ranks[ends[passed]])
    strongest = np.argsort(-counts, kind="stable")[:most]
    one, other = np.divmod(pairs[strongest], max(len(ids), 1))
    return list(
        zip(
            ids[order[one]].tolist(),
            ids[order[other]].tolist(),
            counts[strongest].tolist(),
            strict=True,
        )
    )


def count_group_passes(
    columns: Columns, marks: bytes, groups: Mapping[int, int]
) -> dict[tuple[int, int], int]:
    """Return the passes between two different groups of cities, as `rank_passes`.

    `groups` has the group of each GeoNames id, from 0 on and below MOST_GROUPS: so few
    pairs have a place each in one table, while those of cities would have to be sorted.
    """
    # NOWHERE, -1, finds the last one.
    group_of = np.array(
        [*(groups.get(each, _NO_GROUP) for each in columns.city_ids), _NO_GROUP],
        np.uint16,
    )
    pairs = group_of[_chosen(columns.starts, marks)] * np.uint16(_GROUPS)
    pairs += group_of[_chosen(columns.cities, marks)]
    counts = np.bincount(pairs, minlength=_GROUPS**2).reshape(_GROUPS, _GROUPS)
    np.fill_diagonal(counts, 0)
    starts, ends = np.nonzero(counts[:_NO_GROUP, :_NO_GROUP])
    found = zip(starts.tolist(), ends.tolist(), strict=True)
    return dict(zip(found, counts[starts, ends].tolist(), strict=True))


def _mark_tree(columns: Columns, no: int | None) -> Flags:
    """Return the marks of the whole tree of an entry; none when it is not published."""
    if no is None:
        return np.ones(len(columns), np.bool_)
    marks = np.zeros(len(columns), np.bool_)
    place = columns.find(no)
    if place is not None:
        marks[columns.branch(columns.chain(place)[0])] = True
    return marks


def _chosen(column: Sequence[int], marks: bytes) -> npt.NDArray[np.int32]:
    """Return what a column says of the chosen entries."""
    found = np.asarray(column, np.int32)
    chosen = np.frombuffer(marks, np.bool_)
    return found if chosen.all() else found[chosen]


def _count_pairs(pairs: Ints) -> tuple[Ints, Ints]:
    """Return each value once, in order, and how often it is there."""
    ordered = np.sort(pairs)
    first = np.flatnonzero(np.diff(ordered, prepend=-1))
    return ordered[first], np.diff(first, append=len(ordered))
