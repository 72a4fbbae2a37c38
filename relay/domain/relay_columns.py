"""A relay in preorder: each entry is followed by all that came of it.

So all that came of the entry at place `p` is the slice `p : p + sizes[p]` of every
column, however large the relay is, and none of it has to be searched for.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import compress, count
from typing import TYPE_CHECKING, Any

from relay.domain.entry import Kind, ParentKnown
from relay.domain.relay_forest import NOWHERE, ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.domain.relay_figures import Figures

KINDS = tuple(Kind)
KNOWN = tuple(ParentKnown)

_QUICK = 1  # zlib's level: half of the bytes at a tenth of the time
_LENGTH = 4  # bytes that say how long the head is
_HEAD = ("city_ids", "city_countries", "via_hidden")
_TYPES = {
    "nos": "i",
    "parents": "i",
    "sizes": "i",
    "depths": "i",
    "cities": "i",
    "km": "f",
    "times": "q",
    "kinds": "B",
    "known": "B",
}


@dataclass(frozen=True)
class Columns:
    """The published entries of a season, in preorder; the trees by their roots' times.

    `nos` are public numbers. `parents` are places in this order, or ROOT. `sizes` count
    an entry and all that came of it, `depths` its passes from the root. `cities` are
    places in `city_ids` and `city_countries`, or NOWHERE. `km` is the length of the
    chain from the root, in kilometres. `times` are when they were sent in, in
    microseconds since 1970 in UTC. `kinds` are places in KINDS, `known` in KNOWN.
    `via_hidden` has, by place, past how many hidden entries an edge leads.
    """

    nos: Sequence[int]
    parents: Sequence[int]
    sizes: Sequence[int]
    depths: Sequence[int]
    cities: Sequence[int]
    km: Sequence[float]
    times: Sequence[int]
    kinds: bytes
    known: bytes
    city_ids: list[int]
    city_countries: list[str]
    via_hidden: dict[int, int]

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self.nos)

    def find(self, no: int) -> int | None:
        """Return the place of a public number; None when it is not published."""
        place = self._places[no] if 0 <= no < len(self._places) else ROOT
        return None if place == ROOT else place

    @cached_property
    def _places(self) -> Sequence[int]:
        """The place of each number, or ROOT: every page of an entry asks for its own.

        Numbers are given in order and so lie close together.
        """
        places = array("i", [ROOT]) * (max(self.nos, default=0) + 1)
        for place, no in enumerate(self.nos):
            places[no] = place
        return places

    @cached_property
    def starts(self) -> Sequence[int]:
        """The city from which each baton came, as a place in `city_ids`, or NOWHERE.

        Of a parent without a city it is where its own baton came from, as in the
        kilometres. Parents stand before their children, so it is known by then.
        """
        held = array("i", self.cities)
        held.append(NOWHERE)  # nobody's: ROOT finds it
        for place in compress(count(), map(NOWHERE.__eq__, self.cities)):
            held[place] = held[self.parents[place]]
        return array("i", map(held.__getitem__, self.parents))

    def branch(self, place: int) -> slice:
        """Return where an entry stands with all that came of it."""
        return slice(place, place + self.sizes[place])

    def children(self, place: int) -> list[int]:
        """Return the places of those who took the baton from this one, in order."""
        found, child = [], place + 1
        while child < place + self.sizes[place]:
            found.append(child)
            child += self.sizes[child]
        return found

    def roots(self) -> list[int]:
        """Return the places at which the trees begin."""
        return list(compress(count(), map(ROOT.__eq__, self.parents)))

    def chain(self, place: int) -> list[int]:
        """Return the places from the first hand to this one."""
        found = [place]
        while (place := self.parents[place]) != ROOT:
            found.append(place)
        return found[::-1]


@dataclass(frozen=True)
class Labels:
    """What the figures do not know of the entries: columns by row, and the cities'.

    `nos` are 0 for what was never published, `kinds` places in KINDS, `known` in KNOWN.
    """

    nos: Sequence[int]
    kinds: bytes
    known: bytes
    city_ids: list[int]
    city_countries: list[str]


def lay_out(figures: Figures, labels: Labels) -> Columns:
    """Return a measured forest in preorder; linear in its entries."""
    forest = figures.forest
    places = _preorder(forest.parents, figures.shape.sizes)
    order = array("i", bytes(places.itemsize * len(places)))
    for old, new in enumerate(places):
        order[new] = old
    rows = array("i", map(array("i", forest.rows).__getitem__, order))
    new_places = array("i", [*places, ROOT])  # the last one is nobody's: ROOT finds it
    parents = _ordered("i", forest.parents, order)
    nos, kinds, known = array("i", labels.nos), labels.kinds, labels.known
    ordered_known = bytearray(known[row] for row in rows)
    for root in compress(count(), map(ROOT.__eq__, parents)):
        ordered_known[root] = KNOWN.index(ParentKnown.NONE)
    return Columns(
        nos=array("i", map(nos.__getitem__, rows)),
        parents=array("i", map(new_places.__getitem__, parents)),
        sizes=_ordered("i", figures.shape.sizes, order),
        depths=_ordered("i", figures.shape.depths, order),
        cities=_ordered("i", forest.cities, order),
        km=_ordered("f", figures.distances.chains, order),
        times=_ordered("q", forest.times, order),
        kinds=bytes(map(kinds.__getitem__, rows)),
        known=bytes(ordered_known),
        city_ids=labels.city_ids,
        city_countries=labels.city_countries,
        via_hidden={places[old]: many for old, many in forest.via_hidden.items()},
    )


def _ordered(kind: str, column: Sequence[float], order: Sequence[int]) -> array[Any]:
    """Return a column in another order.

    It is packed first: in a list each number would lie somewhere else in memory.
    """
    return array(kind, map(array(kind, column).__getitem__, order))


def pack(columns: Columns) -> bytes:
    """Return the columns as bytes, to be kept; `unpack` is the way back."""
    head = {name: getattr(columns, name) for name in _HEAD}
    head["via_hidden"] = list(columns.via_hidden.items())
    head["entries"] = len(columns)
    told = json.dumps(head).encode()
    parts = [_little(name, getattr(columns, name)) for name in _TYPES]
    body = zlib.compress(b"".join(parts), _QUICK)
    return len(told).to_bytes(_LENGTH, "little") + told + body


def unpack(packed: bytes) -> Columns:
    """Return the columns that were packed."""
    begin = _LENGTH + int.from_bytes(packed[:_LENGTH], "little")
    head = json.loads(packed[_LENGTH:begin])
    head["via_hidden"] = dict(head["via_hidden"])
    entries = head.pop("entries")
    body = memoryview(zlib.decompress(memoryview(packed)[begin:]))
    columns: dict[str, Any] = {}
    for name, kind in _TYPES.items():
        column = array(kind)
        size = entries * column.itemsize
        column.frombytes(body[:size])
        body = body[size:]
        if sys.byteorder == "big":
            column.byteswap()
        columns[name] = column.tobytes() if kind == "B" else column
    return Columns(**columns, **head)


def _little(name: str, column: Sequence[int]) -> bytes:
    """Return a column as little-endian bytes, whatever the machine."""
    packed = array(_TYPES[name], column)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _preorder(parents: Sequence[int], sizes: Sequence[int]) -> array[int]:
    """Return the new place of each entry; parents stand before their children.

    Each takes the next free place after its parent, and leaves room for all that came
    of it.
    """
    places = array("i", [0]) * len(parents)
    free = array("i", [0]) * (
        len(parents) + 1
    )  # the last one is for roots: ROOT, -1, finds it
    for old, parent in enumerate(parents):
        place = free[parent]
        places[old] = place
        free[parent] = place + sizes[old]
        free[old] = place + 1
    return places


assert {each.name for each in fields(Columns)} == {*_TYPES, *_HEAD}  # noqa: S101 - each is kept
