"""Entries of a relay in a file: a JSON list, read into the columns to be measured."""

from __future__ import annotations

import json
from array import array
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from relay.domain.relay_flows import EPOCH, MICROSECOND
from relay.domain.relay_forest import NOWHERE, Entries

if TYPE_CHECKING:
    from relay.domain.geo import Point
    from relay.domain.relay_forest import EntryId

LAT_MOST, LON_MOST = 90, 180
SHOWN = 60  # characters of what is wrong

_IDS = {int, str}  # not bool, which is an int as well
_NUMBERS = {int, float}
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
        # Sorted into columns while it is read: a million objects would take a gigabyte.
        read = json.loads(text, object_hook=reader.read)
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
    if len(read) != len(reader.entries.ids):
        message = "an entry holds another one"
        raise WrongFileError(message)
    return reader.entries


class _Reader:
    """Sorts objects into columns, and remembers the points met so far."""

    def __init__(self) -> None:
        ids: list[EntryId] = []
        parents: list[EntryId | None] = []
        # Packed, for the file may have any order: to sort a million objects that lie
        # all over the memory takes longer than to make them anew.
        times, cities, public = array("q"), array("i"), array("b")
        self._points: list[Point] = []
        self._cities: dict[tuple[object, object], int] = {(None, None): NOWHERE}
        self.entries = Entries(ids, parents, times, cities, public, self._points)
        self._keep = (
            ids.append,
            parents.append,
            times.append,
            cities.append,
            public.append,
        )

    def read(self, fields: dict[str, Any]) -> object:
        """Keep an entry; an object that is no entry stays what it is."""
        if "id" not in fields or "submitted" not in fields:
            return fields
        entry_id, parent = fields["id"], fields.get("parent")
        if type(entry_id) not in _IDS:
            _refuse(entry_id, "id", entry_id, "no whole number or text")
        if parent is not None and type(parent) not in _IDS:
            _refuse(entry_id, "parent", parent, "no id and not null")
        if "published" not in fields:
            _refuse(entry_id, "published", None, "missing: a time, or null if hidden")
        published = fields["published"]
        if published is not None:
            _moment(entry_id, "published", published)
        submitted = _moment(entry_id, "submitted", fields["submitted"])
        point = fields.get("lat"), fields.get("lon")
        try:
            city = self._cities.get(point)
        except TypeError:  # a list, which `_add` refuses
            city = None
        keep_id, keep_parent, keep_time, keep_city, keep_public = self._keep
        keep_id(entry_id)
        keep_parent(parent)
        keep_time((submitted - EPOCH) // MICROSECOND)
        keep_city(self._add(entry_id, *point) if city is None else city)
        keep_public(published is not None)
        return _READ

    def _add(self, entry_id: EntryId, lat: Any, lon: Any) -> int:  # noqa: ANN401 - anything may stand there
        for name, value, most in ("lat", lat, LAT_MOST), ("lon", lon, LON_MOST):
            if type(value) not in _NUMBERS or not -most <= value <= most:
                _refuse(entry_id, name, value, f"no number from -{most} to {most}")
        city = self._cities[lat, lon] = len(self._points)
        self._points.append((lat, lon))
        return city


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
