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
from typing import TYPE_CHECKING, Any

import numpy as np

from relay.domain.entry import Kind, ParentKnown
from relay.domain.forest_sums import lay_in_preorder
from relay.domain.relay_distance import find_starts
from relay.domain.relay_forest import ROOT, read_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

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
        nos = read_column(self.nos)
        places = np.full(int(nos.max(initial=0)) + 1, ROOT)
        places[nos] = np.arange(len(nos))
        return pack_column("i", places)

    @cached_property
    def starts(self) -> Sequence[int]:
        """The city from which each baton came, as a place in `city_ids`, or NOWHERE.

        Of a parent without a city it is where its own baton came from, as in the
        kilometres.
        """
        starts = find_starts(read_column(self.parents), read_column(self.cities))
        return pack_column("i", starts)

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
        roots: list[int] = np.flatnonzero(read_column(self.parents) == ROOT).tolist()
        return roots

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
    forest, shape = figures.forest, figures.shape
    places = lay_in_preorder(forest.parents, shape.sizes)
    order = np.empty_like(places)
    order[places] = np.arange(len(places))
    rows = forest.rows[order]
    parents = np.append(places, ROOT)[forest.parents[order]]
    known = read_column(labels.known)[rows]
    known[parents == ROOT] = KNOWN.index(ParentKnown.NONE)
    past = list(forest.via_hidden)
    return Columns(
        nos=pack_column("i", read_column(labels.nos)[rows]),
        parents=pack_column("i", parents),
        sizes=pack_column("i", shape.sizes[order]),
        depths=pack_column("i", shape.depths[order]),
        cities=pack_column("i", forest.cities[order]),
        km=pack_column("f", figures.distances.chains[order]),
        times=pack_column("q", forest.times[order]),
        kinds=read_column(labels.kinds)[rows].astype(np.uint8).tobytes(),
        known=known.astype(np.uint8).tobytes(),
        city_ids=labels.city_ids,
        city_countries=labels.city_countries,
        via_hidden=dict(
            zip(places[past].tolist(), forest.via_hidden.values(), strict=True)
        ),
    )


def pack_column(kind: str, column: npt.NDArray[Any]) -> array[Any]:
    """Return numbers in an array of this type."""
    return array(kind, column.astype(kind).tobytes())


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


assert {each.name for each in fields(Columns)} == {*_TYPES, *_HEAD}  # noqa: S101 - each is kept
