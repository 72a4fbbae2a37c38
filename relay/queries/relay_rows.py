"""The rows that a season's relay is measured from: who passed on to whom, when."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from sys import intern
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select
from sqlmodel import col

from relay.domain.relay_flows import EPOCH, MICROSECOND
from relay.domain.relay_forest import NOWHERE, Entries
from relay.models import Baton, Entry
from relay.queries.published import published

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from relay.domain.geo import Point
    from relay.ports import Gazetteer

AT_ONCE = 2_000  # rows in memory beside the columns that they are sorted into

_EPOCH = EPOCH.replace(tzinfo=None)


@dataclass(frozen=True)
class RelayRows:
    """A season's entries, published or hidden, in columns.

    `entries.cities` points into `city_ids`. `nos` are public numbers, None for what was
    never published; `known` are the values of ParentKnown, `kinds` those of Kind.
    """

    entries: Entries
    city_ids: list[int]
    nos: list[int | None]
    countries: list[str]
    known: list[str]
    kinds: list[str]


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

    A city that the gazetteer does not know any more counts as none.
    """
    places = _Places(gazetteer)
    columns: list[list[Any]] = [[] for _ in range(9)]
    ids, parents, times, cities, public, nos, countries, known, kinds = columns
    with closing(connection.execute(_rows(season_id))) as result:
        # The driver's own tuples: SQLAlchemy's rows and times take four times as long.
        cursor: Any = result.cursor
        while rows := cursor.fetchmany(AT_ONCE):
            some = list(zip(*rows, strict=True))
            ids += some[0]
            parents += some[1]
            times += map(_microseconds, some[2])
            cities += map(places.find, some[3])
            public += map(bool, some[4])
            nos += some[5]
            countries += map(intern, some[6])
            known += map(intern, some[7])
            kinds += map(intern, some[8])
    return RelayRows(
        Entries(ids, parents, times, cities, public, places.points),
        city_ids=places.ids,
        nos=nos,
        countries=countries,
        known=known,
        kinds=kinds,
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


def _rows(season_id: int) -> Select[*tuple[Any, ...]]:
    """Return the question for every row of a season, in the order of the table.

    The `+ 0` keeps SQLite from going by an index of something else, which would lead
    it to and fro through the whole table.
    """
    return (
        select(
            col(Entry.id),
            col(Entry.parent_id),
            col(Entry.submitted_at),
            col(Entry.city_id),
            case((published(), 1), else_=0),
            col(Entry.no),
            col(Entry.country),
            col(Entry.parent_known),
            col(Entry.kind),
        )
        .where(col(Entry.submitted_at).is_not(None))
        .where(col(Entry.season_id) + 0 == season_id)
    )


def _microseconds(time: str | datetime) -> int:
    """Return a time as a driver gives it: SQLite's is a text, in UTC."""
    if isinstance(time, str):
        return (datetime.fromisoformat(time) - _EPOCH) // MICROSECOND
    return (time - EPOCH) // MICROSECOND


class _Places:
    """The cities met so far, each with its place in the columns."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.ids: list[int] = []
        self.points: list[Point] = []
        self._gazetteer = gazetteer
        self._places: dict[int | None, int] = {None: NOWHERE}

    def find(self, city_id: int | None) -> int:
        """Return the place of a city, or NOWHERE."""
        place = self._places.get(city_id)
        return self._add(city_id) if place is None else place

    def _add(self, city_id: int | None) -> int:
        city = None if city_id is None else self._gazetteer.find(city_id)
        place = NOWHERE
        if city is not None:
            place = len(self.ids)
            self.ids.append(city.id)
            self.points.append((city.lat, city.lon))
        self._places[city_id] = place
        return place
