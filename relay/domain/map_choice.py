"""Which entries of a relay a map shows, and what they come to: cities and passes."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING

from relay.domain.relay_columns import KINDS
from relay.domain.relay_forest import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relay.domain.entry import Kind
    from relay.domain.relay_columns import Columns

MOST_GROUPS = 255  # of cities, so that a group is one byte, and a pass between two two

_NO_GROUP = 255
_BYTE = 256


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

    Linear in the entries, a twentieth of a second for each bound of a million times.
    """
    marks = _mark_tree(columns, choice.relay)
    if choice.kind is not None:
        table = bytearray(_BYTE)
        table[KINDS.index(choice.kind)] = 1
        marks = _both(marks, columns.kinds.translate(table))
    if choice.since is not None:
        marks = _both(marks, bytes(map(choice.since.__le__, columns.times)))
    if choice.until is not None:
        marks = _both(marks, bytes(map(choice.until.__gt__, columns.times)))
    return marks


def count_cities(columns: Columns, marks: bytes) -> dict[int, tuple[str, int]]:
    """Return the chosen entries of each city: {GeoNames id: (country, entries)}."""
    counted = Counter(compress(columns.cities, marks))
    counted.pop(NOWHERE, None)
    return {
        columns.city_ids[at]: (columns.city_countries[at], many)
        for at, many in counted.items()
    }


def count_passes(columns: Columns, marks: bytes) -> dict[tuple[int, int], int]:
    """Return the passes between two different cities, by their GeoNames ids.

    A pass counts where the entry that took the baton is chosen. It begins at the
    nearest ancestor with a city, as its kilometres do.
    """
    counted = Counter(
        zip(
            compress(columns.starts, marks),
            compress(columns.cities, marks),
            strict=True,
        )
    )
    ids = columns.city_ids
    return {
        (ids[start], ids[end]): many
        for (start, end), many in counted.items()
        if start not in (end, NOWHERE) and end != NOWHERE
    }


def count_group_passes(
    columns: Columns, marks: bytes, groups: Mapping[int, int]
) -> dict[tuple[int, int], int]:
    """Return the passes between two different groups of cities, as `count_passes`.

    `groups` has the group of each GeoNames id, from 0 on and below MOST_GROUPS. Bytes
    and not pairs of cities are counted: a million entries may hold as many pairs.
    """
    # NOWHERE, -1, finds the last one.
    group_of = bytes(
        (*(groups.get(each, _NO_GROUP) for each in columns.city_ids), _NO_GROUP)
    )
    pairs = bytearray(2 * marks.count(1))
    pairs[0::2] = bytes(map(group_of.__getitem__, compress(columns.starts, marks)))
    pairs[1::2] = bytes(map(group_of.__getitem__, compress(columns.cities, marks)))
    counted = Counter(memoryview(pairs).cast("H"))
    passes: dict[tuple[int, int], int] = {}
    for pair, many in counted.items():
        start, end = memoryview(array("H", [pair])).cast("B")
        if start != end and _NO_GROUP not in (start, end):
            passes[start, end] = many
    return passes


def _mark_tree(columns: Columns, no: int | None) -> bytes:
    """Return the marks of the whole tree of an entry; none when it is not published."""
    if no is None:
        return b"\1" * len(columns)
    place = columns.find(no)
    if place is None:
        return bytes(len(columns))
    root = columns.chain(place)[0]
    return (bytes(root) + b"\1" * columns.sizes[root]).ljust(len(columns), b"\0")


def _both(one: bytes, other: bytes) -> bytes:
    """Return 1 where both are; as two numbers of a million bytes, in a millisecond."""
    joined = int.from_bytes(one, "little") & int.from_bytes(other, "little")
    return joined.to_bytes(len(one), "little")
