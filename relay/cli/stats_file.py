"""Entries of a relay in a file: a JSON list, read into the columns to be measured."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from relay.domain.relay_flows import EPOCH, MICROSECOND
from relay.domain.relay_forest import NOWHERE, Entries

if TYPE_CHECKING:
    from relay.domain.geo import Point
    from relay.domain.relay_forest import EntryId

LAT_MOST, LON_MOST = 90, 180
SHOWN = 60  # characters of what is wrong

_Row = tuple["EntryId", "EntryId | None", int, int, bool]


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
        # Turned into rows while it is read: a million objects would take a gigabyte.
        rows = json.loads(text, object_hook=reader.read)
    except (ValueError, RecursionError) as error:
        if isinstance(error, WrongFileError):
            raise
        message = f"this is no JSON: {error}"
        raise WrongFileError(message) from error
    if not isinstance(rows, list):
        message = "this is no JSON list of entries"
        raise WrongFileError(message)
    for number, row in enumerate(rows, 1):
        if not isinstance(row, tuple):
            message = f"item {number} is no entry with an id and a time of sending"
            raise WrongFileError(message)
    ids, parents, times, cities, public = zip(*rows, strict=True) if rows else [()] * 5
    return Entries(ids, parents, times, cities, public, list(reader.points))


class _Reader:
    """Turns objects into rows, and remembers the points met so far."""

    def __init__(self) -> None:
        self.points: dict[Point, int] = {}

    def read(self, fields: dict[str, Any]) -> _Row | dict[str, Any]:
        """Return an entry's row; an object that is no entry stays what it is."""
        if "id" not in fields or "submitted" not in fields:
            return fields
        entry_id = fields["id"]
        parent = fields.get("parent")
        if not _is_id(entry_id):
            _refuse(entry_id, "id", entry_id, "no whole number or text")
        if parent is not None and not _is_id(parent):
            _refuse(entry_id, "parent", parent, "no id and not null")
        if "published" not in fields:
            _refuse(entry_id, "published", None, "missing: a time, or null if hidden")
        public = fields["published"] is not None
        if public:
            _time(entry_id, "published", fields["published"])
        return (
            entry_id,
            parent,
            _time(entry_id, "submitted", fields["submitted"]),
            self._city(entry_id, fields.get("lat"), fields.get("lon")),
            public,
        )

    def _city(self, entry_id: EntryId, lat: object, lon: object) -> int:
        if lat is None and lon is None:
            return NOWHERE
        for name, value, most in ("lat", lat, LAT_MOST), ("lon", lon, LON_MOST):
            if type(value) not in {int, float} or not -most <= value <= most:  # type: ignore[operator]
                _refuse(entry_id, name, value, f"no number from -{most} to {most}")
        point: Point = (lat, lon)  # type: ignore[assignment]
        return self.points.setdefault(point, len(self.points))


def _is_id(value: object) -> bool:
    return type(value) in {int, str}  # and not bool, which is an int as well


def _time(entry_id: EntryId, name: str, value: object) -> int:
    """Return a time as microseconds since 1970 in UTC."""
    try:
        moment = datetime.fromisoformat(value)  # type: ignore[arg-type]
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - EPOCH) // MICROSECOND
    except (TypeError, ValueError, OverflowError):
        _refuse(entry_id, name, value, "no time such as 2026-09-01T12:00:00Z")


def _refuse(entry_id: object, name: str, value: object, why: str) -> NoReturn:
    message = f'entry {_shown(entry_id)}: "{name}" is {_shown(value)}, {why}'
    raise WrongFileError(message)


def _shown(value: object) -> str:
    """Return a value in one short line, whatever it is."""
    text = json.dumps(value, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
