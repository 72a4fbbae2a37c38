"""The rows that a season's relay is measured from: who passed on to whom, when."""

from __future__ import annotations

from array import array
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, literal_column, select
from sqlmodel import col

from relay.domain.relay_columns import KINDS, KNOWN
from relay.domain.relay_forest import NOWHERE, Entries
from relay.models import Baton, Entry
from relay.queries.published import published

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection, Select
    from sqlalchemy.orm import Mapped

    from relay.domain.geo import Point
    from relay.ports import Gazetteer

AT_ONCE = 2_000  # rows in memory beside the columns that they are sorted into
CITIES_AT_ONCE = 500  # in one question

# Microseconds since 1970. The database makes them sooner than Python reads a time.
_MICROSECONDS = {
    "sqlite": "CAST(strftime('%s', entry.submitted_at) AS INTEGER) * 1000000"
    " + CAST(substr(entry.submitted_at, 21) AS INTEGER)",
    "postgresql": "CAST(extract(epoch FROM entry.submitted_at) * 1000000 AS bigint)",
}
# Three answers in one small number: what is fetched as a text takes four times as long.
_PUBLIC = bytes(label % 2 for label in range(256))
_KNOWN = bytes(label // 2 % len(KNOWN) for label in range(256))
_KIND = bytes(label // 2 // len(KNOWN) % len(KINDS) for label in range(256))


@dataclass(frozen=True)
class RelayRows:
    """A season's entries, published or hidden, in packed columns.

    `entries.cities` points into `city_ids` and `city_countries`. `nos` are public
    numbers, 0 for what was never published; `known` are places in KNOWN, `kinds` in
    KINDS. `unlocated` has by id the country or region of those published entries
    whose city nobody knows any more.
    """

    entries: Entries
    city_ids: list[int]
    city_countries: list[str]
    nos: array[int]
    known: bytes
    kinds: bytes
    unlocated: dict[int | str, str]


@dataclass(frozen=True)
class Batons:
    """How many batons were given out in a season, and how many of them were used."""

    given: int
    used: int

    @property
    def acceptance(self) -> float | None:
        """Which share was used. BookCrossing's yardstick is 0.1 to 0.2."""
        return self.used / self.given if self.given else None


def read_relay(
    connection: Connection, season_id: int, *, gazetteer: Gazetteer
) -> RelayRows:
    """Return everything that was sent in to a season, so that hidden ones are known.

    In the order of sending. A city that the gazetteer does not know any more counts
    as none.
    """
    places = _Places(gazetteer)
    ids, parents, times = array("q"), array("q"), array("q")
    cities, nos, labels = array("i"), array("q"), bytearray()
    question = _rows(season_id, connection.dialect.name)
    with closing(connection.execute(question)) as result:
        # The driver's own tuples: SQLAlchemy's rows take four times as long.
        cursor: Any = result.cursor
        while rows := cursor.fetchmany(AT_ONCE):
            some = list(zip(*rows, strict=True))
            ids.extend(some[0])
            parents.extend(some[1])
            times.extend(some[2])
            cities.extend(map(places.find, some[3]))
            nos.extend(some[4])
            labels += bytes(some[5])
    return RelayRows(
        Entries(
            ids, parents, times, cities, bytes(labels.translate(_PUBLIC)), places.points
        ),
        city_ids=places.ids,
        city_countries=places.countries,
        nos=nos,
        known=bytes(labels.translate(_KNOWN)),
        kinds=bytes(labels.translate(_KIND)),
        unlocated=_find_unlocated(connection, season_id, places.unknown),
    )


def count_batons(connection: Connection, season_id: int) -> Batons:
    """Count a season's batons; one was used if somebody sent an entry in with it."""
    given, were_used = connection.execute(
        select(func.count(), func.sum(case((col(Baton.used) > 0, 1), else_=0)))
        .select_from(Baton)
        .join(Entry, col(Entry.id) == col(Baton.entry_id))
        .where(col(Entry.season_id) == season_id)
    ).one()
    return Batons(given, were_used or 0)


def _rows(season_id: int, dialect: str) -> Select[*tuple[Any, ...]]:
    """Return the question for every row of a season, all of it from one index.

    Numbers alone, and 0 for none: they are fetched and packed without looking.
    """
    label = (
        case((published(), 1), else_=0)
        + 2 * _place(col(Entry.parent_known), KNOWN)
        + 2 * len(KNOWN) * _place(col(Entry.kind), KINDS)
    )
    return (
        select(
            col(Entry.id),
            func.coalesce(col(Entry.parent_id), 0),
            literal_column(_MICROSECONDS[dialect]),
            func.coalesce(col(Entry.city_id), 0),
            func.coalesce(col(Entry.no), 0),
            label,
        )
        .where(col(Entry.submitted_at).is_not(None), col(Entry.season_id) == season_id)
        .order_by(col(Entry.submitted_at), col(Entry.id))
    )


def _place(column: Mapped[Any], choices: Iterable[str]) -> ColumnElement[int]:
    """Return the clause for the place of a column's value among its choices."""
    return case({each: at for at, each in enumerate(choices)}, value=column, else_=0)


def _find_unlocated(
    connection: Connection, season_id: int, unknown: Sequence[int]
) -> dict[int | str, str]:
    """Return the country or region of each published entry of these cities."""
    found: dict[int | str, str] = {}
    for at in range(0, len(unknown), CITIES_AT_ONCE):
        some = unknown[at : at + CITIES_AT_ONCE]
        rows = connection.execute(
            select(col(Entry.id), col(Entry.country))
            .where(published(), col(Entry.season_id) == season_id)
            .where(col(Entry.city_id).in_(some))
        )
        found.update((entry_id or 0, country) for entry_id, country in rows)
    return found


class _Places:
    """The cities met so far, each with its place in the columns."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.ids: list[int] = []
        self.countries: list[str] = []
        self.points: list[Point] = []
        self.unknown: list[int] = []
        self._gazetteer = gazetteer
        self._places: dict[int, int] = {0: NOWHERE}

    def find(self, city_id: int) -> int:
        """Return the place of a city, or NOWHERE."""
        place = self._places.get(city_id)
        return self._add(city_id) if place is None else place

    def _add(self, city_id: int) -> int:
        city = self._gazetteer.find(city_id)
        place = NOWHERE
        if city is None:
            self.unknown.append(city_id)
        else:
            place = len(self.ids)
            self.ids.append(city.id)
            self.countries.append(city.country)
            self.points.append((city.lat, city.lon))
        self._places[city_id] = place
        return place
