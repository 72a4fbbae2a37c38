"""Entries of a relay in a file: a JSON list, read into the columns to be measured."""

from __future__ import annotations

import json
from array import array
from datetime import UTC, datetime
from operator import itemgetter
from types import NoneType
from typing import TYPE_CHECKING, Any, NoReturn

from relay.domain.iso_times import SECONDS, read_times
from relay.domain.relay_flows import EPOCH, MICROSECOND
from relay.domain.relay_forest import NOWHERE, Entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relay.domain.forest_sums import Ints
    from relay.domain.geo import Point
    from relay.domain.relay_forest import EntryId

LAT_MOST, LON_MOST = 90, 180
SHOWN = 60  # characters of what is wrong

AT_ONCE = 1_000  # entries: as objects a million would take half a gigabyte
LENGTHS = (19, 23, 26)  # of times to the second, the millisecond, the microsecond
ZONES = ("Z", "+00:00", "")

UNMET = -2  # in the place of a city: it was not met before

_IDS = {int, str}  # not bool, which is an int as well
_NUMBERS = {int, float}
_PARENTS = {*_IDS, NoneType}
_ALL = itemgetter("id", "parent", "submitted", "lat", "lon", "published")
_READ = object()  # stands in the list in the place of an entry


class WrongFileError(ValueError):
    """What is wrong with the file, in one sentence."""


def read_entries(text: str) -> Entries:
    """Return the entries of a JSON list, in the order of the file.

    Each is `{id, parent, submitted, lat, lon, published}`; what else it has is passed
    over. `id` and `parent` are whole numbers or texts, the times are ISO 8601, in UTC
    where they name no zone. Raises WrongFileError.
    """
    reader = _Reader()
    try:
        read = json.loads(text, object_hook=reader.read)
        reader.sort()
    except (ValueError, RecursionError) as error:
        if isinstance(error, WrongFileError):
            raise
        message = f"this is no JSON: {error}"
        raise WrongFileError(message) from error
    if not isinstance(read, list):
        message = "this is no JSON list of entries"
        raise WrongFileError(message)
    for number, each in enumerate(read, 1):
        if each is not _READ:
            message = f"item {number} is no entry with an id and a time of sending"
            raise WrongFileError(message)
    entries = reader.entries
    if len(read) != len(entries.ids):
        message = "an entry holds another one"
        raise WrongFileError(message)
    return entries


class _Reader:
    """Sorts objects into columns, and remembers the points met so far."""

    def __init__(self) -> None:
        self._ids: list[EntryId] = []
        self._parents: list[EntryId | None] = []
        # Packed, for the file may have any order: to sort a million objects that lie
        # all over the memory takes longer than to make them anew.
        self._times, self._cities, self._public = array("q"), array("i"), array("b")
        self._points: list[Point] = []
        self._places: dict[tuple[object, object], int] = {(None, None): NOWHERE}
        self._waiting: list[dict[str, Any]] = []

    @property
    def entries(self) -> Entries:
        """The entries that were read, their ids packed if they are such as can be."""
        ids, parents = _pack(self._ids, self._parents) or (self._ids, self._parents)
        return Entries(
            ids, parents, self._times, self._cities, self._public, self._points
        )

    def read(self, fields: dict[str, Any]) -> object:
        """Keep an entry; an object that is no entry stays what it is."""
        if "id" not in fields or "submitted" not in fields:
            return fields
        waiting = self._waiting
        waiting.append(fields)
        if len(waiting) == AT_ONCE:
            self.sort()
        return _READ

    def sort(self) -> None:
        """Sort those that wait into columns: all at once if they look as most do."""
        waiting, self._waiting = self._waiting, []
        if not self._sort_alike(waiting):
            for fields in waiting:
                self._sort_one(fields)

    def _sort_alike(self, waiting: Sequence[dict[str, Any]]) -> bool:
        """Sort entries that have all fields and plain times; tell whether it was so."""
        try:
            rows = list(map(_ALL, waiting))
            ids, parents, sent, lats, lons, published = zip(*rows, strict=True)
            times = _read_times(sent)
            public = [int(each is not None) for each in published]
            _read_times([each for each in published if each is not None])
            find = self._places.get
            cities = [find(each, UNMET) for each in zip(lats, lons, strict=True)]
        except (KeyError, TypeError, ValueError):
            return False
        if not (set(map(type, ids)) <= _IDS and set(map(type, parents)) <= _PARENTS):
            return False
        self._ids.extend(ids)
        self._parents.extend(parents)
        self._times.frombytes(times.tobytes())
        self._public.fromlist(public)
        for at in [at for at, city in enumerate(cities) if city == UNMET]:
            cities[at] = self._find(ids[at], lats[at], lons[at])
        self._cities.fromlist(cities)
        return True

    def _sort_one(self, fields: dict[str, Any]) -> None:
        """Sort one entry into columns, or say what is wrong with it."""
        entry_id, parent = fields["id"], fields.get("parent")
        if type(entry_id) not in _IDS:
            _refuse(entry_id, "id", entry_id, "no whole number or text")
        if type(parent) not in _PARENTS:
            _refuse(entry_id, "parent", parent, "no id and not null")
        if "published" not in fields:
            _refuse(entry_id, "published", None, "missing: a time, or null if hidden")
        published = fields["published"]
        if published is not None:
            _moment(entry_id, "published", published)
        submitted = _moment(entry_id, "submitted", fields["submitted"])
        self._ids.append(entry_id)
        self._parents.append(parent)
        self._times.append((submitted - EPOCH) // MICROSECOND)
        self._cities.append(self._find(entry_id, fields.get("lat"), fields.get("lon")))
        self._public.append(published is not None)

    def _find(self, entry_id: EntryId, lat: Any, lon: Any) -> int:  # noqa: ANN401 - anything may stand there
        """Return the place of a point; it is new where nobody was there before."""
        try:
            city = self._places.get((lat, lon))
        except TypeError:  # a list, which `_add` refuses
            city = None
        return self._add(entry_id, lat, lon) if city is None else city

    def _add(self, entry_id: EntryId, lat: Any, lon: Any) -> int:  # noqa: ANN401 - anything may stand there
        for name, value, most in ("lat", lat, LAT_MOST), ("lon", lon, LON_MOST):
            if type(value) not in _NUMBERS or not -most <= value <= most:
                _refuse(entry_id, name, value, f"no number from -{most} to {most}")
        city = self._places[lat, lon] = len(self._points)
        self._points.append((lat, lon))
        return city


def _pack(
    ids: Sequence[Any], parents: Sequence[Any]
) -> tuple[array[int], array[int]] | None:
    """Return ids and parents in arrays; None where they are not all above 0."""
    if 0 in parents:
        return None
    try:
        packed = array("q", ids)
        above = array("q", [0 if each is None else each for each in parents])
    except (TypeError, OverflowError):  # texts, and very large numbers
        return None
    return (packed, above) if min(packed, default=0) > 0 else None


def _read_times(texts: Sequence[str]) -> Ints:
    """Return times in microseconds since 1970 that are all written alike, in UTC.

    Raises ValueError where they are not, or one is no time, and TypeError where one is
    no text: `_moment` knows more.
    """
    joined = "".join(texts)
    if len(set(map(len, texts))) > 1:
        raise ValueError
    zone = next(each for each in ZONES if joined.endswith(each))
    length = len(texts[0]) - len(zone) if texts else min(LENGTHS)
    if length not in LENGTHS:
        raise ValueError
    return read_times(joined, f"{SECONDS}.999999"[:length] + zone)


def _moment(entry_id: EntryId, name: str, value: Any) -> datetime:  # noqa: ANN401 - anything may stand there
    """Return a time, in UTC where it names no zone."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        _refuse(entry_id, name, value, "no time such as 2026-09-01T12:00:00Z")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _refuse(entry_id: object, name: str, value: object, why: str) -> NoReturn:
    message = f'entry {_shown(entry_id)}: "{name}" is {_shown(value)}, {why}'
    raise WrongFileError(message)


def _shown(value: object) -> str:
    """Return a value in one short line, whatever it is."""
    text = json.dumps(value, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
